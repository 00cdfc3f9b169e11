"""What exists: frozen records, codes and periods; no logic beyond their own fields."""

from __future__ import annotations

from typing import Literal

Language = Literal["zh", "en"]
"""The languages that everything for readers is written in: Chinese first, then English."""
