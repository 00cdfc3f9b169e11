"""What is printed for a job fair: slips, booth sheets, the whole plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from matcher.allocation.conditions import Conditions
from matcher.allocation.problem import Plan, Problem, read_plan
from matcher.allocation.waiting import waiting_list
from matcher.cli.session import Session, utc_now
from matcher.cli.wording import Language
from matcher.documents.printing.page import write_page
from matcher.domain.kinds import Kind
from matcher.domain.scope import Scope
from matcher.errors import NotFound, WrongUse
from matcher.pipeline.fairs.keeping import keep_pairings
from matcher.pipeline.fairs.papers.sheets import SHOWN_OF_A_PERSON, sheets
from matcher.pipeline.fairs.papers.slips import reasons_of, slips
from matcher.pipeline.fairs.papers.workbook import write_workbook
from matcher.pipeline.fairs.programme import Opening, Programme, programme_of
from matcher.pipeline.pairing.fair import ask_of, pair_fair
from matcher.pipeline.pairing.files import read_certificate, read_rows
from matcher.pipeline.pairing.gathering import Ask, conditions_of, fair_problem
from matcher.pipeline.privacy.wishing import not_personalised
from matcher.pipeline.snapshot import Snapshot, take_snapshot
from matcher.ranking.ranker import Ranker

Fair = Annotated[str, typer.Option(help="Id of the job fair.")]
PlanFile = Annotated[
    Path | None, typer.Option("--plan", help="The plan that 'pair' wrote (default: pair now).")
]
Start = Annotated[str, typer.Option(help="When talks begin, as 09:00.")]
Until = Annotated[str, typer.Option(help="When the last talk ends, as 17:00.")]
Minutes = Annotated[int, typer.Option(help="Minutes of a slot, the walk to the next included.")]
Breaks = Annotated[
    list[str] | None, typer.Option("--break", help="Rest of all, as 12:00-13:30 (its default).")
]
Interviewers = Annotated[
    list[str] | None,
    typer.Option(help="How many talk at once: a number for all booths, or EMPLOYER=NUMBER."),
]
Arrange = Annotated[bool, typer.Option("--arrange", help="Place booths by the people they share.")]
Lang = Annotated[Language, typer.Option("--lang", help="Language of the paper.")]


def register(fair: typer.Typer) -> None:
    """Add the commands of this module."""
    fair.command("slips")(slips_command)
    fair.command("sheets")(sheets_command)
    fair.command("plan")(plan_command)


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan of a fair, and how the organiser asked for it."""

    problem: Problem
    plan: Plan
    conditions: Conditions
    ask: Ask


@dataclass(frozen=True, slots=True)
class Day:
    """A fair's day with what its papers say of people."""

    programme: Programme
    planned: Planned
    snapshot: Snapshot
    ranker: Ranker
    people: pd.DataFrame
    certificates: dict[str, str]

    @property
    def names(self) -> dict[str, str]:
        """Full names by person id; empty where none is on record."""
        return dict(zip(self.people["person_id"], self.people["name"].fillna(""), strict=True))


def slips_command(
    context: typer.Context,
    fair: Fair,
    out: Annotated[Path, typer.Option(help="HTML file to print from a browser.")],
    plan: PlanFile = None,
    start: Start = "09:00",
    until: Until = "17:00",
    minutes: Minutes = 10,
    breaks: Breaks = None,
    interviewers: Interviewers = None,
    arrange: Arrange = False,
    lang: Lang = Language.ZH,
) -> None:
    """Write the slip of each person: when, where, which post, why, what to bring."""
    opening = _opening(start, until, minutes, breaks, interviewers, arrange=arrange)
    day = _day(context.obj, fair, plan, opening)
    page = slips(
        day.programme,
        names=day.names,
        reasons=reasons_of(day.snapshot, day.ranker, day.programme.talks, day.planned.ask.declined),
        certificates=day.certificates,
        language=lang.value,
    )
    write_page(out, page)
    _tell(context.obj, day.programme, out)


def sheets_command(
    context: typer.Context,
    fair: Fair,
    out: Annotated[Path, typer.Option(help="HTML file to print from a browser.")],
    plan: PlanFile = None,
    start: Start = "09:00",
    until: Until = "17:00",
    minutes: Minutes = 10,
    breaks: Breaks = None,
    interviewers: Interviewers = None,
    arrange: Arrange = False,
    lang: Lang = Language.ZH,
) -> None:
    """Write the sheet of each booth: who comes when. No status, tier or household is on it."""
    opening = _opening(start, until, minutes, breaks, interviewers, arrange=arrange)
    day = _day(context.obj, fair, plan, opening)
    profiles = day.people[["person_id", *SHOWN_OF_A_PERSON]]
    write_page(out, sheets(day.programme, names=day.names, profiles=profiles, language=lang.value))
    _tell(context.obj, day.programme, out)


