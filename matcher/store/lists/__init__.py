"""Lists of records a page at a time: filtered, sorted and continued from a cursor."""
