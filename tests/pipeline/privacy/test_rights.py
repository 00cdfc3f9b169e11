"""What a person may ask: a copy of everything, a correction, to be gone, an answer."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from matcher.domain.kinds import Kind
from matcher.domain.scope import Role, Scope
from matcher.errors import IllegalMoves, NotFound, RowRefused, WrongUse
from matcher.pipeline.casework.register.hand import Hand
from matcher.pipeline.privacy.contesting import Matter, answer, contest
from matcher.pipeline.privacy.correcting import correct
from matcher.pipeline.privacy.erasing import erase, erase_due
from matcher.pipeline.privacy.exporting import held_about, write_held
from matcher.pipeline.privacy.wishing import not_personalised, wish
from matcher.store.events.reading import Wanted
from matcher.store.store import Store
from tests.factories import make_frame
from tests.store.privacy.test_resting import MARKED, PARTS, marks_in, url_in

AT = datetime(2026, 11, 2, 8, tzinfo=UTC)
ON = date(2026, 11, 2)
WHOLE = Scope.office("rights")
ELSEWHERE = Scope(Role.SUPERVISOR, ("33",), "rights", "u")


def hand(scope: Scope = WHOLE, on: date = ON) -> Hand:
    return Hand(scope, "李主任", Role.SUPERVISOR, on, AT)


@pytest.fixture
def store(tmp_path: Path) -> Any:
    with Store.open(url_in(tmp_path)) as opened:
        with opened.writing(actor="import", at=AT) as batch:
            other = {"person_id": "P2", "name": "乙", "area_code": "320602001", "consent": False}
            batch.upsert(Kind.PERSONS, make_frame(Kind.PERSONS, [MARKED, other]))
            batch.upsert(
                Kind.VACANCIES,
                make_frame(Kind.VACANCIES, [{"vacancy_id": "V1", "title": "保洁员"}]),
            )
            outcome = {"person_id": "P1", "vacancy_id": "V1", "stage": "viewed"}
            batch.upsert(Kind.OUTCOMES, make_frame(Kind.OUTCOMES, [outcome]))
        yield opened


def refuse_an_offer(store: Store) -> None:
    with store.writing(actor="t", at=AT) as batch:
        said = {"person_id": "P1", "offered_on": "2026-10-08", "vacancy_id": "V1"}
        batch.upsert(Kind.REFUSALS, make_frame(Kind.REFUSALS, [said]))


def test_a_copy_holds_everything_and_who_read_it(store: Store, tmp_path: Path) -> None:
    store.persons(
        Scope(Role.CASEWORKER, ("320602",), "interview", "wang"), ["P1"], parts=PARTS, at=AT
    )
    correct(store, hand(), "P1", {"phone": "13900001111"}, why="本人来访")
    held = held_about(store, WHOLE, "P1", at=AT)
    (person,) = held["person"]
    assert person["name"] == MARKED["name"]
    assert person["phone"] == "13900001111"
    assert len(held["outcomes"]) == 1
    (before,) = held["corrections"]
    assert (before["column"], before["value"], before["why"]) == (
        "phone",
        "13812345678",
        "本人来访",
    )
    assert ("wang", "interview") in {(row["actor"], row.get("purpose")) for row in held["read_by"]}
    files = write_held(held, tmp_path / "out" / "P1.json")
    assert json.loads(files[0].read_text("utf-8")) == held
    sheets = pd.read_excel(files[1], sheet_name=None, dtype=str, engine="calamine")
    assert MARKED["name"] in sheets["person"]["内容"].tolist()
    assert all(file.stat().st_mode & 0o077 == 0 for file in files)


def test_a_copy_names_readers_of_many_whose_scope_held_the_person(store: Store) -> None:
    rows = [{"person_id": f"Q{at}", "area_code": "320602001"} for at in range(30)]
    with store.writing(actor="t", at=AT) as batch:
        batch.upsert(Kind.PERSONS, make_frame(Kind.PERSONS, rows))
    for area in ("320602", "3206", "33"):
        scope = Scope(Role.CASEWORKER, (area,), "match", f"of-{area}")
        store.persons(scope, parts=("status",), at=AT)
    many = held_about(store, WHOLE, "P1", at=AT)["read_among_many"]
    assert [row["actor"] for row in many] == ["of-3206", "of-320602"]


@pytest.mark.parametrize("scope", [ELSEWHERE, WHOLE])
def test_who_is_not_there_or_not_ours_looks_the_same(store: Store, scope: Scope) -> None:
    who = "P1" if scope is ELSEWHERE else "P9"
    for ask in (
        lambda: held_about(store, scope, who, at=AT),
        lambda: correct(store, hand(scope), who, {"phone": "13900001111"}, why="w"),
        lambda: erase(store, hand(scope), who, why="purpose_reached"),
        lambda: wish(store, hand(scope), who, personalised=False),
        lambda: contest(store, hand(scope), Matter(who), reason="other"),
    ):
        with pytest.raises(NotFound, match=who):
            ask()


@pytest.mark.parametrize(
    ("said", "why"),
    [
        pytest.param({}, "w", id="nothing"),
        pytest.param({"phone": "13900001111"}, " ", id="no-reason"),
        pytest.param({"person_id": "P7"}, "w", id="the-number"),
        pytest.param({"phone": "标记号码"}, "w", id="no-phone"),
        pytest.param({"id_number": "320613197405129999"}, "w", id="no-id-number"),
        pytest.param({"nickname": "标记"}, "w", id="no-column"),
    ],
)
def test_a_correction_that_cannot_be_is_refused_without_repeating_it(
    store: Store, said: dict[str, str | None], why: str
) -> None:
    with pytest.raises(WrongUse) as refused:
        correct(store, hand(), "P1", said, why=why)
    assert "标记" not in str(refused.value)
    assert "9999" not in str(refused.value)
    assert store.person_version(WHOLE, "P1") == 1


@pytest.mark.parametrize(
    "said",
    [
        pytest.param({"birth_date": "2090-01-01"}, id="a birth still to come"),
        pytest.param({"id_number": "11010519491231002X", "sex": "男"}, id="two that disagree"),
    ],
)
def test_what_no_import_takes_is_no_correction(store: Store, said: dict[str, str | None]) -> None:
    with pytest.raises(RowRefused):
        correct(store, hand(), "P2", said, why="户口簿")


@pytest.mark.parametrize(
    ("area", "told"),
    [
        pytest.param("330102", "管辖范围", id="another office's"),
        pytest.param(None, "不能删去", id="none at all"),
    ],
)
def test_nobody_is_corrected_out_of_the_writers_reach(
    store: Store, area: str | None, told: str
) -> None:
    wang = Scope(Role.CASEWORKER, ("3206",), "rights", "wang")
    with pytest.raises(RowRefused, match=told):
        correct(store, hand(wang), "P2", {"area_code": area}, why="搬家")
    correct(store, hand(wang), "P2", {"area_code": "320613"}, why="搬家")


def test_a_corrected_name_is_found_and_the_former_one_is_not(store: Store) -> None:
    correct(store, hand(), "P1", {"name": "新名", "health": None}, why="户口簿")
    assert store.persons_called(WHOLE, name="新名", at=AT) == ["P1"]
    assert store.persons_called(WHOLE, name=MARKED["name"], at=AT) == []
    assert store.corrections(WHOLE, "P1")["value"].tolist() == [MARKED["health"], MARKED["name"]]
    assert store.corrections(ELSEWHERE, "P1").empty


def test_history_survives_a_change_of_keys(store: Store, tmp_path: Path) -> None:
    correct(store, hand(), "P1", {"name": "新名"}, why="户口簿")
    store.keys.rotate(actor="t", at=AT)
    assert store.corrections(WHOLE, "P1")[["value", "why"]].to_numpy().tolist() == [
        [MARKED["name"], "户口簿"]
    ]
    assert marks_in(tmp_path) == []


def test_who_has_nothing_to_be_kept_is_gone_altogether(store: Store) -> None:
    done = erase(store, hand(), "P1", why="consent_withdrawn")
    assert (done.state, done.gone, done.kept) == ("erased", {"outcomes": 1}, {})
    assert store.persons(WHOLE)["person_id"].tolist() == ["P2"]
    assert store.persons_called(WHOLE, phone=MARKED["phone"], at=AT) == ["P2"][:0]
    assert store.problems() == ()


def test_what_must_be_kept_stays_under_the_number_until_its_day(store: Store) -> None:
    refuse_an_offer(store)
    correct(store, hand(), "P1", {"address": "新址"}, why="w")
    store.seal(at=AT)
    done = erase(store, hand(), "P1", why="purpose_reached")
    assert (done.state, done.due_on) == ("kept_by_number", date(2029, 10, 8))
    left = store.persons(WHOLE, ["P1"], parts=PARTS, at=AT).dropna(axis="columns")
    assert left.iloc[0].to_dict() == {
        "person_id": "P1",
        "area_code": MARKED["area_code"],
        "seeks_work": False,
    }
    assert store.corrections(WHOLE, "P1").empty
    assert store.persons_called(WHOLE, name=MARKED["name"], at=AT) == []
    assert len(store.refusals(WHOLE, ["P1"])) == 1
    assert erase_due(store, hand(on=date(2029, 10, 7))) == []
    (ended,) = erase_due(store, hand(on=date(2029, 10, 8)))
    assert (ended.state, ended.gone) == ("erased", {"refusals": 1})
    assert store.persons(WHOLE)["person_id"].tolist() == ["P2"]
    assert erase_due(store, hand(on=date(2030, 1, 1))) == []
    assert store.broken_seals() == ()
    assert store.problems() == ()


def test_an_open_matter_is_ended_first(store: Store) -> None:
    made = contest(store, hand(), Matter("P1"), reason="other")
    with pytest.raises(WrongUse, match=made.subject_id):
        erase(store, hand(), "P1", why="purpose_reached")
    answer(store, hand(), made.subject_id, "withdraw")
    assert erase(store, hand(), "P1", why="purpose_reached").state == "erased"


def test_an_erasure_without_a_coded_reason_changes_nothing(store: Store) -> None:
    with pytest.raises(IllegalMoves, match="consent_withdrawn"):
        erase(store, hand(), "P1", why="本人要求")
    assert store.persons(WHOLE, ["P1"], parts=PARTS)["name"].tolist() == [MARKED["name"]]


def test_a_wish_is_kept_and_refused_consent_counts_until_a_wish_says_otherwise(
    store: Store,
) -> None:
    assert not_personalised(store, WHOLE) == {"P2": "no_consent"}
    for _ in range(2):
        assert wish(store, hand(), "P1", personalised=False) == "not_personalised"
    assert not_personalised(store, WHOLE) == {"P1": "wish", "P2": "no_consent"}
    assert len(store.events(WHOLE, Wanted(streams=("wish",)))) == 1
    wish(store, hand(), "P1", personalised=True)
    wish(store, hand(), "P2", personalised=True)
    assert not_personalised(store, WHOLE) == {}
    assert not_personalised(store, ELSEWHERE) == {}


def test_a_contest_of_a_ranking_is_due_and_answered_once(store: Store) -> None:
    made = contest(store, hand(), Matter("P1", "V1"), reason="facts_wrong", note="档案7")
    assert made.due_on == date(2026, 11, 17)
    due = store.states(WHOLE, Wanted(streams=("contest",), due_until=date(2026, 11, 17)))
    assert due[["person_id", "vacancy_id", "state"]].to_numpy().tolist() == [["P1", "V1", "filed"]]
    assert answer(store, hand(), made.subject_id, "overturn").state == "overturned"
    with pytest.raises(IllegalMoves):
        answer(store, hand(), made.subject_id, "uphold")
    again = contest(store, hand(), Matter("P1", "V1"), reason="other")
    assert again.subject_id != made.subject_id


@pytest.mark.parametrize(
    ("matter", "wrong"),
    [
        pytest.param(Matter("P1", "V9"), NotFound, id="no-post"),
        pytest.param(Matter("P1", decision=7), NotFound, id="no-decision"),
        pytest.param(Matter("P1", "V1", 7), WrongUse, id="both"),
    ],
)
def test_what_is_not_there_is_not_contested(
    store: Store, matter: Matter, wrong: type[Exception]
) -> None:
    with pytest.raises(wrong):
        contest(store, hand(), matter, reason="other")
    with pytest.raises(WrongUse, match="uphold"):
        answer(store, hand(), "K-1", "perhaps")
    with pytest.raises(NotFound):
        answer(store, hand(), "K-1", "uphold")
