"""Work that takes long, kept where it outlives the process that does it."""
