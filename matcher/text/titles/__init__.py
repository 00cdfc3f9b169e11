"""Posting titles to occupations: noise, dictionary, linear model, re-ranking, their training."""

from __future__ import annotations

from matcher.text.titles.linking import SURE, LinkedTitles, link_titles

__all__ = ["SURE", "LinkedTitles", "link_titles"]
