"""Subscribers outside, who are told what became of referrals."""
