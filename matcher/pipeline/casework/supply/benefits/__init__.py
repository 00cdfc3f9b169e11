"""Benefits of stored people: quotes by the law of the place, and the ledger of grants."""
