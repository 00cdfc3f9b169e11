"""The generated city, its hidden truth, and the files it hands to import."""
