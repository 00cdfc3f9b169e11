"""No vacancy is offered unscreened, an unconfirmed one expires, the stock is counted by area."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from matcher.domain.kinds import Kind
from matcher.errors import IllegalMoves, NotFound, WrongUse
from matcher.pipeline.casework.supply.doing import heard, standing
from matcher.pipeline.casework.supply.vacancies.intake import (
    confirm,
    expire,
    finish,
    give_back,
    intake_list,
    receive,
    screen,
)
from matcher.pipeline.casework.supply.vacancies.stocks import stock_by_area
from matcher.store.store import Store
from tests.pipeline.casework.supply.office import NANTONG, ON, SCOPE, act, fill

GOOD = {
    **{"vacancy_id": "V1", "title": "保洁员", "employer_name": "（生成）厂", "headcount": 2},
    **{"wage_min": 2800, "area_code": NANTONG, "contract_months": 12},
}


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open("sqlite://") as opened:
        yield opened


def state_of(store: Store, key: str = "V1") -> Any:
    return standing(store, SCOPE, "vacancy", key)


def given(store: Store, **more: Any) -> Store:
    fill(store, {Kind.VACANCIES: [GOOD | more]})
    receive(store, act(), ["V1"], "street")
    return store


@pytest.mark.parametrize(
    ("more", "state", "reason", "codes"),
    [
        pytest.param({}, "accepted", None, (), id="a whole posting"),
        pytest.param({"age_max": 55}, "accepted", None, (), id="an age is marked, not returned"),
        pytest.param({"sex_required": "female"}, "returned", "unlawful", ("sex_limit",), id="sex"),
        pytest.param({"wage_min": 900}, "returned", "pay_below_minimum", ("below_minimum_wage",)),
        pytest.param({"headcount": None}, "returned", "incomplete", ("no_headcount",)),
        pytest.param(
            {"wage_min": None, "sex_required": "male"},
            *("returned", "incomplete", ("no_pay", "sex_limit")),
            id="every reason is told",
        ),
    ],
)
def test_the_gate_accepts_or_returns_with_reasons(
    store: Store, more: dict[str, Any], state: str, reason: str | None, codes: tuple[str, ...]
) -> None:
    (done,) = screen(given(store, **more), act(), ["V1"])
    assert (done.state, done.gate.reason, done.gate.returned) == (state, reason, codes)
    assert state_of(store)["state"] == state
    if codes:
        assert heard(state_of(store))["returned"] == ";".join(codes)


def test_a_returned_vacancy_comes_in_again_once_it_is_mended(store: Store) -> None:
    screen(given(store, sex_required="male"), act(), ["V1"])
    with pytest.raises(IllegalMoves):
        screen(store, act(), ["V1"])
    fill(store, {Kind.VACANCIES: [GOOD]})
    receive(store, act(), ["V1"], None)
    (done,) = screen(store, act(), ["V1"])
    assert done.state == "accepted"
    assert "returned" not in heard(state_of(store))


def test_an_open_vacancy_expires_the_day_after_it_should_have_been_confirmed(store: Store) -> None:
    (done,) = screen(given(store), act(), ["V1"])
    due = date.fromisoformat(str(done.due_on))
    assert due == ON + timedelta(days=30)
    assert expire(store, act(due)) == []
    assert expire(store, act(due + timedelta(days=1))) == ["V1"]
    assert store.frame(Kind.VACANCIES)["expires_on"].tolist() == [due.isoformat()]
    with pytest.raises(WrongUse, match="--until"):
        confirm(store, act(due + timedelta(days=2)), "V1", None)
    again = confirm(store, act(due + timedelta(days=2)), "V1", due + timedelta(days=12))
    assert again == (due + timedelta(days=12)).isoformat()
    assert state_of(store)["state"] == "accepted"


def test_its_own_last_day_comes_before_the_rhythm(store: Store) -> None:
    (done,) = screen(given(store, expires_on="2026-11-10"), act(), ["V1"])
    assert done.due_on == "2026-11-10"


def test_a_closed_vacancy_is_offered_no_longer(store: Store) -> None:
    screen(given(store), act(), ["V1"])
    finish(store, act(), "V1", "withdrawn")
    last = store.frame(Kind.VACANCIES)["expires_on"].iloc[0]
    assert last == (ON - timedelta(days=1)).isoformat()
    with pytest.raises(IllegalMoves):
        finish(store, act(), "V1", None)


def test_a_return_by_hand_needs_a_coded_reason(store: Store) -> None:
    screen(given(store), act(), ["V1"])
    with pytest.raises(IllegalMoves, match="not_real"):
        give_back(store, act(), "V1", "because", None)
    give_back(store, act(), "V1", "not_real", "电话无人接听")
    assert state_of(store)["state"] == "returned"


def test_unknown_vacancies_are_named(store: Store) -> None:
    with pytest.raises(NotFound, match="V9"):
        receive(store, act(), ["V9"], None)


@pytest.mark.parametrize(
    ("more", "suits"),
    [
        pytest.param({}, True, id="simple work with a contract of a year"),
        pytest.param({"certificates_required": "电工证"}, False, id="asks for a certificate"),
        pytest.param({"education_min": "bachelor"}, False, id="asks for a degree"),
        pytest.param({"experience_months_min": 12}, False, id="asks for experience"),
        pytest.param({"sex_required": "male"}, False, id="unlawful"),
    ],
)
def test_the_tag_says_by_what_it_is_given(store: Store, more: dict[str, Any], suits: bool) -> None:
    (done,) = screen(given(store, **more), act(), ["V1"])
    assert done.suits is suits
    assert ("long_contract" in done.suits_by) is suits


def test_the_stock_is_held_against_the_ratio_of_the_place(store: Store) -> None:
    fill(
        store,
        {
            Kind.VACANCIES: [
                GOOD,
                GOOD | {"vacancy_id": "V2", "sex_required": "male", "headcount": 9},
                GOOD | {"vacancy_id": "V3", "expires_on": "2026-10-01", "headcount": 9},
                GOOD | {"vacancy_id": "V4", "area_code": "140105", "headcount": 1},
            ],
            Kind.PERSONS: [
                {
                    **{"person_id": f"P{at}", "area_code": area},
                    **{"unemployment_registered_on": "2026-01-05", "employment_state": state},
                }
                for at, (area, state) in enumerate(
                    [
                        *[(NANTONG, "unemployed")] * 5,
                        (NANTONG, "employed"),
                        *[("140105", "unemployed")] * 3,
                    ]
                )
            ],
            Kind.OUTCOMES: [
                {"person_id": "P5", "vacancy_id": "V1", "stage": "hired", "on": "2026-10-20"}
            ],
        },
    )
    nantong, taiyuan = stock_by_area(store, act())
    assert (nantong.area_code, nantong.places, nantong.registered_unemployed) == ("320613", 1, 5)
    assert (nantong.ratio, nantong.missing, nantong.holds) == (0.2, 4, False)
    assert nantong.required is not None
    assert nantong.required.citation is not None
    assert nantong.required.citation.rule == "js-vacancy-stock-ratio"
    assert (taiyuan.ratio, taiyuan.required, taiyuan.holds) == (1 / 3, None, None)


def test_an_empty_store_has_no_stock(store: Store) -> None:
    assert stock_by_area(store, act()) == []


@pytest.mark.parametrize("seed", range(6))
def test_random_walks_never_leave_an_open_vacancy_unscreened_or_overdue(
    store: Store, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    given(store, sex_required="male" if seed % 2 else None)
    day = ON
    for _ in range(25):
        day += timedelta(days=int(rng.integers(0, 20)))
        step = rng.integers(0, 5)
        try:
            if step == 0:
                receive(store, act(day), ["V1"], None)
            elif step == 1:
                screen(store, act(day), ["V1"])
            elif step == 2:
                confirm(store, act(day), "V1", day + timedelta(days=int(rng.integers(1, 60))))
            elif step == 3 and rng.random() < 0.2:
                finish(store, act(day), "V1", None)
        except (IllegalMoves, WrongUse):
            pass
        expire(store, act(day))
        now = state_of(store)
        assert not (now["state"] == "accepted" and seed % 2), "an unlawful one is open"
        if now["state"] == "accepted":
            assert now["due_on"] >= day.isoformat()
    assert len(intake_list(store, act(day))) == 1
