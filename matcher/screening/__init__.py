"""Hard filters over the market: which pairs are lawful and feasible, and why not."""
