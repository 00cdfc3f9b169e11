"""A referral's moves write what they entail; places, offers and work are given once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import pytest

from matcher.casework.ledger.recording import moves
from matcher.casework.placements.working import ACTIVE, move_placements
from matcher.casework.referrals.lapsing import lapses
from matcher.casework.referrals.referring import Referred, move_referrals, new_referrals
from matcher.domain.kinds import Kind
from matcher.domain.scope import Role, Scope
from matcher.errors import IllegalMoves
from matcher.store.events.reading import Wanted
from matcher.store.store import Store
from tests.factories import make_frame

AT = datetime(2026, 11, 2, tzinfo=UTC)
OFFICE = Scope.office("test")
PEOPLE = ("P1", "P2", "P3")
HEADCOUNT = {"V1": 1, "V2": 2, "V3": None}


def opened(url: str = "sqlite://") -> Store:
    store = Store.open(url)
    with store.writing(actor="t", at=AT) as batch:
        people = [{"person_id": each, "area_code": "320613001"} for each in PEOPLE]
        batch.upsert(Kind.PERSONS, make_frame(Kind.PERSONS, people))
        posts = [{"vacancy_id": key, "title": "保洁员"} for key in HEADCOUNT]
        frame = make_frame(Kind.VACANCIES, posts)
        frame["headcount"] = pd.array(list(HEADCOUNT.values()), dtype="Int64")
        batch.upsert(Kind.VACANCIES, frame)
    return store


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with opened(store_url) as made:
        yield made


def propose(store: Store, *pairs: tuple[str, str], on: str = "2026-11-02") -> list[str]:
    frame = pd.DataFrame(list(pairs), columns=["person_id", "vacancy_id"])
    frame["area_code"] = "320613001"
    frame["data"] = '{"rank":1,"channel":"match"}'
    with store.writing(actor="u1", at=AT) as batch:
        new = new_referrals(batch, frame, on=on, due_on="2026-11-07")
        move_referrals(batch, new, role=Role.CASEWORKER)
    return list(new["subject_id"])


def move(store: Store, *rows: dict[str, Any], role: Role = Role.CASEWORKER) -> Referred:
    full = [{"stream": "referral", "on": "2026-11-03"} | row for row in rows]
    with store.writing(actor="u1", at=AT) as batch:
        return move_referrals(batch, moves(full), role=role)


def place(store: Store, *rows: dict[str, Any]) -> None:
    full = [{"stream": "placement", "on": "2026-11-09", "area_code": "320613001"} | r for r in rows]
    with store.writing(actor="u1", at=AT) as batch:
        move_placements(batch, moves(full), role=Role.CASEWORKER)


def go(store: Store, subject: str, *events: str, **more: Any) -> Referred:
    return move(store, *({"subject_id": subject, "event": event} | more for event in events))


def test_each_stage_becomes_an_outcome_that_training_reads(store: Store) -> None:
    (one,) = propose(store, ("P1", "V1"))
    assert store.outcomes(OFFICE).empty
    go(store, one, "ask", "refer", "interview", "offer", "hire")
    told = store.outcomes(OFFICE)
    reached = {"shown", "referred", "interviewed", "offered", "hired"}
    assert set(told["stage"]) == reached
    assert set(told["channel"]) == {"match"}
    assert set(told["rank_shown"]) == {1}


def test_a_hire_ends_the_persons_other_offers(store: Store) -> None:
    one, two, other = propose(store, ("P1", "V1"), ("P1", "V2"), ("P2", "V2"))
    done = go(store, one, "refer", "hire")
    assert done.closed == (two,)
    states = store.states(OFFICE).set_index("subject_id")["state"]
    assert (states[two], states[other]) == ("closed", "proposed")


def test_a_place_is_given_once(store: Store) -> None:
    one, two = propose(store, ("P1", "V1"), ("P2", "V1"))
    go(store, one, "refer", "hire")
    go(store, two, "refer")
    with pytest.raises(IllegalMoves, match="all taken"):
        go(store, two, "hire")
    assert store.states(OFFICE).set_index("subject_id").loc[two, "state"] == "referred"


def test_two_hires_in_one_breath_do_not_share_a_place(store: Store) -> None:
    one, two = propose(store, ("P1", "V1"), ("P2", "V1"))
    go(store, one, "refer")
    go(store, two, "refer")
    both = [{"subject_id": each, "event": "hire"} for each in (one, two)]
    with pytest.raises(IllegalMoves, match="1 move"):
        move(store, *both)
    assert "hired" not in set(store.outcomes(OFFICE)["stage"])


def test_nobody_is_hired_twice_in_one_breath(store: Store) -> None:
    one, two = propose(store, ("P1", "V1"), ("P1", "V2"))
    go(store, one, "refer")
    go(store, two, "refer")
    with pytest.raises(IllegalMoves, match="another post"):
        move(store, *({"subject_id": each, "event": "hire"} for each in (one, two)))


def test_a_place_that_a_file_told_of_counts_as_well(store: Store) -> None:
    with store.writing(actor="t", at=AT) as batch:
        row = {"person_id": "P3", "vacancy_id": "V1", "stage": "hired", "on": "2026-10-01"}
        batch.upsert(Kind.OUTCOMES, make_frame(Kind.OUTCOMES, [row]))
    (one,) = propose(store, ("P1", "V1"))
    go(store, one, "refer")
    with pytest.raises(IllegalMoves, match="1 place"):
        go(store, one, "hire")


def test_only_the_refusal_of_an_offer_counts_and_it_says_why(store: Store) -> None:
    one, two = propose(store, ("P1", "V1"), ("P1", "V2"))
    go(store, one, "ask")
    go(store, one, "refuse_by_person", reason="kind_of_work")
    assert store.refusals(OFFICE).empty
    go(store, two, "refer", on="2026-11-05")
    with pytest.raises(IllegalMoves, match="just"):
        go(store, two, "refuse_by_person", reason="distance", on="2026-11-06")
    said = {"reason": "distance", "data": '{"just_cause":false}', "on": "2026-11-06"}
    go(store, two, "refuse_by_person", **said)
    (row,) = store.refusals(OFFICE).to_dict("records")
    assert (row["offered_on"], row["response"], row["just_cause"]) == (
        *("2026-11-05", "refused"),
        False,
    )


def test_the_code_itself_may_say_that_the_cause_was_just(store: Store) -> None:
    (one,) = propose(store, ("P1", "V1"))
    go(store, one, "refer")
    go(store, one, "refuse_by_person", reason="health")
    assert store.refusals(OFFICE)["just_cause"].tolist() == [True]


def test_an_open_referral_is_not_proposed_again_and_an_ended_one_is(store: Store) -> None:
    (one,) = propose(store, ("P1", "V1"))
    assert propose(store, ("P1", "V1")) == []
    go(store, one, "close", reason="withdrawn")
    assert propose(store, ("P1", "V1")) == ["R-P1-V1-2"]


def test_what_nobody_answered_lapses_after_its_day(store: Store) -> None:
    one, two = propose(store, ("P1", "V1"), ("P2", "V2"))
    go(store, two, "refer", due_on="2026-11-30")
    waiting = store.states(OFFICE, Wanted(streams=["referral"]))
    assert lapses(waiting, date(2026, 11, 7)).empty
    late = lapses(waiting, date(2026, 11, 8))
    assert late["subject_id"].tolist() == [one]
    with store.writing(actor="u1", at=AT) as batch:
        move_referrals(batch, late, role=Role.CASEWORKER)
    assert store.states(OFFICE).set_index("subject_id")["state"].to_dict() == {
        one: "lapsed",
        two: "referred",
    }


def test_work_begins_and_ends_with_the_records_that_policy_reads(store: Store) -> None:
    start = {"subject_id": "PL1", "event": "start", "person_id": "P1", "vacancy_id": "V1"}
    place(store, start | {"data": '{"employment_mode":"hired","contract_months":12}'})
    (row,) = store.placements(OFFICE).to_dict("records")
    assert (row["start_date"], row["contract_months"]) == ("2026-11-09", 12)
    person = store.persons(OFFICE, ["P1"], parts=("status",)).iloc[0]
    assert person["employment_state"] == "employed"
    place(
        store,
        {"subject_id": "PL1", "event": "evidence", "data": '{"social_insurance_paid":true}'},
        {"subject_id": "PL1", "event": "end", "on": "2027-01-31", "reason": "contract_ended"},
    )
    (row,) = store.placements(OFFICE).to_dict("records")
    assert (row["ended_on"], row["contract_months"]) == ("2027-01-31", 12)
    assert row["social_insurance_paid"]
    person = store.persons(OFFICE, ["P1"], parts=("status",)).iloc[0]
    assert (person["employment_state"], person["unemployed_since"]) == ("unemployed", "2027-01-31")


def test_nobody_works_twice_at_once(store: Store) -> None:
    place(store, {"subject_id": "PL1", "event": "start", "person_id": "P1"})
    second = {"subject_id": "PL2", "event": "start", "person_id": "P1", "on": "2026-12-01"}
    with pytest.raises(IllegalMoves, match="PL1"):
        place(store, second)
    end = {"subject_id": "PL1", "event": "end", "reason": "left", "on": "2026-12-01"}
    place(store, end, second)
    active = store.states(OFFICE, Wanted(streams=["placement"], states=ACTIVE))
    assert active["subject_id"].tolist() == ["PL2"]


def test_a_word_that_no_column_takes_is_told(store: Store) -> None:
    row = {"subject_id": "PL1", "event": "start", "person_id": "P1", "data": '{"salary":3000}'}
    with pytest.raises(IllegalMoves, match="salary"):
        place(store, row)
