"""What people do: the occupations of CSCO 2022, their tree, and real titles of each."""

from __future__ import annotations

from matcher.reference.occupations.table import Occupations, occupations
from matcher.reference.occupations.titles import silver_titles

__all__ = ["Occupations", "occupations", "silver_titles"]
