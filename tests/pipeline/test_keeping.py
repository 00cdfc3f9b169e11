"""Decisions kept as records and decided again."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import exc

from matcher.domain.kinds import Kind
from matcher.domain.scope import Role, Scope
from matcher.errors import NotFound
from matcher.pipeline.law import keeping
from matcher.pipeline.law.deciding import Question, decide_about
from matcher.pipeline.law.keeping import decide_and_keep, rerun, verdict_text
from matcher.store.store import Store
from tests.pipeline.test_deciding import AT, OFFICE, ON, store

__all__ = ["store"]

QUESTION = Question("zero_employment_household", ON, household_id="H1")


@pytest.fixture
def kept(store: Store) -> int:
    return decide_and_keep(store, OFFICE, QUESTION, author="u1", at=AT)[0]


@pytest.mark.parametrize(
    "question",
    [
        pytest.param(QUESTION, id="household"),
        pytest.param(Question("older_worker_4050", ON, person_id="P1"), id="person"),
        pytest.param(Question("stable_employment", ON, placement_id="PL1"), id="placement"),
        pytest.param(Question("layoff_report", ON, employer_id="E1"), id="employer"),
        pytest.param(Question("certification_steps", ON, case_id="CA1"), id="case"),
        pytest.param(
            Question("hard_to_employ", ON, person_id="P1", place="cn/shanxi", layer="source"),
            id="another place",
        ),
    ],
)
def test_a_decision_is_kept_and_comes_out_again_bit_for_bit(
    store: Store, question: Question
) -> None:
    number, decided = decide_and_keep(store, OFFICE, question, author="u1", at=AT)
    verdict = decided.verdict(0)
    assert verdict == decide_about(store, OFFICE, question)
    found = rerun(store, OFFICE, number)
    assert (found.same, found.law_changed) == (True, False)
    assert found.kept == found.found == verdict_text(verdict)


def test_a_record_holds_what_was_asked_and_by_whom(store: Store, kept: int) -> None:
    row = store.decisions(OFFICE, [kept]).iloc[0]
    assert row[["subject", "subject_id", "author", "place"]].tolist() == [
        *("household", "H1", "u1", "cn/jiangsu/nantong")
    ]
    assert row["at"].startswith("2026-11-22 08:00")
    facts = json.loads(row["facts"])
    assert facts["columns"]["local_refusal_limit"] == [3.0]
    assert len(row["law_hash"]) == 64


def test_records_that_change_later_do_not_change_what_was_decided(store: Store, kept: int) -> None:
    with store.writing(actor="t", at=AT) as batch:
        batch.edit(Kind.HOUSEHOLDS, "H1", {"household_kind": "rural"}, 1)
    assert verdict_text(decide_about(store, OFFICE, QUESTION)) != rerun(store, OFFICE, kept).found
    assert rerun(store, OFFICE, kept).same


def test_a_changed_law_is_told(store: Store, kept: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "law_hash", lambda law: "another")
    found = rerun(store, OFFICE, kept)
    assert (found.same, found.law_changed) == (True, True)


def test_another_verdict_is_told(store: Store, kept: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "verdict_text", lambda verdict: "{}")
    found = rerun(store, OFFICE, kept)
    assert not found.same
    assert found.found == "{}"


def test_what_is_outside_of_the_scope_is_not_there(store: Store, kept: int) -> None:
    elsewhere = Scope(Role.CASEWORKER, ("3301",), "rerun", "u2")
    with pytest.raises(NotFound, match=str(kept)):
        rerun(store, elsewhere, kept)
    with pytest.raises(NotFound, match="99"):
        rerun(store, OFFICE, 99)


@pytest.mark.parametrize(
    "statement", ["UPDATE decision SET verdict = '{}'", "DELETE FROM decision"]
)
def test_nobody_changes_a_kept_decision(store: Store, kept: int, statement: str) -> None:
    with (
        pytest.raises(exc.DatabaseError, match="never changed"),
        store.writing(actor="t", at=AT) as batch,
    ):
        batch._connection.exec_driver_sql(statement)
    assert rerun(store, OFFICE, kept).same


def test_keeping_and_reading_leave_a_trace(store: Store, kept: int) -> None:
    rerun(store, OFFICE, kept)
    traces = store.audit_rows(last=2)
    assert traces[["action", "kind", "count"]].to_numpy().tolist() == [
        ["keep", "decisions", 1],
        ["read", "decisions", 1],
    ]
