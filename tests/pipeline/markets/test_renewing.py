"""A snapshot renewed in place answers, byte by byte, as one taken anew."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from api.market import Markets
from matcher.domain.kinds import Kind
from matcher.domain.scope import Role, Scope
from matcher.pipeline import matching
from matcher.pipeline.markets.renewing import Renewal, renewal_of
from matcher.pipeline.snapshot import Snapshot, take_snapshot
from matcher.ranking.rules import RulesRanker
from matcher.store.audit import Change
from matcher.store.store import Store
from tests.factories import make_frame
from tests.planted import AT, ON, fill

OFFICE = Scope.office("match")
NEW: dict[str, Any] = {
    "vacancy_id": "V010x",
    "title": "数控机床操作工",
    "skills_wanted": "飞船驾驶;日常保洁",
    "area_code": "320613",
    "employer_id": None,
    "headcount": 2,
    "wage_min": 4000,
    "wage_max": 9000,
    "posted_on": "2026-11-20",
    "expires_on": "2027-06-30",
}


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open("sqlite://") as opened:
        fill(opened, people=40)
        yield opened


def put(store: Store, kind: Kind, *rows: dict[str, Any]) -> None:
    with store.writing(actor="test", at=AT) as batch:
        batch.upsert(kind, make_frame(kind, rows))


def told(snapshot: Snapshot) -> pd.DataFrame:
    return matching.match_all(snapshot, RulesRanker(), top=15)


def assert_as_anew(snapshot: Snapshot, store: Store) -> None:
    plain = take_snapshot(store, OFFICE, on=ON)
    pd.testing.assert_frame_equal(told(snapshot), told(plain))
    assert snapshot.marks == plain.marks
    pd.testing.assert_frame_equal(snapshot.outcomes, plain.outcomes)
    np.testing.assert_array_equal(snapshot.known_pairs, plain.known_pairs)
    ours, theirs = snapshot.market.vacancies, plain.market.vacancies
    np.testing.assert_array_equal(ours.places_left, theirs.places_left)
    np.testing.assert_array_equal(ours.ids, theirs.ids)


def post(store: Store) -> None:
    put(store, Kind.VACANCIES, NEW)


def change(store: Store) -> None:
    put(store, Kind.VACANCIES, NEW | {"vacancy_id": "V007", "title": "保安", "warnings": "no_pay"})


def close(store: Store) -> None:
    put(store, Kind.VACANCIES, NEW | {"vacancy_id": "V007", "expires_on": "2026-11-01"})


def apply(store: Store) -> None:
    row = {"person_id": "P003", "vacancy_id": "V005", "stage": "applied", "on": "2026-11-20"}
    put(store, Kind.OUTCOMES, row, row | {"person_id": "P039"})


def hire(store: Store) -> None:
    change(store)
    row = {"person_id": "P003", "vacancy_id": "V007", "stage": "hired", "on": "2026-11-20"}
    put(store, Kind.OUTCOMES, row, row | {"person_id": "P000", "on": None})


def fund(store: Store) -> None:
    funded = {"public_welfare": True, "public_welfare_kind": "public_service"}
    put(store, Kind.VACANCIES, NEW | funded)


def move(store: Store) -> None:
    put(store, Kind.PERSONS, {"person_id": "P003", "area_code": "320613", "sex": "male"})


@pytest.mark.parametrize(
    ("write", "in_place"),
    [
        pytest.param(post, True, id="a post is new"),
        pytest.param(change, True, id="a post says something else"),
        pytest.param(close, True, id="a post is closed"),
        pytest.param(apply, True, id="people applied"),
        pytest.param(hire, True, id="people were hired"),
        pytest.param(fund, False, id="a post is under a rule that none was under"),
        pytest.param(move, False, id="a person moved"),
    ],
)
def test_what_was_written_is_in_the_next_answer(
    store: Store, write: Callable[[Store], None], in_place: bool
) -> None:
    markets = Markets(store, threads=1)
    before = markets.of(OFFICE, ON)
    shown = told(before)
    write(store)
    after = markets.of(OFFICE, ON)
    assert after is not before
    assert (after.market.standing is before.market.standing) is in_place
    assert_as_anew(after, store)
    pd.testing.assert_frame_equal(told(before), shown)


def test_people_of_others_leave_an_offices_market_as_it_is(store: Store) -> None:
    county = Scope(Role.CASEWORKER, ("320685",), "test", "test")
    at = {"sex": "male", "seeks_work": True}
    here, there = at | {"area_code": "320685"}, at | {"area_code": "320682"}
    put(store, Kind.PERSONS, here | {"person_id": "P001"}, there | {"person_id": "P002"})
    markets = Markets(store, threads=1)
    before = markets.of(county, ON)
    assert list(before.market.jobseekers.ids) == ["P001"]
    put(store, Kind.PERSONS, there | {"person_id": "P002", "sex": "female"})
    assert markets.of(county, ON) is before
    put(store, Kind.PERSONS, here | {"person_id": "P002"})
    both = markets.of(county, ON)
    assert list(both.market.jobseekers.ids) == ["P001", "P002"]
    # Somebody who does not seek work is served as well, and counts in a household.
    put(store, Kind.PERSONS, here | {"person_id": "P003", "seeks_work": False})
    third = markets.of(county, ON)
    assert third is not both
    put(store, Kind.PERSONS, there | {"person_id": "P003", "seeks_work": False})
    assert markets.of(county, ON) is not third
    put(store, Kind.PERSONS, there | {"person_id": "P001"})
    assert list(markets.of(county, ON).market.jobseekers.ids) == ["P002"]


def test_a_second_post_under_the_same_rule_is_put_in_place(store: Store) -> None:
    fund(store)
    markets = Markets(store, threads=1)
    before = markets.of(OFFICE, ON)
    funded = {"public_welfare": True, "public_welfare_kind": "public_service"}
    put(store, Kind.VACANCIES, NEW | funded | {"vacancy_id": "V000"})
    after = markets.of(OFFICE, ON)
    assert after.market.standing is before.market.standing
    assert_as_anew(after, store)


def test_nothing_written_is_the_same_snapshot_and_so_is_what_no_market_reads(store: Store) -> None:
    markets = Markets(store, threads=1)
    before = markets.of(OFFICE, ON)
    assert markets.of(OFFICE, ON) is before
    put(store, Kind.FAIRS, {"fair_id": "F1", "name": "冬季招聘会", "on": "2026-12-05"})
    put(store, Kind.EMPLOYERS, {"employer_id": "E1", "name": "（生成）单位"})
    assert markets.of(OFFICE, ON) is before


def test_a_second_process_maps_what_the_first_one_built(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Markets(store, threads=1, folder=tmp_path).of(OFFICE, ON)

    def build(*_: object, **__: object) -> None:
        raise AssertionError("it was built again")

    with monkeypatch.context() as nobody_builds:
        nobody_builds.setattr("matcher.pipeline.snapshot.build_market", build)
        second = Markets(store, threads=1, folder=tmp_path)
        pd.testing.assert_frame_equal(told(second.of(OFFICE, ON)), told(first))
        post(store)
        after = second.of(OFFICE, ON)
    assert_as_anew(after, store)
    move(store)
    assert_as_anew(second.of(OFFICE, ON), store)
    assert_as_anew(Markets(store, threads=1, folder=tmp_path).of(OFFICE, ON), store)


@pytest.mark.parametrize(
    ("changes", "asked"),
    [
        pytest.param([], Renewal(), id="nothing"),
        pytest.param(
            [Change("persons", ("P1",), False)],
            Renewal(people=frozenset({"P1"})),
            id="a person",
        ),
        pytest.param(
            [Change("vacancies", ("V1",), False), Change("vacancies", ("V2",), True)],
            Renewal(frozenset({"V1", "V2"})),
            id="two posts",
        ),
        pytest.param([Change("vacancies", None, False)], None, id="too many to be named"),
        pytest.param(
            [Change("employers", ("E1",), False), Change("employers", ("E2",), True)],
            Renewal(employers=frozenset({"E1"})),
            id="an employer that was there",
        ),
        pytest.param(
            [Change("persons", ("P1",), False, erased=True)],
            Renewal(people=frozenset({"P1"}), erased=frozenset({"P1"})),
            id="somebody was erased",
        ),
        pytest.param([Change("something", ("1",), True)], None, id="what nobody knows"),
    ],
)
def test_what_a_write_asks_for(changes: list[Change], asked: Renewal | None) -> None:
    assert renewal_of(changes) == asked


def test_a_post_is_in_the_matches_of_20_000_within_a_second(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    n, people = 20_000, 5_000
    titles = np.array(["保洁员", "保安员", "收银员", "会计", "电工", "焊工", "厨师"], dtype=object)
    posts = [
        NEW | {"vacancy_id": f"V{at:06}", "title": f"{titles[at % 7]}{at % 900}", "headcount": 3}
        for at in range(n)
    ]
    persons = [
        {
            "person_id": f"P{at:06}",
            "area_code": "320613",
            "occupations_wanted": str(rng.choice(titles)),
            "skills": "日常保洁",
            "birth_date": "1990-05-01",
        }
        for at in range(people)
    ]
    persons.append(persons[0] | {"person_id": "P9", "occupations_wanted": "潜水员"})
    with Store.open(f"sqlite:///{tmp_path / 'w.sqlite'}") as store:
        put(store, Kind.PERSONS, *persons)
        put(store, Kind.VACANCIES, *posts)
        markets, ranker = Markets(store, threads=1), RulesRanker()

        def best() -> list[str]:
            snapshot = markets.of(OFFICE, ON)
            at = snapshot.person_at("P9")
            ranked = matching.rank_for_persons(snapshot, ranker, top=5, persons=at)
            return list(snapshot.market.vacancies.ids[ranked.vacancy_at])

        best()
        took = []
        for turn in range(3):
            posted = f"V0100{turn}x"
            began = time.monotonic()
            put(store, Kind.VACANCIES, NEW | {"vacancy_id": posted, "title": "潜水员"})
            assert posted in best()
            took.append(time.monotonic() - began)
        assert min(took) < 1.0, took
