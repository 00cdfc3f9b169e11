"""A market that changes while it is asked: single rows in place, and files that processes share."""
