"""How matches are made, for anyone to read."""
