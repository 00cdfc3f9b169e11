"""Commands of the assistance cycle, a module for each of its matters."""

from __future__ import annotations

from collections.abc import Callable

import typer

from matcher.cli.commands.casework import agenda, certification, ledgers, referrals, supply, work
from matcher.cli.commands.casework import register as registers

MATTERS: tuple[Callable[[typer.Typer], None], ...] = (
    registers.register,
    certification.register,
    referrals.register,
    work.register,
    supply.register,
    agenda.register,
    ledgers.register,
)
"""What adds each matter's commands, in the order of the help."""


def register(app: typer.Typer) -> None:
    """Add the commands of every matter."""
    for add in MATTERS:
        add(app)
