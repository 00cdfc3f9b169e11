"""Ages, places and runs as the kernel reads them."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from matcher.market.build import empty_market
from matcher.screening.kernel import survivors
from matcher.screening.pairs import screen_pairs
from matcher.screening.rows import full_years, health_work_forms, people_rows
from matcher.screening.runs import open_posts
from matcher.screening.welfare import WelfareEligibility
from tests.market.random_frames import random_market


@pytest.mark.parametrize(
    ("born", "on", "years"),
    [
        pytest.param("2000-05-12", date(2026, 5, 11), 25, id="the day before the birthday"),
        pytest.param("2000-05-12", date(2026, 5, 12), 26, id="the birthday"),
        pytest.param("2000-02-29", date(2026, 2, 28), 25, id="born on a leap day, the day before"),
        pytest.param("2000-02-29", date(2026, 3, 1), 26, id="born on a leap day, the day after"),
        pytest.param("1950-12-31", date(2026, 1, 1), 75, id="born before 1970"),
        pytest.param("NaT", date(2026, 1, 1), -1, id="not asked"),
    ],
)
def test_age_is_in_full_years(born: str, on: date, years: int) -> None:
    assert full_years(np.array([born], "datetime64[D]"), on).tolist() == [years]


def test_only_those_who_cannot_go_out_are_bound_by_health() -> None:
    bound = {health for health, forms in health_work_forms().items() if len(forms) < 7}
    assert bound == {"cannot_go_out"}


@pytest.mark.parametrize("seed", range(3))
def test_the_scan_over_blocks_finds_exactly_the_pairs_that_fail_nothing(seed: int) -> None:
    market, welfare = random_market(seed, n_persons=30, n_vacancies=80)
    persons = np.arange(30, dtype=np.int32)
    people = people_rows(market, welfare, persons, working_age_min=16)
    posts, runs, at = open_posts(market, welfare)
    rows, offsets = np.empty(100, np.int32), np.zeros(31, np.int64)
    first, found = 0, set()
    while first < 30:
        last = survivors(people, persons, first, posts, runs, rows, offsets)
        assert last > first
        for person in range(first, last):
            vacancies = at[rows[offsets[person] : offsets[person + 1]]]
            found |= {(person, int(vacancy)) for vacancy in vacancies}
        first = last
    person_at, vacancy_at = np.repeat(persons, 80), np.tile(np.arange(80, dtype=np.int32), 30)
    passed = screen_pairs(market, welfare, person_at, vacancy_at, working_age_min=16) == 0
    expected = set(zip(person_at[passed].tolist(), vacancy_at[passed].tolist(), strict=True))
    assert found == expected


@pytest.mark.parametrize("seed", range(3))
def test_posts_make_one_demand_where_they_ask_the_same_and_only_there(seed: int) -> None:
    market, welfare = random_market(seed, n_persons=2, n_vacancies=300)
    posts, runs, at = open_posts(market, welfare)

    def told(row: NDArray[Any]) -> list[tuple[object, ...]]:
        spans = zip(row["certificates_from"], row["certificates_to"], strict=True)
        plain = ("age_min", "age_max", "welfare_class")
        columns = [row[name].tolist() for name in plain]
        sets = [tuple(posts.certificates[first:last]) for first, last in spans]
        return list(zip(sets, *columns, strict=True))

    asked, demands = told(posts.row), told(runs.demands)
    n_certificates = posts.row["certificates_to"] - posts.row["certificates_from"]
    assert set(n_certificates.tolist()) >= {0, 1, 2}
    assert len(at) > len(set(demands)) == len(demands)
    assert [demands[which] for which in runs.demand] == asked
    assert np.array_equal(runs.wage_max, posts.row["wage_max"], equal_nan=True)


def test_a_market_without_posts_has_no_runs() -> None:
    market = empty_market()
    posts, runs, at = open_posts(market, WelfareEligibility.unruled(market))
    assert len(posts.row) == len(runs.place) == len(runs.demands) == len(at) == 0
