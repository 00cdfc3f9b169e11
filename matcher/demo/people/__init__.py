"""The people of the demo city: households, working lives, standing, names."""
