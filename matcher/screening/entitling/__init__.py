"""What law answers of people and classes of posts, asked of everyone or of a few anew."""
