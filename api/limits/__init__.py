"""How much one address or account may ask for in a minute, and how many are served at a time."""
