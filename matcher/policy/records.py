"""Facts from stored records: the frames of persons and households, by the table `facts.csv`.

A fact stated under its own name (the frame's `facts` column, JSON text per row) always wins. What
is not stated is worked out where the table says from which column; `derived_from` tells it.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.policy.catalogue import FactKind, fact_catalogue, fact_kind
from matcher.policy.engine.columns import NOT_THERE, Above, Column, Derived, Facts, Group
from matcher.policy.engine.days import EPOCH, day_number
from matcher.policy.engine.kleene import MET, NOT_MET, UNKNOWN, Interval, Truth, truth_of
from matcher.policy.facts import RETIREMENT_INPUTS, column_of, with_derived
from matcher.policy.law import Law
from matcher.reference.distinct import positions
from matcher.reference.paths import path

LIST_SEPARATOR = ";"
WORKED_OUT_LATER = ("full_years", "by_the_day", "household", "members", "working_age", "retirement")
"""Conversions that need more than one column: see `with_derived` and `_with_working_age`."""


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """The facts of stored people: persons, each below its household, and households with members.

    Attributes:
        persons: a row per person of the frame; facts of the household stand above.
        households: a row per household; `members` are the persons.
    """

    persons: Facts
    households: Facts


def facts_from_records(
    persons: pd.DataFrame, households: pd.DataFrame | None, on: date
) -> RecordFacts:
    """The facts of persons and households on a day.

    Args:
        persons: a conformed frame; may carry `facts`.
        households: a conformed frame, or None when none are kept; may carry `facts`.
        on: the day of the decision: ages, registrations and working age are as of it.

    Returns:
        Columns in the frames' order. A household's list of members counts as whole only where
        `members_complete` says so: else another member may come, and "all unemployed" stays open.

    Raises:
        UnknownCode: a stated fact, or its value, is not in the catalogue.
        WrongUse: a stated fact has a value of another type.

    Example:
        >>> people = pd.DataFrame({"person_id": ["P1"], "birth_date": ["1974-05-12"]})
        >>> facts_from_records(people, None, date(2026, 11, 22)).persons.value("age", 0)
        52
    """
    homes = _facts_of("households", households, on)
    household_at = np.full(len(persons), NOT_THERE, np.int64)
    if households is not None and "household_id" in persons:
        index = pd.Index(households["household_id"])
        household_at = index.get_indexer(pd.Index(persons["household_id"])).astype(np.int64)
    people = replace(_facts_of("persons", persons, on), above=Above(homes, household_at))
    people = _with_working_age(_without_lapsed_registration(with_derived(people)))
    complete = homes.columns.get("members", np.full(homes.n, UNKNOWN)) == MET
    columns = {name: column for name, column in homes.columns.items() if name != "members"}
    members = Group(people, household_at, np.broadcast_to(complete, (homes.n,)))
    homes = replace(homes, columns=columns, groups={"members": members})
    return RecordFacts(people, homes)


def _facts_of(record: str, frame: pd.DataFrame | None, on: date) -> Facts:
    if frame is None:
        return Facts(on=on, n=0)
    columns: dict[str, Column] = {}
    derived: dict[str, Derived] = {}
    for kind in fact_catalogue().values():
        if kind.record != record or kind.column not in frame or kind.conversion is None:
            continue
        word, _, detail = kind.conversion.partition(":")
        if word in WORKED_OUT_LATER and word != "members":
            continue
        column = _CONVERSIONS[word](kind, frame, detail)
        columns[kind.name] = column
        if word not in ("same", "members"):
            derived[kind.name] = Derived(f"{record}.{kind.column}", column != _blank(kind))
    for name, (given, stated) in _stated(frame).items():
        rows = stated[:, np.newaxis] if given.ndim > 1 else stated
        columns[name] = np.where(rows, given, columns.get(name, given))
        if name in derived:
            derived[name] = Derived(derived[name].source, derived[name].rows & ~stated)
    return Facts(on=on, n=len(frame), columns=columns, derived_from=derived)


def _blank(kind: FactKind) -> int:
    return int(UNKNOWN) if kind.type == "bool" else NOT_THERE


def _stated(frame: pd.DataFrame) -> dict[str, tuple[Column, NDArray[np.bool_]]]:
    """The facts stated under their own names: the column, and the rows where it is stated."""
    if "facts" not in frame:
        return {}
    codes, texts = pd.factorize(frame["facts"])
    if len(texts) == 0:
        return {}
    distinct = [json.loads(text) for text in texts]
    names = dict.fromkeys(name for stated in distinct for name in stated)
    found: dict[str, tuple[Column, NDArray[np.bool_]]] = {}
    for name in names:
        cells = [stated.get(name) for stated in distinct]
        column = column_of(fact_kind(name), [*cells, None])[codes]
        found[name] = (column, np.array([*(cell is not None for cell in cells), False])[codes])
    return found


def _same(kind: FactKind, frame: pd.DataFrame, _detail: str) -> Column:
    series = frame[kind.column]
    match kind.type:
        case "bool":
            return _truth(series)
        case "enum":
            return positions(series, kind.values).astype(np.int16)
        case "date":
            return days_of(series)
        case "text":
            return series.astype(object).where(series.notna(), None).to_numpy()
        case _:
            return series.to_numpy(np.float64, na_value=np.nan)


def _truth(series: pd.Series) -> Truth:
    known = series.notna().to_numpy()
    return truth_of(series.fillna(value=False).to_numpy(np.bool_), known)


def days_of(series: pd.Series) -> NDArray[np.float64]:
    """ISO dates as days since 1970; NaN where missing or no date."""
    dates = pd.to_datetime(series, format="%Y-%m-%d", errors="coerce")
    days = (dates - pd.Timestamp(EPOCH)) / pd.Timedelta(days=1)
    return np.asarray(days, np.float64)


def _complete(kind: FactKind, frame: pd.DataFrame, _detail: str) -> Column:
    """Whether a household's list of members is known to be whole."""
    return _truth(frame[kind.column])


