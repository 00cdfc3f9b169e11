"""Random frames of persons and vacancies: every column sometimes missing, few distinct values."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from matcher.domain.kinds import Kind
from matcher.market.arrays import Market
from matcher.market.build import build_market
from matcher.reference.codes import code_list
from matcher.reference.columns import conform
from matcher.screening.welfare import WelfareEligibility

ON = date(2026, 11, 2)
AREAS = ["320613", "320613002", "320612", "320682", "3206", "32", "110101", "310115", "999999"]
CERTIFICATES = ["健康证", "低压电工证", "育婴员证", "飞船证"]
SKILLS = ["日常保洁", "焊接", "老人护理", "开车", "屠龙"]
JOBS = ["4-10-01-06", "4-09-08-01", "6-31-01-03", "6-18-02-04", "4-10-01-05", "2-02-10-03"]


class Maker:
    """Draws columns from a generator; `missing` is the share of NA."""

    def __init__(self, rng: np.random.Generator, n: int, missing: float) -> None:
        self.rng, self.n, self.missing = rng, n, missing

    def one_of(self, values: list[Any]) -> list[Any]:
        drawn = [values[at] for at in self.rng.integers(0, len(values), self.n)]
        return self._with_gaps(drawn)

    def some_of(self, values: list[str]) -> list[Any]:
        size = self.rng.integers(1, 3, self.n)
        drawn = [";".join(self.rng.choice(values, count, replace=False)) for count in size]
        return self._with_gaps(drawn)

    def day(self, middle: date, spread: int) -> list[Any]:
        shift = self.rng.integers(-spread, spread + 1, self.n)
        return self._with_gaps([(middle + timedelta(days=int(by))).isoformat() for by in shift])

    def _with_gaps(self, drawn: list[Any]) -> list[Any]:
        gaps = self.rng.random(self.n) < self.missing
        return [None if gap else value for value, gap in zip(drawn, gaps, strict=True)]


def random_persons(rng: np.random.Generator, n: int, *, missing: float = 0.3) -> pd.DataFrame:
    """Persons P000…, of every age, some past retirement, some too young."""
    make = Maker(rng, n, missing)
    frame = {
        "person_id": [f"P{at:03}" for at in range(n)],
        "sex": make.one_of(["male", "female"]),
        "birth_date": make.day(date(1985, 6, 1), 365 * 28),
        "area_code": make.one_of(AREAS),
        "household_id": make.one_of(["H1", "H2"]),
        "education": make.one_of(list(code_list("education").codes)),
        "major": make.one_of(["护理", "会计"]),
        "skills": make.some_of(SKILLS),
        "certificates": make.some_of(CERTIFICATES),
        "occupations_wanted": make.some_of(JOBS),
        "occupations_done": make.some_of(JOBS),
        "wage_wanted": make.one_of([2500, 3000, 4000]),
        "work_forms_wanted": make.some_of(list(code_list("work_form").codes)),
        "max_commute_km": make.one_of([0.5, 12.0, 60.0]),
        "health": make.one_of(list(code_list("health").codes)),
    }
    return conform(Kind.PERSONS, pd.DataFrame(frame))


def random_vacancies(rng: np.random.Generator, n: int, *, missing: float = 0.3) -> pd.DataFrame:
    """Vacancies V000…, some expired, some with limits of age and sex."""
    make = Maker(rng, n, missing)
    frame = {
        "vacancy_id": [f"V{at:03}" for at in range(n)],
        "title": [f"{title}" for title in rng.choice(["保洁员", "电工", "护工", "会计"], n)],
        "occupation_code": make.one_of(JOBS),
        "headcount": make.one_of([0, 1, 3]),
        "wage_max": make.one_of([2400, 3000, 5000]),
        "area_code": make.one_of(AREAS),
        "work_form": make.one_of(list(code_list("work_form").codes)),
        "education_min": make.one_of(list(code_list("education").codes)),
        "skills_wanted": make.some_of(SKILLS),
        "certificates_required": Maker(rng, n, 0.7).some_of(CERTIFICATES),
        "age_min": Maker(rng, n, 0.7).one_of([16, 18, 30]),
        "age_max": Maker(rng, n, 0.7).one_of([35, 50, 60]),
        "sex_required": Maker(rng, n, 0.7).one_of(["male", "female"]),
        "public_welfare": make.one_of([True, False]),
        "posted_on": make.day(ON - timedelta(days=40), 40),
        "expires_on": make.day(ON + timedelta(days=20), 30),
    }
    return conform(Kind.VACANCIES, pd.DataFrame(frame))


def random_market(
    seed: int, *, n_persons: int = 25, n_vacancies: int = 40, missing: float = 0.3
) -> tuple[Market, WelfareEligibility]:
    """A market and random answers of policy on its public-welfare posts."""
    rng = np.random.default_rng(seed)
    persons = random_persons(rng, n_persons, missing=missing)
    vacancies = random_vacancies(rng, n_vacancies, missing=missing)
    market = build_market(persons, vacancies, on=ON)
    return market, random_welfare(rng, market)


def random_welfare(rng: np.random.Generator, market: Market) -> WelfareEligibility:
    """Two classes of public-welfare posts; every answer and tier at random."""
    n, m = len(market.jobseekers), len(market.vacancies)
    eligible = rng.integers(-1, 2, (n, 2)).astype(np.int8)
    tier = np.where(eligible == 1, rng.integers(1, 4, (n, 2)), -1).astype(np.int8)
    of_class = np.where(market.vacancies.public_welfare == 1, rng.integers(0, 2, m), -1)
    return WelfareEligibility(eligible, tier, of_class.astype(np.int32))
