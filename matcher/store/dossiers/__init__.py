"""Everything on record of a few people, read as of one moment."""
