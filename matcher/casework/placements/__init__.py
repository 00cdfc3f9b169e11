"""Work that a person has: begun, found stable, ended; one at a time."""
