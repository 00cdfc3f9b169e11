"""Households moved with their law, letters from kept decisions, messages sent once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from matcher.casework.ledger.replaying import differences
from matcher.casework.outreach.papers import pages
from matcher.casework.reports.registers import register, registers
from matcher.documents.outbox import FileOutbox
from matcher.domain.kinds import Kind
from matcher.domain.scope import Role, Scope
from matcher.errors import IllegalMoves, NotFound, WrongUse
from matcher.pipeline.casework.ledgers.households import (
    Act,
    act,
    follow,
    ledger_events,
    open_ledger,
)
from matcher.pipeline.casework.ledgers.letters import Order, addressees, issue, papers, to_sign
from matcher.pipeline.casework.ledgers.messages import Batch, choose, send
from matcher.pipeline.casework.ledgers.tables import CardAsked, card_of, kept_for, people_of
from matcher.store.store import Store
from tests.factories import make_frame

ON = date(2026, 11, 2)
AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
OFFICE = Scope.office("test")
HERE = "320613001"

PEOPLE: list[dict[str, Any]] = [
    {
        "person_id": f"P{at}",
        "household_id": f"H{at}",
        "area_code": HERE if at < 3 else "320602001",
        "name": f"（生成）甲{at}",
        "phone": None if at == 2 else f"0513-{at}",
        "consent": {0: True, 1: True, 2: True}.get(at),
        "birth_date": "1978-10-14",
        "sex": "female",
        "employment_state": "unemployed",
        "unemployment_registered_on": "2026-01-05",
        "able_to_work": True,
        "wants_to_work": True,
        "group_tags": "就业困难人员" if at == 0 else None,
        "occupations_wanted": "保洁员",
    }
    for at in range(4)
]


@pytest.fixture
def store() -> Iterator[Store]:
    homes = [
        {
            "household_id": each["household_id"],
            "area_code": each["area_code"],
            "household_kind": "urban",
            "members_complete": True,
            "business_income": False,
            "investment_income": False,
            "state": "certified",
            "discovered_on": "2026-06-01",
            "certified_on": "2026-07-01",
        }
        for each in PEOPLE
    ]
    work = {"placement_id": "L0", "person_id": "P0", "start_date": "2026-10-08"}
    with Store.open("sqlite://") as opened:
        with opened.writing(actor="test", at=AT) as batch:
            batch.upsert(Kind.HOUSEHOLDS, make_frame(Kind.HOUSEHOLDS, homes))
            batch.upsert(Kind.PERSONS, make_frame(Kind.PERSONS, PEOPLE))
            batch.upsert(Kind.PLACEMENTS, make_frame(Kind.PLACEMENTS, [work]))
        open_ledger(opened, OFFICE, date(2026, 7, 1), at=AT)
        yield opened


def moved(store: Store, event: str, household: str, **more: Any) -> Any:
    return act(store, OFFICE, Act(event, household, ON, **more), at=AT)


def state_of(store: Store, household: str) -> str:
    found = store.states(OFFICE).set_index("subject_id")["state"]
    return str(found[household])


def test_work_on_record_clears_a_household_and_its_end_brings_it_back(store: Store) -> None:
    assert follow(store, OFFICE, ON, at=AT).events["event"].tolist() == ["clear"]
    assert store.households(OFFICE, ["H0"])["state"].tolist() == ["cleared"]
    with store.writing(actor="test", at=AT) as batch:
        over = {"placement_id": "L0", "person_id": "P0", "start_date": "2026-10-08"}
        ended = make_frame(Kind.PLACEMENTS, [over | {"ended_on": "2026-11-01"}])
        batch.upsert(Kind.PLACEMENTS, ended)
    again = follow(store, OFFICE, ON, at=AT).events
    assert again[["event", "on"]].to_numpy().tolist() == [["reappear", "2026-11-01"]]
    assert state_of(store, "H0") == "appeared"
    assert differences(store.states(OFFICE), store.events(OFFICE)).empty


@pytest.mark.parametrize(
    ("given", "wrong", "told"),
    [
        pytest.param(("clear", "H1"), WrongUse, "names no placement", id="no placement"),
        pytest.param(("clear", "H1", "L0"), WrongUse, "does not clear", id="another's work"),
        pytest.param(("clear", "H0", "L9"), NotFound, "no placement 'L9'", id="no such work"),
        pytest.param(("aid", "H9"), NotFound, "no household 'H9'", id="no such household"),
        pytest.param(("remove", "H1"), WrongUse, "nobody answers", id="nobody decides"),
        pytest.param(("settle", "H1"), WrongUse, "without a placement", id="never cleared"),
        pytest.param(("leave", "H1"), IllegalMoves, "needs a reason", id="no reason"),
        pytest.param(("fly", "H1"), IllegalMoves, "no 'fly' from certified", id="no such move"),
    ],
)
def test_a_move_without_its_ground_is_refused(
    store: Store, given: tuple[str, ...], wrong: type[Exception], told: str
) -> None:
    before = len(store.events(OFFICE))
    event, household, *placement = given
    with pytest.raises(wrong, match=told):
        moved(store, event, household, placement_id=placement[0] if placement else None)
    assert len(store.events(OFFICE)) == before
    assert store.decisions(OFFICE).empty


def test_stable_work_is_asked_of_the_law(store: Store) -> None:
    moved(store, "clear", "H0", placement_id="L0")
    with pytest.raises(WrongUse, match="not stable work by law"):
        moved(store, "settle", "H0")
    stable = {
        "placement_id": "L0",
        "person_id": "P0",
        "start_date": "2026-01-08",
        "employment_mode": "hired",
        "contract_months": 36,
        "has_labour_contract": True,
        "social_insurance_paid": True,
        "wages_paid_normally": True,
        "months_in_work": 10,
        "has_payroll": True,
        "consecutive_months_employed_in_year": 10,
    }
    with store.writing(actor="test", at=AT) as batch:
        batch.upsert(Kind.PLACEMENTS, make_frame(Kind.PLACEMENTS, [stable]))
    done = moved(store, "settle", "H0", by="王科长")
    assert state_of(store, "H0") == "stable"
    kept = store.decisions(OFFICE).iloc[-1]
    assert (kept["id"], kept["decision"], kept["author"]) == (
        done.decision,
        "stable_employment",
        "王科长",
    )


def test_removal_names_who_decided_and_keeps_what_the_law_said(store: Store) -> None:
    done = moved(store, "remove", "H1", by="王科长", reason="untrue_statement")
    row = store.events(OFFICE).iloc[-1]
    facts = json.loads(row["data"])
    assert (row["actor"], facts["decided_by"]) == ("王科长", "王科长")
    assert facts["decision"] == done.decision
    assert state_of(store, "H1") == "removed"
    moved(store, "return", "H1", reason="contest_upheld")
    assert store.households(OFFICE, ["H1"])["state"].tolist() == ["discovered"]


def test_an_office_sees_its_own_part_of_the_ledger(store: Store) -> None:
    own = Scope(Role.CASEWORKER, ("320602",), "household", "u1")
    assert ledger_events(store, own)["subject_id"].unique().tolist() == ["H3"]
    with pytest.raises(NotFound):
        act(store, own, Act("aid", "H0", ON), at=AT)


def test_a_letter_tells_decisions_kept_with_it_and_is_issued_once(store: Store) -> None:
    orders = [Order("policy_card", "P0", ON), Order("notice", "P0", ON, ("household_exit",))]
    done = issue(store, OFFICE, orders, by="小李", at=AT)
    assert done.numbers == ("2026-00001", "2026-00002")
    again = issue(store, OFFICE, [*orders, Order("promise_card", "P1", ON)], by=None, at=AT)
    assert again.numbers == ("2026-00001", "2026-00002", "2026-00003")
    assert again.new == 1
    card, notice = papers(store, OFFICE, done.numbers, "崇川区")
    assert card.name == "（生成）甲0"
    assert [each.decision for each in notice.verdicts] == ["household_exit"]
    assert "zero_employment_household" in [each.decision for each in card.verdicts]
    first = pages([card], "zh")
    with store.writing(actor="test", at=AT) as batch:
        batch.upsert(
            Kind.PERSONS,
            make_frame(Kind.PERSONS, [PEOPLE[0] | {"birth_date": "1960-01-01"}]),
        )
    assert pages(papers(store, OFFICE, done.numbers[:1], "崇川区"), "zh") == first


@pytest.mark.parametrize(
    ("order", "wrong", "told"),
    [
        pytest.param(Order("policy_card", "P9", ON), NotFound, "no person 'P9'", id="nobody"),
        pytest.param(Order("notice", "P0", ON), WrongUse, "about nothing", id="nothing"),
        pytest.param(Order("postcard", "P0", ON), WrongUse, "no letter 'postcard'", id="kind"),
    ],
)
def test_a_letter_that_cannot_be_is_not_issued(
    store: Store, order: Order, wrong: type[Exception], told: str
) -> None:
    with pytest.raises(wrong, match=told):
        issue(store, OFFICE, [Order("policy_card", "P1", ON), order], by=None, at=AT)
    assert "letter" not in set(store.states(OFFICE)["stream"])
    assert store.decisions(OFFICE).empty


def test_the_sheet_lists_an_area_and_addressees_miss_nobody(store: Store) -> None:
    to = addressees(store, OFFICE, "320613")
    assert to == ["P0", "P1", "P2"]
    issue(store, OFFICE, [Order("promise_card", each, ON) for each in to], by=None, at=AT)
    assert to_sign(store, OFFICE, "320613")["name"].tolist() == [
        f"（生成）甲{at}" for at in range(3)
    ]
    assert to_sign(store, OFFICE, "320602").empty
    with pytest.raises(NotFound):
        papers(store, OFFICE, ["2026-09999"], "")


class Broken(FileOutbox):
    """A gateway that takes the messages and then is lost."""

    def send(self, messages: pd.DataFrame) -> None:
        super().send(messages)
        raise ConnectionError


BATCH = Batch("fair", "F1", ON, {"day": "11月5日", "place": "市场"})
EVERYONE = ["P0", "P1", "P2", "P3"]


def test_a_batch_is_sent_once_whatever_stops_it(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "outbox.jsonl"
    with pytest.raises(ConnectionError):
        send(store, OFFICE, BATCH, EVERYONE, Broken(file), at=AT)
    done = send(store, OFFICE, BATCH, EVERYONE, FileOutbox(file), at=AT)
    assert done.sent == 2
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert [line["phone"] for line in lines] == ["0513-0", "0513-1"]
    third = send(store, OFFICE, BATCH, EVERYONE, FileOutbox(file), at=AT)
    assert (third.sent, third.before) == (0, 4)
    assert len(file.read_text("utf-8").splitlines()) == 2
    states = store.states(OFFICE)
    told = states[states["stream"] == "message"]["state"].tolist()
    assert told == ["sent", "sent", "withheld", "withheld"]
    assert "0513" not in "".join(store.events(OFFICE)["data"].dropna())


class Lost(FileOutbox):
    """A gateway that is lost before it takes anything."""

    def send(self, messages: pd.DataFrame) -> None:
        raise ConnectionError


def test_who_opts_out_is_not_written_to_even_if_queued(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "outbox.jsonl"
    with pytest.raises(ConnectionError):
        send(store, OFFICE, BATCH, ["P1"], Lost(file), at=AT)
    choose(store, OFFICE, "P1", "opt_out", ON, at=AT)
    assert send(store, OFFICE, BATCH, ["P1"], FileOutbox(file), at=AT).sent == 0
    assert file.read_bytes() == b""
    assert state_of(store, "message:fair:F1:P1") == "withheld"
    choose(store, OFFICE, "P1", "opt_in", ON, at=AT)
    with pytest.raises(IllegalMoves):
        choose(store, OFFICE, "P1", "opt_in", ON, at=AT)


def test_nobody_outside_the_scope_is_written_to(store: Store, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        choose(store, OFFICE, "P9", "opt_out", ON, at=AT)
    own = Scope(Role.CASEWORKER, ("320602",), "message", "u1")
    with pytest.raises(NotFound):
        send(store, own, BATCH, ["P0"], FileOutbox(tmp_path / "o"), at=AT)


@pytest.mark.parametrize("name", registers())
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_register_has_its_rows(store: Store, name: str, language: str) -> None:
    issue(store, OFFICE, [Order("policy_card", "P0", ON)], by=None, at=AT)
    follow(store, OFFICE, ON, at=AT)
    found = register(kept_for(store, OFFICE, ON, "320613"), name, language)
    wanted = {"households": 3, "unemployed": 3, "hard_to_employ": 1, "flexible": 0}
    wanted |= {"requests": 3, "placements": 1, "aid": 0, "letters": 1}
    assert len(found) == wanted[name]
    assert list(found) == [one.zh if language == "zh" else one.en for one in registers()[name]]
    if name == "households" and language == "zh":
        assert found["就业成员"].tolist()[0] == "（生成）甲0"
        assert found["目前状态"].tolist() == ["已消除", "已认定", "已认定"]


def test_an_unknown_register_names_those_there_are(store: Store) -> None:
    with pytest.raises(WrongUse, match="households"):
        register(kept_for(store, OFFICE, ON, ""), "phonebook", "zh")


def test_hard_to_employ_people_are_those_recognised(store: Store) -> None:
    people = people_of(store, OFFICE, ON).set_index("person_id")["hard_to_employ"]
    assert bool(people["P0"])
    card, _ = card_of(store, OFFICE, CardAsked("yichun", date(2026, 1, 1), ON, "320613"))
    assert set(card["area_code"]) == {HERE}
