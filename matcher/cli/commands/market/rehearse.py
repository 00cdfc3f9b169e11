"""`rengang rehearse`: a scripted year of casework in the demo city, recounted every evening."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from matcher.cli.session import Session, parse_day, progress_of
from matcher.documents.writing import write_table
from matcher.errors import WrongUse
from matcher.pipeline.year.pace import Pace
from matcher.pipeline.year.running import office_of, run_year

NO = 1
SHOWN = 10


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command("rehearse")(rehearse)


def rehearse(
    context: typer.Context,
    days: Annotated[int, typer.Option(min=1, max=3660, help="Days worked through.")] = 365,
    people: Annotated[int, typer.Option(min=1, help="Jobseekers taken from the city.")] = 3000,
    seed: Annotated[int, typer.Option(min=0, help="Of every chance of the year.")] = 0,
    first: Annotated[
        str | None, typer.Option(help="First day (default: the month after the city's day).")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="CSV or XLSX file of the monthly table.")] = None,
) -> None:
    """Work a year of the demo city through the whole cycle; exit 1 where anything does not hold.

    It writes into the workspace: take one made by 'rengang demo' for this.
    """
    session: Session = context.obj
    with session.open_store() as store, progress_of("rehearse") as step:
        office = office_of(store, session.ranker(None), seed=seed, people=people, pace=Pace())
        begins = parse_day(first) if first else _next_month(session.day(None, store))
        if store.broken_seals():
            raise WrongUse(
                what="the workspace was changed behind the store's back",
                expected="a workspace whose seals hold",
                do="Run 'rengang demo' in a new workspace.",
            )
        year = run_year(office, begins, days=days, progress=step)
    if out is not None:
        write_table(out, year.months)
    names = year.events["stream"] + "." + year.events["event"]
    moved = dict(zip(names, year.events["n"].tolist(), strict=True))
    value = {
        "days": year.days,
        "moves": moved,
        "months": year.months.to_dict("records"),
        "problems": list(year.problems),
        "digest": year.digest,
    }
    lines = [f"{sum(moved.values()):,} moves in {days} days from {begins}, digest {year.digest}"]
    lines += [f"  {name} {count:,}" for name, count in moved.items()]
    if len(year.months):
        lines.append(year.months.to_string(index=False))
    lines += year.problems[:SHOWN]
    lines.append(f"{len(year.problems)} problem(s) in {days} evenings' recounts")
    session.answer(value, "\n".join(lines))
    if year.problems:
        raise typer.Exit(NO)


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
