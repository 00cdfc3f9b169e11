"""Which post a person goes for next: a choice among all posts, learnt from whole histories."""