def plan_command(
    context: typer.Context,
    fair: Fair,
    out: Annotated[Path, typer.Option(help="XLSX file to write.")],
    plan: PlanFile = None,
    start: Start = "09:00",
    until: Until = "17:00",
    minutes: Minutes = 10,
    breaks: Breaks = None,
    interviewers: Interviewers = None,
    arrange: Arrange = False,
    lang: Lang = Language.ZH,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep the pairings as records, for attendance.")
    ] = False,
) -> None:
    """Write the whole day as a workbook: talks with QR codes, booths, waiting lists."""
    if out.suffix.lower() != ".xlsx":
        raise WrongUse(
            what=f"'{out.name}' is no workbook",
            expected="a name ending in .xlsx",
            do="Correct --out.",
        )
    opening = _opening(start, until, minutes, breaks, interviewers, arrange=arrange)
    day = _day(context.obj, fair, plan, opening)
    waiting = waiting_list(
        day.planned.problem,
        day.planned.plan,
        day.planned.conditions,
        households_first=day.planned.ask.households_first,
    )
    write_workbook(out, day.programme, waiting=waiting, names=day.names, language=lang.value)
    if keep:
        session: Session = context.obj
        with session.open_store() as store:
            keep_pairings(store, Scope.office("fair"), day.programme, actor="cli", at=utc_now())
    _tell(context.obj, day.programme, out)


def _day(session: Session, fair_id: str, plan: Path | None, opening: Opening) -> Day:
    scope = Scope.office("fair")
    with session.open_store() as store:
        found = store.frame(Kind.FAIRS, [fair_id])
        if found.empty:
            raise NotFound(kind="fair", key=fair_id)
        fair = found.iloc[0].to_dict()
        on = date.fromisoformat(fair["on"])
        snapshot = take_snapshot(store, scope, on=on, threads=session.settings.jobs)
        ranker = session.ranker(None)
        best = Ask().heeding(fair, not_personalised(store, scope))
        planned = _planned(snapshot, ranker, fair, plan, best)
        programme = programme_of(snapshot, fair, planned.problem, planned.plan, opening)
        talks = programme.talks
        people = store.persons(
            scope, sorted(set(talks["person_id"])), parts=("profile", "identity")
        )
        posts = store.frame(
            Kind.VACANCIES, sorted(set(talks["vacancy_id"])), columns=["certificates_required"]
        ).dropna()
    asked = posts["certificates_required"].str.replace(";", "、")
    shown = dict(zip(posts["vacancy_id"], asked, strict=True))
    return Day(programme, planned, snapshot, ranker, people, shown)


def _planned(
    snapshot: Snapshot, ranker: Ranker, fair: Mapping[Any, Any], file: Path | None, best: Ask
) -> Planned:
    """The plan of a file, asked the way its certificate says; without a file the best plan."""
    if file is None:
        made = pair_fair(snapshot, ranker, fair, best)
        return Planned(made.problem, made.plan, made.conditions, made.ask)
    ask = ask_of(read_certificate(file))
    problem, _ = fair_problem(snapshot, ranker, fair, ask)
    plan = read_plan(problem, read_rows(file))
    strange = (plan.person_at < 0) | (plan.vacancy_at < 0)
    if strange.any():
        raise WrongUse(
            what=f"{file.name}: {int(strange.sum())} pairing(s) of a person or vacancy that is "
            "not at this fair",
            expected="a plan of this fair",
            do="Give the plan that 'rengang pair --fair' wrote for it.",
        )
    return Planned(problem, plan, conditions_of(snapshot, problem, ask), ask)


def _opening(
    start: str,
    until: str,
    minutes: int,
    breaks: Sequence[str] | None,
    interviewers: Sequence[str] | None,
    *,
    arrange: bool,
) -> Opening:
    usual = Opening()
    return Opening(
        start=_clock(start),
        until=_clock(until),
        minutes=minutes,
        breaks=usual.breaks if breaks is None else tuple(_pause(each) for each in breaks),
        interviewers=dict(_staffed(each) for each in interviewers or ()),
        arrange=arrange,
    )


def _clock(text: str) -> time:
    try:
        return time.fromisoformat(text.strip())
    except ValueError:
        raise WrongUse(
            what=f"'{text}' is not a time of day",
            expected="a time such as 09:30",
            do="Correct it.",
        ) from None


def _pause(text: str) -> tuple[time, time]:
    first, _, last = text.partition("-")
    return _clock(first), _clock(last)


def _staffed(text: str) -> tuple[str, int]:
    employer, sign, number = text.rpartition("=")
    if not number.isdecimal() or (sign and not employer):
        raise WrongUse(
            what=f"--interviewers '{text}'",
            expected="a number, or EMPLOYER=NUMBER",
            do="Correct it.",
        )
    return employer, int(number)


def _tell(session: Session, day: Programme, out: Path) -> None:
    answer: dict[str, Any] = {
        "fair_id": day.fair["fair_id"],
        "file": str(out),
        "talks": len(day.talks),
        "people": int(day.talks["person_id"].nunique()),
        "booths": len(day.booths),
        "slots": day.n_slots,
        "fewest_slots": day.bound,
        "metres": day.ways.metres,
        "waiting_slots": day.ways.waiting,
        "rushed": day.ways.rushed,
    }
    text = (
        f"{day.fair['fair_id']}: {answer['people']} people, {answer['talks']} talks at "
        f"{answer['booths']} booths in {day.n_slots} slots (no fewer can do: {day.bound}), "
        f"without a clash; written to {out}"
    )
    session.answer(answer, text)
