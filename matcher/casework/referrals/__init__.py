"""Referrals: a person put forward for a post, and what both sides make of it."""
