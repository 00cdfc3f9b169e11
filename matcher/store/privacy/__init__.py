"""Who people are, at rest: keys, encrypted cells, tokens to search by, and the change of keys."""
