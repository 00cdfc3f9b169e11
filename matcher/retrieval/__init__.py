"""Thousands of posts to hundreds for each person: hard filters first and exactly, then the best.

Every pair remembers which sources found it; everyone is served. No approximate search.
"""
