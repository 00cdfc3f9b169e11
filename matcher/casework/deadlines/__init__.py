"""What is due: clocks of the law, next steps of every stream, the list of the day."""
