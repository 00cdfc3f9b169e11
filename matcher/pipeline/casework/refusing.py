"""Refusals and overrides with what they rest on: every number names its records."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from matcher.casework.ledger.recording import data_of
from matcher.casework.placements.working import STREAM as PLACEMENTS
from matcher.casework.referrals.counting import running
from matcher.domain.decision import Verdict
from matcher.domain.kinds import Kind
from matcher.errors import NotFound, WrongUse
from matcher.market.build import build_market
from matcher.pipeline.casework.moving import REFERRALS, Desk
from matcher.pipeline.law.deciding import Question, decide_about
from matcher.pipeline.law.gathering import dealings_of
from matcher.screening.entitlement import entitlement_of
from matcher.screening.results import FilterOutcome, explain_filters
from matcher.store.events.reading import Wanted

DECISION = "status_loss"
OVERRIDE, PASSED_OVER = "override", "passed_over"
"""In the `data` of a move: why something was passed over, and which filters."""

ASKED = "asked"
"""Instead of a reason: the person was asked about a post, which goes against no screening."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A person's offers and refusals with their count.

    Attributes:
        offers: each with `offered_on`, `vacancy_id`, `response`, `reason`, `just_cause` and
            `counts` (it is in the present row), in order of time.
        refused, unjustified: refusals, and those without just cause.
        in_a_row: refusals without just cause since the last offer taken, as the rows marked.
        verdict: what the law of the place makes of all of them; nothing happens by itself.
    """

    offers: Sequence[dict[str, Any]]
    refused: int
    unjustified: int
    in_a_row: int
    verdict: Verdict


def counted_refusals(desk: Desk, person_id: str, on: date, *, layer: str = "current") -> Counted:
    """The refusals of a person up to a day, with the verdict on the loss of aid.

    Raises:
        NotFound: no such person within the scope.
    """
    verdict = decide_about(desk.store, desk.scope, Question(DECISION, on, person_id, layer=layer))
    told = desk.store.refusals(desk.scope, [person_id])
    told = told[told["offered_on"].isna() | (told["offered_on"] <= on.isoformat())]
    told = told.assign(counts=running(told))
    columns = ["offered_on", "vacancy_id", "response", "reason", "just_cause", "counts"]
    plain = told[columns].astype(object).where(told[columns].notna(), None)
    refused = told["response"] == "refused"
    return Counted(
        offers=[{str(k): v for k, v in row.items()} for row in plain.to_dict("records")],
        refused=int(refused.sum()),
        unjustified=int((refused & ~told["just_cause"].fillna(value=True)).sum()),
        in_a_row=int(told["counts"].sum()),
        verdict=verdict,
    )


def failed_filters(desk: Desk, person_id: str, vacancy_id: str, on: date) -> tuple[str, ...]:
    """The hard filters that a pair fails on a day, by name; only these two records are read.

    Raises:
        NotFound: no such person within the scope, or no such post.
    """
    people = desk.store.persons(desk.scope, [person_id], parts=("profile", "status"))
    posts = desk.store.frame(Kind.VACANCIES, [vacancy_id])
    for kind, key, found in (
        (Kind.PERSONS, person_id, people),
        (Kind.VACANCIES, vacancy_id, posts),
    ):
        if found.empty:
            raise NotFound(kind=kind.value, key=key)
    hired = desk.store.hires_by_vacancy(until=on)
    market = build_market(people, posts, on=on, hired=hired[hired["vacancy_id"] == vacancy_id])
    if not len(market.jobseekers) or not len(market.vacancies):
        return ()
    homes = people["household_id"].dropna().unique().tolist()
    law = entitlement_of(
        market,
        people,
        desk.store.households(desk.scope, homes),
        posts,
        dealings=dealings_of(desk.store, desk.scope, [person_id], homes),
    )
    results = explain_filters(market, law.welfare, 0, 0, working_age_min=law.working_age_min)
    failed = [each for each in results if each.outcome is FilterOutcome.FAILED]
    return tuple(str(each.filter.name).lower() for each in failed)


def with_override(desk: Desk, pair: pd.DataFrame, on: date, override: str | None) -> pd.DataFrame:
    """A pair put forward by hand, with the reason where it passes over a filter.

    Raises:
        WrongUse: the pair fails a filter and no reason is given.
    """
    person_id, vacancy_id = pair["person_id"].iloc[0], pair["vacancy_id"].iloc[0]
    failed = failed_filters(desk, person_id, vacancy_id, on)
    if failed and not override:
        raise WrongUse(
            what=f"person {person_id} and post {vacancy_id} fail: {', '.join(failed)}",
            expected="a pair that passes the filters, or a reason to pass over them",
            do="Choose another post, or give --override REASON; it is kept and reported.",
        )
    said: dict[str, Any] = {"channel": "by_hand"}
    if override:
        said = {"channel": "override", OVERRIDE: override} | (
            {PASSED_OVER: list(failed)} if failed else {}
        )
    return pair.assign(data=json.dumps(said, ensure_ascii=False))


def overrides_of(
    desk: Desk, *, since: date | None = None, until: date | None = None
) -> list[dict[str, Any]]:
    """Every move within the scope that passed over a rank, a filter or a test, in order made."""
    wanted = Wanted(streams=[REFERRALS, PLACEMENTS], since=since, until=until)
    events = desk.store.events(desk.scope, wanted)
    events = events[events["data"].notna()]
    why, what = data_of(events, OVERRIDE), data_of(events, PASSED_OVER)
    told = events.assign(override=why, passed_over=what)
    told = told[told["override"].notna() & (told["override"] != ASKED)]
    columns = ["on", "stream", "subject_id", "event", "actor", "override", "passed_over"]
    plain = told[columns].astype(object)
    rows = [{str(k): v for k, v in row.items()} for row in plain.to_dict("records")]
    return [row | {"passed_over": row["passed_over"] or []} for row in rows]
