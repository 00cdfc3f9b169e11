"""What only vacancies need: wordings, compliance at the door, duplicates, their employers."""
