"""What every resource of stored records shares: schemas from the column catalogue, four verbs."""
