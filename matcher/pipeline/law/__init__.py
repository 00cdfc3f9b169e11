"""The law asked about stored records: decided, kept and compared."""
