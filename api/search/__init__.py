"""One search over people, households and posts, each within what the caller may see."""
