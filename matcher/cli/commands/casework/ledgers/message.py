"""The commands message send, opt-out and opt-in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from matcher.cli.commands.casework.ledgers.options import Area, Lang, area_of
from matcher.cli.commands.matching import OnOption
from matcher.cli.session import Session, utc_now
from matcher.cli.wording import Language
from matcher.documents.outbox import FileOutbox
from matcher.domain.scope import Scope
from matcher.errors import WrongUse
from matcher.pipeline.casework.ledgers.letters import addressees
from matcher.pipeline.casework.ledgers.messages import Batch, choose, send

OUTBOX = "outbox.jsonl"
Person = Annotated[str, typer.Option(help="Id of the person.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    message = typer.Typer(
        help="Messages in batches, to those who may be written to.", no_args_is_help=True
    )
    message.command("send")(send_command)
    message.command("opt-out")(opt_out)
    message.command("opt-in")(opt_in)
    app.add_typer(message, name="message")


def send_command(
    context: typer.Context,
    kind: Annotated[
        str, typer.Option(help="appointment, visit, letter, fair, vacancies or training.")
    ],
    batch: Annotated[str, typer.Option(help="Your name of the batch; nobody gets it twice.")],
    person: Annotated[list[str] | None, typer.Option(help="To this person; repeatable.")] = None,
    area: Area = "",
    given: Annotated[
        list[str] | None, typer.Option("--with", help="What the text names, as day=…; repeatable.")
    ] = None,
    outbox: Annotated[
        Path | None, typer.Option(help="File for the gateway (default: in the workspace).")
    ] = None,
    on: OnOption = None,
    lang: Lang = Language.ZH,
) -> None:
    """Queue a message for each person and hand it over once, consent and opt-out respected."""
    session: Session = context.obj
    with session.open_store() as store:
        day, scope = session.day(on, store), Scope.office("message")
        to = person or (addressees(store, scope, area_of(area)) if area else [])
        if not to and not area:
            raise WrongUse(
                what="the message goes to nobody",
                expected="--person ID or --area CODE",
                do="Say to whom.",
            )
        wanted = Batch(kind, batch, day, _pairs(given or []), lang.value)
        file = outbox or session.settings.workspace / OUTBOX
        done = send(store, scope, wanted, to, FileOutbox(file), at=utc_now())
    told = "，".join(f"{name} {count}" for name, count in done.withheld.items())
    held = sum(done.withheld.values())
    session.answer(
        {"sent": done.sent, "withheld": done.withheld, "before": done.before, "outbox": file},
        f"已交发 {done.sent} 条，不予发送 {held} 条{f'（{told}）' if told else ''} → {file}"
        f" / {done.sent} handed over",
    )


def _pairs(given: list[str]) -> dict[str, str]:
    pairs = [each.partition("=") for each in given]
    wrong = [each for each, (_, found, _) in zip(given, pairs, strict=True) if not found]
    if wrong:
        raise WrongUse(
            what=f"--with '{wrong[0]}' names nothing",
            expected="NAME=TEXT, such as day=11月12日",
            do="Correct it.",
        )
    return {name: text for name, _, text in pairs}


def opt_out(context: typer.Context, person: Person, on: OnOption = None) -> None:
    """A person takes no more messages."""
    _choose(context.obj, person, "opt_out", on)


def opt_in(context: typer.Context, person: Person, on: OnOption = None) -> None:
    """A person takes messages again."""
    _choose(context.obj, person, "opt_in", on)


def _choose(session: Session, person: str, event: str, on: str | None) -> None:
    with session.open_store() as store:
        day = session.day(on, store)
        choose(store, Scope.office("message"), person, event, day, at=utc_now())
    word = "已退订 / opted out" if event == "opt_out" else "接收信息 / takes messages"
    session.answer({"person_id": person, "event": event}, f"{person}：{word}")
