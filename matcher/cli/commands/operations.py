"""What an operator does beside the service: schema, backup, restore, benchmarks."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from matcher.cli.session import Session, utc_now
from matcher.errors import WrongUse
from matcher.store.migrations import head, upgrade
from matcher.store.store import Store

BENCHMARKS = Path(__file__).resolve().parents[3] / "benchmarks"


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("backup")(backup)
    app.command("restore")(restore)
    app.command("bench")(bench)
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


def bench(
    context: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(help="Benchmarks (default all).")] = None,
) -> None:
    """Run the benchmarks of the checkout, each against its peer in the same run."""
    session: Session = context.obj
    scripts = {script.stem: script for script in sorted(BENCHMARKS.glob("*.py"))}
    chosen = names or list(scripts)
    missing = [name for name in chosen if name not in scripts]
    if missing or not scripts:
        raise WrongUse(
            what=f"no benchmark {', '.join(missing) or 'scripts'} in {BENCHMARKS}",
            expected=f"one of {', '.join(scripts) or 'the scripts of a checkout'}",
            do="Benchmarks come with the source checkout, not with the wheel.",
        )
    codes = {}
    for name in chosen:
        session.say(f"== {name}")
        codes[name] = subprocess.run([sys.executable, scripts[name]], check=False).returncode
    if session.as_json:
        session.answer({"exit_codes": codes}, "")
    if any(codes.values()):
        raise typer.Exit(1)
