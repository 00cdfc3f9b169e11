"""Everyone's lists at once: so that one post is not shown to all, and none to nobody."""
