"""A snapshot with some people as they now are: rows, law and past of theirs alone anew."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.market.updating.people import Changed, with_people
from matcher.market.updating.rows import Splice, positions_of
from matcher.pipeline.snapshot import Snapshot
from matcher.policy.recorded.beside import Dealings
from matcher.policy.recorded.people import on_record
from matcher.ranking.training.labels import Labels, LoggedAnswers
from matcher.retrieval import index as indexes
from matcher.store.dossiers.dossiers import Dossiers

OF_OUTCOMES = ("acted", "_stages", "known_pairs", "answers")
"""What a snapshot works out of outcomes and of where people and posts stand."""

OF_THE_PAST = frozenset({"ids", "text", "education", "experience_months"})
"""Columns of people that the past is compared by."""


def with_dossiers(snapshot: Snapshot, told: Dossiers, written: Collection[str]) -> Snapshot:
    """The snapshot with these people and households as their dossiers tell.

    Args:
        snapshot: of the day.
        told: of the people written about, and of every member of their households.
        written: whose own records were written: they may be new, changed or gone.
    """
    persons = told.persons[told.persons["person_id"].isin(list(written))]
    here = set(persons["person_id"])
    changed = with_people(snapshot.market, persons, leaving=set(written) - here)
    fresh = on_record(
        told.persons,
        told.households,
        Dealings(told.placements, told.refusals, told.cases, told.employers),
    )
    entitlement = snapshot.entitlement.with_people(
        changed.market, changed.splice, fresh, told.people, told.homes
    )
    served = frozenset() if snapshot.served is None else snapshot.served
    outcomes = with_outcomes_of(snapshot.outcomes, told.outcomes, written)
    made = replace(
        snapshot,
        market=changed.market,
        entitlement=entitlement,
        outcomes=outcomes,
        served=(served - frozenset(written)) | here,
    )
    _hand_on(snapshot, made, changed)
    return made


def with_profiles(snapshot: Snapshot, persons: pd.DataFrame) -> Snapshot | None:
    """The snapshot with the work profiles of these people as they now are.

    None where one of them came or went meanwhile, which concerns law as well.

    Args:
        snapshot: of the day.
        persons: profile and status of people of whom nothing else was written.
    """
    here = snapshot.market.jobseekers.ids
    seeking = persons["seeks_work"].fillna(value=True).astype(bool)
    if len(positions_of(here, persons["person_id"])) != int(seeking.sum()):
        return None
    changed = with_people(snapshot.market, persons, leaving=())
    if not changed.splice.in_place:
        return None
    made = replace(snapshot, market=changed.market)
    _hand_on(snapshot, made, changed)
    return made


def with_outcomes_of(
    before: pd.DataFrame, fresh: pd.DataFrame, people: Collection[str]
) -> pd.DataFrame:
    """Outcomes with those of these people as they now are; the very frame where none differs."""
    ids = before["person_id"].to_numpy(object)
    own = _rows_of(ids, people)
    if before.iloc[own].reset_index(drop=True).equals(fresh):
        return before
    rest = np.delete(ids, own)
    at = np.searchsorted(rest, fresh["person_id"].to_numpy(object))
    order = np.insert(np.delete(np.arange(len(ids)), own), at, len(ids) + np.arange(len(fresh)))
    both = pd.concat([before, fresh], ignore_index=True)
    return both.take(order).reset_index(drop=True)


def _rows_of(ids: NDArray[np.object_], people: Collection[str]) -> NDArray[np.int64]:
    """The rows of these people, whose ids ascend."""
    named = np.array(sorted(people), dtype=object)
    first, end = np.searchsorted(ids, named), np.searchsorted(ids, named, "right")
    runs = [np.arange(a, b) for a, b in zip(first.tolist(), end.tolist(), strict=True)]
    return np.concatenate([np.empty(0, np.int64), *runs]).astype(np.int64)


def _hand_on(before: Snapshot, after: Snapshot, changed: Changed) -> None:
    """What was worked out already and holds still; each value is what would be worked out anew."""
    known, made = before.__dict__, after.__dict__
    same_posts = after.market.vacancies is before.market.vacancies
    same_outcomes = after.outcomes is before.outcomes
    if "index" in known and same_posts and after.market.terms is before.market.terms:
        welfare = after.entitlement.welfare
        made["index"] = indexes.with_people(known["index"], after.market, welfare)
    if same_outcomes and "span" in known:
        made["span"] = known["span"]
    if same_outcomes and changed.splice.in_place:
        made |= {name: known[name] for name in OF_OUTCOMES if name in known}
    elif "acted" in known:
        arrived = after.market.jobseekers.ids[changed.splice.arrived]
        rows = _rows_of(after.outcomes["person_id"].to_numpy(object), list(arrived))
        of_fresh = after.outcomes.iloc[rows]
        made["acted"] = known["acted"].with_people(changed.splice, after.market, of_fresh)
        if same_outcomes and "answers" in known:
            told = _answers(known["answers"], changed.splice, before, of_fresh)
            made |= {} if told is None else {"answers": told}
    if "past" in known:
        if same_outcomes and not changed.columns & OF_THE_PAST:
            made["past"] = known["past"]
        elif same_outcomes:
            made["past"] = after.past.knowing(known["past"])


def _answers(
    before: LoggedAnswers, splice: Splice, snapshot: Snapshot, of_fresh: pd.DataFrame
) -> LoggedAnswers | None:
    """The answers where people stand now; None where someone with outcomes was not in before."""
    ids = snapshot.market.jobseekers.ids
    known = pd.Index(ids).get_indexer(pd.Index(of_fresh["person_id"].unique()))
    if (known < 0).any():
        return None
    moved = np.append(splice.moved, -1).astype(np.int32)
    return LoggedAnswers(_moved(before.interest, moved), _moved(before.success, moved))


def _moved(labels: Labels | None, now: NDArray[np.int32]) -> Any:
    return None if labels is None else replace(labels, person_at=now[labels.person_at])
