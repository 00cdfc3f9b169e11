"""Hard filters over the market: which pairs are lawful and feasible, and why not when they are not.

A fact nobody asked for never excludes; it is listed as "to ask" instead.
"""
