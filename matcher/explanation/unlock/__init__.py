"""What a training course would open: posts for a person, households for a district."""
