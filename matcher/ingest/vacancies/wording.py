"""What the free text of a posting says that it had better not, and how to say it instead."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache

from matcher.ingest.vacancies.compliance import Concern, concerns
from matcher.reference.paths import path


@dataclass(frozen=True, slots=True)
class Phrase:
    """One phrase of a text.

    Attributes:
        found: as it stands there.
        concern: what is wrong with it, with its legal basis.
        zh, en: what to write instead.
    """

    found: str
    concern: Concern
    zh: str
    en: str


@cache
def _wordings() -> tuple[tuple[re.Pattern[str], str, str, str], ...]:
    """Patterns with the code of their concern and the advice, from `posting_words.csv`."""
    with path("policy", "posting_words.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        return tuple((re.compile(row["words"]), row["code"], row["zh"], row["en"]) for row in rows)


def phrases(text: str) -> tuple[Phrase, ...]:
    """The phrases of a text that the law forbids or that need a look, each once.

    Example:
        >>> [(each.found, each.concern.code) for each in phrases("保洁员，限女性，55岁以下")]
        [('限女性', 'sex_limit'), ('55岁以下', 'age_limit')]
        >>> phrases("保洁员，早班，包吃住")
        ()
    """
    return tuple(
        Phrase(found, concerns()[code], zh, en)
        for pattern, code, zh, en in _wordings()
        for found in dict.fromkeys(pattern.findall(text))
    )
