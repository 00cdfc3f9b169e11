"""The smallest set of changes that turns a decision, and the first day it turns by itself.

    turning = turn(law, "hard_to_employ", facts, row)
    turning.changes        # the fewest actions after which it is met, () when none is needed
    turning.date           # the first day on which it turns though nobody does anything
    turning.zh, turning.en

All sets of one, two and three actions are decided at once, a row each. Every set found has been
decided again with its changes made, and every smaller set too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from matcher.domain.decision import Outcome
from matcher.policy.decisions import decide
from matcher.policy.engine.columns import Facts
from matcher.policy.engine.kleene import NOT_MET, OUTCOMES
from matcher.policy.law import Law
from matcher.policy.turning.actions import (
    MEMBERS,
    Change,
    action_table,
    applied,
    possible,
    toward,
    with_sets,
)
from matcher.policy.turning.days import (
    law_days,
    of_one_law,
    on_later_days,
    timeless,
    turning_days,
)
from matcher.policy.turning.sentences import OPPOSITE, Found, said
from matcher.policy.turning.text import Text

MOST_CHANGES = 3
YEARS_AHEAD = 10
ROWS_AT_ONCE = 20_000
"""Sets times days that are decided in one call."""


@dataclass(frozen=True, slots=True)
class Turning:
    """What would turn one decision about one subject.

    Attributes:
        decision, place, on: what was asked.
        outcome: the answer on the day.
        toward: the answer that the subject wants.
        changes: the smallest set of actions after which it is the wanted one; empty when it already
            is, and when no set of three or fewer does it.
        changes_hold_from: the first day on which it is so with the changes made: the day asked for,
            or a later one when time must pass too; None without changes.
        others: the other sets of the same size that do the same on the same day.
        opens: where nothing surely turns it, the smallest set of actions after which the answer is
            not the unwanted one any more but depends on facts that were not asked.
        then_ask: the facts to ask then; without `opens`, those that the answer depends on now.
        date: the first day on which it turns by itself: to the wanted answer, or, where it already
            is the wanted one, to the opposite. None when it does not within the years looked at.
        until: the last year looked at.
        zh, en: the same in words.
    """

    decision: str
    place: str
    on: date
    outcome: Outcome
    toward: Outcome
    changes: tuple[Change, ...]
    changes_hold_from: date | None
    others: tuple[tuple[Change, ...], ...]
    opens: tuple[Change, ...]
    then_ask: tuple[str, ...]
    date: date | None
    until: int
    zh: str
    en: str


def turn(law: Law, decision: str, facts: Facts, row: int = 0) -> Turning:
    """What would turn the decision about one row.

    Everything that is not changed stays as it was told; only ages, times counted from known days
    and the law itself go on.

    Raises:
        UnknownDecision: the catalogue has no such decision.

    Example:
        >>> from matcher.policy.facts import facts_from_given
        >>> on = date(2009, 9, 22)
        >>> person = {"birth_date": "1960-01-10", "sex": "female", "laid_off": True,
        ...           "holds_reemployment_certificate": False}
        >>> facts = facts_from_given({"person": person}, on=on)
        >>> turn(Law.on_day("cn/jiangsu", on), "older_worker_4050", facts).en
        'what would change it: obtain the re-employment preference certificate'
    """
    one = facts.take(np.array([row]))
    outcome = _outcomes(law, decision, one)[0]
    wanted = toward(decision)
    search = _Search(law, decision, one, wanted, Text().read(law, decision))
    if outcome is wanted:
        sets, holds_from = _NOTHING
        by_itself = search.first_day(OPPOSITE[wanted])
    else:
        by_itself = search.first_day(wanted)
        sets, holds_from = search.smallest(on_later_days=by_itself is None)
    opens: tuple[Change, ...] = ()
    then_ask: tuple[str, ...] = ()
    if outcome is not wanted and not sets and by_itself is None:
        opens, then_ask = search.opening(outcome)
    found = Found(sets, holds_from, by_itself, YEARS_AHEAD, opens, then_ask)
    zh, en = said(outcome, wanted, found, on=law.on)
    return Turning(
        decision=decision,
        place=law.place,
        on=law.on,
        outcome=outcome,
        toward=wanted,
        changes=sets[0] if sets else (),
        changes_hold_from=holds_from,
        others=tuple(sets[1:]),
        opens=opens,
        then_ask=then_ask,
        date=by_itself,
        until=law.on.year + YEARS_AHEAD,
        zh=zh,
        en=en,
    )


Smallest = tuple[list[tuple[Change, ...]], date | None]
_NOTHING: Smallest = ([], None)


def _outcomes(law: Law, decision: str, facts: Facts) -> list[Outcome]:
    return [OUTCOMES[int(truth)] for truth in decide(law, decision, facts).outcome]


def changes_for(law: Law, decision: str, facts: Facts) -> list[Change]:
    """The lawful actions on facts that the decision looks at, for the one row, in table order."""
    return _Search(law, decision, facts, toward(decision), Text().read(law, decision)).changes()


@dataclass(frozen=True, slots=True)
class _Search:
    law: Law
    decision: str
    facts: Facts
    wanted: Outcome
    text: Text

    def changes(self) -> list[Change]:
        members = self.facts.groups.get(MEMBERS)
        count = 0 if members is None else len(members.rows_below(0))
        found: list[Change] = []
        for fact, action in action_table().items():
            if (None, fact) in self.text.facts:
                found.append(Change(action))
            if (MEMBERS, fact) in self.text.facts:
                found.extend(Change(action, member) for member in range(count))
        return [one for one in found if possible(one, self.facts) and self._allowed(one)]

    def _allowed(self, change: Change) -> bool:
        """Whether the recognition asked for is not known to be refused."""
        requires = change.action.requires
        if requires is None or requires == self.decision:
            return True
        subject = self.facts
        if change.member is not None:
            members = self.facts.groups[MEMBERS]
            subject = members.facts.take(members.rows_below(0)[[change.member]])
        return bool(decide(self.law, requires, subject).outcome[0] != NOT_MET)

    def first_day(self, goal: Outcome) -> date | None:
        """The first later day on which the outcome is this one though nothing is done."""
        if not self._may_come([], np.zeros((1, 0), np.bool_), goal).any():
            return None
        wanted = OUTCOMES.index(goal)
        days = turning_days(self.facts, self.text, years=YEARS_AHEAD)
        for some in of_one_law(days, self.text):
            later = self._on(some)
            hits = np.flatnonzero(
                decide(self._law_on(some[0]), self.decision, later).outcome == wanted
            )
            if len(hits):
                return some[int(hits[0])]
        return None

    def smallest(self, *, on_later_days: bool) -> Smallest:
        """The smallest sets that turn it at once; else, if asked, as time passes too.

        The fewest changes at all come first, then the earliest day on which they have turned it.
        """
        changes = self.changes()
        made = _sets(len(changes))
        if not changes:
            return _NOTHING
        best = _fewest(made, self._turned(changes, made, self.facts)[0])
        holds_from = self.law.on
        if not len(best) and on_later_days:
            made = made[self._may_come(changes, made, self.wanted)]
            best, holds_from = self._in_time(changes, made)
        sets = [tuple(changes[at] for at in np.flatnonzero(one)) for one in best]
        return (sets, holds_from) if sets else _NOTHING

    def _in_time(
        self, changes: Sequence[Change], made: NDArray[np.bool_]
    ) -> tuple[NDArray[np.bool_], date]:
        """The fewest changes that turn it on a later day, and the first day on which they do."""
        best, holds_from = made[:0], self.law.on
        days = turning_days(self.facts, self.text, years=YEARS_AHEAD, acted=True)
        for some in of_one_law(days, self.text):
            at = 0
            while at < len(some) and len(made):
                piece = some[at : at + max(1, ROWS_AT_ONCE // len(made))]
                at += len(piece)
                turned = self._turned(changes, made, self._on(piece))
                for day, of_day in zip(piece, turned, strict=True):
                    fewer = made.sum(axis=1) < (best[0].sum() if len(best) else MOST_CHANGES + 1)
                    found = _fewest(made, of_day & fewer)
                    if len(found):
                        best, holds_from = found, day
                if len(best):
                    made = made[made.sum(axis=1) < best[0].sum()]
        return best, holds_from

    def opening(self, outcome: Outcome) -> tuple[tuple[Change, ...], tuple[str, ...]]:
        """The smallest set after which it depends on facts not asked, and these facts."""
        opens: tuple[Change, ...] = ()
        if outcome is not Outcome.UNKNOWN:
            changes = self.changes()
            made = _sets(len(changes))
            if not changes:
                return (), ()
            facts = with_sets(self.facts, changes, made, self.facts)
            truth = decide(self.law, self.decision, facts).outcome
            best = _fewest(made, np.asarray(truth == OUTCOMES.index(Outcome.UNKNOWN)))
            if not len(best):
                return (), ()
            opens = tuple(changes[at] for at in np.flatnonzero(best[0]))
        return opens, decide(self.law, self.decision, applied(self.facts, opens)).verdict(0).ask_for

    def _may_come(
        self, changes: Sequence[Change], made: NDArray[np.bool_], goal: Outcome
    ) -> NDArray[np.bool_]:
        """(sets,), whether the goal may come on any day: what time can't change is not against it.

        Where the law names a day the question is left open, since the day itself then counts.
        """
        if self.text.names_the_day and self.text.numbers("date"):
            return np.ones(len(made), np.bool_)
        against = OUTCOMES.index(OPPOSITE[goal])
        facts = timeless(with_sets(self.facts, changes, made, self.facts), self.text)
        may = np.zeros(len(made), np.bool_)
        for day in law_days(self.facts, self.text, years=YEARS_AHEAD):
            outcome = decide(self._law_on(day), self.decision, replace(facts, on=day)).outcome
            may |= outcome != against
        return may

    def _turned(
        self, changes: Sequence[Change], made: NDArray[np.bool_], later: Facts
    ) -> NDArray[np.bool_]:
        """(days, sets), whether each set turns it on each day of the rows."""
        facts = with_sets(later, changes, made, self.facts)
        outcome = decide(self._law_on(later.on), self.decision, facts).outcome
        turned = np.broadcast_to(outcome == OUTCOMES.index(self.wanted), (facts.n,))
        return turned.reshape(later.n, len(made))

    def _on(self, days: Sequence[date]) -> Facts:
        """The one row on each of the days."""
        return on_later_days(self.facts.take(np.zeros(len(days), np.int64)), days)

    def _law_on(self, day: date) -> Law:
        return Law.on_day(self.law.place, day, layer=self.law.layer, packs=self.law.packs)


def _sets(n: int) -> NDArray[np.bool_]:
    """(sets, n): every set of one to three of n changes, the smaller first."""
    chosen = [one for size in range(1, MOST_CHANGES + 1) for one in combinations(range(n), size)]
    made = np.zeros((len(chosen), n), np.bool_)
    for at, one in enumerate(chosen):
        made[at, list(one)] = True
    return made


def _fewest(made: NDArray[np.bool_], turned: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The sets that turned it with as few changes as any; none when none did."""
    sizes = made.sum(axis=1)
    fewest = turned & (sizes == sizes[turned].min(initial=MOST_CHANGES))
    return np.asarray(made[fewest])


def redecided(law: Law, decision: str, facts: Facts, changes: Sequence[Change]) -> Outcome:
    """The outcome for the one row with the changes made."""
    return _outcomes(law, decision, applied(facts, changes))[0]
