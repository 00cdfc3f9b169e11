"""Referrals and visits: what happens between a person and a post before work begins."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from matcher.casework.ledger.machine import machine
from matcher.cli.commands.matching import LanguageOption
from matcher.cli.session import Session, utc_now
from matcher.cli.wording import Language, verdict_answer, verdict_text
from matcher.domain.scope import Scope
from matcher.errors import WrongUse
from matcher.pipeline.casework.moving import (
    Desk,
    lapse_referrals,
    move_referral,
    propose_pairs,
    visit_person,
)
from matcher.pipeline.casework.refusing import counted_refusals, overrides_of, with_override
from matcher.store.events.reading import Wanted
from matcher.store.store import Store

On = Annotated[str | None, typer.Option("--on", help="Day of the move, as 2026-11-02.")]
By = Annotated[str, typer.Option("--by", help="Name of who does it, for the record.")]
Reason = Annotated[str | None, typer.Option(help="Coded reason; an unknown one names all.")]
Person = Annotated[str, typer.Option("--person", help="Id of the person.")]


def register(app: typer.Typer) -> None:
    """Add the commands `refer` and `visit`."""
    refer = typer.Typer(help="Referrals: propose, move on, lapse, read out.", no_args_is_help=True)
    refer.command("propose")(propose)
    refer.command("move")(move)
    refer.command("lapse")(lapse)
    refer.command("list")(list_referrals)
    refer.command("refusals")(refusals)
    refer.command("overrides")(overrides)
    app.add_typer(refer, name="refer")
    app.command("visit")(visit)


def _desk(store: Store, by: str) -> Desk:
    return Desk(store, Scope.office("casework"), by, utc_now())


def propose(
    context: typer.Context,
    file: Annotated[
        Path | None,
        typer.Option("--from", help="CSV with person_id, vacancy_id: of 'match --all', of a plan."),
    ] = None,
    person: Annotated[str | None, typer.Option(help="Id of the person.")] = None,
    vacancy: Annotated[str | None, typer.Option(help="Id of the post.")] = None,
    top: Annotated[int, typer.Option(help="With --from: only so many posts a person.")] = 3,
    override: Annotated[
        str | None, typer.Option(help="Why the rank or a filter was passed over; kept on record.")
    ] = None,
    on: On = None,
    by: By = "cli",
) -> None:
    """Put people forward for posts; a pair that is still open is not proposed again."""
    session: Session = context.obj
    pairs = _pairs(file, person, vacancy, top)
    with session.open_store() as store:
        desk, day = _desk(store, by), session.day(on, store)
        if file is None:
            pairs = with_override(desk, pairs, day, override)
        done = propose_pairs(desk, pairs, day)
    ids = done.events["subject_id"].tolist()
    session.answer({"proposed": ids}, "\n".join(ids) or "nothing new to propose")


def _pairs(file: Path | None, person: str | None, vacancy: str | None, top: int) -> pd.DataFrame:
    if (file is None) == (person is None or vacancy is None):
        raise WrongUse(
            what="what to propose",
            expected="either --from FILE, or --person with --vacancy",
            do="Give one of the two.",
        )
    if file is None:
        return pd.DataFrame([{"person_id": person, "vacancy_id": vacancy}])
    table = pd.read_csv(file, dtype=str, encoding="utf-8-sig")
    missing = {"person_id", "vacancy_id"} - set(table)
    if missing:
        raise WrongUse(
            what=f"{file.name} has no column {', '.join(sorted(missing))}",
            expected="person_id and vacancy_id, as 'match --all --out' and 'pair --out' write",
            do="Choose another file.",
        )
    if "rank" in table:
        table = table[table["rank"].astype(int) <= top]
    texts = [_data(row) for row in table.to_dict("records")]
    return table[["person_id", "vacancy_id"]].assign(data=texts)


def _data(row: dict[Any, Any]) -> str:
    said: dict[str, Any] = {"channel": "match"}
    if "rank" in row:
        said["rank"] = int(row["rank"])
    if "score" in row:
        said["score"] = float(row["score"])
    return json.dumps(said)


def move(
    context: typer.Context,
    referral: Annotated[str, typer.Argument(help="Id of the referral.")],
    event: Annotated[str, typer.Argument(help="What happened: ask, refer, interview, hire, ….")],
    reason: Reason = None,
    just_cause: Annotated[
        bool | None, typer.Option(help="Of a refusal: whether its cause is just by local rule.")
    ] = None,
    on: On = None,
    by: By = "cli",
) -> None:
    """Move one referral on; a hire ends the person's other open ones and takes a place."""
    session: Session = context.obj
    data = json.dumps({"just_cause": just_cause}) if just_cause is not None else None
    with session.open_store() as store:
        day = session.day(on, store)
        desk = _desk(store, by)
        done = move_referral(desk, referral, event, day, reason=reason, data=data)
    state = done.events["state"].iloc[0]
    value = {"referral": referral, "state": state, "closed": list(done.closed)}
    ended = f"; ended with it: {', '.join(done.closed)}" if done.closed else ""
    session.answer(value, f"{referral}: {state}{ended}")


