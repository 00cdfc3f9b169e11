"""What statutory tables and registers are made from, gathered from the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd

from matcher.casework.reports.registers import Kept
from matcher.casework.reports.scorecards import Asked, scorecard
from matcher.domain.scope import Scope
from matcher.policy.engine.kleene import MET, NOT_MET
from matcher.policy.records import facts_from_records
from matcher.store.store import Store

RECOGNISED = "recognised_hard_to_employ"


def people_of(store: Store, scope: Scope, on: date, *, identity: bool = False) -> pd.DataFrame:
    """Persons with profile and status, and `hard_to_employ`: recognised as such, NA not asked."""
    parts = ("profile", "status", *(["identity"] if identity else []))
    people = store.persons(scope, parts=parts)
    facts = facts_from_records(people, None, on).persons.columns
    said = np.asarray(facts[RECOGNISED]) if RECOGNISED in facts else np.zeros(0)
    known = pd.Series(pd.NA, index=people.index, dtype="boolean")
    if len(said) == len(people):
        known[said == MET] = True
        known[said == NOT_MET] = False
    return people.assign(hard_to_employ=known)


def within(frame: pd.DataFrame, area: str) -> pd.DataFrame:
    """The rows of an area; all of them for the empty one."""
    if not area:
        return frame
    codes = frame["area_code"].fillna("").astype(str)
    return frame[codes.str.startswith(area)].reset_index(drop=True)


STREET_DIGITS = 9
"""Digits of the areas that count as communities: the register knows people's streets."""


@dataclass(frozen=True, slots=True)
class CardAsked:
    """A scorecard asked for: the standard, the period, the area, and the labour force if known."""

    standard: str
    since: date
    on: date
    area: str = ""
    labour_force: Mapping[str, int] = field(default_factory=dict)
    digits: int = STREET_DIGITS


def card_of(store: Store, scope: Scope, card: CardAsked) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The scorecard of every community of an area; see `reports.scorecards.scorecard`."""
    people = within(people_of(store, scope, card.on), card.area)
    events = within(store.events(scope), card.area)
    asked = Asked(people, events, card.since, card.on)
    return scorecard(asked, card.standard, digits=card.digits, labour_force=card.labour_force)


def kept_for(store: Store, scope: Scope, on: date, area: str) -> Kept:
    """All that registers are made from; names are read, which the audit notes."""
    people = within(people_of(store, scope, on, identity=True), area)
    placements = store.placements(scope, person_ids=people["person_id"])
    return Kept(
        people=people,
        households=within(store.households(scope), area),
        placements=placements,
        events=within(store.events(scope), area),
        states=within(store.states(scope), area),
    )
