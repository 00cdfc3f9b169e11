"""The end of a demo: all of it goes, and what stays still shows every change behind the store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, exc, func, select, text

from matcher.casework.ledger.recording import moves, record
from matcher.demo.ending import end_demo, is_demo
from matcher.domain.account import Account
from matcher.domain.decision import Kept
from matcher.domain.job import JobKind, Order
from matcher.domain.kinds import Kind
from matcher.domain.scope import Role, Scope
from matcher.errors import NotFound, WrongUse
from matcher.store.accounts.tokens import TokenKind
from matcher.store.engine import reading, writing
from matcher.store.events.wiping import STAYS
from matcher.store.schema.jobs import metadata
from matcher.store.store import Store
from tests.factories import make_frame
from tests.postgres import Databases

AT = datetime(2026, 11, 2, 8, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
OFFICE = Scope.office("test")


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    with ExitStack() as kept:
        if request.param == "postgresql":
            databases: Databases = request.getfixturevalue("databases")
            url = kept.enter_context(databases.lent())
        else:
            url = f"sqlite:///{tmp_path / 'rengang.sqlite'}"
        yield kept.enter_context(Store.open(url, wait_s=0.3))


def moved(store: Store, subject: str) -> None:
    row = {"stream": "referral", "on": "2026-11-02", "subject_id": subject, "event": "propose"}
    about = {"person_id": "P1", "vacancy_id": "V1", "area_code": "320613001"}
    with store.writing(actor="u1", at=AT) as batch:
        record(batch, moves([row | about]), role=Role.CASEWORKER)


def decided(store: Store) -> None:
    on = date(2026, 11, 2)
    said = Kept("a_decision", "cn", "current", on, "person", "P1", "320602", "{}", "h", "{}")
    with store.writing(actor="u1", at=AT) as batch:
        batch.keep(said)


def demo(store: Store) -> None:
    """A demo in small: somebody of everything."""
    with store.writing(actor="demo", at=AT) as batch, batch.importing("I1", Kind.PERSONS):
        batch.set_meta("demo_city", "2026-11-02 seed 1")
        batch.set_meta("demo_on", "2026-11-02")
        batch.set_meta("demo_password", "p")
        people = [{"person_id": "P1", "name": "陈一", "area_code": "320602", "phone": "1"}]
        batch.upsert(Kind.PERSONS, make_frame(Kind.PERSONS, people))
        post = [{"vacancy_id": "V1", "title": "电工"}]
        batch.upsert(Kind.VACANCIES, make_frame(Kind.VACANCIES, post))
        pair = [{"person_id": "P1", "vacancy_id": "V1", "stage": "viewed", "on": "2026-11-02"}]
        batch.upsert(Kind.OUTCOMES, make_frame(Kind.OUTCOMES, pair))
    store.accounts.add(Account("admin", Role.ADMIN, ("",)), "three plain words", actor="t", at=AT)
    store.tokens.issue("admin", TokenKind.SESSION, at=AT)
    store.jobs.order(Order(JobKind.SEAL, {"on": "2026-11-02"}, OFFICE), at=AT)
    moved(store, "R1")
    decided(store)
    store.seal(at=AT)
    moved(store, "R2")


def rows_in(store: Store) -> dict[str, int]:
    with reading(store._engine, wait_s=1) as connection:
        counted = {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
        }
    return {name: count for name, count in counted.items() if count}


def changed_behind(store: Store, table: str, statement: str) -> None:
    """What somebody does who owns the database and changes what never changes."""
    with writing(store._engine, wait_s=1) as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(
                text(f"DROP TRIGGER {table}_no_{statement.split(maxsplit=1)[0].lower()}")
            )
        else:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text(statement))


def forged_epoch(connection: Connection, name: str) -> None:
    last = f"(SELECT max(last_seq) + 1 FROM seal WHERE sealed = '{name}')"
    columns = "sealed, first_seq, last_seq, count, digest, at"
    said = f"SELECT '{name}', {last}, 0, 0, 'x', CURRENT_TIMESTAMP"
    connection.execute(text(f"INSERT INTO seal ({columns}) {said}"))


def test_everything_of_the_demo_goes_and_the_audit_stays(store: Store) -> None:
    demo(store)
    before = store.audit_rows()
    assert (is_demo(store), store.broken_seals()) == (True, ())
    gone = end_demo(store, actor="admin", at=LATER)
    assert (gone["person"], gone["case_event"], gone["decision"], gone["account"]) == (1, 2, 1, 1)
    assert set(rows_in(store)) <= {table.name for table in STAYS}
    assert (is_demo(store), store.meta("demo_on"), store.meta("demo_password")) == (
        False,
        None,
        None,
    )
    after = store.audit_rows()
    assert after["seq"].tolist()[: len(before)] == before["seq"].tolist()
    assert after.iloc[-1][["actor", "action", "kind"]].tolist() == ["admin", "wipe", "demo"]
    assert (store.broken_seals(), store.problems()) == ((), ())


def test_the_service_goes_on_afterwards_and_its_rows_are_sealed_and_guarded(store: Store) -> None:
    demo(store)
    end_demo(store, actor="admin", at=LATER)
    moved(store, "R7")
    decided(store)
    assert store.seal(at=LATER) > 0
    moved(store, "R8")
    store.seal(at=LATER)
    assert store.broken_seals() == ()
    with pytest.raises(exc.DatabaseError), writing(store._engine, wait_s=1) as connection:
        connection.execute(text("DELETE FROM case_event"))
    changed_behind(store, "case_event", "UPDATE case_event SET event = 'refer'")
    assert any("case_event" in each for each in store.broken_seals())


@pytest.mark.parametrize(
    ("table", "statement"),
    [
        pytest.param("audit", "DELETE FROM audit WHERE action = 'wipe'", id="the wipe untold"),
        pytest.param("audit", "UPDATE audit SET actor = 'x' WHERE seq = 1", id="an older trace"),
        pytest.param("seal", "DELETE FROM seal WHERE last_seq = 0", id="an epoch unmarked"),
        pytest.param(
            "seal", "UPDATE seal SET digest = 'x' WHERE sealed = 'decision'", id="an old seal"
        ),
        pytest.param(
            "seal", "DELETE FROM seal WHERE sealed = 'case_event' AND first_seq = 1", id="one less"
        ),
        pytest.param("decision", "DELETE FROM decision", id="a later decision"),
    ],
)
def test_what_is_changed_behind_the_store_shows_after_a_wipe(
    store: Store, table: str, statement: str
) -> None:
    demo(store)
    end_demo(store, actor="admin", at=LATER)
    decided(store)
    store.seal(at=LATER)
    changed_behind(store, table, statement)
    assert store.broken_seals() != ()


def test_an_epoch_that_no_wipe_began_shows(store: Store) -> None:
    moved(store, "R1")
    store.seal(at=AT)
    changed_behind(store, "case_event", "DELETE FROM case_event")
    with writing(store._engine, wait_s=1) as connection:
        forged_epoch(connection, "case_event")
    (told,) = store.broken_seals()
    assert "audit does not tell of" in told


def test_outside_a_demo_nothing_is_wiped(store: Store) -> None:
    moved(store, "R1")
    before = rows_in(store)
    with pytest.raises(NotFound):
        end_demo(store, actor="admin", at=LATER)
    assert rows_in(store) == before


def test_a_demo_ends_once(store: Store) -> None:
    demo(store)
    end_demo(store, actor="admin", at=LATER)
    before = rows_in(store)
    with pytest.raises(NotFound):
        end_demo(store, actor="admin", at=LATER)
    assert rows_in(store) == before


def test_nothing_goes_while_a_job_is_at_work(store: Store) -> None:
    demo(store)
    assert store.jobs.claim("w1", at=AT) is not None
    before = rows_in(store)
    with pytest.raises(WrongUse):
        end_demo(store, actor="admin", at=LATER)
    assert rows_in(store) == before
