"""Commands about the whole market: attention, training, what a policy would do."""
