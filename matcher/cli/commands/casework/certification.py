"""The commands `certify …`: from application to certificate, and out of a status again."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from matcher.casework.certification.records import ZERO_EMPLOYMENT
from matcher.casework.certification.steps import ENTERS
from matcher.casework.ledger.machine import machine
from matcher.cli.commands.casework.register import (
    By,
    Household,
    Person,
    RoleOption,
    hand_of,
    subject_of,
)
from matcher.cli.commands.matching import LanguageOption, OnOption
from matcher.cli.session import Session, parse_day
from matcher.cli.wording import Language
from matcher.domain.kinds import Kind
from matcher.domain.scope import Role, Scope
from matcher.errors import WrongUse
from matcher.pipeline.casework.certification import leaving
from matcher.pipeline.casework.certification.adopting import adopt_recognised
from matcher.pipeline.casework.certification.checks import Stated
from matcher.pipeline.casework.certification.filing import Filed, act, apply, filed
from matcher.pipeline.casework.certification.footing import STREAM, file_of, footing
from matcher.pipeline.casework.certification.listing import waiting

Case = Annotated[str, typer.Argument(help="Id of the certification.")]
Reason = Annotated[str | None, typer.Option(help="Coded reason, where the move needs one.")]
Evidence = Annotated[str | None, typer.Option(help="Document seen.")]
Note = Annotated[str | None, typer.Option(help="Why, in words.")]
Until = Annotated[str | None, typer.Option(help="Due day, where no text sets one.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    group = typer.Typer(
        help="Certification by the steps of the place, and leaving it.", no_args_is_help=True
    )
    for name, command in (
        ("apply", applies),
        ("adopt", adopt),
        ("verify", verify),
        ("publish", publish),
        ("object", object_),
        ("settle", settle),
        ("forward", forward),
        ("decide", decide),
        ("withdraw", withdraw),
        ("review", review),
        ("leave", leave),
        ("contest", contest),
        ("show", show),
        ("due", due),
    ):
        group.command(name)(command)
    app.add_typer(group, name="certify")


def applies(
    context: typer.Context,
    by: By,
    household: Household = None,
    person: Person = None,
    status: Annotated[str, typer.Option(help="What is applied for.")] = ZERO_EMPLOYMENT,
    case: Annotated[str | None, typer.Option(help="Id of the new case.")] = None,
    evidence: Evidence = None,
    on: OnOption = None,
    role: RoleOption = Role.CASEWORKER,
) -> None:
    """Take an application; the clock of the first office begins."""
    session: Session = context.obj
    kind, key = subject_of(person, household)
    about = {"person_id" if kind is Kind.PERSONS else "household_id": key}
    with session.open_store() as store:
        hand = hand_of(session, store, on, by, role, purpose="certify")
        stated = Stated(evidence=evidence)
        done = apply(store, hand, about, case_id=case, status=status, stated=stated)
    _tell(session, done)


def adopt(
    context: typer.Context,
    by: By,
    on: OnOption = None,
    role: RoleOption = Role.SUPERVISOR,
) -> None:
    """Open a file for every household that was recognised before and has none."""
    session: Session = context.obj
    with session.open_store() as store:
        made = adopt_recognised(store, hand_of(session, store, on, by, role, purpose="certify"))
    session.answer({"adopted": made}, f"接续原认定 / taken over: {len(made):,}")


def verify(
    context: typer.Context,
    case: Case,
    by: By,
    evidence: Evidence = None,
    note: Note = None,
    on: OnOption = None,
    role: RoleOption = Role.CASEWORKER,
) -> None:
    """The household or person was visited and the papers seen."""
    _act(context, case, "verify", Stated(evidence=evidence, note=note), on, by, role)


def publish(
    context: typer.Context,
    case: Case,
    by: By,
    days: Annotated[
        int | None, typer.Option(min=1, help="Length of the notice, where the text leaves it.")
    ] = None,
    on: OnOption = None,
    role: RoleOption = Role.CASEWORKER,
) -> None:
    """The names are shown to the public from the day on."""
    _act(context, case, "publish", Stated(notice_days=days), on, by, role)


def object_(
    context: typer.Context,
    case: Case,
    by: By,
    reason: Reason = None,
    note: Note = None,
    on: OnOption = None,
    role: RoleOption = Role.CASEWORKER,
) -> None:
    """Somebody objected to what is shown."""
    _act(context, case, "object", Stated(reason=reason, note=note), on, by, role)


def settle(
    context: typer.Context,
    case: Case,
    by: By,
    reason: Reason = None,
    note: Note = None,
    on: OnOption = None,
    role: RoleOption = Role.CASEWORKER,
) -> None:
    """An objection was looked into."""
    _act(context, case, "settle", Stated(reason=reason, note=note), on, by, role)


def forward(
    context: typer.Context,
    case: Case,
    by: By,
    to: Annotated[str, typer.Option(help="street or county.")],
    on: OnOption = None,
    role: RoleOption = Role.CASEWORKER,
) -> None:
    """The file goes to the next office."""
    if to not in ENTERS:
        raise WrongUse(
            what=f"a file sent to '{to}'",
            expected=f"--to {' or '.join(ENTERS)}",
            do="Correct the office.",
        )
    _act(context, case, ENTERS[to], Stated(), on, by, role)


def decide(
    context: typer.Context,
    case: Case,
    by: By,
    to: Annotated[str, typer.Option(help="certify or reject.")],
    reason: Reason = None,
    note: Note = None,
    number: Annotated[str | None, typer.Option(help="Number of the certificate.")] = None,
    review_by: Annotated[
        str | None, typer.Option(help="Day of the next review, where no text sets one.")
    ] = None,
    on: OnOption = None,
    role: RoleOption = Role.SUPERVISOR,
) -> None:
    """The deciding office certifies or rejects; only a named official does."""
    if to not in ("certify", "reject"):
        raise WrongUse(
            what=f"a decision '{to}'", expected="--to certify or reject", do="Correct it."
        )
    until = None if review_by is None else parse_day(review_by)
    stated = Stated(reason=reason, note=note, number=number, until=until)
    _act(context, case, to, stated, on, by, role)


def withdraw(
    context: typer.Context,
    case: Case,
    by: By,
    reason: Reason = None,
    on: OnOption = None,
    role: RoleOption = Role.CASEWORKER,
) -> None:
    """The application is taken back."""
    _act(context, case, "withdraw", Stated(reason=reason), on, by, role)


def review(
    context: typer.Context,
    case: Case,
    by: By,
    evidence: Evidence = None,
    next_by: Annotated[
        str | None, typer.Option(help="Day of the next review, where no text sets one.")
    ] = None,
    on: OnOption = None,
    role: RoleOption = Role.CASEWORKER,
) -> None:
    """The certificate was reviewed; the next review is due by the place's rhythm."""
    until = None if next_by is None else parse_day(next_by)
    _act(context, case, "review", Stated(evidence=evidence, until=until), on, by, role)


