"""Lists that are more than one person's own: everyone's together, and people for a post."""
