"""Households within the caller's areas."""
