"""Slots for the talks of a plan: no clash, as few slots as can be, short walks, and a hall."""
