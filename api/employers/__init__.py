"""Employers, as offices know them and as they know themselves."""
