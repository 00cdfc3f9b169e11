"""The stages wired in order; the only room that knows them all.

files → import → store → snapshot (market and law of a day) → retrieval → ranking → explanation,
and for a fair: snapshot → edges → allocation → check.
"""
