"""What an operator does beside the service: schema, backup, restore."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from matcher.cli.session import Session, utc_now
from matcher.errors import WrongUse
from matcher.store.migrations import head, upgrade
from matcher.store.store import Store


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("backup")(backup)
    app.command("restore")(restore)
    db = typer.Typer(help="The database.", no_args_is_help=True)
    db.command("upgrade")(upgrade_database)
    app.add_typer(db, name="db")


def upgrade_database(context: typer.Context) -> None:
    """Bring the database to the schema of this version; make a backup first."""
    session: Session = context.obj
    upgrade(session.settings.resolved_database_url, keys=session.keys())
    revision = head()
    session.answer({"revision": revision}, f"database is at schema {revision}")


def backup(
    context: typer.Context,
    file: Annotated[
        Path | None,
        typer.Argument(help="File to write; must not exist (default: a dated one in the folder)."),
    ] = None,
    keep: Annotated[
        int | None, typer.Option(min=1, help="Remove all but so many of the folder's newest.")
    ] = None,
) -> None:
    """Write a consistent copy of the database while others work; without the keys.

    The folder is the setting `backups`, else the folder backups in the workspace.
    """
    session: Session = context.obj
    folder = session.settings.backup_folder
    if file is None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = folder / f"rengang-{utc_now():%Y%m%dT%H%M%SZ}.sqlite"
    with session.open_store() as store:
        store.backup(file)
    if keep is not None:
        # Names sort by their time.
        for old in sorted(folder.glob("rengang-*Z.sqlite"))[:-keep]:
            old.unlink()
    text = (
        f"database copied to {file}; the keys (people.key or RENGANG_KEY) are not in it, and "
        "without them nobody can read who people are: keep a copy of them elsewhere"
    )
    session.answer({"file": str(file), "with_key": False}, text)


def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="File that 'rengang backup' wrote.")],
) -> None:
    """Put a backup into an empty workspace; an existing database is never overwritten.

    The keys that it was written with must be at hand: people.key in the workspace, or RENGANG_KEY.
    """
    session: Session = context.obj
    target = session.settings.workspace / "rengang.sqlite"
    if session.settings.database_url is not None or target.exists():
        raise WrongUse(
            what="a database is there already",
            expected="an empty workspace",
            do="Give another folder with --workspace.",
        )
    with Store.open(f"sqlite:///{file}", create=False, keys=session.keys()) as kept:
        kept.backup(_made(target))
    session.answer({"file": str(target)}, f"restored {file} to {target}")


def _made(target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    return target