def _by_code(kind: FactKind, frame: pd.DataFrame, detail: str) -> Column:
    pairs = [pair.split("=") for pair in detail.split(LIST_SEPARATOR)]
    at = positions(frame[kind.column], [code for code, _ in pairs])
    if kind.type == "bool":
        return np.array([*(MET if to == "yes" else NOT_MET for _, to in pairs), UNKNOWN])[at]
    return np.array([*(kind.values.index(to) for _, to in pairs), NOT_THERE], np.int16)[at]


def _tagged(kind: FactKind, frame: pd.DataFrame, detail: str) -> Column:
    """MET where one of the tags stands in the list; a list without it says nothing."""
    tags = set(detail.split(LIST_SEPARATOR))
    codes, texts = pd.factorize(frame[kind.column])
    held = [bool(tags & set(text.split(LIST_SEPARATOR))) for text in texts]
    return np.where(np.array([*held, False])[codes], MET, UNKNOWN)


def _filled(kind: FactKind, frame: pd.DataFrame, _detail: str) -> Column:
    return np.where(frame[kind.column].notna().to_numpy(), MET, UNKNOWN)


def _urban_in(kind: FactKind, frame: pd.DataFrame, detail: str) -> Column:
    """Whether someone is registered as urban below an area; both facts must be known for a yes."""
    area = frame[kind.column]
    inside = truth_of(
        area.str.startswith(detail).fillna(value=False).to_numpy(np.bool_), area.notna().to_numpy()
    )
    urban = frame["hukou_kind"] if "hukou_kind" in frame else pd.Series([None] * len(frame))
    is_urban = truth_of((urban == "urban").fillna(value=False).to_numpy(), urban.notna().to_numpy())
    return np.minimum(inside, is_urban)


_CONVERSIONS: Mapping[str, Callable[[FactKind, pd.DataFrame, str], Column]] = {
    "same": _same,
    "codes": _by_code,
    "tags": _tagged,
    "filled": _filled,
    "urban_in": _urban_in,
    "members": _complete,
}


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
    of_age = _of_working_age(facts.interval("age"), earliest, latest, facts.on)
    known = np.broadcast_to(facts.truth("of_working_age"), (facts.n,))
    columns["of_working_age"] = np.where(known == UNKNOWN, of_age, known)
    derived["of_working_age"] = Derived("birth_date", (known == UNKNOWN) & (of_age != UNKNOWN))
    asked_as = {**facts.asked_as, "of_working_age": RETIREMENT_INPUTS}
    return replace(facts, columns=columns, derived_from=derived, asked_as=asked_as)


def _of_working_age(age: Interval, earliest: Column, latest: Column, on: date) -> Truth:
    today, least = day_number(on), minimum_working_age(on)
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
    with path("policy", "working_age.csv").open(encoding="utf-8", newline="") as handle:
        begun = [row for row in csv.DictReader(handle) if date.fromisoformat(row["since"]) <= on]
    latest = max(begun, key=lambda row: row["since"], default=None)
    return None if latest is None else int(latest["min_age_years"])


@dataclass(frozen=True, slots=True)
class PostClass:
    """Public-welfare posts that the law treats alike: one place, one set of facts."""

    place: str
    given: Mapping[str, Any]


def welfare_post_classes(
    vacancies: pd.DataFrame,
) -> tuple[list[PostClass], NDArray[np.int32]]:
    """The classes of the public-welfare posts, so that policy is asked once per class.

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
    wanted = [name for name in ("area_code", "public_welfare_kind", "facts") if name in vacancies]
    chosen = vacancies.loc[welfare, wanted]
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
    area = row.get("area_code")
    return PostClass(Law.place_of(None if pd.isna(area) else str(area)), given)
