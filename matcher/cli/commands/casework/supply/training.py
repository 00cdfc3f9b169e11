"""Courses: signing up, seats by the published order, attendance and results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from enum import StrEnum
from typing import Annotated

import typer

from matcher.cli.commands.casework.supply.saying import (
    By,
    Lang,
    Layer,
    On,
    Place,
    Reason,
    act_of,
    state_word,
)
from matcher.cli.session import Session
from matcher.cli.wording import Language
from matcher.pipeline.casework.supply import training

Course = Annotated[str, typer.Argument(help="Id of the course.")]
Person = Annotated[str, typer.Option(help="Id of the person.")]


class Attendance(StrEnum):
    """What is written down between the seat and the result."""

    ATTEND = "attend"
    ABSENT = "absent"
    FINISH = "finish"


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    group = typer.Typer(help="Courses: sign-up, seats, results.", no_args_is_help=True)
    group.command("signup")(signup)
    group.command("allocate")(allocate)
    group.command("withdraw")(withdraw)
    group.command("attend")(attend)
    group.command("result")(result)
    group.command("list")(list_command)
    app.add_typer(group, name="training")


def signup(
    context: typer.Context,
    course: Course,
    person: Annotated[list[str], typer.Option(help="Id of a person; repeatable.")],
    on: On = None,
    by: By = "cli",
) -> None:
    """Sign people up; seats are given later, by the order and not by who came first."""
    session: Session = context.obj
    with session.open_store() as store:
        made = training.sign_up(store, act_of(session, store, on, by), course, person)
    session.answer({"signed_up": made}, "\n".join(made))


def allocate(
    context: typer.Context, course: Course, on: On = None, by: By = "cli", lang: Lang = Language.ZH
) -> None:
    """Give the free seats by tier and the published order of ties; who gets none waits."""
    session: Session = context.obj
    with session.open_store() as store:
        line = training.allocate(store, act_of(session, store, on, by), course)
    session.answer([asdict(each) for each in line], _lines(line, lang))


def withdraw(
    context: typer.Context,
    course: Course,
    person: Person,
    reason: Reason = None,
    on: On = None,
    by: By = "cli",
) -> None:
    """Somebody leaves; the first of the waiting list moves up."""
    session: Session = context.obj
    with session.open_store() as store:
        act = act_of(session, store, on, by)
        up = training.withdraw(store, act, course, person, reason or "")
    session.answer({"withdrawn": person, "moved_up": up}, f"{person} → {', '.join(up) or '–'}")


def attend(
    context: typer.Context,
    course: Course,
    person: Person,
    what: Annotated[Attendance, typer.Option(help="What happened.")] = Attendance.ATTEND,
    on: On = None,
    by: By = "cli",
) -> None:
    """Write down that somebody came, stayed away or finished."""
    session: Session = context.obj
    with session.open_store() as store:
        training.attend(store, act_of(session, store, on, by), course, person, what.value)
    session.answer({"person_id": person, "event": what.value}, f"{person}: {what.value}")


def result(
    context: typer.Context,
    course: Course,
    person: Person,
    passed: Annotated[bool, typer.Option("--passed/--failed", help="The assessment.")],
    under_access: Annotated[
        bool | None, typer.Option(help="Whether the trade is under the state's access system.")
    ] = None,
    place: Place = None,
    layer: Layer = "current",
    on: On = None,
    by: By = "cli",
    lang: Lang = Language.ZH,
) -> None:
    """The result; who passed has skill and certificate on record with it."""
    session: Session = context.obj
    with session.open_store() as store:
        act = act_of(session, store, on, by)
        assessed = training.Assessed(passed, under_access, place, layer)
        done = training.result(store, act, course, person, assessed)
    session.answer(asdict(done), _lines([done], lang))


def list_command(
    context: typer.Context,
    course: Annotated[str | None, typer.Option(help="Only this course.")] = None,
    state: Annotated[list[str] | None, typer.Option(help="Only in this state.")] = None,
    on: On = None,
    lang: Lang = Language.ZH,
) -> None:
    """Who stands where."""
    session: Session = context.obj
    with session.open_store() as store:
        act = act_of(session, store, on, "cli")
        found = training.training_list(store, act, course, state or ())
    session.answer([asdict(each) for each in found], _lines(found, lang))


def _lines(rows: Sequence[training.SignUp], lang: Language) -> str:
    return "\n".join(
        f"{each.course_id}  {each.person_id}  {state_word('training', each.state, lang)}"
        f"{'' if each.tier is None else f'  ({each.tier})'}"
        for each in rows
    )
