"""Law as data: dated, cited packs, and decisions over columns of facts."""
