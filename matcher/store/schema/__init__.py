"""What rests where: column types, tables, and which tables make up a kind of record."""
