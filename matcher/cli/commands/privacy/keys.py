"""The keys under which names, numbers, addresses and health rest."""

from __future__ import annotations

import typer

from matcher.cli.session import Session, progress_of, utc_now
from matcher.store.privacy.keyring import new_key


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    group = typer.Typer(help="The keys that people's cells rest under.", no_args_is_help=True)
    group.command("new")(new)
    group.command("rotate")(rotate)
    app.add_typer(group, name="key")


def new(context: typer.Context) -> None:
    """Print a fresh key for RENGANG_KEY; nothing is written anywhere."""
    session: Session = context.obj
    made = new_key()
    session.answer({"key": made}, made)


def rotate(context: typer.Context) -> None:
    """Seal everybody with a new key; stopped, it goes on where it ended."""
    session: Session = context.obj
    with session.open_store() as store, progress_of("rotate") as steps:
        done = store.keys.rotate(actor="cli", at=utc_now(), progress=steps)
    kept = (
        f"; the old key ({', '.join(done.retired)}) opens nothing any more but backups from before"
        if done.retired
        else ""
    )
    session.answer(
        {"key_id": done.key_id, "persons": done.persons, "retired": list(done.retired)},
        f"{done.persons:,} persons sealed with key {done.key_id}{kept}",
    )
