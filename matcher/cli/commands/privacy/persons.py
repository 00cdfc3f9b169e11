"""What a person may ask of the office, and how staff see who somebody is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from matcher.casework.privacy.masking import masked
from matcher.cli.session import Session, utc_now
from matcher.domain.kinds import Kind
from matcher.domain.scope import Role, Scope
from matcher.errors import NotFound, WrongUse
from matcher.pipeline.casework.register.hand import Hand
from matcher.pipeline.privacy import erasing
from matcher.pipeline.privacy.contesting import Matter, answer, contest
from matcher.pipeline.privacy.correcting import correct
from matcher.pipeline.privacy.exporting import held_about, rows_of, write_held
from matcher.pipeline.privacy.wishing import wish
from matcher.store.store import Store

Id = Annotated[str, typer.Argument(help="Id of the person.")]
On = Annotated[str | None, typer.Option("--on", help="Day, as 2026-11-02.")]
By = Annotated[str, typer.Option("--by", help="Name of who does it, for the record.")]
PARTS = ("profile", "status", "identity")


def register(app: typer.Typer) -> None:
    """Add the command `person`."""
    group = typer.Typer(help="Who somebody is, and what they may ask.", no_args_is_help=True)
    for command in (find, show, export, correct_record, erase, say_wish, file_contest, answer_one):
        group.command(NAMES[command.__name__])(command)
    app.add_typer(group, name="person")


NAMES = {
    "find": "find",
    "show": "show",
    "export": "export",
    "correct_record": "correct",
    "erase": "erase",
    "say_wish": "wish",
    "file_contest": "contest",
    "answer_one": "answer",
}


def _hand(session: Session, store: Store, by: str, on: str | None, purpose: str) -> Hand:
    scope = Scope.office(purpose)
    return Hand(scope, by, Role.SUPERVISOR, session.day(on, store), utc_now())


def find(
    context: typer.Context,
    name: Annotated[str | None, typer.Option(help="The whole name.")] = None,
    id_number: Annotated[str | None, typer.Option(help="The whole ID number.")] = None,
    phone: Annotated[str | None, typer.Option(help="The whole phone number.")] = None,
    purpose: Annotated[str, typer.Option(help="To what end, one word for the audit.")] = "search",
) -> None:
    """Ids of persons of just this name, ID number or phone number, shown masked."""
    session: Session = context.obj
    scope = Scope.office(purpose)
    with session.open_store() as store:
        ids = store.persons_called(scope, name=name, id_number=id_number, phone=phone, at=utc_now())
        found = store.persons(scope, ids, parts=("profile", "identity"), at=utc_now())
    rows = [masked(row) for row in rows_of(found)]
    lines = [f"{row['person_id']}  {row.get('name', '')}  {row.get('phone', '')}" for row in rows]
    session.answer(rows, "\n".join(lines) or "nobody of that name or number")


def show(
    context: typer.Context,
    person: Id,
    full: Annotated[bool, typer.Option("--full", help="Unmasked; needs --purpose.")] = False,
    purpose: Annotated[
        str | None, typer.Option(help="To what end it is read, one word for the audit.")
    ] = None,
) -> None:
    """One person's record; names, numbers, address and health are masked unless asked for."""
    session: Session = context.obj
    if full and not (purpose or "").strip():
        raise WrongUse(
            what="--full without --purpose",
            expected="the end to which it is read",
            do="Add --purpose WORD; it stands in the audit.",
        )
    scope = Scope.office(purpose or "show")
    with session.open_store() as store:
        found = store.persons(scope, [person], parts=PARTS, at=utc_now())
    if found.empty:
        raise NotFound(kind=Kind.PERSONS.value, key=person)
    (row,) = rows_of(found)
    shown = row if full else masked(row)
    session.answer(shown, "\n".join(f"{name}: {value}" for name, value in shown.items()))


def export(
    context: typer.Context,
    person: Id,
    out: Annotated[Path, typer.Option(help="FILE.json; a workbook is written beside it.")],
    purpose: Annotated[str, typer.Option(help="One word for the audit.")] = "subject_export",
) -> None:
    """Everything held about one person, with who read it: for programs and for people."""
    session: Session = context.obj
    with session.open_store() as store:
        held = held_about(store, Scope.office(purpose), person, at=utc_now())
    files = [str(each) for each in write_held(held, out)]
    counts = {name: len(rows) for name, rows in held.items() if isinstance(rows, list)}
    session.answer({"person_id": person, "files": files, "rows": counts}, "\n".join(files))


