"""Why and why not, in words a caseworker can repeat."""
