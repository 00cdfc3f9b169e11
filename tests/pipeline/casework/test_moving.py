"""A referral moves forward in time: nothing happens to it before it began."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from matcher.domain.kinds import Kind
from matcher.domain.scope import Role, Scope
from matcher.errors import IllegalMoves
from matcher.pipeline.casework.moving import Desk, move_referral, propose_pairs
from matcher.store.store import Store
from tests.factories import make_frame

AT = datetime(2026, 11, 2, 8, tzinfo=UTC)
ON = date(2026, 11, 2)
SCOPE = Scope(Role.CASEWORKER, ("",), "test", "wang")


def test_nothing_happens_to_a_referral_before_it_began(tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{tmp_path / 'r.sqlite'}", create=True) as store:
        with store.writing(actor="import", at=AT) as batch:
            person = {"person_id": "P1", "area_code": "320602001"}
            post = {"vacancy_id": "V1", "title": "保洁员", "headcount": 2}
            batch.upsert(Kind.PERSONS, make_frame(Kind.PERSONS, [person]))
            batch.upsert(Kind.VACANCIES, make_frame(Kind.VACANCIES, [post]))
        desk = Desk(store, SCOPE, "wang", AT)
        pair = pd.DataFrame({"person_id": ["P1"], "vacancy_id": ["V1"]})
        [referral] = propose_pairs(desk, pair, ON).events["subject_id"]
        with pytest.raises(IllegalMoves, match="before it began on 2026-11-02"):
            move_referral(desk, referral, "refer", ON - timedelta(days=1))
        move_referral(desk, referral, "refer", ON)


def test_people_without_a_known_area_are_referred_beside_others(tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{tmp_path / 'r.sqlite'}", create=True) as store:
        with store.writing(actor="import", at=AT) as batch:
            people = [{"person_id": "P1", "area_code": "320602001"}, {"person_id": "P2"}]
            post = {"vacancy_id": "V1", "title": "保洁员", "headcount": 2}
            batch.upsert(Kind.PERSONS, make_frame(Kind.PERSONS, people))
            batch.upsert(Kind.VACANCIES, make_frame(Kind.VACANCIES, [post]))
        for people_of in (["P1", "P2"], ["P2"]):
            pairs = pd.DataFrame({"person_id": people_of, "vacancy_id": "V1"})
            propose_pairs(Desk(store, SCOPE, "wang", AT), pairs, ON)
        made = store.events(SCOPE).set_index("person_id")
        assert set(made.index) == {"P1", "P2"}
        assert made["due_on"].notna().all()
