"""A planned layoff is held against thresholds and against the families of those on the list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from matcher.domain.decision import Outcome
from matcher.domain.kinds import Kind
from matcher.errors import IllegalMoves, NotFound, WrongUse
from matcher.pipeline.casework.supply.layoffs import Plan, examined, layoff_list, notice, step
from matcher.store.store import Store
from tests.pipeline.casework.supply.office import NANTONG, act, fill

CITY_B = "example/city-b"


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open("sqlite://") as opened:
        fill(
            opened,
            {
                Kind.EMPLOYERS: [{"employer_id": "E1", "name": "（生成）厂", "staff_total": 300}],
                Kind.HOUSEHOLDS: [
                    {
                        **{"household_id": key, "area_code": NANTONG, "members_complete": True},
                        **{"household_kind": "urban", "business_income": False},
                        "investment_income": False,
                    }
                    for key in ("H1", "H2", "H3")
                ],
                Kind.PERSONS: [
                    member("P1", "H1", "head"),
                    member("P2", "H1", "spouse"),
                    member("P3", "H2", "head"),
                    member("P4", "H2", "spouse"),
                    member("P5", "H3", "head"),
                    member("P6", "H3", "spouse", "unemployed"),
                ],
            },
        )
        yield opened


def member(key: str, home: str, relation: str, state: str = "employed") -> dict[str, Any]:
    return {
        **{"person_id": key, "household_id": home, "relation": relation, "sex": "male"},
        **{"birth_date": "1985-03-10", "employment_state": state, "area_code": NANTONG},
        **{"able_to_work": True, "wants_to_work": True},
    }


@pytest.mark.parametrize(
    ("planned", "staff", "outcome"),
    [
        pytest.param(19, 400, Outcome.NOT_MET, id="19 of 400"),
        pytest.param(20, 400, Outcome.MET, id="20 are enough"),
        pytest.param(21, 3000, Outcome.MET, id="21 of 3000"),
        pytest.param(14, 150, Outcome.NOT_MET, id="14 of 150"),
        pytest.param(15, 150, Outcome.MET, id="a tenth of 150"),
    ],
)
def test_the_thresholds_are_those_of_the_source(
    store: Store, planned: int, staff: int, outcome: Outcome
) -> None:
    plan = Plan("E1", planned=planned, staff_total=staff, place=CITY_B, layer="source")
    found = examined(store, act(), plan)
    assert found.verdict.outcome is outcome
    assert "cub-layoff-report-threshold" in {one.rule for one in found.verdict.citations}


def test_couples_and_households_that_would_lose_all_work_are_found(store: Store) -> None:
    found = notice(store, act(), Plan("E1", listed=("P1", "P2", "P3", "P5"), place="cn"))
    hits = {hit.household_id: hit for hit in found.hits}
    assert [hit.household_id for hit in found.hits] == ["H1", "H3", "H2"]
    assert [(hit.couple, hit.zero_employment) for hit in found.hits] == [
        (True, True),
        (False, True),
        (False, False),
    ]
    assert (hits["H3"].unemployed_member, hits["H1"].unemployed_member) == (True, False)
    assert found.listed_with_unemployed_family == 1
    assert found.spouses_both_listed is True
    assert found.verdict.values.get("family_review") is True
    assert found.alert
    (kept,) = layoff_list(store, act())
    assert (kept["couples"], kept["zero_employment"], kept["planned"]) == (1, 2, 4)
    assert kept["due_on"] == "2026-11-03"


def test_a_fact_that_is_missing_leaves_the_household_open_and_is_asked_for(store: Store) -> None:
    fill(
        store,
        {
            Kind.PERSONS: [member("P4", "H2", "spouse") | {"employment_state": None}],
        },
    )
    (hit,) = examined(store, act(), Plan("E1", listed=("P3",), place="cn")).hits
    assert hit.zero_employment is None
    assert "employed" in hit.ask_for


def test_who_is_not_on_record_is_named_and_the_couples_stay_open(store: Store) -> None:
    found = examined(store, act(), Plan("E1", listed=("P3", "X1")))
    assert found.unknown == ("X1",)
    assert found.spouses_both_listed is None


def test_a_second_list_replaces_the_first_until_the_families_are_looked_at(store: Store) -> None:
    first = notice(store, act(), Plan("E1", listed=("P1", "P2")))
    notice(store, act(), Plan("E1", listed=("P1",)))
    assert layoff_list(store, act())[0]["couples"] == 0
    step(store, act(), first.layoff_id, "report")
    with pytest.raises(IllegalMoves):
        step(store, act(), first.layoff_id, "review")
    step(store, act(), first.layoff_id, "review", "spared")
    with pytest.raises(IllegalMoves):
        notice(store, act(), Plan("E1", listed=("P1", "P2")))
    step(store, act(), first.layoff_id, "carry_out")


@pytest.mark.parametrize(
    ("plan", "error"),
    [
        pytest.param(Plan("E9", planned=3), NotFound, id="no such employer"),
        pytest.param(Plan("E1"), WrongUse, id="nobody"),
        pytest.param(Plan("E1", planned=1, listed=("P1", "P2")), WrongUse, id="fewer than listed"),
    ],
)
def test_a_plan_that_cannot_be_meant_is_refused(
    store: Store, plan: Plan, error: type[Exception]
) -> None:
    with pytest.raises(error):
        notice(store, act(), plan)
    assert layoff_list(store, act()) == []
