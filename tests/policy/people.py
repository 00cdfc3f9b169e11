"""Generated people for the policy tests: random subjects with random facts left out."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np

from matcher.policy.catalogue import GROUPS, FactKind, fact_catalogue

PERSON_FLAGS = (
    *("of_working_age", "able_to_work", "wants_to_work", "employed", "employment_stable"),
    *("laid_off", "registered_unemployed", "shanxi_urban_registration", "zef_member"),
    *("recognised_hard_to_employ", "older_worker_4050_recognised", "city_added_group"),
    *("dibao_recipient", "disabled", "released_person", "college_graduate"),
    *("holds_reemployment_certificate", "internal_early_retirement"),
    "special_difficulty_recognised",
)
HOUSEHOLD_FLAGS = (
    *("holds_land_losing_certificate", "business_income", "investment_income", "in_hardship"),
)


def random_person(rng: np.random.Generator, asked: float) -> dict[str, Any]:
    """A person of whom each fact was asked with probability `asked`."""
    born = date(1945, 1, 1) + timedelta(days=int(rng.integers(0, 20_000)))
    facts: dict[str, Any] = {name: bool(rng.random() < 0.6) for name in PERSON_FLAGS}
    facts |= {
        "sex": str(rng.choice(["female", "male"])),
        "birth_date": born.isoformat(),
        "former_employer_ownership": str(rng.choice(["state_owned", "collective", "private"])),
        "unemployed_since": (date(2007, 6, 1) + timedelta(days=int(rng.integers(800)))).isoformat(),
        "longest_paid_run_months_last_year": int(rng.integers(0, 13)),
    }
    return {name: value for name, value in facts.items() if rng.random() < asked}


def random_given(rng: np.random.Generator, asked: float) -> dict[str, Any]:
    """A law case's facts: a person, the household with members, a post, the local amounts."""
    household: dict[str, Any] = {name: bool(rng.random() < 0.4) for name in HOUSEHOLD_FLAGS}
    household |= {
        "household_kind": str(rng.choice(["urban", "urban", "rural", "land_losing_farmer"])),
        "per_capita_income_yuan_month": float(rng.integers(0, 400)),
        "other_income_yuan_month_average": float(rng.integers(0, 700)),
    }
    vacancy = {"is_public_welfare": bool(rng.random() < 0.9), "government_invested": True}
    amounts = {"local_urban_dibao_line_yuan_month": 205.0, "local_minimum_wage_yuan_month": 360.0}
    given: dict[str, Any] = {
        "household": {name: value for name, value in household.items() if rng.random() < asked},
        "vacancy": {name: value for name, value in vacancy.items() if rng.random() < asked},
        "case": {name: value for name, value in amounts.items() if rng.random() < asked},
        "person": random_person(rng, asked),
    }
    if rng.random() < asked:
        size = int(rng.integers(0, 4))
        given["household"]["members"] = [random_person(rng, asked) for _ in range(size)]
    return given


def random_facts(rng: np.random.Generator, asked: float) -> dict[str, Any]:
    """Facts of every subject, any of the catalogue, each asked with probability `asked`."""
    given: dict[str, Any] = {}
    for kind in fact_catalogue().values():
        if kind.subject != "refusals" and kind.name not in GROUPS and rng.random() < asked:
            given.setdefault(kind.subject, {})[kind.name] = _random_value(rng, kind)
    if rng.random() < asked:
        given.setdefault("household", {})["members"] = [
            _random_of(rng, "person", asked) for _ in range(int(rng.integers(0, 4)))
        ]
    if rng.random() < asked:
        given["refusals"] = [
            _random_of(rng, "refusals", asked) for _ in range(int(rng.integers(0, 6)))
        ]
    return given


def _random_of(rng: np.random.Generator, subject: str, asked: float) -> dict[str, Any]:
    kinds = [kind for kind in fact_catalogue().values() if kind.subject == subject]
    return {kind.name: _random_value(rng, kind) for kind in kinds if rng.random() < asked}


def _random_value(rng: np.random.Generator, kind: FactKind) -> Any:
    match kind.type:
        case "bool":
            return bool(rng.random() < 0.6)
        case "enum":
            return str(rng.choice(kind.values))
        case "list":
            return [value for value in kind.values if rng.random() < 0.3]
        case "date":
            first = date(1950, 1, 1) if kind.name == "birth_date" else date(2008, 9, 1)
            days = 15_000 if kind.name == "birth_date" else 380
            return (first + timedelta(days=int(rng.integers(0, days)))).isoformat()
        case "text":
            return "text"
        case "decimal":
            return float(rng.integers(0, 1000))
        case _:
            return int(rng.integers(0, 60))


def fill(given: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """The facts with those added that were not asked yet; nothing known changes."""
    filled: dict[str, Any] = {}
    for subject in given.keys() | more.keys():
        old, new = given.get(subject, {}), more.get(subject, {})
        filled[subject] = {**{key: new[key] for key in new if key != "members"}, **old}
        if "members" in old:
            extra = new.get("members") or [{}]
            filled[subject]["members"] = [
                {**extra[at % len(extra)], **member} for at, member in enumerate(old["members"])
            ]
        elif "members" in new:
            filled[subject]["members"] = new["members"]
    return filled
