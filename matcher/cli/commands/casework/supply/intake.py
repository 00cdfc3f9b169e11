"""Vacancies on their way in: received, looked through, confirmed, expired, closed; the stock."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from matcher.casework.vacancies.suiting import criteria
from matcher.cli.commands.casework.supply.saying import (
    By,
    Due,
    Lang,
    On,
    Reason,
    act_of,
    joined,
    state_word,
)
from matcher.cli.session import Session, parse_day
from matcher.cli.wording import Language
from matcher.ingest.vacancies.compliance import concerns
from matcher.pipeline.casework.supply.doing import heard, text_of
from matcher.pipeline.casework.supply.vacancies.intake import (
    Screened,
    confirm,
    expire,
    finish,
    give_back,
    intake_list,
    receive,
    screen,
)
from matcher.pipeline.casework.supply.vacancies.stocks import stock_by_area
from matcher.reference.areas import areas

Vacancies = Annotated[list[str], typer.Argument(help="Ids of vacancies.")]
Vacancy = Annotated[str, typer.Argument(help="Id of the vacancy.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    group = typer.Typer(help="Vacancies on their way in, and the stock.", no_args_is_help=True)
    group.command("receive")(receive_command)
    group.command("screen")(screen_command)
    group.command("return")(return_command)
    group.command("confirm")(confirm_command)
    group.command("expire")(expire_command)
    group.command("close")(close_command)
    group.command("list")(list_command)
    group.command("stock")(stock_command)
    app.add_typer(group, name="intake")


def receive_command(
    context: typer.Context,
    vacancies: Vacancies,
    source: Annotated[
        str | None, typer.Option(help="Where they come from (default: as recorded).")
    ] = None,
    on: On = None,
    by: By = "cli",
) -> None:
    """Write down that vacancies came in, or came back mended."""
    session: Session = context.obj
    with session.open_store() as store:
        count = receive(store, act_of(session, store, on, by), vacancies, source)
    session.answer({"received": count}, f"{count}")


def screen_command(
    context: typer.Context,
    vacancies: Vacancies,
    on: On = None,
    by: By = "cli",
    lang: Lang = Language.ZH,
) -> None:
    """Look received vacancies through: accepted, or returned with every reason."""
    session: Session = context.obj
    with session.open_store() as store:
        done = screen(store, act_of(session, store, on, by), vacancies)
    session.answer(
        [asdict(each) for each in done], "\n".join(_screened_text(each, lang) for each in done)
    )


def return_command(
    context: typer.Context,
    vacancy: Vacancy,
    reason: Reason = None,
    note: Annotated[str | None, typer.Option(help="What should be mended.")] = None,
    on: On = None,
    by: By = "cli",
) -> None:
    """Return a vacancy by hand, with a coded reason."""
    session: Session = context.obj
    with session.open_store() as store:
        give_back(store, act_of(session, store, on, by), vacancy, reason or "", note)
    session.answer({"vacancy_id": vacancy, "state": "returned"}, f"{vacancy}: returned")


def confirm_command(
    context: typer.Context,
    vacancy: Vacancy,
    until: Annotated[str | None, typer.Option(help="New last day, as 2026-12-31.")] = None,
    on: On = None,
    by: By = "cli",
) -> None:
    """The employer still looks: the vacancy stays open, or opens again."""
    session: Session = context.obj
    with session.open_store() as store:
        last = None if until is None else parse_day(until)
        due = confirm(store, act_of(session, store, on, by), vacancy, last)
    session.answer({"vacancy_id": vacancy, "due_on": due}, f"{vacancy}: {due}")


def expire_command(context: typer.Context, on: On = None, by: By = "cli") -> None:
    """Let vacancies expire that were not confirmed in time."""
    session: Session = context.obj
    with session.open_store() as store:
        gone = expire(store, act_of(session, store, on, by))
    session.answer({"expired": gone}, "\n".join(gone) or "0")


def close_command(
    context: typer.Context, vacancy: Vacancy, reason: Reason = None, on: On = None, by: By = "cli"
) -> None:
    """Fill a vacancy (no reason), or close it with its coded reason."""
    session: Session = context.obj
    with session.open_store() as store:
        finish(store, act_of(session, store, on, by), vacancy, reason)
    state = "closed" if reason else "filled"
    session.answer({"vacancy_id": vacancy, "state": state}, f"{vacancy}: {state}")


def list_command(
    context: typer.Context,
    state: Annotated[list[str] | None, typer.Option(help="Only in this state.")] = None,
    due: Due = False,
    on: On = None,
    lang: Lang = Language.ZH,
) -> None:
    """Where vacancies stand, or which to confirm by the day."""
    session: Session = context.obj
    with session.open_store() as store:
        act = act_of(session, store, on, "cli")
        found = intake_list(store, act, states=state or (), due=due)
    rows = [
        {
            "vacancy_id": row["subject_id"],
            "state": row["state"],
            "since": row["since"],
            "due_on": text_of(row["due_on"]),
            **heard(row),
        }
        for _, row in found.iterrows()
    ]
    lines = [
        f"{row['vacancy_id']}  {state_word('vacancy', row['state'], lang)}  {row['due_on'] or ''}"
        for row in rows
    ]
    session.answer(rows, "\n".join(lines))


def stock_command(
    context: typer.Context,
    digits: Annotated[int, typer.Option(help="Digits of the area codes: 4, 6 or 9.")] = 6,
    on: On = None,
    lang: Lang = Language.ZH,
) -> None:
    """Open places for each registered unemployed person by area, beside the ratio asked for."""
    session: Session = context.obj
    with session.open_store() as store:
        found = stock_by_area(store, act_of(session, store, on, "cli"), digits)
    lines = []
    for each in found:
        name = areas().full_name(each.area_code) if areas().exists(each.area_code) else ""
        held = "" if each.required is None else f" / {each.required.value:g}  (-{each.missing})"
        ratio = "–" if each.ratio is None else f"{each.ratio:.2f}"
        count = f"{each.places} : {each.registered_unemployed}"
        rule = "" if each.required is None else getattr(each.required, lang.value)
        lines.append(f"{each.area_code} {name}  {count} = {ratio}{held}  {rule}".rstrip())
    session.answer([asdict(each) | {"holds": each.holds} for each in found], "\n".join(lines))


def _screened_text(each: Screened, lang: Language) -> str:
    names = {one.name: one for one in criteria()}
    told = concerns()
    parts = [state_word("vacancy", each.state, lang)]
    parts += [getattr(told[code], lang.value) for code in each.gate.returned]
    parts += [f"! {getattr(told[code], lang.value)}" for code in each.gate.marked]
    parts += [f"✓ {getattr(names[name], lang.value)}" for name in each.suits_by]
    return f"{each.vacancy_id}: {joined(parts, lang)}"
