"""Both tails of the override rate are marked, and only where enough was proposed to say so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.casework.ledger.recording import record
from matcher.casework.referrals.referring import new_referrals
from matcher.domain.kinds import Kind
from matcher.domain.scope import Role, Scope
from matcher.evaluation.limits import OverrideLimits
from matcher.pipeline.casework.ledgers.overriding import (
    Period,
    behind,
    override_rates,
    proposals_in,
    tails,
)
from matcher.store.store import Store
from tests.factories import make_frame
from tests.pipeline.casework.register.office import AT, OFFICE

BOUND = OverrideLimits(days=180, least=5, nearly_always=0.8)
DAY = date(2026, 11, 2)


def proposed(**by: tuple[int, int]) -> pd.DataFrame:
    rows = [
        (actor, "why" if at < overridden else None)
        for actor, (n, overridden) in by.items()
        for at in range(n)
    ]
    return pd.DataFrame(rows, columns=["actor", "override"]).astype(object)


@pytest.mark.parametrize(
    ("counted", "tail"),
    [
        pytest.param((5, 0), "never", id="none of enough"),
        pytest.param((4, 0), None, id="none of too few"),
        pytest.param((5, 1), None, id="one in five"),
        pytest.param((5, 4), "always", id="four in five"),
        pytest.param((5, 3), None, id="three in five"),
        pytest.param((4, 4), None, id="all of too few"),
    ],
)
def test_a_tail_is_marked_from_enough_referrals_on(
    counted: tuple[int, int], tail: str | None
) -> None:
    rates = override_rates(proposed(wang=counted), limits=BOUND)
    assert rates["tail"].tolist() == [tail]
    assert tails(rates) == (["wang"] * (tail == "never"), ["wang"] * (tail == "always"))


def test_nobody_who_proposed_makes_an_empty_table() -> None:
    assert override_rates(proposed()).empty


@given(st.lists(st.tuples(st.integers(1, 60), st.integers(0, 60)), min_size=1, max_size=6))
@settings(max_examples=40, deadline=None)
def test_each_rate_lies_in_its_interval_and_nothing_is_lost(pairs: list[tuple[int, int]]) -> None:
    by = {f"c{at}": (n, min(k, n)) for at, (n, k) in enumerate(pairs)}
    rates = override_rates(proposed(**by), limits=BOUND)
    assert rates["proposed"].sum() == sum(n for n, _ in by.values())
    assert rates["overridden"].sum() == sum(k for _, k in by.values())
    inside = (rates["low"] <= rates["share"] + 1e-9) & (rates["share"] <= rates["high"] + 1e-9)
    assert inside.all()
    assert rates["low"].ge(-1e-9).all()
    assert rates["high"].le(1 + 1e-9).all()


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    people = [{"person_id": f"P{at}", "area_code": "320613001"} for at in range(3)]
    people[2]["area_code"] = "320682001"
    with Store.open("sqlite://") as opened:
        with opened.writing(actor="test", at=AT) as batch:
            batch.upsert(Kind.PERSONS, make_frame(Kind.PERSONS, people))
            posts = [{"vacancy_id": "V1", "title": "保洁"}]
            batch.upsert(Kind.VACANCIES, make_frame(Kind.VACANCIES, posts))
        told: tuple[dict[str, object], ...] = (
            {"override": "熟悉他", "passed_over": ["age"]},
            {"override": "asked"},
            {},
        )
        for person, said in zip(people, told, strict=True):
            pair = pd.DataFrame(
                [person | {"vacancy_id": "V1", "data": json.dumps(said), "due_on": "2026-11-09"}]
            )
            with opened.writing(actor="wang", at=AT) as batch:
                new = new_referrals(batch, pair, on=DAY.isoformat())
                record(batch, new, role=Role.CASEWORKER)
        yield opened


def test_a_post_that_the_person_did_not_want_is_no_override(store: Store) -> None:
    found = proposals_in(store, OFFICE, Period.before(DAY))
    assert found["person_id"].tolist() == ["P0", "P1", "P2"]
    assert found["override"].notna().tolist() == [True, False, False]
    rates = override_rates(found, limits=BOUND)
    assert rates[["actor", "proposed", "overridden"]].to_numpy().tolist() == [["wang", 3, 1]]
    assert behind(found, actor="wang", overridden=True)["passed_over"].tolist() == [["age"]]
    assert behind(found, actor="li").empty


def test_only_referrals_of_the_own_areas_and_days_are_counted(store: Store) -> None:
    own = Scope(Role.SUPERVISOR, ("320682",), "overrides", "li")
    assert proposals_in(store, own, Period.before(DAY))["person_id"].tolist() == ["P2"]
    assert proposals_in(store, own, Period(date(2026, 1, 1), date(2026, 11, 1))).empty
