"""A fair's day from its plan: booths, slots, pairing ids, and the papers made of them."""
