"""What every list of records shares: its address, its heads, and how it is spread."""
