"""What a person may ask of the store: what stood there before, who read it, and to be gone."""
