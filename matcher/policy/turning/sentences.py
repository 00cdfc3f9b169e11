"""A turning in words, in Chinese and English."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from matcher.domain.decision import Outcome
from matcher.policy.catalogue import fact_kind
from matcher.policy.turning.actions import Change

STATES = {
    Outcome.MET: ("符合", "met"),
    Outcome.NOT_MET: ("不符合", "not met"),
    Outcome.UNKNOWN: ("不确定", "unknown"),
}
OPPOSITE = {Outcome.MET: Outcome.NOT_MET, Outcome.NOT_MET: Outcome.MET}


@dataclass(frozen=True, slots=True)
class Found:
    """What was found to turn a decision.

    Attributes:
        sets: the smallest sets of changes, the one to tell first.
        holds_from: the first day on which they have turned it; None without sets.
        by_itself: the first day on which it turns though nobody does anything.
        years: how far was looked.
        opens: the smallest set after which the answer depends on facts not asked.
        then_ask: these facts, or those that it depends on now.
    """

    sets: Sequence[tuple[Change, ...]]
    holds_from: date | None
    by_itself: date | None
    years: int
    opens: tuple[Change, ...] = ()
    then_ask: tuple[str, ...] = ()


def said(outcome: Outcome, wanted: Outcome, found: Found, *, on: date) -> tuple[str, str]:
    """What would turn it, on one line in each language.

    Args:
        outcome: the answer on the day.
        wanted: the answer looked for.
        found: what turns it.
        on: the day of the question.
    """
    turned = OPPOSITE[wanted] if outcome is wanted else wanted
    sets, holds_from, by_itself, years = found.sets, found.holds_from, found.by_itself, found.years
    zh, en = STATES[turned]
    parts: list[tuple[str, str]] = []
    if sets and holds_from is not None:
        parts.append(_changes(sets[0], holds_from, on, turned))
    if by_itself is not None:
        parts.append(
            (
                f"将自{by_itself}起{zh}（其他情况不变）",
                f"{en} from {by_itself} on, all else as it is",
            )
        )
    if not parts and outcome is wanted:
        parts.append(
            (f"{years}年内不会因时间推移而改变", f"time does not change it within {years} years")
        )
    if not parts and (found.opens or found.then_ask):
        parts.append(_depends(found, on, turned))
    if not parts:
        nothing = f"no lawful change and no day within {years} years turns it"
        parts.append((f"没有可行的改变，{years}年内也不会因时间推移而{zh}", nothing))
    return "；".join(part for part, _ in parts), "; ".join(part for _, part in parts)


def _changes(
    changes: Sequence[Change], holds_from: date, on: date, turned: Outcome
) -> tuple[str, str]:
    zh, en = (
        "如何改变：" + "，并".join(change.zh for change in changes),
        "what would change it: " + " and ".join(change.en for change in changes),
    )
    if holds_from == on:
        return zh, en
    words = STATES[turned]
    return f"{zh}，自{holds_from}起{words[0]}", f"{en}; {words[1]} from {holds_from} on"


def _depends(found: Found, on: date, turned: Outcome) -> tuple[str, str]:
    """What can be done so that it depends on facts not asked, and which these are."""
    zh, en = "", ""
    if found.opens:
        told = _changes(found.opens, on, on, turned)
        zh, en = f"{told[0]}；之后", f"{told[1]}; then "
    names = "、".join(fact_kind(name).zh for name in found.then_ask)
    return f"{zh}取决于尚未询问的事实：{names}", f"{en}it depends on facts not asked: " + ", ".join(
        found.then_ask
    )
