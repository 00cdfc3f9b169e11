"""What an office set for itself."""
