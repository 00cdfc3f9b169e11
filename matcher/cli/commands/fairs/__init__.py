"""Commands for the day of a job fair."""

from __future__ import annotations

import typer

from matcher.cli.commands.fairs import attendance, papers


def register(app: typer.Typer) -> None:
    """Add the command `fair` with those below it."""
    fair = typer.Typer(
        help="The day of a job fair: papers, attendance, results.", no_args_is_help=True
    )
    papers.register(fair)
    attendance.register(fair)
    app.add_typer(fair, name="fair")
