"""Bulk pairing for job fairs."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from matcher.cli.session import Session
from matcher.cli.wording import fair_answer, fair_text
from matcher.documents.writing import write_table
from matcher.domain.kinds import Kind
from matcher.domain.scope import Scope
from matcher.errors import NotFound
from matcher.pipeline.fair import pair_fair
from matcher.pipeline.snapshot import take_snapshot


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("pair")(pair)


def pair(
    context: typer.Context,
    fair: Annotated[str, typer.Option(help="Id of the job fair.")],
    on: Annotated[str | None, typer.Option(help="Day of the law (default the fair's day).")] = None,
    out: Annotated[Path | None, typer.Option(help="CSV file for the plan.")] = None,
    model: Annotated[
        str | None, typer.Option(help="Name of the ranker (default the champion).")
    ] = None,
) -> None:
    """Pair a fair's invitees with its vacancies: a first greedy plan, checked by other code."""
    session: Session = context.obj
    scope = Scope.office("fair")
    with session.open_store() as store:
        found = store.frame(Kind.FAIRS, [fair])
        if found.empty:
            raise NotFound(kind="fair", key=fair)
        record = found.iloc[0].to_dict()
        day = session.day(on, store) if on else date.fromisoformat(record["on"])
        snapshot = take_snapshot(store, scope, on=day, threads=session.settings.jobs)
    plan = pair_fair(snapshot, session.ranker(model), record)
    if out is not None:
        write_table(out, plan.rows(), mark=False)
        session.say(f"plan written to {out}")
    session.answer(fair_answer(plan), fair_text(plan))
    if plan.violations:
        raise typer.Exit(1)
