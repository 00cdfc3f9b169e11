"""What a person may ask of the office: a copy, a correction, to be gone, an impersonal list."""
