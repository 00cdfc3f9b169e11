"""Where records rest: one database, scope first."""
