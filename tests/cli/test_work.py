"""Work begun, proved and ended by commands; refusals and overrides told with what they rest on."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from matcher.domain.account import Account
from matcher.domain.scope import Role
from matcher.store.store import Store
from tests.cli.commands import Office

AT = datetime(2026, 11, 2, tzinfo=UTC)

PERSONS = (
    "person_id,household_id,area_code,birth_date,sex,seeks_work\n"
    "P1,H1,320602001,1974-05-12,男,是\nP2,H1,320602001,1980-01-01,女,是\n"
)
HOUSEHOLDS = "household_id,area_code,recognised_zero_employment\nH1,320602001,是\n"
POSTS = (
    "vacancy_id,title,headcount,area_code,sex_required,age_max\n"
    "V1,保洁员,1,320602001,,\nV2,保安员,5,320602001,,\nV3,护理员,5,320602001,,30\n"
)
DAY = ("--on", "2026-11-02")


@pytest.fixture
def desk(office: Office, tmp_path: Path) -> Office:
    files = (("households", HOUSEHOLDS), ("persons", PERSONS), ("vacancies", POSTS))
    for kind, text in files:
        file = tmp_path / f"{kind}.csv"
        file.write_text(text, encoding="utf-8")
        assert office("import", kind, file).code == 0
    return office


def referred(desk: Office, person: str, vacancy: str, day: str = "2026-11-02") -> str:
    made = desk("refer", "propose", "--person", person, "--vacancy", vacancy, "--on", day)
    (one,) = made.answer["proposed"]
    assert desk("refer", "move", one, "refer", "--on", day).code == 0
    return str(one)


def state_of(desk: Office, person: str) -> dict[str, str]:
    return {
        row["referral"]: row["state"] for row in desk("refer", "list", "--person", person).answer
    }


def test_work_moves_its_referral_from_the_hire_to_the_end(desk: Office) -> None:
    one, other = referred(desk, "P1", "V1"), referred(desk, "P1", "V2")
    work = desk("place", "start", "--person", "P1", "--vacancy", "V1", *DAY).answer["placement"]
    assert state_of(desk, "P1") == {one: "started", other: "closed"}
    told = desk("place", "move", work, "stabilise", "--on", "2027-06-01")
    assert told.code == 2
    assert "stable work" in told.err
    why = "单位出具证明"
    stable = desk(
        "place", "move", work, "stabilise", "--override", why, "--on", "2027-06-01"
    ).answer
    assert stable["law"]["override"] == why
    assert state_of(desk, "P1")[one] == "retained"
    (row,) = desk("refer", "overrides").answer
    assert (row["subject_id"], row["override"]) == (work, why)
    desk("place", "move", work, "end", "--reason", "dismissed", "--on", "2027-09-01")
    assert state_of(desk, "P1")[one] == "ended"


def test_a_place_cannot_be_taken_by_going_round_the_referral(desk: Office) -> None:
    two = referred(desk, "P2", "V1")
    assert desk("place", "start", "--person", "P1", "--vacancy", "V1", *DAY).code == 0
    told = desk("place", "start", "--person", "P2", "--vacancy", "V1", *DAY)
    assert told.code == 2
    assert "1 place(s), all taken" in told.err
    assert desk("refer", "move", two, "hire", *DAY).code == 2
    assert "full" in desk("refer", "propose", "--person", "P1", "--vacancy", "V1", *DAY).err


def test_a_place_taken_back_is_free_again(desk: Office) -> None:
    one, two = referred(desk, "P1", "V1"), referred(desk, "P2", "V1")
    desk("refer", "move", one, "hire", "--on", "2026-11-03")
    said = ("--reason", "other", "--on", "2026-11-05")
    assert desk("refer", "move", one, "refuse_by_employer", *said).code == 0
    assert desk("refer", "move", two, "hire", "--on", "2026-11-06").code == 0


def test_evidence_is_asked_for_again_and_a_missed_visit_stays(desk: Office) -> None:
    work = desk("place", "start", "--person", "P1", *DAY).answer["placement"]
    desk("place", "move", work, "evidence", "--data", '{"has_payroll":true}', "--on", "2026-12-02")
    desk("visit", "--person", "P1", "--event", "plan", "--on", "2026-12-10")
    desk("visit", "--person", "P1", "--event", "miss", "--on", "2026-12-10")
    due = desk("today", "--on", "2027-01-10").answer["due"]
    assert [(row["matter"], row["due_on"]) for row in due] == [
        ("visit", "2026-12-10"),
        ("placement", "2027-01-01"),
    ]
    (told,) = desk("place", "stable", "--on", "2027-01-10").answer
    assert (told["placement_id"], told["due_on"]) == (work, "2027-01-01")
    assert told["outcome"] in ("met", "not_met", "unknown")


def test_work_that_meets_the_law_is_found_stable_with_its_rules(desk: Office) -> None:
    work = desk("place", "start", "--person", "P1", *DAY).answer["placement"]
    proof = {
        "contract_months": 24,
        "has_labour_contract": True,
        "social_insurance_paid": True,
        "has_payroll": True,
        "months_in_work": 12,
    }
    desk("place", "move", work, "evidence", "--data", json.dumps(proof), *DAY)
    (told,) = desk("place", "stable", *DAY).answer
    found = desk("place", "move", work, "stabilise", *DAY)
    assert told["outcome"] == "met"
    assert found.answer["law"]["rules"]


def test_a_pair_that_fails_a_filter_needs_a_reason_that_is_kept(desk: Office) -> None:
    pair = ("refer", "propose", "--person", "P1", "--vacancy", "V3", *DAY)
    told = desk(*pair)
    assert told.code == 2
    assert "age" in told.err
    (one,) = desk(*pair, "--override", "单位同意放宽").answer["proposed"]
    (row,) = desk("refer", "overrides").answer
    assert (row["subject_id"], row["passed_over"]) == (one, ["age"])
    assert desk("refer", "overrides", "--since", "2026-11-03").answer == []


def test_refusals_are_counted_with_their_evidence(desk: Office) -> None:
    for day, vacancy, reason in (
        ("02", "V1", "pay"),
        ("05", "V2", "health"),
        ("09", "V1", "hours"),
    ):
        one = referred(desk, "P1", vacancy, f"2026-11-{day}")
        desk("refer", "move", one, "refuse_by_person", "--reason", reason, "--on", "2026-11-10")
    told = desk("refer", "refusals", "--person", "P1", "--on", "2026-11-11").answer
    assert (told["refused"], told["without_just_cause"], told["in_a_row"]) == (3, 2, 2)
    assert [row["counts"] for row in told["offers"]] == [True, False, True]
    assert told["verdict"]["decision"] == "status_loss"
    taken = referred(desk, "P1", "V2", "2026-11-12")
    desk("refer", "move", taken, "hire", "--on", "2026-11-13")
    told = desk("refer", "refusals", "--person", "P1", "--on", "2026-11-14").answer
    assert (told["refused"], told["in_a_row"]) == (3, 0)
    assert told["offers"][-1]["response"] == "accepted"


def test_work_that_ended_leaves_the_person_to_be_helped_again(desk: Office) -> None:
    work = desk("place", "start", "--person", "P1", *DAY).answer["placement"]
    gone = ("place", "move", work, "end", "--reason", "left", "--on", "2026-12-01")
    assert desk(*gone).code == 0
    again = desk("place", "start", "--person", "P1", "--on", "2026-12-20")
    assert again.code == 0


def test_a_person_of_a_household_that_was_never_imported_is_counted(
    office: Office, tmp_path: Path
) -> None:
    file = tmp_path / "persons.csv"
    file.write_text("person_id,household_id,area_code\nP1,H9,320602001\n", encoding="utf-8")
    office("import", "persons", file)
    told = office("refer", "refusals", "--person", "P1", *DAY).answer
    assert (told["offers"], told["in_a_row"]) == ([], 0)


def test_a_promise_runs_until_it_is_kept(office: Office, tmp_path: Path) -> None:
    files = {
        "persons": "person_id,area_code,wants_to_work\nP1,420202,是\n",
        "cases": "case_id,person_id,opened_on,request_received_on\nC1,P1,2026-11-02,2026-11-02\n",
    }
    for kind, text in files.items():
        file = tmp_path / f"{kind}.csv"
        file.write_text(text, encoding="utf-8")
        assert office("import", kind, file).code == 0
    late = ("--on", "2026-11-09")
    due = {row["matter"]: row for row in office("today", *late).answer["due"]}
    assert due["promise_feedback"]["days_left"] == -2
    told = office("promise", "--person", "P1", "--which", "promise_training", "--on", "2026-11-03")
    assert told.code in (0, 2)
    kept = office("promise", "--person", "P1", "--which", "promise_feedback", *late).answer
    assert kept == {"promise": "PR-P1-promise_feedback-2026-11-07", "state": "kept"}
    assert "promise_feedback" not in {row["matter"] for row in office("today", *late).answer["due"]}
    again = office("promise", "--person", "P1", "--which", "promise_feedback", *late)
    assert again.code == 2
    assert "promise_feedback" in again.err


def test_a_caseworker_sees_the_list_of_the_own_areas(desk: Office) -> None:
    referred(desk, "P1", "V1")
    with Store.open(f"sqlite:///{desk.workspace / 'rengang.sqlite'}") as store:
        for name, area in (("w1", "320613"), ("w2", "320612")):
            new = Account(name, Role.CASEWORKER, (area,))
            store.accounts.add(new, "a long enough phrase 9", actor="t", at=AT)
    own = desk("today", "--for", "w1", "--on", "2026-11-07").answer["due"]
    assert "R-P1-V1-1" in {row["subject_id"] for row in own}
    assert desk("today", "--for", "w2", "--on", "2026-11-07").answer["due"] == []
    assert desk("today", "--for", "w9", *DAY).code == 2
    assert "--area" in desk("at-risk", "--for", "w1", "--area", "32", *DAY).err
