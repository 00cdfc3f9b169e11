"""What a list of matches, or the why of a pair, shows to whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from api.auth.callers import Caller
from api.auth.roles import CASEWORK
from matcher.domain.match import Match
from matcher.explanation.explain import PairExplanation, employer_view
from matcher.explanation.reasons import employer_words
from matcher.explanation.sentences import Reader


def matches_for(caller: Caller, matches: Iterable[Match]) -> list[Match]:
    """The matches as the caller may read them.

    Casework reads every reason. Other roles keep order and tier, and of the reasons only those
    that an employer may read: what a person can do and the post asks, never health, status,
    household or what the office has on record.
    """
    if caller.account.role in CASEWORK:
        return list(matches)
    return [
        replace(each, reasons=employer_words(each.reasons, Reader.CASEWORKER)) for each in matches
    ]


def why_for(caller: Caller, explained: PairExplanation) -> PairExplanation:
    """The why of a pair as the caller may read it; outside casework as an employer would."""
    return (
        explained
        if caller.account.role in CASEWORK
        else employer_view(explained, Reader.CASEWORKER)
    )
