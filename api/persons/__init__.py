"""Jobseekers and their households' other members, within the caller's areas."""
