"""Facts from stored records: the frames of persons and households, by the table `facts.csv`.

A fact stated under its own name (the frame's `facts` column, JSON text per row) always wins. What
is not stated is worked out where the table says from which column; `derived_from` tells it.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.policy.engine.columns import NOT_THERE, Above, Column, Derived, Facts, Group
from matcher.policy.engine.kleene import MET, NOT_MET, UNKNOWN, Truth
from matcher.policy.facts import RETIREMENT_INPUTS, with_derived, with_own_recognition
from matcher.policy.law import places_of
from matcher.policy.recorded.beside import NO_DEALINGS, Dealings
from matcher.policy.recorded.conversion import record_facts
from matcher.policy.recorded.dealings import (
    beside_cases,
    households_with_dealings,
    newest_cases,
    persons_with_dealings,
)
from matcher.reference.paths import path
from matcher.reference.retirement import schedule_days


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """The facts of stored people: persons, each below its household, and households with members.

    Attributes:
        persons: a row per person of the frame; facts of the household stand above, those of the
            person's placement, case and employer beside; `refusals` are the offers made.
        households: a row per household; `members` are the persons, `refusals` the offers made to
            them; facts of its case and of the newest placement of a member beside.
    """

    persons: Facts
    households: Facts


def facts_from_records(
    persons: pd.DataFrame,
    households: pd.DataFrame | None,
    on: date,
    dealings: Dealings = NO_DEALINGS,
) -> RecordFacts:
    """The facts of persons and households on a day.

    Args:
        persons: a conformed frame; may carry `facts`.
        households: a conformed frame, or None when none are kept; may carry `facts`.
        on: the day of the decision: ages, registrations and working age are as of it.
        dealings: placements, offers, cases and employers; later ones than the day do not count.

    Returns:
        Columns in the frames' order. A household's list of members counts as whole only where
        `members_complete` says so: else another member may come, and "all unemployed" stays open.
        Someone with offers on file has had no others, unless the case says so; someone with none
        was not asked, unless the case says that all are on file. A person without a case of the
        own has that of the household.

    Raises:
        UnknownCode: a stated fact, or its value, is not in the catalogue.
        WrongUse: a stated fact has a value of another type.

    Example:
        >>> people = pd.DataFrame({"person_id": ["P1"], "birth_date": ["1974-05-12"]})
        >>> facts_from_records(people, None, date(2026, 11, 22)).persons.value("age", 0)
        52
    """
    homes = record_facts("households", households, on)
    if households is not None:
        case_at = newest_cases(dealings, "household_id", households["household_id"], homes)
        homes = beside_cases(homes, dealings, case_at)
    complete = homes.columns.get("members", np.full(homes.n, UNKNOWN)) == MET
    columns = {name: column for name, column in homes.columns.items() if name != "members"}
    homes = replace(homes, columns=columns)
    household_at = np.full(len(persons), NOT_THERE, np.int64)
    if households is not None and "household_id" in persons:
        index = pd.Index(households["household_id"])
        household_at = index.get_indexer(pd.Index(persons["household_id"])).astype(np.int64)
    people = replace(record_facts("persons", persons, on), above=Above(homes, household_at))
    people = with_worked_out(people)
    people = persons_with_dealings(people, persons, dealings)
    members = Group(people, household_at, np.broadcast_to(complete, (homes.n,)))
    homes = replace(homes, groups={"members": members})
    if households is not None:
        homes = households_with_dealings(homes, households, people, persons, dealings)
    return RecordFacts(with_own_recognition(people), homes)


def facts_of_employers(
    employers: pd.DataFrame, on: date, dealings: Dealings = NO_DEALINGS
) -> Facts:
    """The facts of employers on a day, with those of the newest case of each.

    Args:
        employers: a conformed frame; may carry `facts`.
        on: the day of the decision.
        dealings: of which the cases are asked.
    """
    facts = record_facts("employers", employers, on)
    at = newest_cases(dealings, "employer_id", employers["employer_id"], facts)
    return beside_cases(facts, dealings, at)


def with_worked_out(facts: Facts) -> Facts:
    """Persons with all that follows from what is known of them; a stated fact always wins."""
    return _with_working_age(_without_lapsed_registration(with_derived(facts)))


def _with_working_age(facts: Facts) -> Facts:
    """The persons with whether they are of working age on the day.

    A woman whose category was not asked is of working age for sure until the earlier of the two
    dates of retirement and past it from the later one on.
    """
    columns, derived = dict(facts.columns), dict(facts.derived_from)
    retirement = facts.interval("retirement_date")
    unbounded = ~np.isfinite(retirement.low) | ~np.isfinite(retirement.high)
    earliest = np.where(unbounded, np.nan, retirement.low)
    latest = np.where(unbounded, np.nan, retirement.high)
    of_age = _of_working_age(facts, earliest, latest)
    known = np.broadcast_to(facts.truth("of_working_age"), (facts.n,))
    columns["of_working_age"] = np.where(known == UNKNOWN, of_age, known)
    derived["of_working_age"] = Derived("birth_date", (known == UNKNOWN) & (of_age != UNKNOWN))
    asked_as = {**facts.asked_as, "of_working_age": RETIREMENT_INPUTS}
    return replace(facts, columns=columns, derived_from=derived, asked_as=asked_as)


def _of_working_age(facts: Facts, earliest: Column, latest: Column) -> Truth:
    age, today, least = facts.interval("age"), facts.today, minimum_working_age(facts.on)
    past, before = today >= latest, today < earliest
    if least is None:
        return np.where(past, NOT_MET, UNKNOWN)
    known = ~np.isnan(earliest)
    young, grown = age.high < least, age.low >= least
    return np.where(past | young, NOT_MET, np.where(known & before & grown, MET, UNKNOWN))


def _without_lapsed_registration(facts: Facts) -> Facts:
    """The persons whose registration as unemployed still stands: work and retirement end it.

    Only what was worked out from the day of registration; a stated fact stands.
    """
    derived = facts.derived_from.get("registered_unemployed")
    if derived is None:
        return facts
    at_work = np.maximum(facts.truth("employed"), facts.truth("retired")) == MET
    truth = np.broadcast_to(facts.truth("registered_unemployed"), (facts.n,))
    lapsed = np.where(derived.rows & at_work, NOT_MET, truth)
    return replace(facts, columns={**facts.columns, "registered_unemployed": lapsed})


def minimum_working_age(on: date) -> int | None:
    """The age in full years from which work is lawful on a day; None where no text says.

    Source:
        `data/policy/working_age.csv`, each row with its document and article.
    """
    begun = [row for row in _working_ages() if row[0] <= on]
    return max(begun)[1] if begun else None


@cache
def _working_ages() -> tuple[tuple[date, int], ...]:
    """From which day each minimum age is in force."""
    with path("policy", "working_age.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    return tuple((date.fromisoformat(row["since"]), int(row["min_age_years"])) for row in rows)


def age_days() -> frozenset[date]:
    """The days from which another minimum age or retirement schedule is in force."""
    return schedule_days().union(day for day, _ in _working_ages())


@dataclass(frozen=True, slots=True)
class PostClass:
    """Public-welfare posts that the law treats alike: one place, one set of facts."""

    place: str
    given: Mapping[str, Any]


def welfare_post_classes(
    vacancies: pd.DataFrame,
) -> tuple[list[PostClass], NDArray[np.int32]]:
    """The classes of the public-welfare posts, so that policy is asked once per class.

    Posts of one governing place and of one set of facts are one class, whatever street they are in.

    Args:
        vacancies: a conformed frame; may carry `facts`.

    Returns:
        The classes, and per vacancy its class (int32, -1 for posts not marked public-welfare).

    Example:
        >>> posts = pd.DataFrame({"public_welfare": [True, False], "area_code": ["2301", "2301"]})
        >>> classes, at = welfare_post_classes(posts.astype({"public_welfare": "boolean"}))
        >>> classes[0].place, at.tolist()
        ('cn/heilongjiang/harbin', [0, -1])
    """
    welfare = vacancies["public_welfare"].fillna(value=False).to_numpy(np.bool_)
    wanted = [name for name in ("public_welfare_kind", "facts") if name in vacancies]
    chosen = vacancies.loc[welfare, wanted]
    areas = vacancies.loc[welfare, "area_code"] if "area_code" in vacancies else None
    known = (
        [None] * len(chosen) if areas is None else areas.astype(object).where(areas.notna(), None)
    )
    chosen = chosen.assign(place=places_of(list(known)))
    wanted.insert(0, "place")
    numbers = chosen.groupby(wanted, dropna=False).ngroup().to_numpy(np.int32)
    at = np.full(len(vacancies), NOT_THERE, np.int32)
    at[welfare] = numbers
    firsts = np.unique(numbers, return_index=True)[1]
    rows = [chosen.iloc[int(first)].to_dict() for first in firsts]
    return [_post_class({str(key): cell for key, cell in row.items()}) for row in rows], at


def _post_class(row: Mapping[str, Any]) -> PostClass:
    given: dict[str, Any] = {"is_public_welfare": True}
    if not pd.isna(row.get("public_welfare_kind")):
        given["public_post_class"] = row["public_welfare_kind"]
    if not pd.isna(row.get("facts")):
        given |= json.loads(row["facts"])
    return PostClass(str(row["place"]), given)
