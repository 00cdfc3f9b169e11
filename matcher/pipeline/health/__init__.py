"""What may be wrong with a service at work, and what to do about each."""
