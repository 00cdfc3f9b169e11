"""What a transaction that writes asks of its rows before it writes them."""
