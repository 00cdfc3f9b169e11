"""Skills and certificates: list cells to one spelling each, and what free text asks for."""

from __future__ import annotations

from matcher.text.skills.linking import (
    Entry,
    LinkedLists,
    Table,
    canonical_lists,
    entries,
    link_certificates,
    link_skills,
)
from matcher.text.skills.texts import AskedInTexts, asked_in_texts

__all__ = [
    "AskedInTexts",
    "Entry",
    "LinkedLists",
    "Table",
    "asked_in_texts",
    "canonical_lists",
    "entries",
    "link_certificates",
    "link_skills",
]
