"""Many people at once: the problem, a plan, and a check that shares no code with it."""