def leave(
    context: typer.Context,
    case: Case,
    by: By,
    reason: Reason = None,
    evidence: Evidence = None,
    note: Note = None,
    decision: Annotated[
        str | None, typer.Option(help="end or keep, once it was announced; else it is announced.")
    ] = None,
    until: Until = None,
    on: OnOption = None,
    role: RoleOption = Role.SUPERVISOR,
) -> None:
    """Announce that a status is about to end, with reason and citation; or decide what was."""
    session: Session = context.obj
    last = None if until is None else parse_day(until)
    stated = Stated(reason=reason, evidence=evidence, note=note, until=last)
    if decision not in (None, "end", "keep"):
        raise WrongUse(
            what=f"a decision '{decision}'", expected="--decision end or keep", do="Correct it."
        )
    with session.open_store() as store:
        hand = hand_of(session, store, on, by, role, purpose="certify")
        if decision is None:
            done = leaving.propose_leaving(store, hand, case, stated)
        else:
            done = leaving.decide_leaving(store, hand, case, decision, stated)
    _tell(session, done)


def contest(
    context: typer.Context,
    case: Case,
    by: By,
    reason: Reason = None,
    evidence: Evidence = None,
    note: Note = None,
    answer: Annotated[
        str | None, typer.Option(help="uphold, overturn or contest_withdrawn; else one is taken.")
    ] = None,
    until: Until = None,
    on: OnOption = None,
    role: RoleOption = Role.SUPERVISOR,
) -> None:
    """Take a contest of a leaving or a rejection, or answer it."""
    session: Session = context.obj
    last = None if until is None else parse_day(until)
    stated = Stated(reason=reason, evidence=evidence, note=note, until=last)
    with session.open_store() as store:
        hand = hand_of(session, store, on, by, role, purpose="certify")
        if answer is None:
            done = leaving.contest(store, hand, case, stated)
        else:
            done = leaving.answer_contest(store, hand, case, answer, stated)
    _tell(session, done)


