"""What the service runs with, and where each setting comes from."""
