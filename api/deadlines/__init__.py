"""What is due: next steps and the clocks of the law."""
