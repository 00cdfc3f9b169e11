"""A client of the service in Python, typed by the service's own schemas."""
