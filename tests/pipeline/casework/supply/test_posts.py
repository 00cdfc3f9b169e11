"""One holder to a place, one place to a person, and nobody longer than the law lets them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from matcher.casework.vacancies.tenure import tenure
from matcher.domain.kinds import Kind
from matcher.errors import IllegalMoves, NotEntitled, WrongUse
from matcher.pipeline.casework.supply.vacancies.posts import (
    check,
    close,
    extend,
    free,
    posts,
    register,
    take,
)
from matcher.store.store import Store
from tests.pipeline.casework.supply.office import NANTONG, ON, act, fill

PERSON = {"area_code": NANTONG, "birth_date": "1985-03-10", "sex": "male"}
MEMBER = {"zef_member": True, "in_hardship": True, "of_working_age": True, "employed": False}


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open("sqlite://") as opened:
        yield opened


def given(store: Store, born: str = "1985-03-10", **post: Any) -> Store:
    facts = json.dumps(MEMBER | {"recognised_hard_to_employ": True, "wants_to_work": True})
    fill(
        store,
        {
            Kind.PERSONS: [
                PERSON | {"person_id": f"P{at}", "birth_date": born, "facts": facts}
                for at in range(3)
            ],
            Kind.VACANCIES: [
                {
                    **{"vacancy_id": "V1", "title": "保洁员", "public_welfare": True},
                    **{"public_welfare_kind": "public_service", "funder": "区财政"},
                    **{"headcount": 2, "area_code": NANTONG},
                    "facts": json.dumps({"government_invested": True}),
                }
                | post
            ],
        },
    )
    register(store, act(), "V1")
    return store


@pytest.mark.parametrize(
    ("starts", "retires", "contract", "before", "expected"),
    [
        pytest.param("2026-11-02", None, None, 0, "2029-11-01", id="three years"),
        pytest.param("2026-11-02", "2031-11-01", None, 0, "2031-11-01", id="less than five"),
        pytest.param("2026-11-02", "2031-11-02", None, 0, "2029-11-01", id="exactly five"),
        pytest.param("2026-11-02", "2028-05-31", None, 0, "2028-05-31", id="not past retirement"),
        pytest.param("2026-11-02", None, 12, 0, "2027-11-01", id="a shorter contract"),
        pytest.param("2026-11-02", None, 60, 0, "2029-11-01", id="a longer contract"),
        pytest.param("2026-11-02", None, None, 24, "2027-11-01", id="two years held before"),
        pytest.param("2018-11-02", None, 24, 0, "2020-11-01", id="no text in force: the contract"),
        pytest.param("2018-11-02", None, None, 0, None, id="no text in force, no contract"),
    ],
)
def test_the_term_is_counted_by_law(
    starts: str, retires: str | None, contract: int | None, before: int, expected: str | None
) -> None:
    found = tenure(
        "cn",
        date.fromisoformat(starts),
        retires_on=date.fromisoformat(retires) if retires else None,
        contract_months=contract,
        before_months=before,
    )
    assert found.last_day == (date.fromisoformat(expected) if expected else None)


def test_every_place_is_registered_once(store: Store) -> None:
    given(store)
    assert register(store, act(), "V1") == []
    assert [(each.post_id, each.funder) for each in posts(store, act())] == [
        ("V1-1", "区财政"),
        ("V1-2", "区财政"),
    ]


def test_only_public_welfare_posts_are_registered(store: Store) -> None:
    with pytest.raises(WrongUse, match="public-welfare"):
        given(store, public_welfare=None)


def test_one_holder_to_a_place_and_one_place_to_a_person(store: Store) -> None:
    given(store)
    clock = take(store, act(), "V1-1", "P0")
    assert clock.ends_on == date(2029, 11, 1)
    with pytest.raises(IllegalMoves):
        take(store, act(), "V1-1", "P1")
    with pytest.raises(NotEntitled) as refused:
        take(store, act(), "V1-2", "P0")
    assert refused.value.rules == ("zj-post-reclaim",)
    free(store, act(), "V1-1", "left")
    assert posts(store, act())[0].holder is None
    take(store, act(), "V1-1", "P1")


def test_who_is_not_known_to_be_entitled_is_placed_only_with_a_reason(store: Store) -> None:
    given(store)
    fill(store, {Kind.PERSONS: [{"person_id": "P9", "area_code": NANTONG}]})
    with pytest.raises(NotEntitled, match="not known yet"):
        take(store, act(), "V1-1", "P9")
    take(store, act(), "V1-1", "P9", despite="认定材料次日补交")


def test_who_is_not_entitled_is_never_placed(store: Store) -> None:
    given(store)
    no = json.dumps({"zef_member": False, "recognised_hard_to_employ": False})
    fill(store, {Kind.PERSONS: [{"person_id": "P9", "area_code": NANTONG, "facts": no}]})
    with pytest.raises(NotEntitled, match="conditions are not met"):
        take(store, act(), "V1-1", "P9", despite="x")


def test_the_term_held_before_counts(store: Store) -> None:
    given(store)
    take(store, act(), "V1-1", "P0")
    free(store, act(date(2029, 11, 1)), "V1-1", "term_over")
    with pytest.raises(NotEntitled, match="whole term"):
        take(store, act(date(2029, 11, 2)), "V1-2", "P0")


def test_a_term_is_prolonged_only_near_retirement(store: Store) -> None:
    given(store)
    take(store, act(), "V1-1", "P0")
    with pytest.raises(NotEntitled, match="prolongs no term"):
        extend(store, act(), "V1-1")
    free(store, act(), "V1-1", "left")
    given(store, born="1970-02-10")
    take(store, act(), "V1-1", "P1")
    (first, _) = posts(store, act())
    assert first.until is not None
    assert first.until > "2029-11-01"
    assert extend(store, act(), "V1-1").isoformat() == first.until


def test_a_check_is_due_after_the_office_s_rhythm_and_says_what_was_found(store: Store) -> None:
    given(store)
    take(store, act(), "V1-1", "P0")
    assert posts(store, act(), due=True) == []
    later = ON + timedelta(days=30)
    assert [each.post_id for each in posts(store, act(later), due=True)] == ["V1-1"]
    check(store, act(later), "V1-1", at_work=False, note="无人在岗")
    assert posts(store, act(later))[0].at_work is False
    free(store, act(later), "V1-1", "not_working")
    assert posts(store, act(later))[0].at_work is None


def test_a_held_place_is_not_closed(store: Store) -> None:
    given(store)
    take(store, act(), "V1-1", "P0")
    with pytest.raises(IllegalMoves):
        close(store, act(), "V1-1", "not_needed")
    close(store, act(), "V1-2", "not_needed")


@pytest.mark.parametrize("seed", range(3))
def test_random_walks_keep_the_register_whole(store: Store, seed: int) -> None:
    rng = np.random.default_rng(seed)
    given(store)
    day = ON
    for _ in range(25):
        day += timedelta(days=int(rng.integers(0, 200)))
        post, person = f"V1-{rng.integers(1, 3)}", f"P{rng.integers(0, 3)}"
        try:
            match rng.integers(0, 4):
                case 0 | 1:
                    take(store, act(day), post, person)
                case 2:
                    free(store, act(day), post, "left")
                case _:
                    check(store, act(day), post, at_work=bool(rng.random() < 0.8))
        except (IllegalMoves, NotEntitled, WrongUse):
            pass
        for each in posts(store, act(day)):
            if each.over:
                free(store, act(day), each.post_id, "term_over")
        now = posts(store, act(day))
        holders = [each.holder for each in now if each.holder]
        assert len(set(holders)) == len(holders), "one person holds two places"
        for each in now:
            assert (each.holder is None) == (each.state != "held")
            assert each.until is None or each.until >= day.isoformat()
