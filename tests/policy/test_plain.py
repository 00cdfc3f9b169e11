"""Columns held against an independent reading of the packs, row by row, for every decision."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from random import Random
from typing import Any

import numpy as np
import pytest

from matcher.domain.decision import Outcome, Verdict
from matcher.policy.catalogue import answer_catalogue, decision_catalogue
from matcher.policy.decisions import Decided, decide
from matcher.policy.facts import facts_from_many
from matcher.policy.law import Law
from tests.policy.plain.answers import Office, Reply
from tests.policy.plain.candidates import TIER_DECISION, order
from tests.policy.plain.drawing import draw, vocabulary
from tests.policy.plain.packs import packs, parents, texts
from tests.policy.plain.subjects import subject_of

DECISIONS = sorted(decision_catalogue())
LAYERS = ("source", "current")
DAYS = (
    *(date(2007, 6, 27), date(2008, 5, 28), date(2009, 9, 22)),
    *(date(2024, 12, 31), date(2026, 11, 22)),
)
TRUTHS = {Outcome.MET: True, Outcome.NOT_MET: False, Outcome.UNKNOWN: None}
COLUMN = {False: 0, None: 1, True: 2}
LEFT_OUT = (0.0, 0.1, 0.3, 0.6)
ROWS, ROWS_IN_ALL = 12, 800
"""Rows for each set of texts, and at least for each decision."""
MANY_ROWS = 150
LARGE = 100_000


def laws(decision: str, *, everywhere: bool = False) -> Iterator[tuple[str, date, str]]:
    """Place, day and layer, once for each different set of texts that can answer."""
    seen: set[object] = set()
    for place in parents():
        for on in DAYS:
            for layer in LAYERS:
                chain = tuple(id(text.rule) for text in texts(place, decision, on, layer))
                if everywhere or (chain, on) not in seen:
                    seen.add((chain, on))
                    yield place, on, layer


def drawn(
    decision: str, where: tuple[str, date, str], count: int, *, candidates: bool = False
) -> list[Any]:
    place, on, layer = where
    random = Random(f"{decision} {place} {on} {candidates}")
    seen = vocabulary(place, decision, on, layer)
    return [
        draw(seen, random, random.choice(LEFT_OUT), candidates=candidates) for _ in range(count)
    ]


def answered(decision: str, where: tuple[str, date, str], given: list[Any]) -> Decided:
    place, on, layer = where
    return decide(Law.on_day(place, on, layer=layer), decision, facts_from_many(given, on=on))


def plain(decision: str, where: tuple[str, date, str], given: Any) -> Reply:
    office, one = Office(*where), subject_of(given, where[1])
    if decision == TIER_DECISION and one.lists["candidates"] is not None:
        return order(office, one)
    return office.decide(decision, one)


def as_reply(verdict: Verdict) -> Reply:
    """The engine's verdict in the plain reader's form."""
    values = {name: value for name, value in verdict.values.items() if name != "derived_from"}
    sets = {name for name, kind in answer_catalogue().items() if kind.kind == "set"}
    findings = [
        (one.condition, one.citation.rule if one.citation else "", TRUTHS[one.outcome])
        for one in verdict.findings
    ]
    return Reply(
        outcome=TRUTHS[verdict.outcome],
        set_by=verdict.set_by,
        values={name: set(one) if name in sets else one for name, one in values.items()},
        ask_for=frozenset(verdict.ask_for),
        reason=verdict.reason,
        rules=frozenset(citation.rule for citation in verdict.citations),
        findings=tuple(sorted(findings, key=str)),
        review=frozenset(verdict.review_against),
    )


def sorted_findings(reply: Reply) -> Reply:
    return Reply(**{**vars(reply), "findings": tuple(sorted(reply.findings, key=str))})


def compare(decision: str, count: int) -> set[bool | None]:
    """Every verdict on `count` rows for each law; the outcomes seen."""
    seen: set[bool | None] = set()
    found = list(laws(decision))
    count = max(count, ROWS_IN_ALL // len(found))
    for where in found:
        for candidates in (False, True) if decision == TIER_DECISION else (False,):
            given = drawn(decision, where, count, candidates=candidates)
            decided = answered(decision, where, given)
            for row, one in enumerate(given):
                expected = sorted_findings(plain(decision, where, one))
                assert as_reply(decided.verdict(row)) == expected, (decision, where, one)
                assert decided.outcome[row] == COLUMN[expected.outcome], (decision, where, one)
                if not candidates:
                    assert decided.tier[row] == expected.values.get("tier", 0)
                seen.add(expected.outcome)
    return seen


@pytest.mark.slow
@pytest.mark.parametrize("decision", DECISIONS)
def test_columns_answer_as_the_plain_reading_of_each_row(decision: str) -> None:
    seen = compare(decision, ROWS)
    assert {True, None} <= seen
    assert False in seen or decision == "statutory_retirement_date"


@pytest.mark.slow
@pytest.mark.parametrize("decision", DECISIONS)
def test_columns_answer_as_the_plain_reading_of_many_rows(decision: str) -> None:
    compare(decision, MANY_ROWS)


@pytest.mark.parametrize("decision", DECISIONS)
def test_everywhere_the_same_texts_answer_in_the_same_order(decision: str) -> None:
    for place, on, layer in laws(decision, everywhere=True):
        mine = [text.file for text in texts(place, decision, on, layer)]
        rules = Law.on_day(place, on, layer=layer).rules(decision)
        assert [found.pack.file for found in rules] == mine


def test_every_rule_of_every_pack_is_read() -> None:
    read = {
        (text.file, decision)
        for decision in DECISIONS
        for where in laws(decision, everywhere=True)
        for text in texts(where[0], decision, *where[1:])
    }
    assert read == {(file, name) for file, pack in packs() for name in pack.get("decisions") or {}}


def mixed(decision: str, where: tuple[str, date, str], count: int) -> list[Any]:
    """Rows of all sorts: with and without lists, much and little asked."""
    given = drawn(decision, where, count)
    if decision == TIER_DECISION:
        given[::2] = drawn(decision, where, len(given[::2]), candidates=True)
    return given


@pytest.mark.parametrize("decision", DECISIONS)
def test_a_row_is_answered_alike_alone_among_seven_and_among_many(decision: str) -> None:
    where = max(laws(decision), key=lambda one: (len(texts(one[0], decision, *one[1:])), one[1]))
    given = mixed(decision, where, 7)
    alone = [answered(decision, where, [one]) for one in given]
    seven = answered(decision, where, given)
    tiled = np.arange(LARGE) % len(given)
    many = decide(seven.law, decision, seven.facts.take(tiled))
    names = set(seven.resolved.answers) | {name for one in alone for name in one.resolved.answers}
    for row, one in enumerate(alone):
        inside = row + len(given) * (LARGE // len(given) // 2)
        assert seven.outcome[row] == one.outcome[0]
        assert seven.set_by[row] == one.set_by[0]
        assert seven.verdict(row) == one.verdict(0) == many.verdict(inside)
        for name in names:
            np.testing.assert_equal(seven.value(name)[row], one.value(name)[0])
    np.testing.assert_array_equal(many.outcome, seven.outcome[tiled])
    np.testing.assert_array_equal(many.tier, seven.tier[tiled])
    for name in names:
        np.testing.assert_array_equal(many.value(name), seven.value(name)[tiled])
