"""Certifications that wait: what is due, and who by law may leave; prepared, not decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from matcher.casework.ledger.machine import machine
from matcher.domain.scope import Scope
from matcher.pipeline.casework.certification.footing import STREAM
from matcher.pipeline.law.deciding import PARTS
from matcher.pipeline.law.gathering import dealings_of
from matcher.policy.decisions import decide
from matcher.policy.engine.kleene import MET
from matcher.policy.law import Law, places_of
from matcher.policy.records import facts_from_records
from matcher.store.events.reading import Wanted
from matcher.store.store import Store

CERTIFIED = ("certified", "questioned")
COLUMNS = ["subject_id", "state", "since", "due_on", "household_id", "person_id"]


@dataclass(frozen=True)
class Waiting:
    """What waits on a day.

    Attributes:
        due: certifications and contests whose present step is due by the day, the oldest first:
            `stream` and `COLUMNS`.
        may_leave: certified households of which the law says on the facts on record that they have
            left the status: `case_id`, `household_id`, `place`, `rules`. An official announces it.
    """

    due: pd.DataFrame
    may_leave: pd.DataFrame


def waiting(store: Store, scope: Scope, on: date) -> Waiting:
    """What waits within the scope; households are decided over columns, a call for each place."""
    due = store.states(scope, Wanted(streams=(STREAM, "contest"), due_until=on))
    final = [
        machine(stream).is_final(state)
        for stream, state in zip(due["stream"], due["state"], strict=True)
    ]
    due = due[~np.array(final, np.bool_)].sort_values(["due_on", "subject_id"], ignore_index=True)
    certified = store.states(scope, Wanted(streams=(STREAM,), states=CERTIFIED))
    homes = certified[certified["household_id"].notna()].reset_index(drop=True)
    return Waiting(due[["stream", *COLUMNS]], _may_leave(store, scope, homes, on))


def _may_leave(store: Store, scope: Scope, files: pd.DataFrame, on: date) -> pd.DataFrame:
    ids = files["household_id"].unique().tolist()
    households = store.households(scope, ids)
    members = store.members(scope, ids, parts=PARTS)
    dealings = dealings_of(store, scope, members["person_id"], ids)
    facts = facts_from_records(members, households, on, dealings).households
    areas = households["area_code"].astype(object)
    places = np.array(places_of(areas.astype(object).where(areas.notna(), None).tolist()), object)
    leaves, rules = np.zeros(len(households), np.bool_), np.full(len(households), "", object)
    for place in sorted(set(places.tolist())):
        rows = np.flatnonzero(places == place)
        decided = decide(Law.on_day(place, on), "household_exit", facts.take(rows))
        leaves[rows] = decided.outcome == MET
        found = np.flatnonzero(leaves[rows])
        if len(found):
            cited = decided.verdict(int(found[0])).citations
            rules[rows] = ";".join(each.rule for each in cited)
    told = pd.DataFrame(
        {"household_id": households["household_id"], "place": places, "rules": rules}
    )[leaves]
    made = told.merge(files[["subject_id", "household_id"]], on="household_id", how="left")
    made = made.rename(columns={"subject_id": "case_id"})
    return made[["case_id", "household_id", "place", "rules"]].reset_index(drop=True)
