"""Commands of the assistance cycle, a module for each of its matters."""

from __future__ import annotations

from collections.abc import Callable

import typer

from matcher.cli.commands.casework import agenda, referrals

MATTERS: tuple[Callable[[typer.Typer], None], ...] = (referrals.register, agenda.register)
"""What adds each matter's commands, in the order of the help."""


def register(app: typer.Typer) -> None:
    """Add the commands of every matter."""
    for add in MATTERS:
        add(app)
