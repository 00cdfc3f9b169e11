"""Is it good, and for whom: metrics over ranked lists."""
