"""What the audit keeps, and that writing is all or nothing."""

from __future__ import annotations

import contextlib
import json
import threading
from pathlib import Path

import pytest
from sqlalchemy import exc

from matcher.domain.kinds import Kind
from matcher.errors import StoreBusy, WrongUse
from matcher.store.batch import Batch
from matcher.store.store import Store
from tests.contracts.store.stores import (
    AT,
    CHONGCHUAN,
    STORES,
    WHOLE,
    filled,
    two_persons,
    write,
)
from tests.factories import make_frame


class TestAudit:
    def test_a_read_of_status_leaves_one_row_whatever_its_size(self, store: Store) -> None:
        two_persons(store)
        before = len(store.audit_rows())
        store.persons(WHOLE)
        assert len(store.audit_rows()) == before
        store.persons(CHONGCHUAN, parts=("profile", "status"), at=AT)
        row = store.audit_rows().iloc[-1]
        assert len(store.audit_rows()) == before + 1
        assert row[["actor", "role", "purpose", "areas", "action", "kind", "count"]].tolist() == [
            *("u1", "caseworker", "match", "320602", "read", "persons", 1)
        ]
        assert row["at"] == AT
        assert json.loads(row["detail"]) == {"ids": ["P1"], "parts": ["profile", "status"]}

    def test_the_same_people_give_the_same_hash(self, store: Store) -> None:
        two_persons(store)
        store.persons(WHOLE, parts=("status",))
        store.persons(WHOLE, ["P2", "P1"], parts=("identity",))
        store.persons(WHOLE, ["P1"], parts=("identity",))
        rows = store.audit_rows(last=3)
        one, two, three = rows["ids_hash"]
        assert one == two != three
        assert all(moment.tzinfo is not None for moment in rows["at"])  # the database's own clock

    def test_households_and_members_are_sensitive_too(self, store: Store) -> None:
        filled(store)
        store.households(WHOLE)
        store.members(WHOLE, ["H1"], parts=("profile",))
        assert store.audit_rows(last=2)["kind"].tolist() == ["households", "persons"]
        assert len(store.audit_rows(kind=Kind.HOUSEHOLDS)) == 2

    def test_a_read_that_found_nobody_leaves_a_row(self, store: Store) -> None:
        store.persons(CHONGCHUAN, ["P2"], parts=("status",))
        assert store.audit_rows()["count"].tolist() == [0]

    def test_writes_leave_rows_without_content(self, store: Store) -> None:
        two_persons(store)
        with store.writing(actor="u2", at=AT) as batch:
            batch.edit(Kind.PERSONS, "P1", {"name": "秘密"}, 1)
        rows = store.audit_rows()
        assert rows["action"].tolist() == ["upsert", "edit"]
        assert json.loads(rows["detail"].iloc[0])["created"] == 2
        assert json.loads(rows["detail"].iloc[1]) == {"columns": ["name"], "ids": ["P1"]}

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE audit SET actor = 'x'",
            "DELETE FROM audit",
        ],
    )
    def test_rows_are_never_changed(self, store: Store, statement: str) -> None:
        two_persons(store)
        with (
            pytest.raises(exc.DatabaseError, match="never changed"),
            store._engine.begin() as connection,
        ):
            connection.exec_driver_sql(statement)
        assert store.audit_rows()["actor"].tolist() == ["tester"]


class TestTransactions:
    def test_a_block_that_raises_leaves_nothing(self, store: Store) -> None:
        two_persons(store)

        def fail(batch: Batch) -> None:
            batch.upsert(Kind.PERSONS, make_frame(Kind.PERSONS, [{"person_id": "P9"}]))
            batch.edit(Kind.PERSONS, "P1", {"name": "x"}, 1)
            batch.set_meta("x", "1")
            raise InterruptedError

        with pytest.raises(InterruptedError), store.writing(actor="t", at=AT) as batch:
            fail(batch)
        assert store.ids(Kind.PERSONS).tolist() == ["P1", "P2"]
        assert store.person_version(WHOLE, "P1") == 1
        assert store.meta("x") is None
        assert len(store.audit_rows()) == 1

    def test_readers_do_not_see_what_is_not_finished(self, store: Store) -> None:
        seen = []
        with store.writing(actor="t", at=AT) as batch:
            batch.upsert(Kind.COURSES, make_frame(Kind.COURSES, [{"name": "x"}]))
            with contextlib.suppress(StoreBusy):  # a store in memory has one user at a time
                seen.append(store.counts()[Kind.COURSES])
        assert seen in ([], [0])
        assert store.counts()[Kind.COURSES] == 1

    def test_a_second_writer_is_told_when_the_first_takes_too_long(self, store: Store) -> None:
        one = make_frame(Kind.COURSES, [{"course_id": "C1", "name": "x"}])
        with store.writing(actor="one", at=AT) as batch:
            batch.upsert(Kind.COURSES, one)
            with pytest.raises(StoreBusy, match="Nothing was changed"):
                write(store, Kind.COURSES, {"course_id": "C1", "name": "y"})
        assert store.frame(Kind.COURSES)["name"].tolist() == ["x"]

    def test_writers_wait_for_each_other(self, tmp_path: Path) -> None:
        names = [f"C{at}" for at in range(8)]
        with Store.open(STORES["sqlite-file"](tmp_path), wait_s=30) as store:

            def add(name: str) -> None:
                write(store, Kind.COURSES, {"course_id": name, "name": name})

            threads = [threading.Thread(target=add, args=(name,)) for name in names]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert store.ids(Kind.COURSES).tolist() == names

    def test_a_moment_without_zone_is_refused(self, store: Store) -> None:
        naive = AT.replace(tzinfo=None)
        with pytest.raises(WrongUse, match="zone"), store.writing(actor="t", at=naive) as batch:
            batch.upsert(Kind.COURSES, make_frame(Kind.COURSES, [{"name": "x"}]))
