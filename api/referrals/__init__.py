"""Referrals: put forward, moved on, answered by employers."""
