"""Bulk pairing: a fair of the workspace or bare files, and the check of a plan by other code."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from matcher.cli.session import Session, progress_of
from matcher.cli.wording import checked_text, fair_answer, fair_text, files_text
from matcher.domain.kinds import Kind
from matcher.domain.scope import Scope
from matcher.errors import NotFound, WrongUse
from matcher.pipeline.pairing import files as bare
from matcher.pipeline.pairing.fair import check_fair, pair_fair
from matcher.pipeline.pairing.gathering import Ask
from matcher.pipeline.privacy.wishing import not_personalised
from matcher.pipeline.snapshot import Snapshot, take_snapshot

Edges = Annotated[Path | None, typer.Option(help="CSV person_id,vacancy_id,score.")]
Persons = Annotated[
    Path | None, typer.Option(help="CSV person_id,tier,household_id,zero_employment,cap.")
]
Vacancies = Annotated[Path | None, typer.Option(help="CSV vacancy_id,places,public_welfare.")]
Fair = Annotated[str | None, typer.Option(help="Id of the job fair.")]
Day = Annotated[str | None, typer.Option(help="Day of the law (default the fair's day).")]

ModelOption = Annotated[
    str | None, typer.Option("--model", help="Name of the ranker (default the champion).")
]
Out = Annotated[Path | None, typer.Option(help="CSV file for the plan.")]
Previous = Annotated[
    Path | None, typer.Option(help="An earlier plan; the fewest of its pairings change.")
]
Pin = Annotated[
    list[str] | None, typer.Option(help="PERSON:VACANCY that must be paired; repeatable.")
]
Ban = Annotated[list[str] | None, typer.Option(help="PERSON:VACANCY that must not be; repeatable.")]
Invitations = Annotated[int, typer.Option(min=1, help="Most posts per person.")]
Ratio = Annotated[float, typer.Option(min=0.0, help="People invited per opening.")]
EmployerLimit = Annotated[int | None, typer.Option(min=0, help="Most people sent to one employer.")]
Reserve = Annotated[
    list[str] | None,
    typer.Option(help="GROUP:SHARE of each post's places kept (zero_employment, disabled)."),
]
Floor = Annotated[int, typer.Option(min=0, help="Fewest people each post is sent.")]
Resume = Annotated[
    Path | None, typer.Option(help="The plan of a search that was stopped; it goes on from there.")
]
OnePerEmployer = Annotated[
    bool, typer.Option(help="At most one member of a household at one employer.")
]
HouseholdsFirst = Annotated[
    bool, typer.Option(help="Households served come before public-welfare places.")
]
Seconds = Annotated[
    int, typer.Option(min=1, help="Time for rules that need a search; then the best so far.")
]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    pairing = typer.Typer(invoke_without_command=True)
    pairing.callback()(pair)
    pairing.command("check")(check)
    app.add_typer(pairing, name="pair", help="Pair many people with posts at once; check a plan.")


def pair(
    context: typer.Context,
    fair: Fair = None,
    edges: Edges = None,
    persons: Persons = None,
    vacancies: Vacancies = None,
    out: Out = None,
    previous: Previous = None,
    pin: Pin = None,
    ban: Ban = None,
    invitations: Invitations = 1,
    ratio: Ratio = 1.0,
    employer_limit: EmployerLimit = None,
    one_per_employer: OnePerEmployer = False,
    households_first: HouseholdsFirst = False,
    reserve: Reserve = None,
    floor: Floor = 0,
    seconds: Seconds = 60,
    resume: Resume = None,
    on: Day = None,
    model: ModelOption = None,
) -> None:
    """Pair people with posts: the provably best plan by the published order, checked anew."""
    if context.invoked_subcommand is not None:
        return
    session: Session = context.obj
    if fair is None:
        _pair_files(session, _files(edges, persons, vacancies), out, previous, households_first)
        return
    ask = Ask(
        invitations=invitations,
        ratio=ratio,
        pins=_pairs(pin, "--pin"),
        bans=_pairs(ban, "--ban"),
        employer_limit=employer_limit,
        one_per_employer=one_per_employer,
        households_first=households_first,
        reserves=_shares(reserve),
        floor=floor,
    )
    watched = _Watched(out, previous, resume, seconds)
    _pair_fair(session, fair, ask, watched, on=on, model=model)


class _Watched(NamedTuple):
    """Where a plan goes, what it starts from, and how long a search may take."""

    out: Path | None
    previous: Path | None
    resume: Path | None
    seconds: int


def _pair_fair(
    session: Session, fair: str, ask: Ask, files: _Watched, *, on: str | None, model: str | None
) -> None:
    snapshot, record, declined = _fair(session, fair, on)
    with progress_of(f"pairing {fair}") as steps:
        plan = pair_fair(
            snapshot,
            session.ranker(model),
            record,
            ask.heeding(record, declined),
            previous=None if files.previous is None else bare.read_rows(files.previous),
            found=None if files.resume is None else bare.read_rows(files.resume),
            stop=_after(files.seconds),
            progress=steps,
        )
    if files.out is not None:
        beside = bare.write_plan(
            files.out, plan.problem, plan.plan, plan.certificate, plan.conditions
        )
        session.say(f"plan written to {files.out}, its certificate to {beside}")
    session.answer(fair_answer(plan), fair_text(plan))
    if plan.violations:
        raise typer.Exit(1)


def check(
    context: typer.Context,
    plan: Annotated[Path, typer.Argument(help="CSV person_id,vacancy_id,score.")],
    edges: Edges = None,
    persons: Persons = None,
    vacancies: Vacancies = None,
    fair: Fair = None,
    on: Day = None,
    model: ModelOption = None,
) -> None:
    """Check a plan, and the certificate beside it, by separate code; exit 1 lists violations."""
    session: Session = context.obj
    if fair is None:
        _, found = bare.check_files(plan, _files(edges, persons, vacancies))
    else:
        snapshot, record, _ = _fair(session, fair, on)
        stated = bare.read_certificate(plan)
        ranker = session.ranker(model)
        found = check_fair(snapshot, ranker, record, bare.read_rows(plan), stated)
    answer = {"violations": list(found.violations), "proved": found.proved}
    session.answer(answer, checked_text(found))
    if found.violations:
        raise typer.Exit(1)


def _pair_files(
    session: Session,
    files: bare.PairingFiles,
    out: Path | None,
    previous: Path | None,
    households_first: bool,
) -> None:
    if out is None:
        raise WrongUse(
            what="no file is named for the plan",
            expected="--out PLAN beside --edges, --persons and --vacancies",
            do="Name the file, such as --out plan.csv.",
        )
    with progress_of("pairing") as steps:
        made = bare.pair_files(
            files, out, previous=previous, households_first=households_first, progress=steps
        )
    session.say(f"plan written to {out}, its certificate to {bare.certificate_path(out)}")
    session.answer(made.certificate, files_text(made))


def _files(edges: Path | None, persons: Path | None, vacancies: Path | None) -> bare.PairingFiles:
    if edges is None or persons is None or vacancies is None:
        raise WrongUse(
            what="it is not said what to pair",
            expected="--fair ID, or all of --edges, --persons and --vacancies",
            do="Name the fair, or the three files.",
        )
    return bare.PairingFiles(persons=persons, vacancies=vacancies, edges=edges)


def _fair(
    session: Session, fair: str, on: str | None
) -> tuple[Snapshot, dict[Any, Any], dict[str, str]]:
    """The snapshot of the fair's day, the fair, and who wants nothing decided by the profile."""
    with session.open_store() as store:
        found = store.frame(Kind.FAIRS, [fair])
        if found.empty:
            raise NotFound(kind="fair", key=fair)
        record = found.iloc[0].to_dict()
        day = session.day(on, store) if on else date.fromisoformat(record["on"])
        scope = Scope.office("fair")
        snapshot = take_snapshot(store, scope, on=day, threads=session.settings.jobs)
        return snapshot, record, not_personalised(store, scope)


def _pairs(given: list[str] | None, option: str) -> tuple[tuple[str, str], ...]:
    pairs = []
    for text in given or ():
        who, _, where = text.partition(":")
        if not who or not where:
            raise WrongUse(
                what=f"'{text}' names no pair",
                expected="a person and a vacancy, such as P00012:V00031",
                do=f"Correct it after {option}.",
            )
        pairs.append((who, where))
    return tuple(pairs)


def _shares(given: list[str] | None) -> tuple[tuple[str, float], ...]:
    shares = []
    for text in given or ():
        group, _, share = text.partition(":")
        try:
            shares.append((group, float(share)))
        except ValueError:
            raise WrongUse(
                what=f"'{text}' keeps no places",
                expected="a group and a share, such as zero_employment:0.2",
                do="Correct it after --reserve.",
            ) from None
    return tuple(shares)


def _after(seconds: int) -> Callable[[], bool]:
    end = time.monotonic() + seconds
    return lambda: time.monotonic() > end
