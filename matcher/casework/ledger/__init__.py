"""One ledger for all of casework: machines say which moves there are, recording makes them."""
