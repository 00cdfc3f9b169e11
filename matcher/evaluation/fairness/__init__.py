"""How the ranking treats groups of people, told apart by facts that it never sees."""
