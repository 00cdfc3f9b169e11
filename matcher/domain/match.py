"""A scored jobseeker-vacancy pair, and the reasons that travel with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from matcher.domain.decision import Citation


class Tone(StrEnum):
    """What a reason does to the match."""

    FOR = "for"
    CAUTION = "caution"
    AGAINST = "against"
    ASK = "ask"
    PRIORITY = "priority"


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence with the facts it was made from, in both languages."""

    code: str
    tone: Tone
    zh: str
    en: str
    facts: dict[str, Any] = field(default_factory=dict)
    citation: Citation | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """One pair in a ranked list.

    `rank` counts from 1; `score` is in [0, 1] and comparable within one model only, None where no
    profile was read; `tier` is the order by law for a public-welfare post, None elsewhere;
    `found_by` names the retrieval sources.
    Where the model learnt two sides, `interest` is the chance that the person takes the post and
    `success` that the employer takes the person; None where a side was not learnt.
    """

    person_id: str
    vacancy_id: str
    rank: int
    score: float | None
    tier: int | None
    found_by: tuple[str, ...]
    reasons: tuple[Reason, ...] = ()
    interest: float | None = None
    success: float | None = None
