"""What would turn a decision: the fewest lawful changes, or a day that comes by itself."""
