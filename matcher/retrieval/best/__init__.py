"""The best posts among those that passed screening, most of them told without being read."""
