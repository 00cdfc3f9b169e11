"""Seats go by the published order, are never more than there are, and results are on record."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
import pytest

from matcher.domain.kinds import Kind
from matcher.errors import IllegalMoves, NotFound, WrongUse
from matcher.pipeline.casework.supply.training import (
    TAKEN,
    Assessed,
    allocate,
    attend,
    result,
    sign_up,
    training_list,
    withdraw,
)
from matcher.store.store import Store
from tests.pipeline.casework.supply.office import NANTONG, SCOPE, act, fill

COURSE = {
    **{"course_id": "C1", "name": "养老护理员（初级）", "skills_taught": "老人护理"},
    **{"certificates_awarded": "养老护理员证", "seats": 2},
    **{"starts_on": "2026-12-01", "ends_on": "2026-12-20"},
}
FACTS: dict[str, dict[str, Any]] = {
    "P0": {},
    "P1": {"recognised_hard_to_employ": True},
    "P2": {"zef_member": True},
    "P3": {"recognised_hard_to_employ": True},
    "P4": {},
}
SINCE = {"P1": "2026-05-01", "P3": "2025-05-01"}


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open("sqlite://") as opened:
        yield opened


def given(store: Store, **course: Any) -> Store:
    return fill(
        store,
        {
            Kind.COURSES: [COURSE | course],
            Kind.PERSONS: [
                {
                    **{"person_id": key, "area_code": NANTONG, "skills": "保洁"},
                    **{"facts": json.dumps(facts), "training_wishes": "老人护理"},
                    "unemployed_since": SINCE.get(key),
                }
                for key, facts in FACTS.items()
            ],
        },
    )


def standing(store: Store) -> dict[str, str]:
    return {each.person_id: each.state for each in training_list(store, act(), "C1")}


def test_seats_go_by_tier_then_by_how_long_without_work(store: Store) -> None:
    sign_up(given(store), act(), "C1", list(FACTS))
    line = allocate(store, act(), "C1")
    assert [each.person_id for each in line[:3]] == ["P2", "P3", "P1"]
    assert [each.tier for each in line] == [1, 2, 2, 3, 3]
    assert [each.state for each in line] == ["seated", "seated", "waiting", "waiting", "waiting"]
    assert all(each.wished for each in line)


def test_the_order_does_not_hang_on_who_signed_up_first(store: Store) -> None:
    sign_up(given(store), act(), "C1", ["P4", "P0"])
    sign_up(store, act(), "C1", ["P3", "P2", "P1"])
    line = [each.person_id for each in allocate(store, act(), "C1")]
    assert line[:3] == ["P2", "P3", "P1"]
    with Store.open("sqlite://") as other:
        sign_up(given(other), act(), "C1", list(FACTS))
        assert [each.person_id for each in allocate(other, act(), "C1")] == line


def test_the_first_in_line_moves_up_when_somebody_leaves(store: Store) -> None:
    sign_up(given(store), act(), "C1", ["P1", "P2", "P3"])
    allocate(store, act(), "C1")
    assert withdraw(store, act(), "C1", "P2", "found_work") == ["P1"]
    assert standing(store) == {"P1": "seated", "P2": "withdrawn", "P3": "seated"}


def test_who_only_waited_leaves_no_seat(store: Store) -> None:
    sign_up(given(store), act(), "C1", list(FACTS))
    allocate(store, act(), "C1")
    assert withdraw(store, act(), "C1", "P1", "health") == []
    assert list(standing(store).values()).count("seated") == 2


def test_nobody_moves_up_once_the_course_runs(store: Store) -> None:
    sign_up(given(store), act(), "C1", ["P1", "P2", "P3"])
    allocate(store, act(), "C1")
    assert withdraw(store, act(date(2026, 12, 2)), "C1", "P2", "found_work") == []


def test_a_course_that_runs_a_missing_one_and_unknown_seats_are_told(store: Store) -> None:
    given(store, seats=None)
    with pytest.raises(WrongUse, match="began"):
        sign_up(store, act(date(2026, 12, 1)), "C1", ["P1"])
    with pytest.raises(NotFound):
        sign_up(store, act(), "C9", ["P1"])
    with pytest.raises(NotFound, match="P9"):
        sign_up(store, act(), "C1", ["P9"])
    sign_up(store, act(), "C1", ["P1"])
    with pytest.raises(IllegalMoves):
        sign_up(store, act(), "C1", ["P1"])
    with pytest.raises(WrongUse, match="seats"):
        allocate(store, act(), "C1")


def test_who_passed_has_skill_and_certificate_on_record(store: Store) -> None:
    sign_up(given(store), act(), "C1", ["P2"])
    allocate(store, act(), "C1")
    attend(store, act(), "C1", "P2", "attend")
    ankang = Assessed(passed=True, place="cn/shaanxi/ankang", layer="source")
    done = result(store, act(), "C1", "P2", ankang)
    assert done.state == "passed"
    person = store.persons(SCOPE, ["P2"], parts=("profile", "status")).iloc[0]
    assert person["skills"] == "保洁;老人护理"
    assert person["certificates"] == "养老护理员证"
    assert json.loads(person["facts"])["skill_assessments_taken"] == 1


@pytest.mark.parametrize(
    ("place", "taken", "under_access", "free"),
    [
        pytest.param("cn/shaanxi/ankang", 0, None, True, id="Ankang: the first"),
        pytest.param("cn/shaanxi/ankang", 1, None, False, id="Ankang: the second"),
        pytest.param("cn/shaanxi/ankang", None, None, False, id="Ankang: nobody asked"),
        pytest.param("cn/shanxi", 0, True, True, id="Shanxi: a trade under the access system"),
        pytest.param("cn/shanxi", 0, False, False, id="Shanxi: another trade"),
        pytest.param("cn/jiangsu", 0, True, False, id="Jiangsu: no text"),
    ],
)
def test_the_first_assessment_is_free_where_the_place_says_so(
    store: Store, place: str, taken: int | None, under_access: bool | None, *, free: bool
) -> None:
    given(store)
    facts = {"zef_member": True, "recognised_hard_to_employ": True, "has_skill": True}
    facts |= {} if taken is None else {"skill_assessments_taken": taken}
    fill(
        store,
        {Kind.PERSONS: [{"person_id": "P2", "area_code": NANTONG, "facts": json.dumps(facts)}]},
    )
    sign_up(store, act(), "C1", ["P2"])
    allocate(store, act(), "C1")
    attend(store, act(), "C1", "P2", "attend")
    failed = Assessed(passed=False, under_access=under_access, place=place, layer="source")
    assert result(store, act(), "C1", "P2", failed).free_assessment is free
    assert store.persons(SCOPE, ["P2"])["certificates"].isna().all()
    again = Assessed(passed=True, under_access=under_access, place=place, layer="source")
    assert result(store, act(), "C1", "P2", again).free_assessment is False


@pytest.mark.parametrize("seed", range(4))
def test_random_walks_never_give_more_seats_than_there_are(store: Store, seed: int) -> None:
    rng = np.random.default_rng(seed)
    given(store)
    for _ in range(25):
        who = f"P{rng.integers(0, 5)}"
        try:
            match rng.integers(0, 4):
                case 0 | 1:
                    sign_up(store, act(), "C1", [who])
                case 2:
                    allocate(store, act(), "C1")
                case _:
                    withdraw(store, act(), "C1", who, "other")
        except (IllegalMoves, NotFound):
            pass
        every = training_list(store, act(), "C1")
        taken = [each for each in every if each.state in TAKEN]
        assert len(taken) <= 2
        if len(taken) < 2:
            assert "waiting" not in {each.state for each in every}
