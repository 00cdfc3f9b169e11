"""The further parts of one row's answer, by the names of the answer catalogue."""

from __future__ import annotations

from typing import Any

import numpy as np

from matcher.policy.catalogue import AnswerKind, answer_catalogue, decision_kind
from matcher.policy.deciding.resolve import TIER, Resolved
from matcher.policy.engine.days import day_of
from matcher.policy.engine.kleene import MET, NOT_MET, Interval

CENTS = 2
NO_SUM = {"amount_yuan": 0}
"""A refused sum."""


def values_of(decision: str, resolved: Resolved) -> dict[str, Any]:
    """The values that the answer of the one row tells: those known, of the outcome it has.

    A set lists the items that are surely in it. Where the outcome is not met only the values are
    told that the text names in any case, and a sum is nought.
    """
    outcome = resolved.outcome[0]
    told: dict[str, Any] = {}
    if outcome == NOT_MET and decision_kind(decision).answer == "amount":
        told |= NO_SUM
    kept = {name for part in resolved.parts for name in part.in_force.rule.kept_when_not_met}
    for name, interval in resolved.answers.items():
        answer, _, item = name.partition(".")
        kind = answer_catalogue()[answer]
        if outcome == NOT_MET and answer not in kept:
            continue
        if outcome not in (MET, NOT_MET) and kind.shown == "met":
            continue
        _tell(told, kind, item, interval)
    return told


def _tell(told: dict[str, Any], kind: AnswerKind, item: str, interval: Interval) -> None:
    number = float(interval.low[0])
    if not interval.known[0] or not np.isfinite(number):
        return
    if kind.kind == "set":
        listed = {*told.get(kind.answer, ()), *([item] if number else [])}
        told[kind.answer] = [value for value in kind.values if value in listed]
    elif kind.kind == "dates":
        told[kind.answer] = {**told.get(kind.answer, {}), item: day_of(number)}
    elif kind.answer != TIER or number:
        told[kind.answer] = _plain(kind, number)


def _plain(kind: AnswerKind, number: float) -> Any:
    match kind.kind:
        case "date":
            return day_of(number)
        case "month":
            return day_of(number).isoformat()[:7]
        case "word":
            return kind.values[int(number)]
        case "flag":
            return bool(number)
        case _:
            rounded = round(number, CENTS)
            return int(rounded) if rounded == int(rounded) else rounded
