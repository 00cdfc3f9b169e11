"""The assistance cycle: from finding a household to keeping it in work, as moves on record."""
