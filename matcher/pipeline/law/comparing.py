"""Two laws over the people of a workspace: who gains and who loses, by groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np
import pandas as pd

from matcher.domain.scope import Scope
from matcher.pipeline.law.gathering import dealings_of_all
from matcher.policy.catalogue import decision_kind
from matcher.policy.comparing.people import COUNTED, PeopleDifference, compare_people
from matcher.policy.decisions import decide
from matcher.policy.engine.columns import Facts
from matcher.policy.engine.days import day_number, full_years
from matcher.policy.law import Law
from matcher.policy.recorded.conversion import days_of
from matcher.policy.records import RecordFacts, facts_from_records
from matcher.reference.areas import areas
from matcher.store.store import Store

PARTS = ("profile", "status")
AGE_BANDS = (16, 25, 35, 45, 55, 65)
"""Where bands begin that are counted apart; they group a table and decide nothing."""
COUNTY, STREET = 6, 9
ID_COLUMNS = ("decision", "subject", "id", "change")


@dataclass(frozen=True)
class WorkspaceDifference:
    """What two laws answer about the people of a workspace.

    Attributes:
        people: a comparison for each decision about persons or households.
        ids: `decision`, `subject`, `id` and `change`, a row for each subject whose answer differs.
        left_out: the decisions about other subjects, which were not decided.
    """

    people: tuple[PeopleDifference, ...]
    ids: pd.DataFrame
    left_out: tuple[str, ...]


def compare_in_workspace(
    store: Store, scope: Scope, a: Law, b: Law, decisions: Sequence[str]
) -> WorkspaceDifference:
    """Each decision about everyone in the scope, by both laws.

    Everyone is decided by the law of both places, wherever they live: it tells what the other law
    would do for the people here. Ages and times count to the day of each law.

    Args:
        store: where the records rest.
        scope: who reads.
        a: the law to start from.
        b: the law to hold against it.
        decisions: ids; those that are not about persons or households are left out.

    Raises:
        UnknownDecision: the catalogue has no such decision.
    """
    persons = store.persons(scope, parts=PARTS)
    households = store.households(scope)
    dealings = dealings_of_all(store, scope)
    before = facts_from_records(persons, households, a.on, dealings)
    after = before if a.on == b.on else facts_from_records(persons, households, b.on, dealings)
    tables = {
        "person": (persons["person_id"], _labels_of_persons(persons, a.on)),
        "household": (households["household_id"], _labels_of_households(households)),
    }
    people: list[PeopleDifference] = []
    ids: list[pd.DataFrame] = []
    for decision in decisions:
        subject = decision_kind(decision).subject
        if subject not in tables:
            continue
        keys, labels = tables[subject]
        first, second = (
            decide(law, decision, _subjects(facts, subject))
            for law, facts in ((a, before), (b, after))
        )
        people.append(compare_people(first, second, labels))
        ids.append(_ids(people[-1], subject, keys))
    left_out = tuple(one for one in decisions if decision_kind(one).subject not in tables)
    listed = pd.concat(ids, ignore_index=True) if ids else pd.DataFrame(columns=list(ID_COLUMNS))
    return WorkspaceDifference(tuple(people), listed, left_out)


def _subjects(facts: RecordFacts, subject: str) -> Facts:
    return facts.persons if subject == "person" else facts.households


def _ids(found: PeopleDifference, subject: str, keys: pd.Series) -> pd.DataFrame:
    rows = {name: np.flatnonzero(getattr(found, name)) for name in COUNTED}
    parts = [
        pd.DataFrame(
            {
                "decision": found.decision,
                "subject": subject,
                "id": keys.iloc[at].to_numpy(),
                "change": name,
            }
        )
        for name, at in rows.items()
    ]
    return pd.concat(parts, ignore_index=True)


def _labels_of_persons(persons: pd.DataFrame, on: date) -> pd.DataFrame:
    born = days_of(persons["birth_date"])
    known = ~np.isnan(born)
    today = np.array([day_number(on)])
    ages = np.where(known, full_years(np.where(known, born, today), today), np.nan)
    edges = [-np.inf, *AGE_BANDS, np.inf]
    names = [f"under {AGE_BANDS[0]}"]
    names += [f"{low}-{high - 1}" for low, high in pairwise(AGE_BANDS)]
    bands = pd.cut(pd.Series(ages), edges, right=False, labels=[*names, f"{AGE_BANDS[-1]} on"])
    return pd.DataFrame(
        {
            "sex": persons["sex"].to_numpy(),
            "age": bands.astype(object).to_numpy(),
            "hukou_kind": persons["hukou_kind"].to_numpy(),
            **_places(persons["area_code"]),
        }
    )


def _labels_of_households(households: pd.DataFrame) -> pd.DataFrame:
    kinds = households["household_kind"].to_numpy()
    return pd.DataFrame({"household_kind": kinds, **_places(households["area_code"])})


def _places(codes: pd.Series) -> dict[str, pd.Series]:
    """The county and the street of each area, by name where the list has one."""
    found = {}
    for by, digits in (("county", COUNTY), ("street", STREET)):
        cut = codes.str[:digits].where(codes.str.len() >= digits)
        known = {code: _area_name(code) for code in cut.dropna().unique()}
        found[by] = cut.map(known).reset_index(drop=True)
    return found


def _area_name(code: str) -> str:
    return areas().name(code) if areas().exists(code) else code
