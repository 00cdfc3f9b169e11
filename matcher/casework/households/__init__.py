"""The household ledger: found, aided, cleared, stable; placed, left and removed kept apart."""
