"""Two laws held against each other: what their rules say, and for whom the answer differs."""