def lapse(context: typer.Context, on: On = None, by: By = "cli") -> None:
    """End every referral that nobody answered in time."""
    session: Session = context.obj
    with session.open_store() as store:
        done = lapse_referrals(_desk(store, by), session.day(on, store))
    ids = done.events["subject_id"].tolist()
    session.answer({"lapsed": ids}, "\n".join(ids) or "nothing is overdue")


def list_referrals(
    context: typer.Context,
    person: Annotated[str | None, typer.Option(help="Only of this person.")] = None,
    vacancy: Annotated[str | None, typer.Option(help="Only to this post.")] = None,
) -> None:
    """Referrals with where they stand and what may be done next."""
    session: Session = context.obj
    of, ids = ("person_id", person) if person else ("vacancy_id", vacancy)
    wanted = Wanted(streams=["referral"], of=of, ids=[ids] if ids else None)
    with session.open_store() as store:
        found = store.states(Scope.office("casework"), wanted)
    columns = ["subject_id", "state", "since", "due_on", "version"]
    plain = found[columns].astype(object).where(found[columns].notna(), None)
    rows = [
        {
            "referral": str(row["subject_id"]),
            **{str(name): row[name] for name in columns[1:]},
            "next": list(machine("referral").events_from(str(row["state"]))),
        }
        for row in plain.to_dict("records")
    ]
    lines = [f"{r['referral']}  {r['state']} since {r['since']}, due {r['due_on']}" for r in rows]
    session.answer(rows, "\n".join(lines) or "no referral")


def refusals(
    context: typer.Context,
    person: Person,
    on: On = None,
    language: LanguageOption = Language.ZH,
) -> None:
    """Offers to a person with each answer, those that count in a row, and what the law says."""
    session: Session = context.obj
    with session.open_store() as store:
        found = counted_refusals(_desk(store, "cli"), person, session.day(on, store))
    answer = {
        "person": person,
        "offers": found.offers,
        "refused": found.refused,
        "without_just_cause": found.unjustified,
        "in_a_row": found.in_a_row,
        "verdict": verdict_answer(found.verdict),
    }
    lines = [_offer_line(row) for row in found.offers]
    lines.append(
        f"refused {found.refused}, without just cause {found.unjustified}, in a row "
        f"{found.in_a_row}"
    )
    session.answer(answer, "\n".join([*lines, verdict_text(found.verdict, language)]))


def _offer_line(row: Mapping[str, Any]) -> str:
    just = {True: "just cause", False: "no just cause", None: "cause not judged"}
    cause = f"  {row['reason'] or ''}  {just[row['just_cause']]}"
    told = cause if row["response"] == "refused" else ""
    counts = "  *" if row["counts"] else ""
    return f"{row['offered_on']}  {row['vacancy_id']}  {row['response']}{told}{counts}".rstrip()


def overrides(
    context: typer.Context,
    since: Annotated[str | None, typer.Option(help="From this day.")] = None,
    until: Annotated[str | None, typer.Option(help="To this day.")] = None,
) -> None:
    """Every time a rank, a filter or a test was passed over: what, by whom, when and why."""
    session: Session = context.obj
    with session.open_store() as store:
        first = session.day(since, store) if since else None
        last = session.day(until, store) if until else None
        rows = overrides_of(_desk(store, "cli"), since=first, until=last)
    lines = [
        f"{row['on']}  {row['subject_id']}  {row['event']}  {row['actor']}: {row['override']}"
        + (f"  ({', '.join(row['passed_over'])})" if row["passed_over"] else "")
        for row in rows
    ]
    session.answer(rows, "\n".join(lines) or "nothing was passed over")


def visit(
    context: typer.Context,
    person: Person,
    event: Annotated[str, typer.Option(help="plan, visit, miss or cancel.")] = "visit",
    way: Annotated[str, typer.Option(help="home, phone, office, community or workplace.")] = "home",
    on: On = None,
    by: By = "cli",
) -> None:
    """Plan a visit, or write down that it was made or missed; the law's rhythm counts from it."""
    session: Session = context.obj
    with session.open_store() as store:
        desk = _desk(store, by)
        day = session.day(on, store)
        done = visit_person(desk, person, day, event=event, data=json.dumps({"way": way}))
    row = done.events.iloc[0]
    value = {"visit": row["subject_id"], "state": row["state"]}
    session.answer(value, f"{row['subject_id']}: {row['state']}")
