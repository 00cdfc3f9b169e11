"""The group `report`, to which several matters add their tables."""

from __future__ import annotations

import typer

NAME = "report"


def report_group(app: typer.Typer) -> typer.Typer:
    """The group of this root, made when the first table is added."""
    for group in app.registered_groups:
        if group.name == NAME and group.typer_instance is not None:
            return group.typer_instance
    made = typer.Typer(help="Statutory and fairness tables.", no_args_is_help=True)
    app.add_typer(made, name=NAME)
    return made
