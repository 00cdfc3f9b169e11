"""Referrals, work and visits: what happens between a person and a post."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from matcher.casework.ledger.machine import machine
from matcher.cli.session import Session, utc_now
from matcher.domain.scope import Scope
from matcher.errors import WrongUse
from matcher.pipeline.casework.moving import (
    Desk,
    lapse_referrals,
    move_placement,
    move_referral,
    propose_pairs,
    start_work,
    visit_person,
)
from matcher.store.events.reading import Wanted
from matcher.store.store import Store

On = Annotated[str | None, typer.Option("--on", help="Day of the move, as 2026-11-02.")]
By = Annotated[str, typer.Option("--by", help="Name of who does it, for the record.")]
Reason = Annotated[str | None, typer.Option(help="Coded reason; an unknown one names all.")]
Data = Annotated[str | None, typer.Option("--data", help="Further facts as a JSON object.")]
Person = Annotated[str, typer.Option("--person", help="Id of the person.")]


def register(app: typer.Typer) -> None:
    """Add the commands `refer`, `place` and `visit`."""
    refer = typer.Typer(help="Referrals: propose, move on, lapse, read out.", no_args_is_help=True)
    refer.command("propose")(propose)
    refer.command("move")(move)
    refer.command("lapse")(lapse)
    refer.command("list")(list_referrals)
    app.add_typer(refer, name="refer")
    place = typer.Typer(help="Work begun, proved, found stable, ended.", no_args_is_help=True)
    place.command("start")(start)
    place.command("move")(move_work)
    app.add_typer(place, name="place")
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
    pairs = _pairs(file, person, vacancy, top, override)
    with session.open_store() as store:
        desk = _desk(store, by)
        done = propose_pairs(desk, pairs, session.day(on, store))
    ids = done.events["subject_id"].tolist()
    session.answer({"proposed": ids}, "\n".join(ids) or "nothing new to propose")


def _pairs(
    file: Path | None, person: str | None, vacancy: str | None, top: int, override: str | None
) -> pd.DataFrame:
    if (file is None) == (person is None or vacancy is None):
        raise WrongUse(
            what="what to propose",
            expected="either --from FILE, or --person with --vacancy",
            do="Give one of the two.",
        )
    if file is None:
        said = {"channel": "override", "override": override} if override else {}
        row = {"person_id": person, "vacancy_id": vacancy, "data": json.dumps(said) or None}
        return pd.DataFrame([row])
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


def start(
    context: typer.Context,
    person: Person,
    employer: Annotated[str | None, typer.Option(help="Id of the employer.")] = None,
    vacancy: Annotated[str | None, typer.Option(help="Id of the post.")] = None,
    mode: Annotated[
        str, typer.Option(help="hired, self_employed, flexible or internship.")
    ] = "hired",
    data: Data = None,
    on: On = None,
    by: By = "cli",
) -> None:
    """A person begins work; one who works already must end that first."""
    session: Session = context.obj
    said = json.dumps({"employment_mode": mode} | _object(data))
    with session.open_store() as store:
        day = session.day(on, store)
        more = {"employer_id": employer, "vacancy_id": vacancy, "data": said}
        done = start_work(_desk(store, by), person, day, **more)
    subject = done.events["subject_id"].iloc[0]
    session.answer({"placement": subject, "state": "working"}, f"{subject}: working")


def move_work(
    context: typer.Context,
    placement: Annotated[str, typer.Argument(help="Id of the placement.")],
    event: Annotated[str, typer.Argument(help="evidence, stabilise, end or void.")],
    reason: Reason = None,
    data: Data = None,
    on: On = None,
    by: By = "cli",
) -> None:
    """Evidence of work, work found stable, the end of work."""
    session: Session = context.obj
    said = json.dumps(_object(data)) if data else None
    with session.open_store() as store:
        day = session.day(on, store)
        desk = _desk(store, by)
        done = move_placement(desk, placement, event, day, reason=reason, data=said)
    state = done.events["state"].iloc[0]
    session.answer({"placement": placement, "state": state}, f"{placement}: {state}")


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


def _object(text: str | None) -> dict[str, Any]:
    try:
        found = json.loads(text or "{}")
    except json.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise WrongUse(
            what="--data", expected='a JSON object such as {"contract_months":12}', do="Correct it."
        )
    return found
