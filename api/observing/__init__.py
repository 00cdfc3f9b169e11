"""What the service tells of itself: figures, log lines, whether it is well."""
