"""The engines under the store, and what the tests of it write and read back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from matcher.domain.kinds import Kind
from matcher.domain.scope import Role, Scope
from matcher.store.batch import Upserted
from matcher.store.store import Store
from tests.factories import make_frame

STORES: dict[str, Callable[[Path], str]] = {
    "sqlite-file": lambda folder: f"sqlite:///{folder / 'rengang.sqlite'}",
    "sqlite-memory": lambda folder: "sqlite://",
}
AT = datetime(2026, 11, 2, 8, tzinfo=UTC)
WHOLE = Scope.office("test")
CHONGCHUAN = Scope(Role.CASEWORKER, ("320602",), "match", "u1")


def write(store: Store, kind: Kind, *rows: dict[str, Any], **options: Any) -> Upserted:
    with store.writing(actor="tester", at=AT) as batch:
        return batch.upsert(kind, make_frame(kind, rows), **options)


def two_persons(store: Store) -> None:
    write(
        store,
        Kind.PERSONS,
        {"person_id": "P1", "area_code": "320602001", "birth_date": "1974-05-12", "name": "甲"},
        {"person_id": "P2", "area_code": "330106", "birth_date": "1980-01-01", "name": "乙"},
    )


FULL: dict[Kind, dict[str, Any]] = {
    Kind.PERSONS: {"person_id": "P1", "birth_date": "1974-05-12", "max_commute_km": 0.1}
    | {"dibao": False, "wage_wanted": 2800, "skills": "保洁;老人护理", "consent": True},
    Kind.HOUSEHOLDS: {"household_id": "H1", "per_capita_income": 680.5, "dibao": True},
    Kind.EMPLOYERS: {"employer_id": "E1", "name": "环卫所", "staff_total": 120},
    Kind.VACANCIES: {"vacancy_id": "V1", "title": "保洁员", "headcount": 3}
    | {"posted_on": "2026-11-02", "public_welfare": True, "description": "一行\n二行 😀 '\" \x1f"},
    Kind.OUTCOMES: {"person_id": "P1", "vacancy_id": "V1", "stage": "hired", "propensity": 1 / 3},
    Kind.COURSES: {"course_id": "C1", "name": "养老护理员", "seats": 30},
    Kind.FAIRS: {"fair_id": "F1", "name": "招聘会", "on": "2026-12-05"},
    Kind.PLACEMENTS: {"placement_id": "PL1", "person_id": "P1", "employer_id": "E1"}
    | {"start_date": "2026-10-08", "wage_yuan_month": 3200.5, "newly_hired": True},
    Kind.REFUSALS: {"person_id": "P1", "offered_on": "2026-10-08", "response": "refused"},
    Kind.CASES: {"case_id": "CA1", "household_id": "H1", "local_refusal_limit": 3}
    | {"benefits_already_received": "loan;post_subsidy"},
    Kind.PAIRINGS: {"pairing_id": "F1-A", "fair_id": "F1", "person_id": "P1", "vacancy_id": "V1"}
    | {"score": 9000, "booth": 3, "starts_at": "09:10", "attendance": "confirmed"},
}


def filled(store: Store) -> None:
    with store.writing(actor="tester", at=AT) as batch:
        for kind, row in FULL.items():
            batch.upsert(kind, make_frame(kind, [row]))


def read_back(store: Store, kind: Kind) -> pd.DataFrame:
    if kind is Kind.PERSONS:
        return store.persons(WHOLE, parts=("profile", "status", "identity"))
    if kind is Kind.HOUSEHOLDS:
        return store.households(WHOLE)
    if kind is Kind.OUTCOMES:
        return store.outcomes(WHOLE)
    if kind is Kind.PLACEMENTS:
        return store.placements(WHOLE)
    if kind is Kind.REFUSALS:
        return store.refusals(WHOLE)
    if kind is Kind.CASES:
        return store.cases(WHOLE)
    if kind is Kind.PAIRINGS:
        return store.pairings(WHOLE)
    return store.frame(kind)
