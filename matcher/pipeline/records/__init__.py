"""Single records and who may write them: made, changed and fenced as imports are."""
