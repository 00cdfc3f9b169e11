"""From law and columns of facts to answers: resolved rules, findings, the order of candidates."""
