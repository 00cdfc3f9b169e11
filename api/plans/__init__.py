"""Plans of job fairs: ordered, read, kept as pairings."""
