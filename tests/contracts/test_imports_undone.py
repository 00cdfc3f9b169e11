"""An import taken back: what it made and changed, less what was used since, on every engine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from matcher.domain.decision import Kept
from matcher.domain.kinds import Kind
from matcher.domain.scope import Role, Scope
from matcher.errors import NotFound
from matcher.store.imports.trail import KEYS_AT_ONCE
from matcher.store.imports.undoing import Reach, Undoing
from matcher.store.migrations import downgrade, upgrade
from matcher.store.store import Store
from tests.factories import make_frame
from tests.postgres import Databases

AT = datetime(2026, 11, 2, 8, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
WHOLE = Scope.office("test")
CHONGCHUAN = Scope(Role.CASEWORKER, ("320602",), "import", "u1")


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    with ExitStack() as kept:
        if request.param == "postgresql":
            databases: Databases = request.getfixturevalue("databases")
            url = kept.enter_context(databases.lent())
        else:
            url = f"sqlite:///{tmp_path / 'rengang.sqlite'}"
        yield kept.enter_context(Store.open(url, wait_s=0.3))


def take_in(
    store: Store, number: str, kind: Kind, *rows: dict[str, Any], at: datetime = AT, **options: Any
) -> None:
    with store.writing(actor="clerk", at=at) as batch, batch.importing(number, kind):
        batch.upsert(kind, make_frame(kind, rows), **options)


def undo(store: Store, number: str) -> Undoing:
    with store.writing(actor="clerk", at=LATER + timedelta(hours=1)) as batch:
        return batch.undo(number)


def posts(*ids: str, **said: Any) -> list[dict[str, Any]]:
    return [{"vacancy_id": each, "title": f"岗位{each}", **said} for each in ids]


def test_what_an_import_made_goes_and_what_it_changed_says_what_it_said(store: Store) -> None:
    take_in(store, "I1", Kind.VACANCIES, *posts("V1", "V2", wage_min=3000, extra='{"a":1}'))
    before = store.frame(Kind.VACANCIES)
    take_in(
        store, "I2", Kind.VACANCIES, *posts("V2", "V3", wage_min=4000), columns=["wage_min"], at=AT
    )
    looked = store.imports.plan("I2")
    assert (looked.withdrawn, looked.restored, looked.left) == (1, 1, 0)
    assert undo(store, "I2").undone_at is not None
    pd.testing.assert_frame_equal(store.frame(Kind.VACANCIES), before)
    assert store.version(Kind.VACANCIES, "V2") == 3
    said = store.audit_rows().tail(3)[["action", "kind", "count"]].values.tolist()
    assert said == [
        ["upsert", "vacancies", 1],
        ["withdraw", "vacancies", 1],
        ["undo", "imports", 1],
    ]


def test_an_import_of_many_is_kept_in_few_rows_and_goes_whole(store: Store) -> None:
    many = [f"V{number}" for number in range(2 * KEYS_AT_ONCE + 1)]
    take_in(store, "I1", Kind.VACANCIES, *posts(*many))
    take_in(store, "I2", Kind.VACANCIES, *posts("V0", "V90001", wage_min=4000))
    assert (store.imports.plan("I1").withdrawn, store.imports.plan("I1").left) == (len(many) - 1, 1)
    assert undo(store, "I1").withdrawn == len(many) - 1
    assert sorted(store.ids(Kind.VACANCIES)) == ["V0", "V90001"]


def test_an_import_can_be_undone_after_the_schema_went_down_and_up(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'rengang.sqlite'}"
    with Store.open(url) as store:
        take_in(store, "I1", Kind.PERSONS, {"person_id": "P1"}, {"person_id": "P2"})
        take_in(store, "I2", Kind.PERSONS, {"person_id": "P2", "name": "陈"}, {"person_id": "P3"})
        before = store.imports.plan("I1"), store.imports.plan("I2")
    downgrade(url, to="0015")
    upgrade(url)
    with Store.open(url) as store:
        assert (store.imports.plan("I1"), store.imports.plan("I2")) == before
        undo(store, "I2")
        undo(store, "I1")
        assert list(store.ids(Kind.PERSONS)) == ["P2"], "the second import touched it"


def test_an_undo_asked_for_again_does_nothing(store: Store) -> None:
    take_in(store, "I1", Kind.VACANCIES, *posts("V1"))
    first, n_rows = undo(store, "I1"), len(store.audit_rows())
    again = undo(store, "I1")
    assert (again.again, again.withdrawn) == (True, first.withdrawn)
    assert store.imports.plan("I1").again
    assert len(store.audit_rows()) == n_rows
    with pytest.raises(NotFound):
        undo(store, "I9")


def test_every_cell_of_a_person_comes_back_and_the_person_is_found_by_the_former_name(
    store: Store,
) -> None:
    person = {
        "person_id": "P1",
        "name": "陈一",
        "phone": "13800001111",
        "max_commute_km": 0.1 + 0.2,
    }
    person |= {
        "birth_date": "1975-03-02",
        "seeks_work": True,
        "health": "体弱",
        "area_code": "320602",
    }
    take_in(store, "I1", Kind.PERSONS, person)
    parts = ("profile", "status", "identity")
    before = store.persons(WHOLE, parts=parts)
    changed = {"person_id": "P1", "name": "陈二", "max_commute_km": 9.0, "birth_date": "1980-01-01"}
    take_in(store, "I2", Kind.PERSONS, changed, columns=["name", "max_commute_km", "birth_date"])
    assert store.persons(WHOLE, parts=parts)["name"].tolist() == ["陈二"]
    undo(store, "I2")
    pd.testing.assert_frame_equal(store.persons(WHOLE, parts=parts), before)


def test_two_files_of_one_import_are_one_step(store: Store) -> None:
    with store.writing(actor="clerk", at=AT) as batch, batch.importing("I1", Kind.VACANCIES):
        batch.upsert(Kind.VACANCIES, make_frame(Kind.VACANCIES, posts("V1", wage_min=3000)))
        batch.upsert(Kind.VACANCIES, make_frame(Kind.VACANCIES, posts("V1", wage_min=4000)))
    assert undo(store, "I1").withdrawn == 1
    assert store.frame(Kind.VACANCIES).empty


def _edited(store: Store) -> None:
    with store.writing(actor="other", at=LATER) as batch:
        batch.edit(Kind.VACANCIES, "V1", {"headcount": 3}, 1)


def _write(kind: Kind, row: dict[str, Any]) -> Any:
    def act(store: Store) -> None:
        with store.writing(actor="other", at=LATER) as batch:
            batch.upsert(kind, make_frame(kind, [row]))

    return act


OF_V1 = {"person_id": "P1", "vacancy_id": "V1"}


@pytest.mark.parametrize(
    ("act", "why"),
    [
        pytest.param(_edited, "changed", id="edited"),
        pytest.param(
            _write(Kind.OUTCOMES, OF_V1 | {"stage": "referred", "on": "2026-11-02"}),
            "referral",
            id="referred to",
        ),
        pytest.param(
            _write(Kind.PLACEMENTS, OF_V1 | {"placement_id": "L1"}), "placement", id="placed in"
        ),
        pytest.param(
            _write(Kind.REFUSALS, OF_V1 | {"offered_on": "2026-11-02"}), "refusal", id="refused"
        ),
        pytest.param(
            _write(
                Kind.FAIRS,
                {"fair_id": "F1", "name": "招聘会", "on": "2026-12-05", "booths": "E1:V1、V7"},
            ),
            "fair",
            id="shown at a fair",
        ),
    ],
)
def test_what_was_used_since_stays_with_its_reason(store: Store, act: Any, why: str) -> None:
    person = {"person_id": "P1", "area_code": "320602"}
    take_in(store, "I0", Kind.PERSONS, person, at=AT - timedelta(days=1))
    take_in(store, "I1", Kind.VACANCIES, *posts("V1", "V2"))
    act(store)
    looked = store.imports.plan("I1")
    assert dict(looked.reasons) == {why: 1}
    done = undo(store, "I1")
    assert [(each.key, each.why) for each in done.records] == [("V1", why)]
    assert store.frame(Kind.VACANCIES)["vacancy_id"].tolist() == ["V1"]


def test_what_happened_before_the_import_keeps_no_change_back(store: Store) -> None:
    early = AT - timedelta(days=1)
    take_in(store, "I0", Kind.PERSONS, {"person_id": "P1", "area_code": "320602"}, at=early)
    take_in(store, "I1", Kind.VACANCIES, *posts("V1", wage_min=3000), at=early)
    with store.writing(actor="other", at=early) as batch:
        row = {"person_id": "P1", "vacancy_id": "V1", "stage": "viewed", "on": "2026-11-01"}
        batch.upsert(Kind.OUTCOMES, make_frame(Kind.OUTCOMES, [row]))
    take_in(store, "I2", Kind.VACANCIES, *posts("V1", wage_min=5000))
    assert undo(store, "I2").restored == 1
    assert store.frame(Kind.VACANCIES)["wage_min"].tolist() == [3000]
    assert dict(undo(store, "I1").reasons) == {"changed": 1}


def test_an_employer_goes_with_its_posts_and_stays_with_one_that_stays(store: Store) -> None:
    with store.writing(actor="clerk", at=AT) as batch, batch.importing("I1", Kind.VACANCIES):
        makers = [{"employer_id": each, "name": f"厂{each}"} for each in ("E1", "E2")]
        batch.upsert(Kind.EMPLOYERS, make_frame(Kind.EMPLOYERS, makers))
        rows = [*posts("V1", employer_id="E1"), *posts("V2", employer_id="E2")]
        batch.upsert(Kind.VACANCIES, make_frame(Kind.VACANCIES, rows))
    _edited(store)
    done = undo(store, "I1")
    assert [(each.kind, each.key, each.why) for each in done.records] == [
        ("vacancies", "V1", "changed"),
        ("employers", "E1", "used"),
    ]
    assert store.frame(Kind.EMPLOYERS)["employer_id"].tolist() == ["E1"]


def test_a_decision_about_somebody_new_keeps_the_record(store: Store) -> None:
    take_in(store, "I1", Kind.PERSONS, {"person_id": "P1", "area_code": "320602"})
    with store.writing(actor="other", at=LATER) as batch:
        batch.keep(
            Kept(
                "older_worker",
                "3206",
                "current",
                date(2026, 11, 2),
                "person",
                "P1",
                "320602",
                "{}",
                "h",
                "{}",
            )
        )
    assert dict(store.imports.plan("I1").reasons) == {"decision": 1}


@pytest.mark.parametrize(
    ("reach", "stays"),
    [
        pytest.param(Reach(WHOLE), [], id="the office itself"),
        pytest.param(Reach(WHOLE, "E1"), ["V2", "V3"], id="an employer"),
        pytest.param(Reach(CHONGCHUAN), ["V2"], id="an office of an area"),
    ],
)
def test_records_out_of_reach_stay(store: Store, reach: Reach, stays: list[str]) -> None:
    rows = [
        *posts("V1", employer_id="E1", area_code="320602"),
        *posts("V2", employer_id="E2", area_code="320614"),
        *posts("V3"),
    ]
    take_in(store, "I1", Kind.VACANCIES, *rows)
    with store.writing(actor="clerk", at=LATER) as batch:
        done = batch.undo("I1", reach=reach)
    assert [(each.key, each.why) for each in done.records] == [(key, "foreign") for key in stays]


def test_people_of_another_area_stay(store: Store) -> None:
    people = [{"person_id": f"P{at}", "area_code": f"3206{at:02}"} for at in (2, 14)]
    take_in(store, "I1", Kind.PERSONS, *people)
    with store.writing(actor="clerk", at=LATER) as batch:
        done = batch.undo("I1", reach=Reach(CHONGCHUAN))
    assert [each.key for each in done.records] == ["P14"]


def test_an_undo_that_fails_leaves_everything(store: Store) -> None:
    take_in(store, "I1", Kind.VACANCIES, *posts("V1"))

    def undo_and_break() -> None:
        with store.writing(actor="clerk", at=LATER) as batch:
            batch.undo("I1")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        undo_and_break()
    assert store.frame(Kind.VACANCIES)["vacancy_id"].tolist() == ["V1"]
    assert not store.imports.plan("I1").again


def test_who_is_erased_stands_in_no_import(store: Store) -> None:
    person = {"person_id": "P1", "name": "陈一", "area_code": "320602"}
    take_in(store, "I1", Kind.PERSONS, person)
    take_in(store, "I2", Kind.PERSONS, person | {"name": "陈二"}, columns=["name"])
    with store.writing(actor="office", at=LATER) as batch:
        batch.erase("P1", [], entirely=False, until=None)
    for number in ("I1", "I2"):
        assert (store.imports.plan(number).restored, store.imports.plan(number).withdrawn) == (0, 0)


def test_many_records_are_taken_back_at_once(store: Store) -> None:
    ids = [f"V{at:05}" for at in range(6_001)]
    frame = make_frame(Kind.VACANCIES, posts(*ids))
    for number, wage in (("I1", 3000), ("I2", 4000)):
        told = frame.assign(wage_min=pd.array(np.full(len(ids), wage), dtype="Int64"))
        with store.writing(actor="clerk", at=AT) as batch, batch.importing(number, Kind.VACANCIES):
            batch.upsert(Kind.VACANCIES, told)
    assert undo(store, "I2").restored == len(ids)
    assert set(store.frame(Kind.VACANCIES)["wage_min"]) == {3000}
