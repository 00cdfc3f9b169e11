"""Which schema a database has, and the way from there to the one this version needs.

Revisions stand in `versions/`; they run without `alembic.ini` or `env.py`, so that an installed
wheel can migrate. A new revision: write `versions/v0002_<what>.py` beside the first one; the test
of the room says what still differs from `matcher/store/schema/tables.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, inspect

from matcher.errors import SchemaMismatch, WrongUse
from matcher.store.engine import (
    compact,
    lock_for_migration,
    open_engine,
    reading,
    refuse_broken_references,
    refuse_other_files,
    resolve,
    writing,
)
from matcher.store.privacy.keyring import Keyring
from matcher.store.privacy.opening import keys_beside
from matcher.store.schema.jobs import metadata

_HERE = Path(__file__).resolve().parent
VERSION_TABLE = "alembic_version"
SEALED_SINCE = "0012"
"""The revision from which on every cell that is to rest encrypted does."""

WAIT_S = 30.0
"""Seconds a migration waits for a writer to finish."""


def head(versions: Sequence[Path] = ()) -> str:
    """The schema this version needs.

    Example:
        >>> head()
        '0016'
    """
    newest = _scripts(versions).get_current_head()
    return newest or "none"


def revision_in(connection: Connection) -> str | None:
    """The schema a database has; None for one that we did not make, or that is empty."""
    revision: str | None = MigrationContext.configure(connection).get_current_revision()
    return revision


def has_no_tables(connection: Connection) -> bool:
    """Is the database empty, but for the note of its schema?"""
    return set(inspect(connection).get_table_names()) <= {VERSION_TABLE}


def upgrade(
    url: str, *, to: str = "head", versions: Sequence[Path] = (), keys: Keyring | None = None
) -> None:
    """Bring a database to a newer schema: in one transaction, or not at all.

    Args:
        url: of the database; an empty one gets every table.
        to: revision, or "head".
        versions: further folders of revisions, for tests.
        keys: that people's cells rest under; None takes the key file beside an SQLite file.

    Raises:
        KeyMissing: people must be sealed or opened, and there is no key.
        SchemaMismatch: it has tables but no schema of ours, or one that this version lacks.
        BrokenReferences: rows would be left that point nowhere; nothing was changed.
        StoreBusy: others are writing.
    """
    _migrate(url, "upgrade", to, versions, keys)


def downgrade(
    url: str, *, to: str, versions: Sequence[Path] = (), keys: Keyring | None = None
) -> None:
    """Take a database back to an older schema; columns that it lacks are lost.

    Below 0012 certificate numbers, below 0006 people rest in plain text again.

    Raises:
        SchemaMismatch: as `upgrade`.
    """
    _migrate(url, "downgrade", to, versions, keys)


def come_to_head(opened: Engine, url: URL, *, keys: Keyring, create: bool, wait_s: float) -> None:
    """Make the tables of an empty database; of any other, is its schema the one needed?

    Raises:
        SchemaMismatch: it is older or newer, or empty and `create` is off.
    """
    needed = head()
    with reading(opened, wait_s=wait_s) as connection:
        found = revision_in(connection)
        is_empty = found is None and has_no_tables(connection)
    if is_empty and create:
        upgrade(url.render_as_string(hide_password=False), keys=keys)
    elif found != needed:
        raise SchemaMismatch(found=found, needed=needed)


def differences(engine: Engine) -> list[Any]:
    """What differs between the tables of a database and those of the code; empty when equal."""
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        found: list[Any] = compare_metadata(context, metadata)
        return found


def _scripts(versions: Sequence[Path]) -> ScriptDirectory:
    return _scripts_in(*versions) if versions else _our_scripts()


@cache
def _our_scripts() -> ScriptDirectory:
    return _scripts_in()


def _scripts_in(*more: Path) -> ScriptDirectory:
    places = [_HERE / "versions", *more]
    return ScriptDirectory(str(_HERE), version_locations=[str(place) for place in places])


def _migrate(url: str, way: str, to: str, versions: Sequence[Path], keys: Keyring | None) -> None:
    resolved = resolve(url)
    refuse_other_files(resolved)
    # With foreign keys on, SQLite's rebuild of a parent table would empty its children.
    ring = keys or keys_beside(resolved)
    engine = open_engine(resolved, wait_s=WAIT_S, foreign_keys=False, keyring=ring)
    try:
        with writing(engine, wait_s=WAIT_S) as connection:
            lock_for_migration(connection)
            before = revision_in(connection)
            run(connection, way, to, versions=versions)
        if before is not None and before < SEALED_SINCE:
            compact(engine)  # what stood in plain text is in no free page and in no journal
    finally:
        engine.dispose()


def run(connection: Connection, way: str, to: str, *, versions: Sequence[Path] = ()) -> None:
    """Run the revisions in between inside the caller's transaction.

    Args:
        connection: writing, with foreign keys off.
        way: "upgrade" or "downgrade".
        to: revision, "head" or "base".
        versions: further folders of revisions.
    """
    scripts = _scripts(versions)
    _refuse_strangers(connection, scripts)

    def steps(revision: Any, _: MigrationContext) -> Any:
        if way == "upgrade":
            return scripts._upgrade_revs(to, revision)
        if way == "downgrade":
            return scripts._downgrade_revs(to, revision)
        raise WrongUse(what=f"way '{way}'", expected="upgrade or downgrade", do="Choose one.")

    with EnvironmentContext(Config(), scripts, fn=steps) as environment:
        environment.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
        environment.run_migrations()
    refuse_broken_references(connection, after=to)


def _refuse_strangers(connection: Connection, scripts: ScriptDirectory) -> None:
    found = revision_in(connection)
    known = {script.revision for script in scripts.walk_revisions()}
    is_foreign = found is None and not has_no_tables(connection)
    if is_foreign or (found is not None and found not in known):
        raise SchemaMismatch(found=found, needed=scripts.get_current_head() or "none")
