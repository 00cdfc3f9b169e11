"""Tables beside the encrypted people: search tokens, keys in use, former values."""
