"""Who goes first for public-welfare posts, in columns: tier, order inside it, household, ties."""
