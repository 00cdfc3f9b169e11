"""What reaches people: cards, letters and sign-off sheets on paper, messages through an adapter."""
