"""Decisions about stored records: whose facts are gathered, and which record of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from matcher.domain.kinds import Kind
from matcher.domain.scope import Role, Scope
from matcher.errors import NotFound, WrongUse
from matcher.pipeline.law.deciding import Asked, Question, ask, decide_about
from matcher.store.store import Store
from tests.factories import make_frame

ON = date(2026, 11, 22)
AT = datetime(2026, 11, 22, 8, tzinfo=UTC)
OFFICE = Scope.office("test")
RECORDS: dict[Kind, list[dict[str, Any]]] = {
    Kind.HOUSEHOLDS: [{"household_id": "H1", "area_code": "320602"}],
    Kind.PERSONS: [
        {
            "person_id": "P1",
            "household_id": "H1",
            "area_code": "320602",
            "birth_date": "1974-05-12",
        },
        {"person_id": "P2", "area_code": "320602"},
    ],
    Kind.EMPLOYERS: [{"employer_id": "E1", "name": "环卫所", "staff_total": 9}],
    Kind.PLACEMENTS: [
        {"placement_id": "PL1", "person_id": "P1", "start_date": "2026-01-01", "contract_months": 6}
        | {"employer_id": "E1"},
        {"placement_id": "PL2", "person_id": "P1", "start_date": "2026-06-01"},
        {"placement_id": "PL3", "person_id": "P1", "start_date": "2027-01-01"},
    ],
    Kind.REFUSALS: [{"person_id": "P1", "offered_on": "2026-10-08", "response": "refused"}],
    Kind.CASES: [
        {"case_id": "CA1", "household_id": "H1", "local_refusal_limit": 3},
        {"case_id": "CA2", "employer_id": "E1", "verified_by_labour_department": True},
    ],
}


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open("sqlite://") as opened:
        with opened.writing(actor="test", at=AT) as batch:
            for kind, rows in RECORDS.items():
                batch.upsert(kind, make_frame(kind, rows))
        yield opened


def asked(store: Store, decision: str, **subject: str) -> Asked:
    return ask(store, OFFICE, Question(decision, ON, **subject))  # type: ignore[arg-type]  # ids are text


@pytest.mark.parametrize(
    ("decision", "subject", "fact", "expected"),
    [
        pytest.param(
            "stable_employment", {"person_id": "P1"}, "contract_months", None, id="newest placement"
        ),
        pytest.param(
            "stable_employment", {"placement_id": "PL1"}, "contract_months", 6, id="one named"
        ),
        pytest.param(
            "employer_post_subsidy", {"placement_id": "PL1"}, "staff_total", 9, id="its employer"
        ),
        pytest.param(
            "status_loss", {"person_id": "P1"}, "local_refusal_limit", 3, id="case of the household"
        ),
        pytest.param(
            "household_exit", {"household_id": "H1"}, "local_refusal_limit", 3, id="household"
        ),
        pytest.param(
            "certification_steps", {"case_id": "CA1"}, "local_refusal_limit", 3, id="case"
        ),
        pytest.param("layoff_report", {"employer_id": "E1"}, "staff_total", 9, id="employer"),
        pytest.param(
            "tax_relief",
            {"case_id": "CA2"},
            "verified_by_labour_department",
            True,
            id="employer of a case",
        ),
    ],
)
def test_every_subject_brings_its_facts(
    store: Store, decision: str, subject: dict[str, str], fact: str, expected: object
) -> None:
    found = asked(store, decision, **subject)
    assert found.facts.n == 1
    assert found.facts.value(fact, 0) == expected


def test_offers_are_gathered_with_the_person(store: Store) -> None:
    found = asked(store, "status_loss", person_id="P1")
    assert found.facts.groups["refusals"].facts.n == 1
    assert (found.kind, found.key, found.area_code) == ("person", "P1", "320602")
    assert found.place == "cn/jiangsu/nantong"


@pytest.mark.parametrize(
    ("decision", "subject", "error", "telling"),
    [
        pytest.param(
            "stable_employment", {"placement_id": "PL9"}, NotFound, "PL9", id="no placement"
        ),
        pytest.param("publicity_days", {"case_id": "CA9"}, NotFound, "CA9", id="no case"),
        pytest.param("layoff_report", {"employer_id": "E9"}, NotFound, "E9", id="no employer"),
        pytest.param(
            "stable_employment", {"placement_id": "PL3"}, WrongUse, "begins after", id="later"
        ),
        pytest.param(
            "stable_employment",
            {"placement_id": "PL1", "person_id": "P2"},
            WrongUse,
            "not of person P2",
            id="of another",
        ),
        pytest.param("older_worker_4050", {"employer_id": "E1"}, WrongUse, "--person", id="who"),
        pytest.param("household_exit", {"person_id": "P2"}, WrongUse, "--household", id="whose"),
    ],
)
def test_what_cannot_be_asked_is_said(
    store: Store, decision: str, subject: dict[str, str], error: type[Exception], telling: str
) -> None:
    with pytest.raises(error, match=telling):
        asked(store, decision, **subject)


def test_what_is_outside_of_the_scope_is_not_there(store: Store) -> None:
    elsewhere = Scope(Role.CASEWORKER, ("3301",), "decide", "u1")
    for subject in ({"placement_id": "PL1"}, {"case_id": "CA1"}, {"person_id": "P1"}):
        question = Question("stable_employment", ON, **subject)  # type: ignore[arg-type]  # ids
        with pytest.raises(NotFound):
            decide_about(store, elsewhere, question)
