"""Commands of what the office has to give: benefits, intake, posts, training; and layoffs."""

from __future__ import annotations

import typer

from matcher.cli.commands.casework.supply import benefits, intake, layoff, posts, training


def register(app: typer.Typer) -> None:
    """Add the commands of this room."""
    for matter in (benefits, intake, posts, training, layoff):
        matter.register(app)
