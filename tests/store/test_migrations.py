"""From nothing to the newest schema and back; what must not be lost on the way."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from matcher.domain.kinds import Kind
from matcher.domain.scope import Scope
from matcher.errors import BrokenReferences, SchemaMismatch
from matcher.store.engine import open_engine, resolve, writing
from matcher.store.migrations import differences, downgrade, head, revision_in, upgrade
from matcher.store.store import Store
from tests.factories import make_frame

AT = datetime(2026, 11, 2, tzinfo=UTC)

NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{down}"


def upgrade():
    {up}


def downgrade():
    with op.batch_alter_table("person", recreate="always") as person:
        person.drop_column("nickname")
"""
REBUILD = """with op.batch_alter_table("person", recreate="always") as person:
        person.add_column(sa.Column("nickname", sa.Text))"""
BREAK = 'op.execute("DELETE FROM person")'


@pytest.fixture
def url(tmp_path: Path) -> str:
    made = f"sqlite:///{tmp_path / 'rengang.sqlite'}"
    with Store.open(made) as store, store.writing(actor="t", at=AT) as batch:
        rows = [{"person_id": f"P{at}", "name": "甲", "dibao": True} for at in range(3)]
        batch.upsert(Kind.PERSONS, make_frame(Kind.PERSONS, rows))
        batch.upsert(Kind.VACANCIES, make_frame(Kind.VACANCIES, [{"title": "保洁员"}]))
        outcome = {"person_id": "P0", "vacancy_id": "vacancies-0", "stage": "hired"}
        batch.upsert(Kind.OUTCOMES, make_frame(Kind.OUTCOMES, [outcome]))
    return made


def revision_of(url: str) -> str | None:
    engine = open_engine(resolve(url), wait_s=1)
    with engine.connect() as connection:
        found = revision_in(connection)
    engine.dispose()
    return found


def next_revision(folder: Path, up: str) -> Path:
    folder.mkdir()
    source = NEXT.format(revision="next", down=head(), up=up)
    (folder / "next.py").write_text(source, encoding="utf-8")
    return folder


def test_from_nothing_to_head_gives_the_tables_of_the_code(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.sqlite'}"
    upgrade(url)
    engine = open_engine(resolve(url), wait_s=1)
    assert differences(engine) == []
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE person DROP COLUMN major")
    assert "major" in str(differences(engine))
    engine.dispose()


def test_indexes_and_references_are_those_of_the_code(url: str) -> None:
    engine = open_engine(resolve(url), wait_s=1)
    with engine.connect() as connection:
        made = connection.execute(text("SELECT count(*) FROM sqlite_master WHERE type = 'index'"))
        assert made.scalar_one() > 10
        plan = connection.exec_driver_sql(
            "EXPLAIN QUERY PLAN SELECT * FROM person "
            "WHERE area_code BETWEEN '3206' AND '320699999999'"
        )
        assert "ix_person_area_code" in str(plan.all())
    engine.dispose()


def test_down_to_nothing_and_up_again_leaves_a_store_that_works(url: str) -> None:
    downgrade(url, to="base")
    assert revision_of(url) is None
    upgrade(url)
    with Store.open(url, create=False) as store:
        assert set(store.counts().values()) == {0}
        with store.writing(actor="t", at=AT) as batch:
            batch.upsert(Kind.PERSONS, make_frame(Kind.PERSONS, [{"name": "乙"}]))
        assert len(store.audit_rows()) == 1


def test_records_of_the_first_schema_are_kept_and_get_what_is_new(url: str) -> None:
    with Store.open(url) as store, store.writing(actor="t", at=AT) as batch:
        employer = {"employer_id": "E1", "name": "环卫所", "staff_total": 120}
        batch.upsert(Kind.EMPLOYERS, make_frame(Kind.EMPLOYERS, [employer]))
    downgrade(url, to="0001")
    assert revision_of(url) == "0001"
    with pytest.raises(SchemaMismatch, match="rengang db upgrade"):
        Store.open(url)
    upgrade(url)
    with Store.open(url, create=False) as store:
        assert store.counts()[Kind.PERSONS] == 3
        assert store.counts()[Kind.OUTCOMES] == 1
        assert store.frame(Kind.EMPLOYERS)["staff_total"].tolist() == [120]
        with store.writing(actor="t", at=AT) as batch:
            said = {"person_id": "P0", "offered_on": "2026-10-08", "vacancy_id": "vacancies-0"}
            batch.upsert(Kind.REFUSALS, make_frame(Kind.REFUSALS, [said]))
            placed = {"placement_id": "PL1", "person_id": "P0", "employer_id": "E1"}
            batch.upsert(Kind.PLACEMENTS, make_frame(Kind.PLACEMENTS, [placed]))
            case = {"case_id": "CA1", "person_id": "P0"}
            batch.upsert(Kind.CASES, make_frame(Kind.CASES, [case]))
        assert store.problems() == ()


def test_an_upgrade_that_is_done_changes_nothing(url: str) -> None:
    upgrade(url)
    upgrade(url)
    with Store.open(url, create=False) as store:
        assert store.counts()[Kind.PERSONS] == 3


def test_rebuilding_a_parent_table_keeps_its_children(url: str, tmp_path: Path) -> None:
    versions = [next_revision(tmp_path / "next", REBUILD)]
    upgrade(url, versions=versions)
    assert revision_of(url) == "next"
    downgrade(url, to=head(), versions=versions)
    with Store.open(url, create=False) as store:
        found = store.persons(Scope.office("test"), parts=("status", "identity"))
        assert found["name"].tolist() == ["甲"] * 3
        assert found["dibao"].tolist() == [True] * 3
        assert store.counts()[Kind.OUTCOMES] == 1
        assert store.problems() == ()


def test_with_foreign_keys_on_the_rebuild_would_have_emptied_the_children(url: str) -> None:
    engine = open_engine(resolve(url), wait_s=1)
    with engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM outcome")
        connection.exec_driver_sql("DELETE FROM person")
        left = connection.exec_driver_sql("SELECT count(*) FROM person_status").scalar_one()
    engine.dispose()
    assert left == 0


def test_a_migration_that_breaks_references_is_undone(url: str, tmp_path: Path) -> None:
    versions = [next_revision(tmp_path / "next", BREAK)]
    with pytest.raises(BrokenReferences, match="missing person"):
        upgrade(url, versions=versions)
    assert revision_of(url) == head()
    with Store.open(url) as store:
        assert store.counts()[Kind.PERSONS] == 3


@pytest.mark.parametrize("found", ["0000", "9999"])
def test_another_schema_is_refused_with_the_way_out(url: str, found: str) -> None:
    engine = open_engine(resolve(url), wait_s=1)
    with writing(engine, wait_s=1) as connection:
        connection.execute(
            text("UPDATE alembic_version SET version_num = :found"), {"found": found}
        )
    engine.dispose()
    with pytest.raises(SchemaMismatch, match=f"schema {found}.*needs {head()}.*rengang db upgrade"):
        Store.open(url)
    with pytest.raises(SchemaMismatch):
        upgrade(url)


def test_an_older_schema_is_not_migrated_unasked(url: str, tmp_path: Path) -> None:
    downgrade(url, to="base")
    with pytest.raises(SchemaMismatch, match="schema none"):
        Store.open(url, create=False)


def test_a_database_of_others_is_left_alone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'other.sqlite'}"
    engine = open_engine(resolve(url), wait_s=1)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE theirs (a)")
    engine.dispose()
    for attempt in (Store.open, upgrade):
        with pytest.raises(SchemaMismatch):
            attempt(url)
