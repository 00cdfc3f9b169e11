"""Commands that ask: match, explain, decide, and decisions that were kept."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from matcher.cli.policy_wording import turning_answer, turning_text
from matcher.cli.session import Session, progress_of, utc_now
from matcher.cli.wording import (
    Language,
    explanation_answer,
    explanation_text,
    matches_answer,
    matches_text,
    verdict_answer,
    verdict_text,
)
from matcher.documents.writing import write_table
from matcher.domain.scope import Scope
from matcher.errors import WrongUse
from matcher.pipeline import matching
from matcher.pipeline.law import keeping
from matcher.pipeline.law.deciding import Question, decided_about, turning_of
from matcher.pipeline.snapshot import Snapshot, take_snapshot
from matcher.ranking.ranker import Ranker
from matcher.store.store import Store

NO = 1
SHOWN = 12
"""Letters of a hash that a person reads; the answer in JSON has all of them."""

OnOption = Annotated[
    str | None, typer.Option(help="Day of the question (default today; a demo city keeps its day).")
]
ModelOption = Annotated[str | None, typer.Option(help="Name of the ranker (default the champion).")]
LanguageOption = Annotated[Language, typer.Option("--lang", help="Language of the sentences.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("match")(match)
    app.command("explain")(explain)
    app.command("decide")(decide)
    decisions = typer.Typer(help="Decisions that were kept.", no_args_is_help=True)
    decisions.command("list")(list_kept)
    decisions.command("rerun")(rerun)
    app.add_typer(decisions, name="decisions")


def snapshot_for(session: Session, store: Store, on: str | None, purpose: str) -> Snapshot:
    """The snapshot that a command of this workspace asks."""
    day = session.day(on, store)
    return take_snapshot(store, Scope.office(purpose), on=day, threads=session.settings.jobs)


def match(
    context: typer.Context,
    person: Annotated[str | None, typer.Option(help="Posts for this jobseeker.")] = None,
    vacancy: Annotated[str | None, typer.Option(help="People for this vacancy.")] = None,
    everyone: Annotated[bool, typer.Option("--all", help="Posts for every jobseeker.")] = False,
    top: Annotated[int, typer.Option(min=1, max=10_000, help="How many of each list.")] = 20,
    on: OnOption = None,
    model: ModelOption = None,
    include_known: Annotated[
        bool, typer.Option(help="Also pairs already applied for, referred or refused.")
    ] = False,
    out: Annotated[Path | None, typer.Option(help="CSV or XLSX file for the lists.")] = None,
    language: LanguageOption = Language.ZH,
) -> None:
    """Ranked matches with their reasons: for a person, for a vacancy, or for everyone."""
    session: Session = context.obj
    if sum((person is not None, vacancy is not None, everyone)) != 1:
        raise WrongUse(
            what="match was told whom to serve in none or several ways",
            expected="one of --person ID, --vacancy ID, --all",
            do="Name one of them.",
        )
    if everyone and out is None:
        raise WrongUse(
            what="match --all has nowhere to put its lists",
            expected="--out FILE.csv",
            do="Name the file.",
        )
    ranker = session.ranker(model)
    with session.open_store() as store:
        snapshot = snapshot_for(session, store, on, "match")
    if everyone and out is not None:
        _match_all(session, snapshot, ranker, top=top, include_known=include_known, out=out)
        return
    if person is not None:
        alone = snapshot.person_at(person)
        ranked = matching.rank_for_persons(
            snapshot, ranker, top=top, persons=alone, include_known=include_known
        )
    else:
        ranked = matching.rank_for_vacancy(
            snapshot, ranker, str(vacancy), top=top, include_known=include_known
        )
    if out is not None:
        write_table(out, matching.matches_frame(snapshot, ranked), mark=False)
    matches = matching.explained_matches(snapshot, ranker, ranked)
    head = {"person_id": person} if person is not None else {"vacancy_id": vacancy}
    session.answer(
        matches_answer(snapshot, ranker, head, matches),
        matches_text(snapshot, ranker, head, matches, language),
    )


def _match_all(
    session: Session,
    snapshot: Snapshot,
    ranker: Ranker,
    *,
    top: int,
    include_known: bool,
    out: Path,
) -> None:
    with progress_of("match") as steps:
        frame = matching.match_all(
            snapshot, ranker, top=top, include_known=include_known, progress=steps
        )
    write_table(out, frame, mark=False)
    people, served = len(snapshot.market.jobseekers), frame["person_id"].nunique()
    answer = {"persons": people, "served": served, "rows": len(frame), "file": str(out)}
    session.answer(
        answer, f"{served:,} of {people:,} people served, {len(frame):,} matches in {out}"
    )


def explain(
    context: typer.Context,
    person: Annotated[str, typer.Option(help="Id of the jobseeker.")],
    vacancy: Annotated[str, typer.Option(help="Id of the vacancy.")],
    on: OnOption = None,
    model: ModelOption = None,
    language: LanguageOption = Language.ZH,
) -> None:
    """Why this pair, why not, what to ask, and what would change it."""
    session: Session = context.obj
    with session.open_store() as store:
        snapshot = snapshot_for(session, store, on, "explain")
    explained = matching.explain(snapshot, session.ranker(model), person, vacancy)
    session.answer(
        explanation_answer(snapshot, explained), explanation_text(snapshot, explained, language)
    )


def decide(
    context: typer.Context,
    decision: Annotated[str, typer.Argument(help="Id of the decision.")],
    person: Annotated[str | None, typer.Option(help="About this person.")] = None,
    household: Annotated[str | None, typer.Option(help="About this household.")] = None,
    employer: Annotated[str | None, typer.Option(help="About this employer.")] = None,
    placement: Annotated[
        str | None, typer.Option(help="About this placement (default: the person's newest).")
    ] = None,
    case: Annotated[
        str | None, typer.Option(help="About this case (default: the subject's newest).")
    ] = None,
    vacancy: Annotated[
        str | None, typer.Option(help="For this public-welfare post (with --person).")
    ] = None,
    place: Annotated[
        str | None, typer.Option(help="Place path (default: where the subject lives).")
    ] = None,
    on: OnOption = None,
    keep: Annotated[bool, typer.Option("--keep", help="Keep the decision as a record.")] = False,
    language: LanguageOption = Language.ZH,
) -> None:
    """One policy decision about one subject, with citations and what would turn it."""
    session: Session = context.obj
    with session.open_store() as store:
        question = Question(
            decision=decision,
            on=session.day(on, store),
            person_id=person,
            household_id=household,
            vacancy_id=vacancy,
            employer_id=employer,
            placement_id=placement,
            case_id=case,
            place=place,
        )
        scope = Scope.office("decide")
        if keep:
            number, decided = keeping.decide_and_keep(
                store, scope, question, author="cli", at=utc_now()
            )
            session.say(f"kept as decision {number}")
        else:
            number, decided = None, decided_about(store, scope, question)
    verdict, turning = decided.verdict(0), turning_of(decided)
    kept = {} if number is None else {"number": number}
    session.answer(
        verdict_answer(verdict) | {"turning": turning_answer(turning)} | kept,
        f"{verdict_text(verdict, language)}\n{turning_text(turning, language)}",
    )


def list_kept(
    context: typer.Context,
    subject: Annotated[str | None, typer.Option(help="Only those about this id.")] = None,
    decision: Annotated[str | None, typer.Option(help="Only this matter.")] = None,
) -> None:
    """The decisions that were kept, oldest first: about whom, by which law, when and by whom."""
    session: Session = context.obj
    with session.open_store() as store:
        found = keeping.kept_decisions(
            store, Scope.office("decisions"), subject_id=subject, decision=decision
        )
    lines = [
        f"{each.number}  {each.on}  {each.decision}  {each.subject} {each.subject_id}  "
        f"{each.place}: {each.outcome}  ({each.author}, {each.at})"
        for each in found
    ]
    session.answer([asdict(each) for each in found], "\n".join(lines) or "no decision was kept")


def rerun(
    context: typer.Context,
    number: Annotated[int, typer.Argument(help="Number of a kept decision.")],
) -> None:
    """Decide a kept decision again from its own facts; code 1 when the verdict is another."""
    session: Session = context.obj
    with session.open_store() as store:
        found = keeping.rerun(store, Scope.office("rerun"), number)
    law = "the law is the same"
    if found.law_changed:
        law = f"the law has changed since: {found.kept_law[:SHOWN]} then, {found.law[:SHOWN]} now"
    said = "the same verdict, bit for bit" if found.same else "another verdict"
    answer = asdict(found) | {"law_changed": found.law_changed}
    session.answer(answer, f"decision {number} ({found.decision}): {said}; {law}")
    if not found.same:
        raise typer.Exit(NO)
