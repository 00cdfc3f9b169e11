"""A fair in rounds: people arrive over the day and each round's pairings cannot be taken back."""
