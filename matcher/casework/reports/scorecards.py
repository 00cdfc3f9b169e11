"""How communities stand against the thresholds of a fully-employed community.

What each indicator counts are *cases*: a row per person or household that belongs to its base, and
whether it counts as done, not done, or is not known. A rate has two ends where cases are unknown:
an indicator is met only where even its worse end meets the limit.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.casework.households.spells import HELD, STOCK, in_time, spells
from matcher.domain.decision import Outcome
from matcher.errors import WrongUse
from matcher.reference.calendar import add_months, add_months_to
from matcher.reference.paths import path

IN_WORK = ("employed", "flexible", "self_employed")
NOT_IN_LABOUR_FORCE = ("retired", "student", "inactive")
AID = ("referral", "placement", "visit", "benefit", "training", "promise", "post")
"""Streams whose moves are aid or preparation given to a person."""

CASE_COLUMNS = ("indicator", "area_code", "subject_id", "done")


@dataclass(frozen=True, slots=True)
class Indicator:
    """One line of a standard; `limit` is None where the text asks for the matter without a number.

    `side` is "least" or "most"; `months` is the time that the text gives, where it gives one.
    """

    standard: str
    place: str
    indicator: str
    side: str
    limit: float | None
    months: int | None
    rule: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom a scorecard is about.

    Attributes:
        people: `person_id`, `area_code`, `employment_state`, `able_to_work`, `wants_to_work`,
            `unemployment_registered_on`, `unemployed_since`, `hard_to_employ` (boolean, NA where
            it was not asked).
        events: all moves of casework within the scope.
        since, on: the period in which aid counts; what stands is that of its last day.
    """

    people: pd.DataFrame
    events: pd.DataFrame
    since: date
    on: date


@cache
def standards() -> Mapping[str, tuple[Indicator, ...]]:
    """The indicators of each standard."""
    found: dict[str, list[Indicator]] = {}
    with path("casework", "scorecards.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            found.setdefault(row["standard"], []).append(
                Indicator(
                    standard=row["standard"],
                    place=row["place"],
                    indicator=row["indicator"],
                    side=row["side"],
                    limit=float(row["limit"]) if row["limit"] else None,
                    months=int(row["months"]) if row["months"] else None,
                    rule=row["rule"],
                    zh=row["zh"],
                    en=row["en"],
                )
            )
    return {name: tuple(rows) for name, rows in found.items()}


def standard(name: str) -> tuple[Indicator, ...]:
    """The indicators of a standard.

    Raises:
        WrongUse: there is none of this name.
    """
    if name not in standards():
        raise WrongUse(
            what=f"there is no standard '{name}'",
            expected=f"one of {', '.join(standards())}",
            do="Correct what follows --standard.",
        )
    return standards()[name]


def cases(asked: Asked, each: Indicator) -> pd.DataFrame:
    """The cases of an indicator: `CASE_COLUMNS`, `done` boolean with NA for not known."""
    made = _CASES[each.indicator](asked, each)
    shown = made.assign(indicator=each.indicator, area_code=made["area_code"].fillna(""))
    return shown[list(CASE_COLUMNS)].reset_index(drop=True)


