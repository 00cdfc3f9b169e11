"""The market kept fresh: what was written since, put into it in place."""
