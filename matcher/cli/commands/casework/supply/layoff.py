"""Layoffs that employers plan, and the households they would hit."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from matcher.casework.layoffs.hitting import Hit
from matcher.cli.commands.casework.supply.saying import (
    By,
    Due,
    Lang,
    Layer,
    On,
    Place,
    Reason,
    act_of,
    joined,
    say,
    state_word,
)
from matcher.cli.session import Session
from matcher.cli.wording import Language, verdict_answer, verdict_text
from matcher.errors import UnreadableFile
from matcher.pipeline.casework.supply import layoffs


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    group = typer.Typer(help="Layoffs that employers plan.", no_args_is_help=True)
    group.command("notice")(notice)
    group.command("move")(move)
    group.command("list")(list_command)
    app.add_typer(group, name="layoff")


def notice(
    context: typer.Context,
    employer: Annotated[str, typer.Option(help="Id of the employer.")],
    planned: Annotated[int | None, typer.Option(help="How many (default: the list).")] = None,
    staff: Annotated[int | None, typer.Option(help="Staff now (default: as recorded).")] = None,
    person: Annotated[list[str] | None, typer.Option(help="Id on the list; repeatable.")] = None,
    file: Annotated[
        Path | None, typer.Option("--list", help="Text file with one id on a line.")
    ] = None,
    place: Place = None,
    layer: Layer = "current",
    on: On = None,
    by: By = "cli",
    lang: Lang = Language.ZH,
) -> None:
    """Write down a planned layoff: must it be reported, and which households would it hit?"""
    session: Session = context.obj
    listed = (*(person or ()), *_ids(file))
    with session.open_store() as store:
        plan = layoffs.Plan(employer, planned, staff, listed, place, layer)
        found = layoffs.notice(store, act_of(session, store, on, by), plan)
    lines = [verdict_text(found.verdict, lang), *(_hit_text(hit, lang) for hit in found.hits)]
    answer = asdict(found) | {"verdict": verdict_answer(found.verdict)}
    session.answer(answer, "\n".join([found.layoff_id, *lines]))


def move(
    context: typer.Context,
    layoff: Annotated[str, typer.Argument(help="Id of the layoff, as 'notice' gave it.")],
    event: Annotated[str, typer.Argument(help="report, review, carry_out or withdraw.")],
    reason: Reason = None,
    on: On = None,
    by: By = "cli",
) -> None:
    """Write down that it was reported, looked at, carried out or withdrawn."""
    session: Session = context.obj
    with session.open_store() as store:
        layoffs.step(store, act_of(session, store, on, by), layoff, event, reason)
    session.answer({"layoff_id": layoff, "event": event}, f"{layoff}: {event}")


def list_command(
    context: typer.Context, due: Due = False, on: On = None, lang: Lang = Language.ZH
) -> None:
    """The planned layoffs, or those whose families are to be looked at by the day."""
    session: Session = context.obj
    with session.open_store() as store:
        found = layoffs.layoff_list(store, act_of(session, store, on, "cli"), due=due)
    session.answer(found, "\n".join(_line(row, lang) for row in found))


def _ids(file: Path | None) -> list[str]:
    if file is None:
        return []
    try:
        return file.read_text("utf-8-sig").split()
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFile(
            file=file.name,
            found=type(error).__name__,
            expected="text with one id on a line",
            do="Save the list as UTF-8 text.",
        ) from error


def _hit_text(hit: Hit, lang: Language) -> str:
    parts = [
        say("couple", lang) if hit.couple else "",
        say("zero_employment", lang) if hit.zero_employment else "",
        say("zero_open", lang) if hit.zero_employment is None else "",
        say("unemployed_member", lang) if hit.unemployed_member else "",
    ]
    return f"{hit.household_id} ({', '.join(hit.listed)}): {joined(parts, lang)}"


def _line(row: dict[str, Any], lang: Language) -> str:
    parts = [state_word("layoff", row["state"], lang), str(row["planned"])]
    parts += [say("must_report", lang)] * bool(row.get("must_report"))
    parts += [row["due_on"] or ""]
    return f"{row['layoff_id']}  {joined(parts, lang)}"
