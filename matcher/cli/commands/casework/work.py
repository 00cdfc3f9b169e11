"""Work: begun, proved, found stable by the law's test, ended."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from matcher.cli.session import Session, utc_now
from matcher.domain.scope import Scope
from matcher.errors import WrongUse
from matcher.pipeline.casework.moving import Desk, move_placement, start_work
from matcher.pipeline.casework.stability import find_stable, stability
from matcher.store.store import Store

On = Annotated[str | None, typer.Option("--on", help="Day of the move, as 2026-11-02.")]
By = Annotated[str, typer.Option("--by", help="Name of who does it, for the record.")]
Reason = Annotated[str | None, typer.Option(help="Coded reason; an unknown one names all.")]
Data = Annotated[str | None, typer.Option("--data", help="Further facts as a JSON object.")]
Person = Annotated[str, typer.Option("--person", help="Id of the person.")]


def register(app: typer.Typer) -> None:
    """Add the command `place`."""
    place = typer.Typer(help="Work begun, proved, found stable, ended.", no_args_is_help=True)
    place.command("start")(start)
    place.command("move")(move_work)
    place.command("stable")(stable)
    app.add_typer(place, name="place")


def _desk(store: Store, by: str) -> Desk:
    return Desk(store, Scope.office("casework"), by, utc_now())


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
    override: Annotated[
        str | None, typer.Option(help="Of stabilise: why, though the test is not met; kept.")
    ] = None,
    on: On = None,
    by: By = "cli",
) -> None:
    """Evidence of work, work found stable by the law's test, the end of work."""
    session: Session = context.obj
    said = json.dumps(_object(data)) if data else None
    with session.open_store() as store:
        day = session.day(on, store)
        desk = _desk(store, by)
        if event == "stabilise":
            law = find_stable(desk, placement, day, override=override)
            answer = {"placement": placement, "state": "stable", "law": law}
            session.answer(answer, f"{placement}: stable ({', '.join(law['rules'])})")
            return
        done = move_placement(desk, placement, event, day, reason=reason, data=said)
    state = done.events["state"].iloc[0]
    session.answer({"placement": placement, "state": state}, f"{placement}: {state}")


def stable(context: typer.Context, on: On = None) -> None:
    """What the law's test of stable work says of every placement that runs."""
    session: Session = context.obj
    with session.open_store() as store:
        found = stability(_desk(store, "cli"), session.day(on, store))
    plain = found.astype(object).where(found.notna(), None)
    rows = [{str(name): value for name, value in row.items()} for row in plain.to_dict("records")]
    lines = [
        f"{row['placement_id']}  {row['outcome']}  since {row['since']}, "
        f"evidence due {row['due_on']}  {row['set_by'] or ''}".rstrip()
        for row in rows
    ]
    session.answer(rows, "\n".join(lines) or "nobody is at work")


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
