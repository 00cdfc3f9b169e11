"""Words of problems in each language, and how they are found."""
