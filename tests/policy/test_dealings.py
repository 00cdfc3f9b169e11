"""Facts from what was done beside the records: offers, refusals, work."""

from __future__ import annotations

import json
from datetime import date

import numpy as np
import pytest

from matcher.domain.kinds import Kind
from matcher.policy.recorded.beside import Dealings
from matcher.policy.records import (
    RecordFacts,
    facts_from_records,
    facts_of_employers,
)
from tests.factories import make_frame

ON = date(2026, 11, 22)


class TestDealings:
    """Placements, offers, cases and employers beside the people they are about."""

    @staticmethod
    def persons(dealings: Dealings, *, on: date = ON) -> RecordFacts:
        people = make_frame(Kind.PERSONS, [{"person_id": p, "household_id": "H1"} for p in "AB"])
        homes = make_frame(Kind.HOUSEHOLDS, [{"household_id": "H1"}])
        return facts_from_records(people, homes, on, dealings)

    @pytest.mark.parametrize(
        ("on", "wage"),
        [
            pytest.param(date(2026, 8, 31), None, id="before any"),
            pytest.param(date(2026, 9, 30), 3000.0, id="the first"),
            pytest.param(date(2026, 10, 31), 2000.0, id="the newer one"),
            pytest.param(date(2026, 11, 1), 3000.0, id="one that runs before one that is over"),
        ],
    )
    def test_the_newest_placement_of_the_day_counts(self, on: date, wage: float | None) -> None:
        rows = [
            {"placement_id": "2", "start_date": "2026-10-01", "ended_on": "2026-11-01"}
            | {"person_id": "A", "wage_yuan_month": 2000},
            {"placement_id": "1", "start_date": "2026-09-01", "wage_yuan_month": 3000}
            | {"person_id": "A"},
        ]
        found = self.persons(Dealings(placements=make_frame(Kind.PLACEMENTS, rows)), on=on).persons
        assert found.value("wage_yuan_month", 0) == wage
        assert found.value("wage_yuan_month", 1) is None

    def test_offers_are_a_list_in_order_of_time_that_ends_with_the_day(self) -> None:
        rows = [
            {"person_id": "A", "offered_on": day, "response": "refused", "just_cause": False}
            for day in ("2026-11-23", "2026-10-01", "2026-09-01")
        ]
        found = self.persons(Dealings(refusals=make_frame(Kind.REFUSALS, rows))).persons
        group = found.groups["refusals"]
        days = [group.facts.value("offered_on", int(row)) for row in group.rows_below(0)]
        assert days == [date(2026, 9, 1), date(2026, 10, 1)]
        assert group.complete.tolist() == [True, False]
        assert found.take(np.array([1])).groups["refusals"].facts.n == 0

    def test_a_case_of_the_own_comes_before_that_of_the_household(self) -> None:
        rows = [
            {"case_id": "1", "person_id": "A", "local_refusal_limit": 2},
            {"case_id": "2", "household_id": "H1", "local_refusal_limit": 3},
        ]
        found = self.persons(Dealings(cases=make_frame(Kind.CASES, rows)))
        assert [found.persons.value("local_refusal_limit", at) for at in (0, 1)] == [2, 3]
        assert found.households.value("local_refusal_limit", 0) == 3

    @pytest.mark.parametrize(
        ("listed", "expected"),
        [
            pytest.param("loan;post_subsidy", ["loan", "post_subsidy"], id="some"),
            pytest.param("no_benefit", [], id="asked and none"),
            pytest.param(None, None, id="not asked"),
        ],
    )
    def test_a_list_that_was_asked_is_whole(self, listed: str | None, expected: object) -> None:
        rows = [{"case_id": "1", "person_id": "A", "benefits_already_received": listed}]
        found = self.persons(Dealings(cases=make_frame(Kind.CASES, rows))).persons
        assert found.value("benefits_already_received", 0) == expected
        assert found.value("benefits_already_received", 1) is None

    def test_the_employer_is_that_of_the_placement(self) -> None:
        placed = {"placement_id": "1", "person_id": "B", "employer_id": "E2"}
        stated = [json.dumps({"planned_layoffs": at}) for at in (1, 2)]
        employers = make_frame(Kind.EMPLOYERS, [{"employer_id": f"E{at}"} for at in (1, 2)])
        dealings = Dealings(
            placements=make_frame(Kind.PLACEMENTS, [placed | {"licence_kind": "no_licence"}]),
            employers=employers.assign(facts=stated),
        )
        found = self.persons(dealings).persons
        assert [found.value("planned_layoffs", at) for at in (0, 1)] == [None, 2]
        assert found.value("licence_kind", 1) == "none"

    def test_what_a_person_states_comes_before_the_record(self) -> None:
        people = make_frame(Kind.PERSONS, [{"person_id": "A"}, {"person_id": "B"}])
        people["facts"] = [json.dumps({"wage_yuan_month": 1}), None]
        rows = [
            {"placement_id": p, "person_id": p, "wage_yuan_month": 2, "newly_hired": True}
            for p in "AB"
        ]
        dealings = Dealings(placements=make_frame(Kind.PLACEMENTS, rows))
        found = facts_from_records(people, None, ON, dealings).persons
        assert [found.value("wage_yuan_month", at) for at in (0, 1)] == [1, 2]

    def test_an_employer_stands_beside_its_own_case(self) -> None:
        employers = make_frame(Kind.EMPLOYERS, [{"employer_id": "E1", "staff_total": 9}])
        cases = [{"case_id": "1", "employer_id": "E1", "loan_requested_yuan": 5000}]
        dealings = Dealings(cases=make_frame(Kind.CASES, cases))
        found = facts_of_employers(employers, ON, dealings)
        assert (found.value("staff_total", 0), found.value("loan_requested_yuan", 0)) == (9, 5000)
