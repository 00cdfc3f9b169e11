"""What past outcomes say: who went for what, arrays of people by posts, and what follows."""
