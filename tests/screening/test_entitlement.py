"""What was done about people reaches the facts that screening decides on, in columns."""

from __future__ import annotations

from typing import Any

from matcher.domain.kinds import Kind
from matcher.policy.decisions import decide
from matcher.policy.engine.kleene import MET, NOT_MET, UNKNOWN
from matcher.policy.facts import facts_from_given
from matcher.policy.law import Law
from tests.pipeline.people import ON, TAIYUAN, office

RECORDS: dict[Kind, list[dict[str, Any]]] = {
    Kind.HOUSEHOLDS: [{"household_id": "H1", "area_code": TAIYUAN, "members_complete": True}],
    Kind.PERSONS: [
        {"person_id": each, "area_code": TAIYUAN, "seeks_work": True, "group_tags": "就业困难人员"}
        | {"household_id": "H1"}
        for each in ("P1", "P2", "P3", "P4")
    ],
    Kind.EMPLOYERS: [{"employer_id": "E1", "name": "环卫所", "staff_total": 9}],
    Kind.VACANCIES: [
        {"vacancy_id": "V1", "title": "保洁员", "area_code": TAIYUAN, "public_welfare": True}
    ],
    Kind.PLACEMENTS: [
        {"placement_id": "L1", "person_id": "P2", "employer_id": "E1", "start_date": "2026-10-01"}
        | {"public_welfare_post": True, "vacancy_id": "V1"},
        {"placement_id": "L2", "person_id": "P3", "start_date": "2026-12-01"},
    ],
    Kind.REFUSALS: [
        {"person_id": who, "offered_on": f"2026-{month:02}-01", "response": "refused"}
        | {"just_cause": False}
        for who, months in (("P1", (5, 6, 7, 8)), ("P3", (9, 12)))
        for month in months
    ],
    Kind.CASES: [{"case_id": "C1", "person_id": "P4", "offers_complete": True}],
}


def test_placements_and_employers_stand_beside_those_who_seek_work() -> None:
    facts = office(RECORDS).entitlement.facts
    assert facts.truth("public_welfare_post").tolist() == [UNKNOWN, MET, UNKNOWN, UNKNOWN]
    assert [facts.value("staff_total", at) for at in range(4)] == [None, 9, None, None]


def test_offers_refused_by_the_day_end_assistance_in_columns() -> None:
    facts = office(RECORDS).entitlement.facts
    refusals = facts.groups["refusals"]
    assert refusals.complete.tolist() == [True, False, True, True]
    assert [len(refusals.rows_below(at)) for at in range(4)] == [4, 0, 1, 0]
    given = {"person": {"gave_up_wish_to_work": False, "last_status_report_on": ON.isoformat()}}
    law = Law.on_day("cn/shanxi", ON)
    lost = decide(law, "status_loss", facts.beside(facts_from_given(given, on=ON)))
    assert lost.outcome.tolist() == [MET, UNKNOWN, NOT_MET, NOT_MET]


def test_what_was_placed_elsewhere_does_not_mark_the_post_that_is_asked_about() -> None:
    entitlement = office(RECORDS).entitlement
    assert entitlement.facts.column("is_public_welfare") is None
    assert len(entitlement.classes) == 1
