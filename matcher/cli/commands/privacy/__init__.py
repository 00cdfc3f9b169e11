"""Commands about who people are: keys, and what a person may ask of the office."""

from __future__ import annotations

import typer

from matcher.cli.commands.privacy import keys, persons


def register(app: typer.Typer) -> None:
    """Add the commands of this folder."""
    keys.register(app)
    persons.register(app)
