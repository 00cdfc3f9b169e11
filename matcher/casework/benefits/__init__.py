"""Benefits: what is there for whom, which may stand beside which, and what was granted and paid."""
