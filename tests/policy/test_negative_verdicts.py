"""Five hundred negative verdicts, all decisions and places: the advice turns them, nothing less."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import combinations
from random import Random
from typing import Any

import pytest

from matcher.domain.decision import Outcome
from matcher.policy.catalogue import decision_catalogue
from matcher.policy.facts import facts_from_given
from matcher.policy.law import Law
from matcher.policy.turning.actions import Change
from matcher.policy.turning.search import MOST_CHANGES, changes_for, turn
from tests.policy.plain.answers import Office
from tests.policy.plain.changes import Deed, done, lawful, outcome, wanted
from tests.policy.plain.drawing import Subjects, draw, vocabulary
from tests.policy.plain.packs import parents, texts

ON = date(2009, 9, 22)
LATER = date(2030, 1, 1)
"""A day on which all law that is written has begun: a change may help under a later text."""
VERDICTS = 500
TRIES = 40
"""Draws for one more negative verdict of a decision in a place."""
NEVER_NEGATIVE = {"statutory_retirement_date"}
NOBODY_CAN_CHANGE = {"sex", "birth_date", "age", "disabled", "health_state", "employed", "laid_off"}
NOBODY_CAN_CHANGE |= {"retirement_date", "retirement_category", "shanxi_urban_registration"}

Negative = tuple[str, str, dict[str, Any]]


def negative(decision: str, place: str, random: Random) -> dict[str, Any] | None:
    """Facts on which the decision goes against the subject for sure; ages come from birth alone."""
    office, seen = Office(place, ON, "current"), vocabulary(place, decision, ON, "current")
    for _ in range(TRIES):
        given: dict[str, Any] = draw(seen, random, random.choice((0.0, 0.05, 0.2)))
        for one in (given.get("person", {}), *given.get("household", {}).get("members", ())):
            one.pop("age", None)
        if outcome(office, decision, given) is (not wanted(decision)):
            return given
    return None


def negatives() -> Iterator[Negative]:
    """Negative verdicts of each decision in each place that has law on it, in turn."""
    random = Random(2026)
    where = [
        (decision, place)
        for decision in sorted(decision_catalogue())
        for place in parents()
        if any(text.place == place for text in texts(place, decision, ON, "current"))
    ]
    count = 0
    while True:
        for decision, place in where:
            given = negative(decision, place, random)
            if given is not None:
                yield decision, place, given
                count += 1
            if count == VERDICTS:
                return


def looked_at(place: str, decision: str) -> Subjects:
    """What the texts of the day look at, and those that begin later."""
    seen = vocabulary(place, decision, ON, "current")
    for where, names in vocabulary(place, decision, LATER, "current").named.items():
        seen.named[where] = seen.named.get(where, set()) | names
    return seen


def deeds_of(changes: tuple[Change, ...]) -> tuple[Deed, ...]:
    return tuple(Deed(change.action.fact, change.member) for change in changes)


def turned(decision: str, place: str, given: dict[str, Any], deeds: Any, day: date) -> bool:
    """Whether the plain reading finds the wanted outcome on a day with the deeds done before."""
    after = outcome(Office(place, day, "current"), decision, done(given, deeds, ON))
    return after is wanted(decision)


@pytest.fixture(scope="module")
def verdicts() -> list[Negative]:
    return list(negatives())


def test_five_hundred_are_drawn_over_all_decisions_and_places(verdicts: list[Negative]) -> None:
    assert len(verdicts) == VERDICTS
    decisions = Counter(decision for decision, _, _ in verdicts)
    assert set(decisions) == set(decision_catalogue()) - NEVER_NEGATIVE
    with_law = {
        place
        for place in parents()
        for decision in set(decision_catalogue()) - NEVER_NEGATIVE
        if any(text.place == place for text in texts(place, decision, ON, "current"))
    }
    assert {place for _, place, _ in verdicts} == with_law


def test_the_advice_turns_it_and_no_smaller_set_of_lawful_deeds_does(
    verdicts: list[Negative],
) -> None:
    helped: Counter[str] = Counter()
    for decision, place, given in verdicts:
        found = turn(Law.on_day(place, ON), decision, facts_from_given(given, on=ON))
        assert found.outcome is (Outcome.NOT_MET if wanted(decision) else Outcome.MET)
        seen = looked_at(place, decision)
        every = lawful(Office(place, ON, "current"), decision, given, seen)
        day = found.changes_hold_from or ON
        for each in (found.changes, *found.others) if found.changes else ():
            deeds = deeds_of(each)
            assert set(deeds) <= set(every), (decision, place, given)
            assert turned(decision, place, given, deeds, day), (decision, place, given)
            helped[decision] += 1
        smaller = len(found.changes) - 1 if found.changes else MOST_CHANGES
        for size in range(smaller + 1):
            for few in combinations(every, size):
                for when in {ON, day}:
                    assert not turned(decision, place, given, few, when), (decision, place, few)
    assert sum(helped.values()) > VERDICTS // 5
    assert len(helped) > 15, sorted(helped)


def test_the_lawful_deeds_are_those_of_the_search(verdicts: list[Negative]) -> None:
    for decision, place, given in verdicts:
        facts = facts_from_given(given, on=ON)
        mine = changes_for(Law.on_day(place, ON), decision, facts)
        seen = looked_at(place, decision)
        every = lawful(Office(place, ON, "current"), decision, given, seen)
        assert set(deeds_of(tuple(mine))) == set(every), (decision, place, given)
        changed = {fact for deed in every for fact, _ in deed.sets(ON)}
        assert not changed & NOBODY_CAN_CHANGE
