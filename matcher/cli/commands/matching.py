"""Commands that ask for matches and for the reasons of one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from matcher.casework.privacy.pseudonyms import Pseudonyms
from matcher.cli.commands.market.congestion import Congestion, crowding_answer, crowding_text
from matcher.cli.commands.privacy.plain_lists import (
    PlainAnswer,
    answer_plainly,
    refuse_plain_for_others,
)
from matcher.cli.session import Session, progress_of, utc_now
from matcher.cli.wording import (
    Language,
    explanation_answer,
    explanation_text,
    matches_answer,
    matches_text,
)
from matcher.documents.writing import write_table
from matcher.domain.kinds import Kind
from matcher.domain.scope import Scope
from matcher.errors import WrongUse
from matcher.explanation.explain import view_for
from matcher.explanation.sentences import Reader
from matcher.pipeline import matching
from matcher.pipeline.cluster.matching import match_all_on
from matcher.pipeline.lists.crowding import match_together
from matcher.pipeline.lists.people import rank_for_vacancy
from matcher.pipeline.privacy.plain import plain_people, with_plain_lists
from matcher.pipeline.privacy.wishing import not_personalised
from matcher.pipeline.snapshot import Snapshot, take_snapshot
from matcher.ranking.ranker import Ranker
from matcher.store.store import Store

OnOption = Annotated[
    str | None, typer.Option(help="Day of the question (default today; a demo city keeps its day).")
]
ModelOption = Annotated[str | None, typer.Option(help="Name of the ranker (default the champion).")]
LanguageOption = Annotated[Language, typer.Option("--lang", help="Language of the sentences.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("match")(match)
    app.command("explain")(explain)


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
    non_personalised: Annotated[
        bool,
        typer.Option(
            "--non-personalised",
            help="With --person: by law's rank, distance and day alone, without the profile.",
        ),
    ] = False,
    congestion: Annotated[
        Congestion, typer.Option(help="With --all: spread the lists over all posts.")
    ] = Congestion.OFF,
    out: Annotated[Path | None, typer.Option(help="CSV or XLSX file for the lists.")] = None,
    cluster: Annotated[
        str | None, typer.Option(help="With --all: Dask scheduler whose workers score.")
    ] = None,
    language: LanguageOption = Language.ZH,
) -> None:
    """Ranked matches with their reasons: for a person, for a vacancy, or for everyone."""
    session: Session = context.obj
    _check_match(person, vacancy, everyone=everyone, congestion=congestion, out=out)
    _check_cluster(cluster, everyone=everyone, congestion=congestion)
    refuse_plain_for_others(person, asked=non_personalised)
    ranker = session.ranker(model)
    with session.open_store() as store:
        snapshot = snapshot_for(session, store, on, "match")
        plain = not_personalised(store, Scope.office("match"))
    if person is not None and (non_personalised or person in plain):
        why = "asked" if non_personalised else plain[person]
        shown = PlainAnswer(person, why, top, include_known, out, language)
        answer_plainly(session, snapshot, shown)
        return
    if everyone and out is not None:
        together = congestion is Congestion.ON
        lists = _Lists(top, include_known, out, together, sorted(plain), language, cluster=cluster)
        _match_all(session, snapshot, ranker, lists)
        return
    asked = _Asked(person, vacancy, top, include_known, out, language, frozenset(plain))
    _match_one(session, snapshot, ranker, asked)


@dataclass(frozen=True, slots=True)
class _Asked:
    """One list: for whom, how long, where to, in which language."""

    person: str | None
    vacancy: str | None
    top: int
    include_known: bool
    out: Path | None
    language: Language
    declined: frozenset[str]
    """People who want no lists made from their profile."""


def _match_one(session: Session, snapshot: Snapshot, ranker: Ranker, asked: _Asked) -> None:
    if asked.person is not None:
        alone = snapshot.person_at(asked.person)
        ranked = matching.rank_for_persons(
            snapshot, ranker, top=asked.top, persons=alone, include_known=asked.include_known
        )
    else:
        ranked = rank_for_vacancy(
            snapshot,
            ranker,
            str(asked.vacancy),
            top=asked.top,
            include_known=asked.include_known,
            plain=plain_people(snapshot, asked.declined),
        )
    if asked.out is not None:
        write_table(asked.out, matching.matches_frame(snapshot, ranked), mark=False)
    matches = matching.explained_matches(snapshot, ranker, ranked)
    of_person = asked.person is not None
    head = {"person_id": asked.person} if of_person else {"vacancy_id": asked.vacancy}
    session.answer(
        matches_answer(snapshot, ranker, head, matches),
        matches_text(snapshot, ranker, head, matches, asked.language),
    )


def _check_match(
    person: str | None,
    vacancy: str | None,
    *,
    everyone: bool,
    congestion: Congestion,
    out: Path | None,
) -> None:
    """Refuse a question that does not say whom to serve, or where everyone's lists go."""
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
    if congestion is Congestion.ON and not everyone:
        raise WrongUse(
            what="--congestion on was asked for a single list",
            expected="--all: a crowd is seen only where all lists are made together",
            do="Add --all and --out FILE, or leave --congestion out.",
        )


