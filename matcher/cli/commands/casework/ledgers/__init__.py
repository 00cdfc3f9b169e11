"""Commands of the household ledger, of letters and messages, and of statutory tables."""

from __future__ import annotations

import typer

from matcher.cli.commands.casework.ledgers import household, letter, message, report


def register(app: typer.Typer) -> None:
    """Add the commands of this room."""
    for matter in (household, letter, message, report):
        matter.register(app)
