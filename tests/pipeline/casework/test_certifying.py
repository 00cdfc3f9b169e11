"""Certification goes the way of the place, step by step, and nothing is taken away by itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.casework.ledger.machine import machine
from matcher.casework.ledger.replaying import differences
from matcher.domain.kinds import Kind
from matcher.domain.scope import Role
from matcher.errors import Conflict, IllegalMoves, NotFound, WrongUse
from matcher.pipeline.casework.certification import leaving
from matcher.pipeline.casework.certification.adopting import adopt_recognised
from matcher.pipeline.casework.certification.checks import Stated
from matcher.pipeline.casework.certification.filing import Filed, act, apply
from matcher.pipeline.casework.certification.listing import waiting
from matcher.store.store import Store
from tests.pipeline.casework.register.office import OFFICE, ON, fill, hand

ANKANG, NANTONG, SHANXI = "610902", "320602", "140105"
MEMBER = {
    "birth_date": "1980-05-12",
    "sex": "female",
    "employment_state": "unemployed",
    "able_to_work": True,
    "wants_to_work": True,
    "unemployment_registered_on": "2026-01-05",
    "hukou_kind": "urban",
}
HOME = {
    "members_complete": True,
    "household_kind": "urban",
    "business_income": False,
    "investment_income": False,
    "dibao": True,
    "state": "discovered",
}
SEEN = Stated(evidence="户口簿、身份证", note="逐户核对")


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open("sqlite://") as opened:
        homes = [
            HOME | {"household_id": name, "area_code": area, "registered_area_code": area}
            for name, area in (("HA", ANKANG), ("HN", NANTONG), ("HS", SHANXI))
        ]
        people = [
            MEMBER | {"person_id": f"P{home['household_id']}"} | home_of(home) for home in homes
        ]
        fill(opened, {Kind.HOUSEHOLDS: homes, Kind.PERSONS: people})
        yield opened


def home_of(home: dict[str, Any]) -> dict[str, Any]:
    return {name: home[name] for name in ("household_id", "area_code", "registered_area_code")}


def day(after: int) -> date:
    return ON + timedelta(days=after)


def walk(store: Store, case_id: str, *events: tuple[str, int]) -> Filed:
    for event, after in events:
        done = act(store, hand(day(after)), case_id, event, SEEN)
    return done


def household(store: Store, key: str) -> dict[str, Any]:
    row = store.households(OFFICE, [key]).iloc[0]
    return {str(name): value for name, value in row.items()}


def case(store: Store, key: str) -> dict[str, Any]:
    row = store.cases(OFFICE, [key]).iloc[0]
    return {str(name): value for name, value in row.items()}


def certified(store: Store) -> str:
    apply(store, hand(), {"household_id": "HA"}, case_id="C1")
    walk(store, "C1", ("verify", 1), ("publish", 1), ("to_street", 4), ("to_county", 7))
    walk(store, "C1", ("certify", 9))
    return "C1"


def test_ankang_goes_through_all_offices_with_its_due_days(store: Store) -> None:
    done = apply(store, hand(), {"household_id": "HA"}, case_id="C1")
    assert (done.place, done.file.due_on) == ("cn/shaanxi/ankang", "2026-11-09")
    assert household(store, "HA")["state"] == "applied"
    done = walk(store, "C1", ("verify", 1), ("publish", 1))
    assert done.file.due_on == "2026-11-06"
    assert household(store, "HA")["publicised_on"] == "2026-11-03"
    done = walk(store, "C1", ("to_street", 4), ("to_county", 7))
    assert done.file.due_on == "2026-11-16"
    told = case(store, "C1")
    assert told["certification_step"] == "county"
    assert told["county_received_on"] == "2026-11-09"
    assert told["publicity_shown_days"] == 6
    assert told["filed_on"] == "2026-11-02"
    done = walk(store, "C1", ("certify", 9))
    assert household(store, "HA")["certified_on"] == "2026-11-11"
    assert done.file.said["number"] == "610902-2026-C1"
    assert differences(store.states(OFFICE), store.events(OFFICE)).empty


def test_a_notice_that_is_too_short_holds_the_file(store: Store) -> None:
    apply(store, hand(), {"household_id": "HA"}, case_id="C1")
    with pytest.raises(WrongUse, match="ak-publicity-period"):
        walk(store, "C1", ("verify", 1), ("to_street", 1))
    with pytest.raises(WrongUse, match="3 day"):
        walk(store, "C1", ("publish", 1), ("to_street", 3))


def test_an_objection_stands_on_the_case_until_it_is_settled(store: Store) -> None:
    apply(store, hand(), {"household_id": "HA"}, case_id="C1")
    walk(store, "C1", ("verify", 1), ("publish", 1))
    act(store, hand(day(2)), "C1", "object", Stated(reason="income"))
    assert bool(case(store, "C1")["objection_raised"])
    with pytest.raises(IllegalMoves):
        act(store, hand(day(5)), "C1", "to_street", SEEN)
    act(store, hand(day(4)), "C1", "settle", Stated(reason="unfounded"))
    assert not case(store, "C1")["objection_raised"]


def test_nantong_decides_at_the_street_and_shows_afterwards(store: Store) -> None:
    apply(store, hand(), {"household_id": "HN"}, case_id="C1")
    walk(store, "C1", ("verify", 1))
    with pytest.raises(WrongUse, match="nt-zef-certification"):
        walk(store, "C1", ("publish", 2))
    with pytest.raises(WrongUse, match="decision by the street"):
        walk(store, "C1", ("certify", 2))
    with pytest.raises(WrongUse, match="community → street"):
        walk(store, "C1", ("to_county", 2))
    done = walk(store, "C1", ("to_street", 2), ("certify", 3), ("publish", 4))
    assert done.file.state == "certified"
    assert household(store, "HN")["state"] == "certified"
    assert household(store, "HN")["publicised_on"] == "2026-11-06"


def test_certifying_against_the_facts_needs_a_note(store: Store) -> None:
    rows = [{"person_id": "PHN", "employment_state": "employed"} | MEMBER]
    rows[0]["employment_state"] = "employed"
    rows[0] |= {"household_id": "HN", "area_code": NANTONG}
    fill(store, {Kind.PERSONS: rows})
    apply(store, hand(), {"household_id": "HN"}, case_id="C1")
    walk(store, "C1", ("verify", 1), ("to_street", 2))
    with pytest.raises(WrongUse, match="not_met"):
        act(store, hand(day(3)), "C1", "certify")
    act(store, hand(day(3)), "C1", "certify", Stated(note="已离岗，合同终止"))
    assert household(store, "HN")["state"] == "certified"


def test_only_a_supervisor_decides_and_a_rejection_may_be_contested(store: Store) -> None:
    apply(store, hand(), {"household_id": "HA"}, case_id="C1")
    worker = hand(day(1), Role.CASEWORKER)
    with pytest.raises(IllegalMoves, match="not for caseworker"):
        act(store, worker, "C1", "reject", Stated(reason="not_met"))
    act(store, hand(day(1)), "C1", "reject", Stated(reason="not_met"))
    assert household(store, "HA")["state"] == "rejected"
    with pytest.raises(WrongUse, match="contested no more"):
        leaving.contest(store, hand(day(62)), "C1", Stated(reason="facts_wrong"))
    leaving.contest(store, hand(day(10)), "C1", Stated(reason="facts_wrong"))
    done = leaving.answer_contest(store, hand(day(20)), "C1", "overturn", Stated(note="属实"))
    assert done.file.state == "verified"
    assert household(store, "HA")["state"] == "applied"


def test_leaving_is_told_contested_and_ended_by_an_official(store: Store) -> None:
    certified(store)
    with pytest.raises(WrongUse, match="household_exit"):
        leaving.propose_leaving(store, hand(day(30)), "C1", Stated(reason="by_law"))
    leave(store)
    assert waiting(store, OFFICE, day(30)).may_leave["case_id"].tolist() == ["C1"]
    done = leaving.propose_leaving(store, hand(day(30)), "C1", Stated(reason="by_law"))
    assert "nat-zef-exit" in done.file.said["leaving"]["rules"]
    assert done.file.said["leaving"]["zh"]
    assert done.file.due_on == day(90).isoformat()
    assert household(store, "HA")["state"] == "certified"
    with pytest.raises(WrongUse, match="may still be contested"):
        leaving.decide_leaving(store, hand(day(90)), "C1", "end", SEEN)
    leaving.contest(store, hand(day(40)), "C1", Stated(reason="facts_wrong"))
    with pytest.raises(IllegalMoves):
        leaving.decide_leaving(store, hand(day(95)), "C1", "end", SEEN)
    due = waiting(store, OFFICE, day(100)).due
    assert due["stream"].tolist() == ["certification", "contest"]
    leaving.answer_contest(store, hand(day(50)), "C1", "uphold", Stated(note="已就业满期"))
    assert household(store, "HA")["state"] == "certified"
    leaving.decide_leaving(store, hand(day(51)), "C1", "end", SEEN)
    assert household(store, "HA")["state"] == "left"
    states = store.states(OFFICE)
    assert dict(zip(states["stream"], states["state"], strict=True)) == {
        "certification": "left",
        "contest": "upheld",
    }
    assert differences(states, store.events(OFFICE)).empty


def leave(store: Store) -> None:
    """One member is in stable work, for as long as the place asks."""
    facts = '{"employed":true,"employment_stable":true,"stable_since":"2026-01-01"}'
    with store.writing(actor="t", at=hand().at) as batch:
        frame = pd.DataFrame([{"person_id": "PHA", "facts": facts}])
        batch.upsert(Kind.PERSONS, frame, columns=["facts"])
        grace = pd.DataFrame([{"case_id": "C1", "local_exit_grace_months": 3}])
        batch.upsert(Kind.CASES, grace, columns=["local_exit_grace_months"])


def test_an_overturned_leaving_changes_nothing(store: Store) -> None:
    certified(store)
    stated = Stated(reason="moved", evidence="迁移证")
    with pytest.raises(WrongUse, match="no evidence"):
        leaving.propose_leaving(store, hand(day(30)), "C1", Stated(reason="moved"))
    leaving.propose_leaving(store, hand(day(30)), "C1", stated)
    leaving.contest(store, hand(day(31)), "C1", Stated(reason="facts_wrong"))
    done = leaving.answer_contest(store, hand(day(32)), "C1", "overturn", Stated(note="未迁"))
    assert done.file.state == "certified"
    assert household(store, "HA")["state"] == "certified"


def test_a_person_is_recognised_and_was_so_afterwards(store: Store) -> None:
    apply(store, hand(), {"person_id": "PHN"}, case_id="C1", status="hard_to_employ")
    walk(store, "C1", ("verify", 1), ("to_street", 2), ("certify", 3))
    assert facts_of(store)["recognised_hard_to_employ"] is True
    leaving.propose_leaving(
        store, hand(day(9)), "C1", Stated(reason="voluntary", evidence="申请书")
    )
    leaving.decide_leaving(store, hand(day(9)), "C1", "end", SEEN)
    after = facts_of(store)
    assert after["formerly_recognised_hard_to_employ"] is True
    assert after["recognised_hard_to_employ"] is False


def facts_of(store: Store) -> dict[str, Any]:
    people = store.persons(OFFICE, ["PHN"], parts=("profile", "status"))
    facts: dict[str, Any] = json.loads(people["facts"].iloc[0])
    return facts


def test_bad_applications_are_told(store: Store) -> None:
    with pytest.raises(WrongUse, match="hard_to_employ"):
        apply(store, hand(), {"household_id": "HN"}, status="hard_to_employ")
    with pytest.raises(NotFound):
        apply(store, hand(), {"household_id": "H9"})
    with pytest.raises(NotFound):
        act(store, hand(), "C9", "verify", SEEN)
    apply(store, hand(), {"household_id": "HN"}, case_id="C1")
    with pytest.raises(Conflict):
        apply(store, hand(), {"household_id": "HN"}, case_id="C1")


def test_households_recognised_before_are_taken_over_and_may_leave(store: Store) -> None:
    home = HOME | {"household_id": "HN", "area_code": NANTONG, "state": "aided"}
    fill(store, {Kind.HOUSEHOLDS: [home | {"certified_on": "2025-05-05"}]})
    (name,) = adopt_recognised(store, hand())
    assert adopt_recognised(store, hand()) == []
    assert household(store, "HN")["state"] == "aided"
    stated = Stated(reason="voluntary", evidence="申请书")
    leaving.propose_leaving(store, hand(day(1)), name, stated)
    leaving.decide_leaving(store, hand(day(1)), name, "end", SEEN)
    assert household(store, "HN")["state"] == "left"


def test_one_status_has_one_file_at_a_time(store: Store) -> None:
    apply(store, hand(), {"household_id": "HN"}, case_id="C1")
    with pytest.raises(WrongUse, match=r"C1 \(applied\)"):
        apply(store, hand(day(1)), {"household_id": "HN"}, case_id="C2")
    act(store, hand(day(1)), "C1", "withdraw", Stated(reason="by_the_household"))
    assert household(store, "HN")["state"] == "discovered"
    apply(store, hand(day(2)), {"household_id": "HN"}, case_id="C2")


def test_a_new_case_keeps_what_the_place_has_set(store: Store) -> None:
    old = {"case_id": "C0", "household_id": "HN", "opened_on": "2026-01-05"}
    fill(store, {Kind.CASES: [old | {"local_refusal_limit": 3, "local_publicity_days": 7}]})
    apply(store, hand(), {"household_id": "HN"}, case_id="C1")
    assert case(store, "C1")["local_refusal_limit"] == 3
    walk(store, "C1", ("verify", 1), ("to_street", 2), ("certify", 3))
    assert walk(store, "C1", ("publish", 4)).file.due_on == day(11).isoformat()


EVENTS = sorted({event for _, event in machine("certification").transitions} - {"apply", "adopt"})


ROUNDS = count()


@settings(max_examples=6, deadline=None)
@given(st.lists(st.integers(0, 99), min_size=6, max_size=12))
def test_any_walk_keeps_to_the_machine_and_the_records_agree(
    walks: Store, choices: list[int]
) -> None:
    key = f"W{next(ROUNDS)}"
    home = HOME | {"household_id": key, "area_code": NANTONG, "registered_area_code": NANTONG}
    fill(walks, {Kind.HOUSEHOLDS: [home]})
    apply(walks, hand(), {"household_id": key}, case_id=key)
    state, at = "applied", 0
    for choice in choices:
        legal = machine("certification").events_from(state)
        pool = [*legal, *legal, *legal, *EVENTS]
        event = pool[choice % len(pool)]
        at += 100
        now = machine("certification").next(state, event)
        try:
            done = step(walks, key, event, at)
        except IllegalMoves:
            assert now is None
            continue
        except WrongUse:
            continue
        assert now is not None
        assert done.file.state == now.after
        state = done.file.state
    kept = household(walks, key)["state"]
    assert (kept == "left") == (state == "left")
    assert kept == "certified" or state not in ("certified", "leaving", "contested", "questioned")
    assert differences(walks.states(OFFICE), walks.events(OFFICE)).empty


@pytest.fixture(scope="module")
def walks() -> Iterator[Store]:
    with Store.open("sqlite://") as opened:
        yield opened


REASONS = {
    "object": "income",
    "settle": "unfounded",
    "reject": "not_met",
    "withdraw": "moved",
    "propose_leaving": "moved",
    "contest": "facts_wrong",
    "keep": "other",
}


def step(store: Store, key: str, event: str, at: int) -> Filed:
    stated = Stated(reason=REASONS.get(event), evidence="材料", note="核对")
    by = hand(day(at))
    if event == "propose_leaving":
        return leaving.propose_leaving(store, by, key, stated)
    if event == "contest":
        return leaving.contest(store, by, key, stated)
    if event in leaving.ANSWERS:
        return leaving.answer_contest(store, by, key, event, stated)
    if event in ("end", "keep"):
        return leaving.decide_leaving(store, by, key, event, stated)
    return act(store, by, key, event, stated)
