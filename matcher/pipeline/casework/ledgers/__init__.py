"""What offices keep and hand out: the household ledger, letters and messages, statutory tables."""
