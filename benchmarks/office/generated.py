"""A generated labour market of four provinces, at any size: everything in it is made up."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd

from matcher.domain.kinds import Kind
from matcher.market.arrays import Market
from matcher.market.build import build_market
from matcher.pipeline.snapshot import Snapshot
from matcher.reference.areas import areas
from matcher.reference.codes import code_list
from matcher.reference.columns import conform
from matcher.reference.occupations import occupations
from matcher.screening.entitlement import entitlement_of

ON = date(2026, 11, 2)
PROVINCES = ("32", "31", "33", "34")
SEEN = 5


def drawn(rng: np.random.Generator, values: list[str], n: int, missing: float) -> pd.Series:
    """A column of `n` cells, some missing, the first values more often than the last."""
    weight = 1.0 / np.arange(1, len(values) + 1) ** 0.7
    at = rng.choice(len(values), n, p=weight / weight.sum())
    at[rng.random(n) < missing] = len(values)
    return pd.Series(np.array([*values, None], dtype=object)[at], dtype="str")


def numbers(rng: np.random.Generator, values: list[float], n: int, missing: float) -> pd.Series:
    made = pd.Series(rng.choice(values, n)).astype("Float64")
    made[rng.random(n) < missing] = pd.NA
    return made


def lists(rng: np.random.Generator, values: list[str], n: int, missing: float) -> pd.Series:
    """List cells of one to four items, of 2,000 distinct cells."""
    cells = [
        ";".join(rng.choice(values, int(rng.integers(1, 5)), replace=False)) for _ in range(2000)
    ]
    return drawn(rng, cells, n, missing)


def days(rng: np.random.Generator, middle: date, spread: int, n: int, missing: float) -> pd.Series:
    around = [(middle + timedelta(days=by)).isoformat() for by in range(-spread, spread + 1)]
    column = pd.Series(rng.choice(np.array(around, dtype=object), n), dtype="str")
    column[rng.random(n) < missing] = pd.NA
    return column


def generated_market(n_vacancies: int, n_persons: int, seed: int) -> Market:
    """A market of four provinces: everything in it is generated."""
    people, posts = generated_frames(n_vacancies, n_persons, seed)
    return build_market(people, posts, on=ON)


def generated_frames(
    n_vacancies: int, n_persons: int, seed: int, *, provinces: tuple[str, ...] = PROVINCES
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """People and posts of some provinces as records."""
    rng = np.random.default_rng(seed)
    shuffled = rng.permutation
    counties = [
        county
        for province in provinces
        for city in areas().children(province)
        for county in areas().children(city)
    ]
    counties = list(shuffled(counties))
    jobs = list(shuffled([code for code in occupations().codes if not code.endswith("00")]))
    titles = [occupations().names[code] for code in jobs]
    skills = [f"技能{at}" for at in range(800)]
    certificates = ["健康证", "低压电工证", "高压电工证", "焊工证", "育婴员证", "会计证", "驾驶证"]
    forms, levels = list(code_list("work_form").codes), list(code_list("education").codes)
    which = rng.choice(len(jobs), n_vacancies)
    posts = pd.DataFrame(
        {
            "vacancy_id": pd.Series([f"V{at:07}" for at in range(n_vacancies)], dtype="str"),
            "title": pd.Series(np.array(titles, dtype=object)[which], dtype="str"),
            "occupation_code": pd.Series(np.array(jobs, dtype=object)[which], dtype="str"),
            "headcount": numbers(rng, [1, 2, 3, 5, 0], n_vacancies, 0.05).astype("Int64"),
            "wage_max": numbers(rng, list(np.arange(25, 121) * 100.0), n_vacancies, 0.15).astype(
                "Int64"
            ),
            "area_code": drawn(rng, counties, n_vacancies, 0.01),
            "work_form": drawn(rng, forms, n_vacancies, 0.2),
            "education_min": drawn(rng, levels, n_vacancies, 0.2),
            "skills_wanted": lists(rng, skills, n_vacancies, 0.3),
            "certificates_required": drawn(rng, certificates, n_vacancies, 0.85),
            "age_min": numbers(rng, [18, 20, 25], n_vacancies, 0.8).astype("Int64"),
            "age_max": numbers(rng, [35, 40, 45, 50, 55], n_vacancies, 0.7).astype("Int64"),
            "sex_required": drawn(rng, ["female", "male"], n_vacancies, 0.8),
            "public_welfare": pd.Series(rng.random(n_vacancies) < 0.1, dtype="boolean"),
            "posted_on": days(rng, ON - timedelta(days=60), 60, n_vacancies, 0.0),
            "expires_on": days(rng, ON + timedelta(days=30), 50, n_vacancies, 0.2),
        }
    )
    people = pd.DataFrame(
        {
            "person_id": pd.Series([f"P{at:07}" for at in range(n_persons)], dtype="str"),
            "sex": drawn(rng, ["female", "male"], n_persons, 0.02),
            "birth_date": days(rng, date(1983, 1, 1), 365 * 18, n_persons, 0.02),
            "area_code": drawn(rng, counties, n_persons, 0.01),
            "education": drawn(rng, levels, n_persons, 0.05),
            "skills": lists(rng, skills, n_persons, 0.1),
            "certificates": lists(rng, certificates, n_persons, 0.4),
            "occupations_wanted": lists(rng, jobs, n_persons, 0.1),
            "occupations_done": lists(rng, jobs, n_persons, 0.3),
            "wage_wanted": numbers(rng, [2500, 3000, 3500, 4500], n_persons, 0.1).astype("Int64"),
            "work_forms_wanted": drawn(
                rng, ["full_time", "full_time;part_time", ";".join(forms)], n_persons, 0.3
            ),
            "max_commute_km": numbers(rng, [10, 20, 30, 50], n_persons, 0.1),
            "health": drawn(rng, ["able", "limited", "cannot_go_out"], n_persons, 0.1),
        }
    )
    return conform(Kind.PERSONS, people), conform(Kind.VACANCIES, posts)


def generated_snapshot(
    n_vacancies: int, n_persons: int, seed: int, *, provinces: tuple[str, ...] = PROVINCES
) -> Snapshot:
    """The same market with what the law says of it and a generated past of logged lists."""
    people, posts = generated_frames(n_vacancies, n_persons, seed, provinces=provinces)
    market = build_market(people, posts, on=ON)
    households = conform(Kind.HOUSEHOLDS, pd.DataFrame())
    entitlement = entitlement_of(market, people, households, posts)
    outcomes = generated_outcomes(people, posts, np.random.default_rng([seed, 1]))
    return Snapshot(market, entitlement, outcomes, marks={})


def generated_outcomes(
    people: pd.DataFrame, posts: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Half of the people saw five posts; some went for one or two, some of them were taken."""
    seen = np.repeat(rng.permutation(len(people))[: (len(people) + 1) // 2], SEEN)
    # Attention goes to few posts: half of all to the first twentieth or so.
    post = (len(posts) * rng.random(len(seen)) ** 4).astype(np.int64)
    applied = rng.random(len(seen)) < 0.3
    judged = applied & (rng.random(len(seen)) < 0.8)
    hired = judged & (rng.random(len(seen)) < 0.3)
    of_stage = {
        "shown": np.ones(len(seen), bool),
        "viewed": np.ones(len(seen), bool),
        "applied": applied,
        "refused_by_employer": judged & ~hired,
        "hired": hired,
    }
    parts = [
        pd.DataFrame(
            {
                "person_id": people["person_id"].to_numpy(object)[seen[rows]],
                "vacancy_id": posts["vacancy_id"].to_numpy(object)[post[rows]],
                "stage": stage,
                "on": (ON - timedelta(days=30 - day)).isoformat(),
            }
        )
        for day, (stage, rows) in enumerate(of_stage.items())
    ]
    together = pd.concat(parts, ignore_index=True)
    return conform(Kind.OUTCOMES, together.drop_duplicates(["person_id", "vacancy_id", "stage"]))
