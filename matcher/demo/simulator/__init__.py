"""Months of the demo city replayed under policies, against its known truth."""
