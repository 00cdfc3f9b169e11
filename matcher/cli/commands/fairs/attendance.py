"""The day itself: pairings kept, who came, how talks ended."""

from __future__ import annotations

from typing import Annotated

import typer

from matcher.cli.session import Session, utc_now
from matcher.domain.scope import Scope
from matcher.pipeline.fairs.keeping import (
    Attendance,
    Result,
    record_attendance,
    record_result,
)

ACTOR = "cli"


def register(fair: typer.Typer) -> None:
    """Add the commands of this module."""
    fair.command("attend")(attend)
    fair.command("result")(result_command)


def attend(
    context: typer.Context,
    pairings: Annotated[list[str], typer.Argument(help="Numbers of pairings, as on the slips.")],
    state: Annotated[Attendance, typer.Option(help="Whether the person came.")] = Attendance.CAME,
) -> None:
    """Write down for kept pairings whether the person confirmed, came or stayed away."""
    session: Session = context.obj
    with session.open_store() as store:
        done = record_attendance(
            store, Scope.office("fair"), pairings, state, actor=ACTOR, at=utc_now()
        )
    session.answer(
        {"state": state.value, "updated": done.updated, "unchanged": done.unchanged},
        f"{state.value}: {done.updated} written, {done.unchanged} stood there before",
    )


def result_command(
    context: typer.Context,
    pairing: Annotated[str, typer.Argument(help="Number of the pairing, as on the slip.")],
    stage: Annotated[Result, typer.Option(help="How the talk ended.")],
    reason: Annotated[
        str | None, typer.Option(help="Why not: skills, experience, pay, hours, distance, ….")
    ] = None,
) -> None:
    """Write down how a talk ended: an outcome with the fair as its channel."""
    session: Session = context.obj
    with session.open_store() as store:
        done = record_result(
            store,
            Scope.office("fair"),
            pairing,
            stage,
            reason=reason,
            actor=ACTOR,
            at=utc_now(),
        )
    session.answer(
        {"stage": stage.value, "created": done.created, "unchanged": done.unchanged},
        f"{stage.value}: written" if done.created else f"{stage.value}: stood there before",
    )
