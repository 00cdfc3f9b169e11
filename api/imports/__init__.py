"""Files taken in, forms given out."""
