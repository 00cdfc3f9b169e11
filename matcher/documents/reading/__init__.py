"""One file to one table of texts: content by magic, bounded memory, a clear refusal otherwise."""
