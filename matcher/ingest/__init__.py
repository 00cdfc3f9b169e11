"""Files to records, with a report of every refused row."""