def correct_record(
    context: typer.Context,
    person: Id,
    values: Annotated[list[str], typer.Option("--set", help="column=value; empty takes away.")],
    why: Annotated[str, typer.Option(help="The person's words, or the paper that proves it.")],
    on: On = None,
    by: By = "cli",
) -> None:
    """Write what the person says is right; what stood there before is kept."""
    session: Session = context.obj
    said = dict(_pair(each) for each in values)
    with session.open_store() as store:
        hand = _hand(session, store, by, on, "correction")
        version = correct(store, hand, person, said, why=why)
    answer_ = {"person_id": person, "columns": sorted(said), "version": version}
    session.answer(answer_, f"{person}: {', '.join(sorted(said))} corrected, version {version}")


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise WrongUse(what="--set", expected="column=value", do="Add the value.")
    return name.strip(), value


def erase(
    context: typer.Context,
    person: Annotated[str | None, typer.Argument(help="Id of the person.")] = None,
    why: Annotated[str | None, typer.Option(help="Coded reason; an unknown one names all.")] = None,
    due: Annotated[bool, typer.Option("--due", help="All whose last day has come.")] = False,
    on: On = None,
    by: By = "cli",
) -> None:
    """Erase who somebody is; what must be kept stays under the number until its day."""
    session: Session = context.obj
    if due == (person is not None):
        raise WrongUse(
            what="erase was told neither or both of whom and --due",
            expected="ID --why CODE, or --due",
            do="Give one of them.",
        )
    with session.open_store() as store:
        hand = _hand(session, store, by, on, "erasure")
        if person is None:
            done = erasing.erase_due(store, hand)
        else:
            done = [erasing.erase(store, hand, person, why=why or "")]
    rows: list[dict[str, Any]] = [
        {
            "person_id": each.person_id,
            "state": each.state,
            "gone": each.gone,
            "kept": each.kept,
            "due_on": each.due_on,
        }
        for each in done
    ]
    lines = [
        f"{row['person_id']}: {row['state']}"
        + (f", kept under the number until {row['due_on']}" if row["due_on"] else "")
        for row in rows
    ]
    session.answer(rows if due else rows[0], "\n".join(lines) or "nothing is due")


def say_wish(
    context: typer.Context,
    person: Id,
    personalised: Annotated[
        bool, typer.Option("--personalised/--non-personalised", help="Lists from the profile?")
    ],
    on: On = None,
    by: By = "cli",
) -> None:
    """Write down whether a person wants lists made from their profile; match keeps to it."""
    session: Session = context.obj
    with session.open_store() as store:
        hand = _hand(session, store, by, on, "wish")
        state = wish(store, hand, person, personalised=personalised)
    session.answer({"person_id": person, "wish": state}, f"{person}: {state}")


def file_contest(
    context: typer.Context,
    person: Id,
    reason: Annotated[str, typer.Option(help="Coded reason; an unknown one names all.")],
    vacancy: Annotated[str | None, typer.Option(help="A post, where one is meant.")] = None,
    decision: Annotated[int | None, typer.Option(help="Number of a kept decision.")] = None,
    note: Annotated[str, typer.Option(help="Where the person's paper is filed.")] = "",
    on: On = None,
    by: By = "cli",
) -> None:
    """Take a contest of the person's list, or of a decision about them; says by when it is due."""
    session: Session = context.obj
    with session.open_store() as store:
        hand = _hand(session, store, by, on, "contest")
        matter = Matter(person, vacancy, decision)
        made = contest(store, hand, matter, reason=reason, note=note)
    value = {"contest": made.subject_id, "state": made.state, "due_on": made.due_on}
    session.answer(value, f"{made.subject_id}: filed, to be answered by {made.due_on}")


def answer_one(
    context: typer.Context,
    number: Annotated[str, typer.Argument(help="Number of the contest.")],
    answered: Annotated[str, typer.Argument(help="uphold, overturn or withdraw.")],
    note: Annotated[str, typer.Option(help="Where the written answer is filed.")] = "",
    on: On = None,
    by: By = "cli",
) -> None:
    """Answer a contest of a ranking or decision."""
    session: Session = context.obj
    with session.open_store() as store:
        hand = _hand(session, store, by, on, "contest")
        made = answer(store, hand, number, answered, note=note)
    session.answer({"contest": number, "state": made.state}, f"{number}: {made.state}")
