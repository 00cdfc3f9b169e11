"""What casework writes is what training learns from."""

from __future__ import annotations

from datetime import UTC, date, datetime

from matcher.domain.kinds import Kind
from matcher.domain.scope import Scope
from matcher.pipeline.casework.moving import Desk, move_referral, propose_pairs
from matcher.pipeline.snapshot import take_snapshot
from matcher.store.store import Store
from tests.factories import make_frame

AT = datetime(2026, 11, 2, tzinfo=UTC)
ON = date(2026, 11, 2)


def test_referrals_become_answers_of_both_sides_that_training_reads() -> None:
    with Store.open("sqlite://") as store:
        with store.writing(actor="t", at=AT) as batch:
            people = [
                {"person_id": key, "area_code": "320602001", "seeks_work": True}
                for key in ("P1", "P2")
            ]
            batch.upsert(Kind.PERSONS, make_frame(Kind.PERSONS, people))
            posts = [{"vacancy_id": key, "title": "保洁员"} for key in ("V1", "V2")]
            batch.upsert(Kind.VACANCIES, make_frame(Kind.VACANCIES, posts))
        desk = Desk(store, Scope.office("test"), "u1", AT)
        pairs = make_frame(Kind.OUTCOMES, [{"person_id": "P1", "vacancy_id": "V1"}])
        pairs.loc[1, ["person_id", "vacancy_id"]] = ["P2", "V2"]
        made = propose_pairs(desk, pairs[["person_id", "vacancy_id"]], ON)
        one, two = made.events["subject_id"]
        for each in (one, two):
            move_referral(desk, each, "refer", ON)
        move_referral(desk, one, "hire", date(2026, 11, 3))
        move_referral(desk, two, "refuse_by_employer", date(2026, 11, 3), reason="skills")
        told = take_snapshot(store, Scope.office("test"), on=date(2026, 11, 5)).answers
    assert told.success is not None
    labels = zip(told.success.vacancy_at.tolist(), told.success.label.tolist(), strict=True)
    assert sorted(labels) == [(0, 1), (1, 0)]
