"""The commands letter issue, print, sheet and move."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from matcher.casework.ledger.recording import moves, record
from matcher.casework.outreach.letters import refuse_unknown_kind
from matcher.casework.outreach.papers import pages, sign_off
from matcher.cli.commands.casework.ledgers.options import (
    Area,
    By,
    Lang,
    Office,
    area_of,
    office_name,
    records,
)
from matcher.cli.commands.matching import OnOption
from matcher.cli.session import Session, utc_now
from matcher.cli.wording import Language
from matcher.documents.printing.page import write_page
from matcher.domain.scope import Scope
from matcher.errors import WrongUse
from matcher.pipeline.casework.ledgers.letters import Order, addressees, issue, papers, to_sign
from matcher.reference.areas import areas

Out = Annotated[Path, typer.Option(help="HTML file to print from a browser.")]
Numbers = Annotated[list[str], typer.Option("--number", help="Number of a letter; repeatable.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    letter = typer.Typer(
        help="Cards and letters from people's own verdicts, and their sign-off.",
        no_args_is_help=True,
    )
    letter.command("issue")(issue_command)
    letter.command("print")(print_command)
    letter.command("sheet")(sheet_command)
    letter.command("move")(move_command)
    app.add_typer(letter, name="letter")


def issue_command(
    context: typer.Context,
    out: Out,
    kind: Annotated[
        str, typer.Option(help="policy_card, promise_card, employer_card or notice.")
    ] = "policy_card",
    person: Annotated[list[str] | None, typer.Option(help="To this person; repeatable.")] = None,
    employer: Annotated[list[str] | None, typer.Option(help="To this employer.")] = None,
    area: Area = "",
    decision: Annotated[
        list[str] | None, typer.Option(help="What a notice is about; repeatable.")
    ] = None,
    on: OnOption = None,
    by: By = None,
    office: Office = "",
    lang: Lang = Language.ZH,
) -> None:
    """Decide, keep, number and print; the same letter of a day is issued once."""
    session: Session = context.obj
    refuse_unknown_kind(kind)
    with session.open_store() as store:
        day, scope = session.day(on, store), Scope.office("letter")
        to = [*(person or []), *(employer or [])]
        if not to and area:
            to = addressees(store, scope, area_of(area))
        if not to and not area:
            raise WrongUse(
                what="the letter goes to nobody",
                expected="--person ID, --employer ID or --area CODE",
                do="Say to whom; --area is everyone of its open households who seeks work.",
            )
        orders = [Order(kind, each, day, tuple(decision or ())) for each in to]
        done = issue(store, scope, orders, by=by, at=utc_now())
        made = papers(store, scope, done.numbers, office_name(office, area))
    write_page(out, pages(made, lang.value))
    session.answer(
        {"numbers": done.numbers, "issued": done.new, "out": out},
        f"制发 {done.new} 份，共 {len(done.numbers)} 份 → {out} / {done.new} issued",
    )


def print_command(
    context: typer.Context,
    number: Numbers,
    out: Out,
    office: Office = "",
    area: Area = "",
    lang: Lang = Language.ZH,
) -> None:
    """Print letters again as they were issued, from the decisions kept with them."""
    session: Session = context.obj
    with session.open_store() as store:
        made = papers(store, Scope.office("letter"), number, office_name(office, area_of(area)))
    write_page(out, pages(made, lang.value))
    session.answer({"numbers": number, "out": out}, f"{len(made)} → {out}")


def sheet_command(
    context: typer.Context,
    out: Out,
    area: Area = "",
    on: OnOption = None,
    lang: Lang = Language.ZH,
) -> None:
    """Print the sheet on which people of an area sign for what they were given."""
    session: Session = context.obj
    with session.open_store() as store:
        day = session.day(on, store)
        issued = to_sign(store, Scope.office("letter"), area_of(area))
    named = areas().full_name(area) if area else ""
    write_page(out, sign_off(issued, area=named, on=day, language=lang.value))
    signed = int((issued["signed_on"] != "").sum())
    session.answer(
        {"letters": len(issued), "signed": signed, "out": out},
        f"应签收 {len(issued)} 份，已签收 {signed} 份 → {out} / {signed} of {len(issued)} signed",
    )


def move_command(
    context: typer.Context,
    event: Annotated[str, typer.Argument(help="deliver, sign, return or void.")],
    number: Numbers,
    on: OnOption = None,
    by: By = None,
    reason: Annotated[str | None, typer.Option(help="Coded reason, where it needs one.")] = None,
    signed_by: Annotated[str | None, typer.Option(help="Who signed, if another person.")] = None,
) -> None:
    """Note that letters were delivered, signed for, returned or made void."""
    session: Session = context.obj
    data = None if signed_by is None else json.dumps({"signed_by": signed_by}, ensure_ascii=False)
    with session.open_store() as store:
        day, scope = session.day(on, store), Scope.office("letter")
        same = {"stream": "letter", "event": event, "on": day.isoformat()}
        rows = [{**same, "subject_id": each, "reason": reason, "data": data} for each in number]
        with store.writing(actor=by or scope.actor, at=utc_now()) as batch:
            done = record(batch, moves(rows), role=scope.role)
    shown = records(done.events[["subject_id", "event", "state"]])
    session.answer({"moves": shown}, "\n".join(f"{e['subject_id']}: {e['state']}" for e in shown))