def scorecard(
    asked: Asked,
    name: str,
    *,
    digits: int,
    labour_force: Mapping[str, int] | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """How each community stands.

    Args:
        asked: whom and when.
        name: of the standard.
        digits: of the area codes that count as communities.
        labour_force: by area code, where it is known; the register alone does not give it.

    Returns:
        A row per area and indicator: `area_code`, `indicator`, `rule`, `side`, `limit`, `done`,
        `not_done`, `unknown`, `rate_low`, `rate_high` (0 to 1, NaN where there is no base),
        `outcome`; and the cases behind them.
    """
    rows, behind = [], []
    for each in standard(name):
        found = cases(asked, each)
        found["area_code"] = found["area_code"].astype(str).str[:digits]
        behind.append(found)
        rows.append(_rates(found, each, labour_force or {}))
    card = pd.concat(rows, ignore_index=True)
    order = [each.indicator for each in standard(name)]
    card = card.assign(at=card["indicator"].map({name: at for at, name in enumerate(order)}))
    card = card.sort_values(["area_code", "at"], ignore_index=True).drop(columns="at")
    return card, pd.concat(behind, ignore_index=True)


def _rates(found: pd.DataFrame, each: Indicator, labour_force: Mapping[str, int]) -> pd.DataFrame:
    said = found.assign(
        yes=found["done"].eq(True).fillna(value=False).astype(int),
        no=found["done"].eq(False).fillna(value=False).astype(int),
        open=found["done"].isna().astype(int),
    )
    size = said.groupby("area_code", sort=True)[["yes", "no", "open"]].sum()
    done, not_done, unknown = (size[name].to_numpy(np.float64) for name in ("yes", "no", "open"))
    base = done + not_done + unknown
    if each.indicator == "unemployment_rate":
        base = np.array([float(labour_force.get(str(code), np.nan)) for code in size.index])
    low = np.divide(done, base, out=np.full(len(base), np.nan), where=base > 0)
    high = np.divide(done + unknown, base, out=np.full(len(base), np.nan), where=base > 0)
    return pd.DataFrame(
        {
            "area_code": size.index.to_numpy(object),
            "indicator": each.indicator,
            "rule": each.rule,
            "side": each.side,
            "limit": np.nan if each.limit is None else each.limit,
            "done": done.astype(np.int64),
            "not_done": not_done.astype(np.int64),
            "unknown": unknown.astype(np.int64),
            "rate_low": low,
            "rate_high": high,
            "outcome": [str(outcome) for outcome in _outcomes(low, high, each)],
        }
    )


def _outcomes(
    low: NDArray[np.float64], high: NDArray[np.float64], each: Indicator
) -> NDArray[np.object_]:
    """Where the text gives no number only the whole is surely enough."""
    limit = 1.0 if each.limit is None else each.limit
    if each.side == "least":
        met, missed = low >= limit, high < limit
    else:
        met, missed = high <= limit, low > limit
    missed = missed & (each.limit is not None)
    made = np.full(len(low), Outcome.UNKNOWN, object)
    made[met] = Outcome.MET
    made[missed] = Outcome.NOT_MET
    return made


def _in_work(people: pd.DataFrame) -> pd.Series[bool]:
    known = people["employment_state"].notna()
    return people["employment_state"].isin(IN_WORK).astype("boolean").where(known)


def _of(people: pd.DataFrame, done: pd.Series[bool]) -> pd.DataFrame:
    return people.assign(subject_id=people["person_id"], done=done)


def _registered(asked: Asked) -> pd.DataFrame:
    people = asked.people
    day = people["unemployment_registered_on"]
    there = day.notna() & (day <= asked.on.isoformat())
    out = people["employment_state"].isin(NOT_IN_LABOUR_FORCE)
    cannot = people["able_to_work"].eq(False) | people["wants_to_work"].eq(False)
    return people[there & ~out & ~cannot.fillna(value=False)]


def _registered_employed(asked: Asked, _each: Indicator) -> pd.DataFrame:
    people = _registered(asked)
    return _of(people, _in_work(people))


def _unemployment_rate(asked: Asked, _each: Indicator) -> pd.DataFrame:
    people = _registered(asked)
    return _of(people, ~_in_work(people))


def _hard(asked: Asked) -> pd.DataFrame:
    return asked.people[asked.people["hard_to_employ"].eq(True).fillna(value=False)]


def _hard_employed(asked: Asked, _each: Indicator) -> pd.DataFrame:
    people = _hard(asked)
    return _of(people, _in_work(people))


def _aided(asked: Asked, people: pd.DataFrame) -> pd.Series[bool]:
    events = asked.events
    within = (events["on"] >= asked.since.isoformat()) & (events["on"] <= asked.on.isoformat())
    given = events.loc[within & events["stream"].isin(AID), "person_id"]
    return people["person_id"].isin(given).astype("boolean")


def _hard_aided(asked: Asked, _each: Indicator) -> pd.DataFrame:
    people = _hard(asked)
    return _of(people, _aided(asked, people) | _in_work(people).fillna(value=False))


def _preparing(asked: Asked, _each: Indicator) -> pd.DataFrame:
    people = asked.people
    willing = people["able_to_work"].eq(True) & people["wants_to_work"].eq(True)
    jobless = people["employment_state"].eq("unemployed")
    chosen = people[(willing & jobless).fillna(value=False)]
    return _of(chosen, _aided(asked, chosen))


def _long_unemployed(asked: Asked, each: Indicator) -> pd.DataFrame:
    people = asked.people
    before = add_months(asked.on, -(each.months or 0)).isoformat()
    since = people["unemployed_since"]
    out = people["employment_state"].isin(NOT_IN_LABOUR_FORCE)
    chosen = people[since.notna() & (since <= before) & ~out]
    return _of(chosen, _in_work(chosen))


def _households(asked: Asked) -> pd.DataFrame:
    return asked.events[asked.events["stream"] == "household"]


def _households_cleared(asked: Asked, _each: Indicator) -> pd.DataFrame:
    moved = in_time(_households(asked))
    known = moved[moved["day"] <= np.datetime64(asked.on, "s")]
    standing = known.groupby("subject_id", sort=True).tail(1)
    standing = standing[standing["state"].isin([*STOCK, *HELD])]
    return standing.assign(done=standing["state"].isin(HELD).astype("boolean"))


def _households_in_time(asked: Asked, each: Indicator) -> pd.DataFrame:
    """Households that appeared in the period: in time, late, or with time left."""
    found = spells(_households(asked))
    first, last = np.datetime64(asked.since, "s"), np.datetime64(asked.on, "s")
    found = found[(found["began_on"] >= first) & (found["began_on"] <= last)]
    seen_end = found["ended_on"].where(found["ended_on"] <= last)
    other_way = seen_end.notna() & (found["ended"] != "cleared")
    found, seen_end = found[~other_way], seen_end[~other_way]
    began = found["began_on"].to_numpy().astype("datetime64[D]")
    due = add_months_to(began, np.full(len(found), each.months or 0))
    in_time_ = seen_end.to_numpy().astype("datetime64[D]") <= due
    waits = seen_end.isna().to_numpy() & (np.datetime64(asked.on, "D") <= due)
    done = pd.Series(in_time_, index=found.index).astype("boolean").mask(waits)
    return found.assign(subject_id=found["household_id"], done=done)


_CASES = {
    "registered_employed": _registered_employed,
    "unemployment_rate": _unemployment_rate,
    "households_cleared": _households_cleared,
    "households_in_time": _households_in_time,
    "hard_to_employ_employed": _hard_employed,
    "hard_to_employ_aided": _hard_aided,
    "long_unemployed_cleared": _long_unemployed,
    "willing_in_preparation": _preparing,
}


def year_of(on: date) -> date:
    """Where nobody says another one, a period begins with the year."""
    return on.replace(month=1, day=1)
