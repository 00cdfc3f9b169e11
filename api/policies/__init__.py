"""The law in force: of a place and a day, and how two laws differ."""
