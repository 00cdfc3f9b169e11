"""What stands in the way of a pair, and what would have to change.

Advice is only ever something that a person, an employer or an office can do; what cannot change
is said to be so.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from matcher.domain.decision import Outcome, Verdict
from matcher.domain.filters import Filter
from matcher.domain.match import Reason
from matcher.explanation.codes import Code
from matcher.explanation.sentences import LANGUAGES, Reader, Words, reason, say
from matcher.screening.results import FilterOutcome, FilterResult
from matcher.screening.rows import health_work_forms


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence that is no reason for or against: advice, or where a pair stands in a list."""

    code: str
    zh: str
    en: str
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One failed filter.

    Attributes:
        filter: which.
        fact, limit, gap: as in `FilterResult`.
        because: what fails, in words.
        change: what would change it, in words.
        can_change: False for age and sex, which nobody is advised to change.
    """

    filter: Filter
    fact: Any
    limit: Any
    gap: float | None
    because: Reason
    change: Note
    can_change: bool


CANNOT_CHANGE = Filter.BELOW_WORKING_AGE | Filter.PAST_RETIREMENT | Filter.AGE | Filter.SEX
"""What no advice can change; only the post, or time, can."""


def note(code: Code, **facts: Any) -> Note:
    """A note said in both languages.

    Example:
        >>> note(Code.CHANGE_CERTIFICATES, missing=("健康证",)).zh
        '取得健康证'
    """
    zh, en = (say(code, language, facts) for language in LANGUAGES)
    return Note(code.value, zh, en, facts)


def note_for(told: Note, reader: Reader) -> Note:
    """The same note in a reader's words."""
    zh, en = (say(Code(told.code), language, told.facts, reader) for language in LANGUAGES)
    return replace(told, zh=zh, en=en)


def obstacles(
    filters: Sequence[FilterResult], verdict: Verdict | None = None
) -> tuple[Obstacle, ...]:
    """Every failed filter, with its limit and what would change it, in the order of `Filter`."""
    return tuple(
        Obstacle(
            filter=result.filter,
            fact=result.fact,
            limit=result.limit,
            gap=result.gap,
            because=failed_sentence(result, verdict),
            change=change(result, verdict),
            can_change=result.filter not in CANNOT_CHANGE,
        )
        for result in filters
        if result.outcome is FilterOutcome.FAILED
    )


def failed_sentence(result: FilterResult, verdict: Verdict | None) -> Reason:
    """What fails, with the fact and the limit."""
    if result.filter is Filter.WELFARE_POLICY:
        for words, finding in _not_met(verdict):
            if finding is not None:
                return reason(Code.FAILED_WELFARE_BECAUSE, citation=finding, because=words)
    return reason(_FAILED[result.filter], **_facts(result))


def change(result: FilterResult, verdict: Verdict | None) -> Note:
    """What would have to change for this filter to pass."""
    facts = _facts(result)
    if result.filter is Filter.AGE:
        least = result.limit[0]
        if least is not None and result.fact < least:
            return note(Code.CHANGE_AGE_UNDER, least=least)
        return note(Code.CHANGE_AGE_OVER)
    if result.filter is Filter.DISTANCE:
        return note(Code.CHANGE_DISTANCE, need=math.ceil(result.limit + result.gap))
    if result.filter is Filter.HEALTH:
        open_to = tuple(sorted(health_work_forms()[result.fact]))
        return note(Code.CHANGE_HEALTH, open=open_to)
    if result.filter is Filter.WELFARE_POLICY:
        conditions = tuple(words for words, _ in _not_met(verdict))
        if conditions:
            return note(Code.CHANGE_WELFARE_BECAUSE, conditions=conditions)
    return note(_CHANGE[result.filter], **facts)


def _facts(result: FilterResult) -> dict[str, Any]:
    facts = {"fact": result.fact, "limit": result.limit}
    if result.filter is Filter.CERTIFICATES:
        held = set(result.fact or ())
        facts["missing"] = tuple(word for word in result.limit if word not in held)
    return facts


def _not_met(verdict: Verdict | None) -> Iterator[tuple[Words, Any]]:
    for finding in verdict.findings if verdict is not None else ():
        if finding.outcome is Outcome.NOT_MET:
            yield Words(finding.zh, finding.en), finding.citation


_FAILED = {
    Filter.EXPIRED: Code.FAILED_EXPIRED,
    Filter.FULL: Code.FAILED_FULL,
    Filter.BELOW_WORKING_AGE: Code.FAILED_BELOW_WORKING_AGE,
    Filter.PAST_RETIREMENT: Code.FAILED_PAST_RETIREMENT,
    Filter.AGE: Code.FAILED_AGE,
    Filter.SEX: Code.FAILED_SEX,
    Filter.EDUCATION: Code.FAILED_EDUCATION,
    Filter.CERTIFICATES: Code.FAILED_CERTIFICATES,
    Filter.WORK_FORM: Code.FAILED_WORK_FORM,
    Filter.HEALTH: Code.FAILED_HEALTH,
    Filter.DISTANCE: Code.FAILED_DISTANCE,
    Filter.WAGE_FLOOR: Code.FAILED_WAGE_FLOOR,
    Filter.WELFARE_POLICY: Code.FAILED_WELFARE_POLICY,
}

_CHANGE = {
    Filter.EXPIRED: Code.CHANGE_EXPIRED,
    Filter.FULL: Code.CHANGE_FULL,
    Filter.BELOW_WORKING_AGE: Code.CHANGE_BELOW_WORKING_AGE,
    Filter.PAST_RETIREMENT: Code.CHANGE_PAST_RETIREMENT,
    Filter.SEX: Code.CHANGE_SEX,
    Filter.EDUCATION: Code.CHANGE_EDUCATION,
    Filter.CERTIFICATES: Code.CHANGE_CERTIFICATES,
    Filter.WORK_FORM: Code.CHANGE_WORK_FORM,
    Filter.WAGE_FLOOR: Code.CHANGE_WAGE_FLOOR,
    Filter.WELFARE_POLICY: Code.CHANGE_WELFARE_POLICY,
}
