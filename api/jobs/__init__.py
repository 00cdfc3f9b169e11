"""Work that takes long: how far it has come, and what came of it."""
