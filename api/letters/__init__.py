"""Papers of a person's case, as pages to be printed."""
