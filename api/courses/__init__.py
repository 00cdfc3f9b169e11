"""Training courses on offer."""
