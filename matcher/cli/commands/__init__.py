"""The commands, a module per kind of work; each adds its own to the root."""