def show(
    context: typer.Context,
    case: Case,
    on: OnOption = None,
    language: LanguageOption = Language.ZH,
) -> None:
    """Where a certification stands, who acts next, what the law says."""
    session: Session = context.obj
    with session.open_store() as store:
        scope = Scope.office("certify")
        file = file_of(store, scope, case)
        done = filed(file, footing(store, scope, file, session.day(on, store)))
    _tell(session, done, language)


def due(context: typer.Context, on: OnOption = None) -> None:
    """Certifications and contests that are due, and households that by law may leave."""
    session: Session = context.obj
    with session.open_store() as store:
        day = session.day(on, store)
        found = waiting(store, Scope.office("certify"), day)
    answer = {
        "on": day,
        "due": json.loads(found.due.to_json(orient="records")),
        "may_leave": json.loads(found.may_leave.to_json(orient="records")),
    }
    lines = [
        f"{each['due_on']}  {each['stream']} {each['subject_id']}  "
        f"{machine(each['stream']).states[each['state']].zh} / {each['state']}"
        for each in answer["due"]
    ]
    lines += [
        f"可拟退出 / may leave: {each['case_id']}  {each['household_id']}  [{each['rules']}]"
        for each in answer["may_leave"]
    ]
    session.answer(answer, "\n".join(lines) or "没有到期事项 / nothing is due")


def _act(
    context: typer.Context,
    case: str,
    event: str,
    stated: Stated,
    on: str | None,
    by: str,
    role: Role,
) -> None:
    session: Session = context.obj
    with session.open_store() as store:
        hand = hand_of(session, store, on, by, role, purpose="certify")
        done = act(store, hand, case, event, stated)
    _tell(session, done)


def _tell(session: Session, done: Filed, language: Language = Language.ZH) -> None:
    file, said = done.file, done.file.said
    answer: dict[str, Any] = {
        "case_id": file.case_id,
        **file.about,
        "state": file.state,
        "status": file.status,
        "due_on": file.due_on,
        "office": file.step,
        "next_office": done.next_office,
        "place": done.place,
        "by_law": done.by_law,
        "ask_for": done.ask_for,
        "rules": done.rules,
        "number": said.get("number"),
        "leaving": said.get("leaving"),
        "contest": said.get("contest"),
    }
    state = machine(STREAM).states[file.state]
    chinese = language is Language.ZH
    lines = [f"{file.case_id}  {state.zh if chinese else state.en}"]
    for zh, en, value in (
        ("到期日", "due", file.due_on),
        ("下一环节", "next", done.next_office),
        ("证号", "certificate", said.get("number")),
        ("可提出异议至", "may be contested until", _until(said)),
        ("依据", "rules", ", ".join(done.rules)),
        ("待询问", "ask", "、".join(done.ask_for)),
    ):
        if value:
            lines.append(f"  {zh if chinese else en}: {value}")
    session.answer(answer, "\n".join(lines))


def _until(said: dict[str, Any]) -> str | None:
    leaving_said: dict[str, Any] = said.get("leaving") or said
    return leaving_said.get("may_contest_until")
