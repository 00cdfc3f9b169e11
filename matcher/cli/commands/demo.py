"""The demo city: built, imported like an office's own files, and the main job run on it."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from matcher.cli.session import Session, parse_day, progress_of, utc_now
from matcher.cli.side_by_side import side_by_side_answer, side_by_side_text
from matcher.cli.wording import (
    Language,
    fair_answer,
    fair_text,
    import_answer,
    import_text,
    matches_answer,
    matches_text,
    verdict_answer,
    verdict_text,
)
from matcher.demo.basis.assumptions import demo_day, demo_seed
from matcher.demo.city import generate_city
from matcher.demo.files import write_city
from matcher.demo.shown import shown_person, shown_vacancy
from matcher.domain.decision import Verdict
from matcher.domain.kinds import Kind
from matcher.domain.match import Match
from matcher.domain.scope import Scope
from matcher.errors import WrongUse
from matcher.pipeline import importing, matching
from matcher.pipeline.importing import ImportRequest, ImportResult
from matcher.pipeline.law.deciding import Question, decide_about
from matcher.pipeline.lists.people import rank_for_vacancy
from matcher.pipeline.models.shipping import serve_demo_city
from matcher.pipeline.pairing.fair import FairPlan, pair_fair
from matcher.pipeline.snapshot import Snapshot, take_snapshot
from matcher.pipeline.year.lately import work_lately
from matcher.policy.comparing.places import SideBySide, side_by_side
from matcher.policy.facts import facts_from_given
from matcher.policy.records import facts_from_records
from matcher.ranking.ranker import Ranker
from matcher.store.store import Store

ORDER = (
    *(Kind.HOUSEHOLDS, Kind.PERSONS, Kind.EMPLOYERS, Kind.VACANCIES),
    *(Kind.OUTCOMES, Kind.COURSES, Kind.FAIRS),
)
"""Who is named comes before who names."""

FOUR_PLACES = ("cn/jiangsu/nantong", "cn/shanxi", "cn/heilongjiang/harbin", "cn/shaanxi/ankang")
SIDE_BY_SIDE = (
    *("zero_employment_household", "first_job_due", "older_worker_4050", "hard_to_employ"),
    *("public_welfare_post_tier", "public_welfare_post_eligible"),
)
A_POST = {"is_public_welfare": True, "government_invested": True}

MARK = "demo_on"

HEADINGS = {
    Language.ZH: {
        "city": "演示城市（全部为生成数据，种子 {seed}，日期 {day}）",
        "person": "零就业家庭成员的岗位推荐",
        "places": "同一家庭，同样的事实，四地分别判定",
        "vacancy": "岗位的人员推荐",
        "fair": "招聘会配对方案（精确求解）",
        "worked": "此前 {days} 天的办理过程也已生成：{moves} 条（推荐、上岗、走访、台账等）",
    },
    Language.EN: {
        "city": "Demo city (everything is generated; seed {seed}, day {day})",
        "person": "Posts for a member of a zero-employment household",
        "places": "One household, the same facts, decided in four places",
        "vacancy": "People for a post",
        "fair": "Plan for the fair (exact)",
        "worked": "Worked through the {days} days before: {moves} moves (referrals, work, visits)",
    },
}


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("demo")(demo)


def demo(
    context: typer.Context,
    seed: Annotated[int | None, typer.Option(help="Another seed is another city.")] = None,
    on: Annotated[str | None, typer.Option(help="The city's day.")] = None,
    top: Annotated[int, typer.Option(min=1, help="How many matches to print.")] = 10,
    worked: Annotated[
        int, typer.Option(min=0, help="Days before the city's day that its office worked through.")
    ] = 0,
    files: Annotated[
        Path | None, typer.Option(help="Only write the city's files into this folder.")
    ] = None,
    language: Annotated[Language, typer.Option("--lang", help="Language.")] = Language.ZH,
) -> None:
    """Build the generated demo city in the workspace and run the main job on it."""
    session: Session = context.obj
    day = parse_day(on) if on else demo_day()
    seed = demo_seed() if seed is None else seed
    if files is not None:
        _write_files(session, files, seed, day)
        return
    with session.open_store(create=True) as store:
        imported = _build(session, store, seed=seed, day=day)
        ranker = session.ranker(serve_demo_city(session.shelf()))
        answer, sections = _main_job(session, store, ranker, top, language)
        moves = _worked(session, store, ranker, worked) if worked else None
    heading = HEADINGS[language]
    told = [heading["city"].format(seed=seed, day=day), *map(import_text, imported), *sections]
    if moves is not None:
        told.append("\n" + heading["worked"].format(days=worked, moves=f"{sum(moves.values()):,}"))
    imports = [import_answer(each) | {"kind": each.kind} for each in imported]
    whole = {"generated": True, "on": day, "imports": imports, **answer, "worked": moves}
    session.answer(whole, "\n".join(told))


def _main_job(
    session: Session, store: Store, ranker: Ranker, top: int, language: Language
) -> tuple[dict[str, object], list[str]]:
    """What the service is for: posts of one person, people of one post, a fair, with the law."""
    day = date.fromisoformat(str(store.meta(MARK)))
    snapshot = take_snapshot(store, Scope.office("demo"), on=day, threads=session.settings.jobs)
    person, posts = _posts_of_a_member(snapshot, ranker, top)
    status = _household_status(store, snapshot, person)
    places = _in_four_places(store, snapshot, person)
    plan = _plan_of_the_fair(store, ranker, session.settings.jobs)
    of_vacancy, people = _people_of_a_post(snapshot, ranker, top)
    answer: dict[str, object] = {
        "status": verdict_answer(status),
        "places": side_by_side_answer(places),
        "person": matches_answer(snapshot, ranker, {"person_id": person}, posts),
        "vacancy": matches_answer(snapshot, ranker, of_vacancy, people),
        "fair": fair_answer(plan),
    }
    heading = HEADINGS[language]
    sections = [
        f"\n{heading['person']}",
        verdict_text(status, language),
        matches_text(snapshot, ranker, {"person_id": person}, posts, language),
        f"\n{heading['places']}",
        side_by_side_text(places, language),
        f"\n{heading['vacancy']}",
        matches_text(snapshot, ranker, of_vacancy, people, language),
        f"\n{heading['fair']}",
        fair_text(plan, language),
    ]
    return answer, sections


def _worked(session: Session, store: Store, ranker: Ranker, days: int) -> dict[str, int]:
    """What the office did in the days before, by kind of move."""
    session.say(f"working through {days} days")
    with progress_of("demo") as step:
        moves = work_lately(store, ranker, days=days, at=utc_now(), progress=step)
    names = moves["stream"] + "." + moves["event"]
    return dict(zip(names, moves["n"].tolist(), strict=True))


def _people_of_a_post(
    snapshot: Snapshot, ranker: Ranker, top: int
) -> tuple[dict[str, str | None], list[Match]]:
    vacancy = shown_vacancy(snapshot.entitlement, snapshot.market)
    ranked = rank_for_vacancy(snapshot, ranker, vacancy, top=top)
    return {"vacancy_id": vacancy}, matching.explained_matches(snapshot, ranker, ranked)


def _write_files(session: Session, folder: Path, seed: int, day: date) -> None:
    """The city as an office would hand it over, to be imported by hand or over the interface."""
    folder.mkdir(parents=True, exist_ok=True)
    written = write_city(generate_city(seed, day), folder)
    answer = {kind.value: str(file) for kind, file in written.items()}
    session.answer(answer, "\n".join(answer.values()))


def _household_status(store: Store, snapshot: Snapshot, person: str) -> Verdict:
    """Whether the person's household counts as a zero-employment household, read out."""
    standing = snapshot.market.standing
    at = int(standing.household[snapshot.person(person)])
    question = Question(
        decision="zero_employment_household",
        on=snapshot.market.on,
        household_id=str(standing.household_ids[at]),
    )
    return decide_about(store, Scope.office("demo"), question)