def _check_cluster(cluster: str | None, *, everyone: bool, congestion: Congestion) -> None:
    if cluster is not None and (not everyone or congestion is Congestion.ON):
        raise WrongUse(
            what="--cluster was given for lists that are made on this machine",
            expected="--all with --congestion off: lists that do not look at one another",
            do="Leave --cluster out.",
        )


@dataclass(frozen=True, slots=True)
class _Lists:
    """How everyone's lists are made, and in which language that is told."""

    top: int
    include_known: bool
    out: Path
    together: bool
    plain: list[str]
    language: Language
    cluster: str | None


def _match_all(session: Session, snapshot: Snapshot, ranker: Ranker, lists: _Lists) -> None:
    crowding: dict[str, Any] = {}
    with progress_of("match") as steps:
        if not lists.together:
            make = (
                matching.match_all
                if lists.cluster is None
                else partial(match_all_on, lists.cluster)
            )
            frame = make(
                snapshot, ranker, top=lists.top, include_known=lists.include_known, progress=steps
            )
        else:
            frame, found = match_together(
                snapshot, ranker, top=lists.top, include_known=lists.include_known, progress=steps
            )
            crowding = {"congestion": crowding_answer(found)}
            session.say(crowding_text(found, lists.language))
    plain = [each for each in lists.plain if snapshot.has_person(each)]
    frame = with_plain_lists(
        snapshot, frame, plain, top=lists.top, include_known=lists.include_known
    )
    write_table(lists.out, frame, mark=False)
    people, served = len(snapshot.market.jobseekers), frame["person_id"].nunique()
    answer = {"persons": people, "served": served, "rows": len(frame), "file": str(lists.out)}
    answer |= {"not_personalised": len(plain)}
    text = f"{served:,} of {people:,} people served, {len(frame):,} matches in {lists.out}"
    chinese = lists.language is Language.ZH
    if chinese:
        text = f"{people:,} 人中 {served:,} 人有推荐，共 {len(frame):,} 条，写入 {lists.out}"
    if plain:
        said = f"{len(plain):,} lists made without the profile, as wished"
        text += f"\n其中 {len(plain):,} 人按本人意愿不使用个人特征" if chinese else f"\n{said}"
    session.answer(answer | crowding, text)


def explain(
    context: typer.Context,
    person: Annotated[str, typer.Option(help="Id of the jobseeker.")],
    vacancy: Annotated[str, typer.Option(help="Id of the vacancy.")],
    on: OnOption = None,
    model: ModelOption = None,
    reader: Annotated[
        Reader, typer.Option(help="For whom: each reads what is theirs to know, in words for them.")
    ] = Reader.CASEWORKER,
    language: LanguageOption = Language.ZH,
) -> None:
    """Why this pair, why not, what to ask, and what would change it."""
    session: Session = context.obj
    with session.open_store() as store:
        snapshot = snapshot_for(session, store, on, "explain")
        hidden = _pseudonym(store, vacancy, person) if reader is Reader.EMPLOYER else person
    explained = view_for(matching.explain(snapshot, session.ranker(model), person, vacancy), reader)
    explained = replace(explained, person_id=hidden)
    session.answer(
        explanation_answer(snapshot, explained), explanation_text(snapshot, explained, language)
    )


def _pseudonym(store: Store, vacancy: str, person: str) -> str:
    """What an employer calls this person: never the number of the record."""
    posted = store.frame(Kind.VACANCIES, [vacancy], columns=["employer_id"])["employer_id"].dropna()
    employer = str(posted.iloc[0]) if len(posted) else ""
    return Pseudonyms(store, at=utc_now()).of(employer, person)
