"""How a database itself is: its schema, its size on disk, its clock."""
