"""How much one address or account may ask for in a minute."""
