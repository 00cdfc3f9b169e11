"""Commands about the law: the packs, what differs, decisions and those that were kept."""
