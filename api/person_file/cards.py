"""A proposed post as a caseworker reads it: one word, three reasons, one caution, the priority."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from api.matches.schemas import PostOut, post_of
from api.protocol.language import Language
from matcher.domain.match import Match, Reason, Tone
from matcher.pipeline.snapshot import Snapshot

SHOWN = 3


class Word(StrEnum):
    """How well a pair fits, by what is said for and against it."""

    VERY = "very"
    WELL = "well"
    PERHAPS = "perhaps"


@dataclass(frozen=True, slots=True)
class Card:
    """One post of a list.

    Attributes:
        rank: counts from 1.
        post: the line about it.
        word: how well it fits.
        reasons: the first of those for it.
        caution: what to mind or to ask first; None where there is nothing.
        more: everything else that is said.
        priority: the order by law, of a funded post; with its source.
    """

    rank: int
    post: PostOut
    word: Word
    reasons: Sequence[Reason]
    caution: Reason | None
    more: Sequence[Reason]
    priority: Reason | None


def card_of(snapshot: Snapshot, match: Match) -> Card:
    """The card of a match with its reasons."""
    of = {tone: [each for each in match.reasons if each.tone is tone] for tone in Tone}
    minds = [*of[Tone.AGAINST], *of[Tone.CAUTION], *of[Tone.ASK]]
    shown = of[Tone.FOR][:SHOWN]
    priority = of[Tone.PRIORITY][0] if of[Tone.PRIORITY] else None
    return Card(
        rank=match.rank,
        post=post_of(snapshot, match.vacancy_id),
        word=_word(len(of[Tone.FOR]), len(of[Tone.AGAINST]) + len(of[Tone.CAUTION])),
        reasons=shown,
        caution=minds[0] if minds else None,
        more=[*of[Tone.FOR][SHOWN:], *minds[1:]],
        priority=priority,
    )


def text(reason: Reason, language: Language) -> str:
    """A reason in one language."""
    return reason.zh if language == "zh" else reason.en


def _word(speaks_for: int, against: int) -> Word:
    """The word for so many reasons for, and so many to mind.

    Example:
        >>> _word(4, 0).value, _word(3, 1).value, _word(1, 2).value
        ('very', 'well', 'perhaps')
    """
    if speaks_for >= SHOWN and against == 0:
        return Word.VERY
    return Word.WELL if speaks_for > against else Word.PERHAPS
