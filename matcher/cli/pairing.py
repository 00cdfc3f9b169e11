"""Bulk pairing for job fairs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from matcher import pipeline
from matcher.cli.session import Session
from matcher.cli.wording import fair_plan_text
from matcher.domain.scope import Scope


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("pair")(pair)


def pair(
    context: typer.Context,
    fair: Annotated[str, typer.Option(help="Id of the job fair.")],
    on: Annotated[str | None, typer.Option(help="Day of the law (default the fair's day).")] = None,
    out: Annotated[Path | None, typer.Option(help="CSV file for the plan.")] = None,
) -> None:
    """Pair a fair's invitees with its vacancies: a first greedy plan, checked by other code."""
    session: Session = context.obj
    store = session.open_store()
    day = session.day(on, store) if on else None
    plan = pipeline.pair_fair(store, Scope.office("fair"), fair, on=day)
    if out is not None:
        pipeline.write_plan(plan, out)
    session.answer(plan.as_json(), fair_plan_text(plan))
    if plan.violations:
        raise typer.Exit(1)
