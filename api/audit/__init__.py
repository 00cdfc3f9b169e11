"""Who read and changed what."""
