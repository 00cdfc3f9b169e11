"""What someone can lawfully do about a fact: the table `actions.csv`, and applying it to facts.

Nobody is advised to change sex, age, health or disability, to move, to divorce or to lose a job:
such facts are not in the table. Time changes ages and months without work; see `matcher/policy/
turning/days.py`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from matcher.domain.decision import Outcome
from matcher.policy.catalogue import FactKind, fact_kind
from matcher.policy.engine.columns import Above, Column, Facts, Group
from matcher.policy.facts import column_of
from matcher.reference.paths import path

MEMBERS = "members"
THE_DAY = "the_day"
YES_NO = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Given:
    """A fact with a value as the table writes it: `yes`, `no`, an enum's value or `the_day`."""

    fact: str
    value: str


@dataclass(frozen=True, slots=True)
class While:
    """What must be known of the subject (`is_so`), or must not be known of it, for an action."""

    given: Given
    is_so: bool


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that can be done.

    Attributes:
        sets: the fact that changes first, then those that follow from it.
        only_while: what must hold of the subject, else the action is no lawful advice.
        requires: the decision that may not be known to be not met, or None.
        zh, en: what to do.
        who: `person`, `household`, `employer` or `office`.
    """

    sets: tuple[Given, ...]
    only_while: tuple[While, ...]
    requires: str | None
    zh: str
    en: str
    who: str

    @property
    def fact(self) -> str:
        """The fact that it is about."""
        return self.sets[0].fact


@dataclass(frozen=True, slots=True)
class Change:
    """An action taken by the subject itself, or by one member of the household.

    Attributes:
        action: what is done.
        member: the member's place in the list from 0, None for the subject itself.
    """

    action: Action
    member: int | None = None

    @property
    def zh(self) -> str:
        """What to do, in Chinese."""
        return (
            self.action.zh if self.member is None else f"第{self.member + 1}位成员{self.action.zh}"
        )

    @property
    def en(self) -> str:
        """What to do, in English."""
        return (
            self.action.en if self.member is None else f"member {self.member + 1}: {self.action.en}"
        )


@cache
def action_table() -> dict[str, Action]:
    """Every action by the fact it changes.

    Example:
        >>> action_table()["registered_unemployed"].zh
        '办理失业登记'
        >>> "age" in action_table() or "sex" in action_table()
        False
    """
    with path("policy", "actions.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    return {row["fact"]: _action(row) for row in rows}


def _action(row: dict[str, str]) -> Action:
    also = (part.split("=") for part in row["also"].split(";") if part)
    return Action(
        sets=(Given(row["fact"], row["value"]), *(Given(fact, value) for fact, value in also)),
        only_while=tuple(_while(part) for part in row["while"].split(";") if part),
        requires=row["requires"] or None,
        zh=row["zh"],
        en=row["en"],
        who=row["who"],
    )


def _while(part: str) -> While:
    sign = "!=" if "!=" in part else "="
    fact, value = part.split(sign)
    return While(Given(fact, value), is_so=sign == "=")


@cache
def toward(decision: str) -> Outcome:
    """The outcome that the subject wants: met, unless the decision ends something."""
    with path("policy", "turning.csv").open(encoding="utf-8", newline="") as handle:
        other = {row["decision"]: row["toward"] for row in csv.DictReader(handle)}
    return Outcome(other.get(decision, Outcome.MET))


def possible(change: Change, facts: Facts) -> bool:
    """Whether the change would change anything, and is lawful advice to the one row of `facts`."""
    action = change.action
    subject, row = _subject(change, facts)
    wanted = _plain(action.sets[0], facts)
    if subject.value(action.fact, row) == wanted:
        return False
    return all(
        (subject.value(each.given.fact, row) == _plain(each.given, facts)) == each.is_so
        for each in action.only_while
    )


def _subject(change: Change, facts: Facts) -> tuple[Facts, int]:
    if change.member is None:
        return facts, 0
    group = facts.groups[MEMBERS]
    return group.facts, int(group.rows_below(0)[change.member])


def _plain(given: Given, facts: Facts) -> object:
    """The value as a plain value of its fact's type."""
    if given.value == THE_DAY:
        return facts.on
    return YES_NO.get(given.value, given.value)


def applied(facts: Facts, changes: Sequence[Change]) -> Facts:
    """The one row of the facts with all of the changes made, to be decided again.

    Args:
        facts: one row; days of the changes are its day.
        changes: what is done.
    """
    return with_sets(facts, changes, np.ones((1, len(changes)), np.bool_), facts)


def with_sets(
    facts: Facts, changes: Sequence[Change], made: NDArray[np.bool_], as_of: Facts
) -> Facts:
    """Each row of the facts once for each set of changes.

    Args:
        facts: one subject, perhaps on several later days, a row each.
        changes: k changes.
        made: (sets, k), which changes each set makes.
        as_of: the facts on the day on which the changes are made.

    Returns:
        A row for each day and set, the sets of a day together. Lists below each row see what
        changed above them.
    """
    rows, made = np.repeat(np.arange(facts.n), len(made)), np.tile(made, (facts.n, 1))
    n = len(made)
    many = facts.take(rows)
    own = [at for at, change in enumerate(changes) if change.member is None]
    top = _set(replace(many, groups={}), [(changes[at], made[:, at]) for at in own], as_of)
    groups = {name: _below(group, top) for name, group in many.groups.items()}
    theirs = [at for at, change in enumerate(changes) if change.member is not None]
    if theirs:
        members = groups[MEMBERS]
        size = members.facts.n // n
        rows = np.tile(np.arange(size), n)
        sets = [
            (changes[at], np.repeat(made[:, at], size) & (rows == changes[at].member))
            for at in theirs
        ]
        groups[MEMBERS] = replace(members, facts=_set(members.facts, sets, as_of))
    return replace(top, groups=groups)


def _below(group: Group, top: Facts) -> Group:
    return replace(group, facts=replace(group.facts, above=Above(top, group.parent_at)))


def _set(facts: Facts, sets: Iterable[tuple[Change, NDArray[np.bool_]]], as_of: Facts) -> Facts:
    columns, bounds = dict(facts.columns), dict(facts.bounds_of)
    for change, rows in sets:
        for given in change.action.sets:
            kind = fact_kind(given.fact)
            new = column_of(kind, [_plain(given, as_of)])
            old = columns.get(given.fact)
            old = facts.column(given.fact) if old is None else old
            columns[given.fact] = np.where(rows, new, _blank(kind) if old is None else old)
            bounds.pop(given.fact, None)
    return replace(facts, columns=columns, bounds_of=bounds)


def _blank(kind: FactKind) -> Column:
    return column_of(kind, [None])