def _in_four_places(store: Store, snapshot: Snapshot, person: str) -> SideBySide:
    """The person's household, and the person beside a post, by the law of four places."""
    scope, on, standing = Scope.office("demo"), snapshot.market.on, snapshot.market.standing
    home = str(standing.household_ids[int(standing.household[snapshot.person(person)])])
    members = store.members(scope, [home], parts=("profile", "status"))
    facts = facts_from_records(members, store.households(scope, [home]), on)
    at = pd.Index(members["person_id"]).get_indexer(pd.Index([person]))
    post = facts_from_given({"vacancy": A_POST}, on=on)
    return side_by_side(
        SIDE_BY_SIDE,
        FOUR_PLACES,
        on,
        person=facts.persons.take(at).beside(post),
        household=facts.households,
    )


def _posts_of_a_member(snapshot: Snapshot, ranker: Ranker, top: int) -> tuple[str, list[Match]]:
    everyone = matching.rank_for_persons(snapshot, ranker, top=top)
    best = (everyone.person_at, everyone.vacancy_at)
    person = shown_person(snapshot.entitlement, snapshot.market, best)
    own = matching.rank_for_persons(snapshot, ranker, top=top, persons=snapshot.person_at(person))
    return person, matching.explained_matches(snapshot, ranker, own)


def _plan_of_the_fair(store: Store, ranker: Ranker, threads: int) -> FairPlan:
    """The first plan of the city's fair, by the law of the fair's day."""
    fair = store.frame(Kind.FAIRS).iloc[0].to_dict()
    day = date.fromisoformat(fair["on"])
    snapshot = take_snapshot(store, Scope.office("fair"), on=day, threads=threads)
    return pair_fair(snapshot, ranker, fair)


def _build(session: Session, store: Store, *, seed: int, day: date) -> list[ImportResult]:
    """Write the city's files as an office has them, and import them as an office would."""
    mark = f"{day.isoformat()} seed {seed}"
    built = store.meta("demo_city")
    holds_other = built is None and any(store.counts().values())
    if holds_other or (built is not None and built != mark):
        raise WrongUse(
            what=f"the workspace already holds {'other records' if holds_other else built}",
            expected="an empty workspace, or the same demo city",
            do="Give another folder with --workspace.",
        )
    with store.writing(actor="demo", at=utc_now()) as writing:
        writing.set_meta(MARK, day.isoformat())
        writing.set_meta("demo_city", mark)
    session.say("generating the demo city")
    results = []
    with tempfile.TemporaryDirectory() as folder:
        files = write_city(generate_city(seed, day), Path(folder))
        for kind in ORDER:
            session.say(f"import {kind.value}")
            request = ImportRequest(
                kind=kind,
                files=(files[kind],),
                on=day,
                at=utc_now(),
                actor="demo",
                errors_to=session.settings.workspace / "refused" / f"{kind.value}-refused",
                limits=session.limits(),
            )
            results.append(importing.import_files(store, request))
    return results
