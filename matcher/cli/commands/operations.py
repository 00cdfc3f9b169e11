"""Running the service: serve, database, backup, benchmarks."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer
from granian import Granian
from granian.constants import Interfaces

from matcher.cli.session import Session, utc_now
from matcher.errors import WrongUse
from matcher.store.migrations import head, upgrade
from matcher.store.store import Store

BENCHMARKS = Path(__file__).resolve().parents[3] / "benchmarks"


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("serve")(serve)
    app.command("backup")(backup)
    app.command("restore")(restore)
    app.command("doctor")(doctor)
    app.command("bench")(bench)
    db = typer.Typer(help="The database.", no_args_is_help=True)
    db.command("upgrade")(upgrade_database)
    app.add_typer(db, name="db")


def serve(
    context: typer.Context,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    workers: Annotated[int | None, typer.Option(help="Processes.")] = None,
) -> None:
    """Start the service on 127.0.0.1:8000."""
    session: Session = context.obj
    settings = session.settings
    session.open_store(create=True).close()
    # Workers are processes of their own: they build the app from these variables.
    os.environ["RENGANG_WORKSPACE"] = str(settings.workspace.resolve())
    if settings.database_url:
        os.environ["RENGANG_DATABASE_URL"] = settings.database_url
    os.environ["RENGANG_WORKERS"] = str(workers or settings.workers)
    address, at = host or settings.host, port or settings.port
    session.say(f"Rengang on http://{address}:{at} (stop with Ctrl-C)")
    Granian(
        "api.app:create_app",
        address=address,
        port=at,
        workers=workers or settings.workers,
        interface=Interfaces.ASGI,
        factory=True,
        log_access=False,
    ).serve()


def upgrade_database(context: typer.Context) -> None:
    """Bring the database to the schema of this version; make a backup first."""
    session: Session = context.obj
    upgrade(session.settings.resolved_database_url, keys=session.keys())
    revision = head()
    session.answer({"revision": revision}, f"database is at schema {revision}")


def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="File to write; must not exist.")],
) -> None:
    """Write a consistent copy of the database while others work; without the keys."""
    session: Session = context.obj
    session.open_store().backup(file)
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


def doctor(context: typer.Context) -> None:
    """Check the database: pages, references, seals; exit 1 lists what is wrong.

    Where all is well, what was written since the last time is sealed: audit, moves, decisions.
    """
    session: Session = context.obj
    with session.open_store() as store:
        problems = (*store.problems(), *store.broken_seals())
        counts = {kind.value: count for kind, count in store.counts().items()}
        sealed = 0 if problems else store.seal(at=utc_now())
    sound = ["database: sound", f"  newly sealed: {sealed:,}"]
    found = list(problems) or [*sound, *(f"  {k}: {n:,}" for k, n in counts.items())]
    value = {"problems": list(problems), "records": counts, "sealed": sealed}
    session.answer(value, "\n".join(found))
    if problems:
        raise typer.Exit(1)


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
