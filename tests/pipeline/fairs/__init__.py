"""A fair between its plan and its day."""
