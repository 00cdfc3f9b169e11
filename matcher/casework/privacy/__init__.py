"""How people are shown, and for how long what was done about them is kept."""
