"""What offices set for themselves."""
