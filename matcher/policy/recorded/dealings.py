"""People, households and employers beside what was done about them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from matcher.policy.engine.columns import NOT_THERE, Above, Facts, Group
from matcher.policy.recorded.beside import Dealings, Rows, beside, newest, values_at
from matcher.policy.recorded.conversion import record_facts

ALL_OFFERS = "offers_complete"
"""Of a case: whether the offers on file are all that were made."""


def newest_cases(dealings: Dealings, key: str, keys: pd.Series, facts: Facts) -> Rows:
    """Where the newest case of each person, household or employer stands, -1 without one."""
    if dealings.cases is None:
        return np.full(len(keys), NOT_THERE, np.int64)
    return newest(dealings.cases, key, keys, facts.on, "opened_on")


def beside_cases(facts: Facts, dealings: Dealings, at: Rows) -> Facts:
    """The subjects beside a case each."""
    if dealings.cases is None or not (at >= 0).any():
        return facts
    return beside(facts, record_facts("cases", dealings.cases, facts.on), at)


def persons_with_dealings(people: Facts, persons: pd.DataFrame, dealings: Dealings) -> Facts:
    """The persons beside their placement, case and employer, above the offers made to them.

    Who has no case of the own stands beside that of the household.
    """
    ids, on = persons["person_id"], people.on
    employer = np.full(len(persons), None, object)
    if dealings.placements is not None:
        at = newest(dealings.placements, "person_id", ids, on, "start_date")
        people = beside(people, record_facts("placements", dealings.placements, on), at)
        employer = values_at(dealings.placements["employer_id"], at)
    case_at = newest_cases(dealings, "person_id", ids, people)
    if "household_id" in persons:
        shared = newest_cases(dealings, "household_id", persons["household_id"], people)
        case_at = np.where(case_at < 0, shared, case_at)
    people = beside_cases(people, dealings, case_at)
    if dealings.cases is not None:
        stated = values_at(dealings.cases["employer_id"], case_at)
        employer = np.where(pd.isna(employer), stated, employer)
    if dealings.employers is not None:
        at = pd.Index(dealings.employers["employer_id"]).get_indexer(pd.Index(employer))
        at[pd.isna(employer)] = NOT_THERE
        people = beside(people, record_facts("employers", dealings.employers, on), at)
    if dealings.refusals is None:
        return people
    offers, person_at = _offers(people, ids, dealings.refusals)
    made = Group(offers, person_at, _is_whole(people.n, person_at, dealings, case_at))
    return replace(people, groups={**people.groups, "refusals": made})


def households_with_dealings(
    homes: Facts,
    households: pd.DataFrame,
    people: Facts,
    persons: pd.DataFrame,
    dealings: Dealings,
) -> Facts:
    """The households beside the newest placement of a member, above the offers made to members.

    Args:
        homes: facts of the households.
        households: the frame they come from.
        people: facts of the persons, each below its household.
        persons: the frame they come from.
        dealings: as for the persons.
    """
    if people.above is None:
        return homes
    household_at = people.above.rows
    if dealings.placements is not None and "household_id" in persons:
        of_person = pd.Index(persons["person_id"]).get_indexer(
            pd.Index(dealings.placements["person_id"])
        )
        home = values_at(persons["household_id"], of_person.astype(np.int64))
        placements = dealings.placements.assign(household_id=home)
        keys = households["household_id"]
        at = newest(placements, "household_id", keys, homes.on, "start_date")
        homes = beside(homes, record_facts("placements", placements, homes.on), at)
    if dealings.refusals is None:
        return homes
    offers, person_at = _offers(people, persons["person_id"], dealings.refusals)
    below = np.append(household_at, NOT_THERE)[person_at]
    case_at = newest_cases(dealings, "household_id", households["household_id"], homes)
    made = Group(offers, below, _is_whole(homes.n, below, dealings, case_at))
    return replace(homes, groups={**homes.groups, "refusals": made})


def _offers(people: Facts, ids: pd.Series, refusals: pd.DataFrame) -> tuple[Facts, Rows]:
    """The offers made by the day, in order of time, and to whom."""
    made = refusals[refusals["offered_on"] <= people.on.isoformat()]
    made = made.sort_values("offered_on", kind="stable").reset_index(drop=True)
    person_at = pd.Index(ids).get_indexer(pd.Index(made["person_id"])).astype(np.int64)
    facts = record_facts("refusals", made, people.on)
    return replace(facts, above=Above(people, person_at)), person_at


def _is_whole(n: int, parent_at: Rows, dealings: Dealings, case_at: Rows) -> np.ndarray:
    """Whether each list of offers is all there was: it has some, unless the case says otherwise."""
    whole = np.zeros(n, np.bool_)
    whole[parent_at[parent_at >= 0]] = True
    if dealings.cases is None:
        return whole
    said = values_at(dealings.cases[ALL_OFFERS], case_at)
    told = ~pd.isna(said)
    whole[told] = said[told].astype(np.bool_)
    return whole
