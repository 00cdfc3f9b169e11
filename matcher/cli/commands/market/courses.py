"""`rengang courses`: training for a person, and per district the course that serves most."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import pandas as pd
import typer

from matcher.cli.session import Session
from matcher.cli.wording import MARKS, Language, verdict_answer, verdict_text
from matcher.domain.scope import Scope
from matcher.errors import WrongUse
from matcher.pipeline.courses import PersonCourses, courses_by_district, courses_for
from matcher.pipeline.snapshot import take_snapshot
from matcher.reference.areas import areas


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("courses")(courses)


def courses(
    context: typer.Context,
    person: Annotated[str | None, typer.Option(help="Courses for this jobseeker.")] = None,
    districts: Annotated[
        bool, typer.Option("--districts", help="Per district, by zero-employment households.")
    ] = False,
    top: Annotated[int, typer.Option(min=1, help="How many (of each district).")] = 5,
    on: Annotated[str | None, typer.Option(help="Day of the question.")] = None,
    model: Annotated[str | None, typer.Option(help="Name of the ranker.")] = None,
    language: Annotated[Language, typer.Option("--lang", help="Language.")] = Language.ZH,
) -> None:
    """Courses by wish, by the posts they open, seats and entitlement, with reasons."""
    session: Session = context.obj
    if (person is None) == (not districts):
        raise WrongUse(
            what="courses was told whom to advise in none or both ways",
            expected="--person ID or --districts",
            do="Name one of them.",
        )
    scope = Scope.office("courses")
    with session.open_store() as store:
        snapshot = take_snapshot(
            store, scope, on=session.day(on, store), threads=session.settings.jobs
        )
        if person is None:
            table = courses_by_district(store, snapshot)
            best = table.groupby("district", sort=False).head(top)
            session.answer(best.to_dict("records"), _districts_text(best, language))
            return
        found = courses_for(store, scope, snapshot, session.ranker(model), person)
    answer = {
        "person_id": found.person_id,
        "on": snapshot.market.on,
        "courses": [asdict(each) for each in found.courses[:top]],
        "entitlement": verdict_answer(found.entitlement),
    }
    session.answer(answer, _person_text(found, top, language))


def _person_text(found: PersonCourses, top: int, language: Language) -> str:
    lines = [found.person_id]
    for rank, each in enumerate(found.courses[:top], start=1):
        lines.append(f"{rank:3}. {each.course_id}  {each.name}")
        for reason in each.reasons:
            said = reason.zh if language is Language.ZH else reason.en
            lines.append(f"      {MARKS[reason.tone]} {said}")
    return "\n".join([*lines, verdict_text(found.entitlement, language)])


def _districts_text(table: pd.DataFrame, language: Language) -> str:
    zh = language is Language.ZH
    lines = []
    for district, rows in table.groupby("district", sort=False):
        lines.append(f"{areas().name(str(district))} {district}")
        for row in rows.to_dict("records"):
            seats = "?" if pd.isna(row["seats"]) else f"{row['seats']}"
            lines.append(
                f"  {row['course_id']}  可为 {row['households']} 户零就业家庭打开岗位"
                f"（{row['posts']} 个），名额 {seats}，可服务 {row['served']} 户"
                if zh
                else f"  {row['course_id']}  opens posts ({row['posts']}) to {row['households']}"
                f" zero-employment households; seats {seats}, so {row['served']} can be served"
            )
    empty = (
        "没有课程能为零就业家庭打开岗位" if zh else "no course opens a post to any such household"
    )
    return "\n".join(lines) or empty
