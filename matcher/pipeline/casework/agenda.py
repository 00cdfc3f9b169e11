"""The day's list of an office: next steps of the ledger beside the clocks of the law."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from matcher.casework.deadlines.agenda import agenda
from matcher.casework.deadlines.clocks import People, clocks
from matcher.casework.deadlines.promises import without_kept
from matcher.casework.placements.working import ACTIVE
from matcher.casework.placements.working import STREAM as PLACEMENTS
from matcher.domain.scope import Scope
from matcher.pipeline.law.gathering import dealings_of_all
from matcher.policy.recorded.beside import Dealings
from matcher.policy.records import facts_from_records
from matcher.store.events.reading import Wanted
from matcher.store.store import Store

PARTS = ("profile", "status")


@dataclass(frozen=True, slots=True, eq=False)
class Day:
    """What an office has before it.

    Attributes:
        due: the list, as `agenda`.
        questions: clocks of which the law has a term, but facts are missing.
    """

    due: pd.DataFrame
    questions: pd.DataFrame


def day_of(
    store: Store, scope: Scope, on: date, *, ahead_days: int = 0, layer: str = "current"
) -> Day:
    """What is overdue, due today and due within so many days, within the scope."""
    states = store.states(scope)
    running = without_kept(clocks(people_of(store, scope, on, states), on, layer=layer), states)
    due = agenda(states, running, on, ahead_days=ahead_days)
    is_open = running["open"].astype(bool)
    return Day(due, running[is_open].reset_index(drop=True))


def people_of(store: Store, scope: Scope, on: date, states: pd.DataFrame | None = None) -> People:
    """Everyone within the scope with the facts of a day."""
    persons = store.persons(scope, parts=PARTS)
    households = store.households(scope)
    if states is None:
        states = store.states(scope, Wanted(streams=[PLACEMENTS], states=ACTIVE))
    return people_from(persons, households, dealings_of_all(store, scope), states, on)


def people_from(
    persons: pd.DataFrame,
    households: pd.DataFrame,
    dealings: Dealings,
    states: pd.DataFrame,
    on: date,
) -> People:
    """People of these records with the facts of a day; `states` tell who is in work."""
    facts = facts_from_records(persons, households, on, dealings)
    placed = states[(states["stream"] == PLACEMENTS) & states["state"].isin(ACTIVE)]
    working = np.asarray(pd.Index(persons["person_id"]).isin(placed["person_id"]))
    kept = persons[["person_id", "household_id", "area_code"]]
    return People(facts, kept, households[["household_id", "area_code"]], working)
