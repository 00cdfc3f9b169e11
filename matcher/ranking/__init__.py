"""In what order: features and scores over pairs."""
