"""Stock and flow of zero-employment households, from events over columns.

A *spell* is the time in which a household stands on the ledger as without work: it begins when
the household appears or returns, and ends when it is cleared, leaves otherwise or is removed. What
a table counts are *entries*: rows that name the household, so that a number and the households
behind it are one and the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from matcher.casework.ledger.recording import data_of

STOCK = ("appeared", "applied", "certified", "aided")
HELD = ("cleared", "stable")
ENDED = {"cleared": "cleared", "stable": "cleared", "left": "left", "removed": "removed"}

FLOWS = ("start", "appeared", "returned", "cleared", "left", "removed", "end")
"""Of a period, in the order of the identity: what was there, came and went, what is there."""

OF_PERIOD = ("cleared_again", "relapsed", "settled", "employed")
"""Of them cleared before; returned from being cleared; found in stable work; members employed."""

TO_DATE = ("held", "total", "cleared_total", "employed_total")
"""Cleared and not returned; ever appeared; ever cleared; members ever employed."""

MEASURES = (*FLOWS, *OF_PERIOD, *TO_DATE)
TOTAL = "total"
ENTRY_COLUMNS = ("measure", "area_code", "household_id", "person_id", "on", "reason")


def in_time(events: pd.DataFrame) -> pd.DataFrame:
    """The moves in the order written, with `day` (datetime64) on which each counts.

    A move counts no earlier than the one before it: what was written down late does not turn the
    order round.
    """
    ordered = events.sort_values("seq", kind="stable").reset_index(drop=True)
    day = pd.to_datetime(ordered["on"])
    return ordered.assign(day=day.groupby(ordered["subject_id"]).cummax())


def spells(events: pd.DataFrame) -> pd.DataFrame:
    """The spells of these moves.

    Args:
        events: moves of the stream `household`, as `Store.events` gives them.

    Returns:
        A row per spell by household and time: `household_id`, `area_code` at its beginning,
        `began_on`, `began` (appeared, returned), `before` (the state it came from, empty where it
        is not seen), `ended_on` (NaT while it lasts), `ended` (cleared, left, removed, None),
        `ended_reason`, `again` (the household was cleared before).
    """
    moved = in_time(events)
    there = moved["state"].isin(STOCK)
    who = moved["subject_id"]
    was = there.groupby(who).shift(fill_value=False).astype(bool)
    before = moved["state"].groupby(who).shift().fillna("")
    number = (there & ~was).groupby(who).cumsum()
    cleared = moved["state"].isin(HELD)
    ever_cleared = cleared.groupby(who).cumsum() - cleared.astype(np.int64)
    came = moved[there & ~was].assign(number=number, before=before)
    went = moved[~there & was].assign(number=number, again=ever_cleared > 0)
    came = came.assign(began=np.where(came["version"] == 1, "appeared", "returned"))
    came = came[["subject_id", "number", "area_code", "day", "began", "before"]]
    went = went.assign(ended=went["state"].map(ENDED))
    went = went[["subject_id", "number", "day", "ended", "reason", "again"]]
    both = came.merge(went, how="left", on=["subject_id", "number"], suffixes=("", "_end"))
    made = both.rename(
        columns={
            "subject_id": "household_id",
            "day": "began_on",
            "day_end": "ended_on",
            "reason": "ended_reason",
        }
    ).drop(columns="number")
    made["again"] = made["again"].eq(True)
    return made.sort_values(["household_id", "began_on"], kind="stable", ignore_index=True)


def entries(events: pd.DataFrame, since: date, until: date) -> pd.DataFrame:
    """What happened from `since` to `until`, both days included, and what stood before and after.

    Args:
        events: all moves of the stream up to `until` or later, within the reader's scope.
        since: first day of the period.
        until: its last day.

    Returns:
        The columns of `ENTRY_COLUMNS`: a row for each household (or member, of the measures of
        members employed) that a measure of `MEASURES` counts. For every set of areas
        start + appeared + returned - cleared - left - removed = end.
    """
    first, last = np.datetime64(since, "s"), np.datetime64(until, "s")
    found = spells(events)
    began, ended = found["began_on"], found["ended_on"]
    comes = (began >= first) & (began <= last)
    goes = (ended >= first) & (ended <= last)
    counted = {
        "start": (found[(began < first) & ~(ended < first)], "began_on"),
        "appeared": (found[comes & (found["began"] == "appeared")], "began_on"),
        "returned": (found[comes & (found["began"] == "returned")], "began_on"),
        "relapsed": (found[comes & found["before"].isin(HELD)], "began_on"),
        "end": (found[(began <= last) & ~(ended <= last)], "began_on"),
        "cleared_again": (found[goes & (found["ended"] == "cleared") & found["again"]], "ended_on"),
    } | {
        way: (found[goes & (found["ended"] == way)], "ended_on")
        for way in ("cleared", "left", "removed")
    }
    ever = found[(began <= last) & (found["began"] == "appeared")]
    done = found[(ended <= last) & (found["ended"] == "cleared")].drop_duplicates("household_id")
    counted |= {"total": (ever, "began_on"), "cleared_total": (done, "ended_on")}
    parts = [
        rows.assign(measure=measure, on=rows[day], reason=rows["ended_reason"])
        for measure, (rows, day) in counted.items()
    ]
    parts += _of_moves(in_time(events), first, last)
    made = pd.concat([part.reindex(columns=list(ENTRY_COLUMNS)) for part in parts])
    flows_with_reason = made["measure"].isin(["left", "removed"])
    made["reason"] = made["reason"].astype(object).where(flows_with_reason, None)
    order = ["measure", "area_code", "household_id", "on"]
    return made.sort_values(order, kind="stable", ignore_index=True)


def _of_moves(moved: pd.DataFrame, first: np.datetime64, last: np.datetime64) -> list[pd.DataFrame]:
    """The entries that are of single moves: settled, held, members employed."""
    known = moved[moved["day"] <= last]
    standing = known.groupby("subject_id", sort=True).tail(1)
    settled = known[(known["event"] == "settle") & (known["day"] >= first)]
    placed = known[known["event"].isin(["clear", "employ"])]
    placed = placed.assign(person_id=data_of(placed, "person_id"))
    placed = placed[placed["person_id"].notna()].drop_duplicates(["subject_id", "person_id"])
    parts = {
        "settled": settled.assign(person_id=None),
        "held": standing[standing["state"].isin(HELD)].assign(person_id=None),
        "employed": placed[placed["day"] >= first],
        "employed_total": placed,
    }
    return [
        rows.assign(measure=measure, household_id=rows["subject_id"], on=rows["day"])
        for measure, rows in parts.items()
    ]


def rows_by_area(made: pd.DataFrame, digits: int) -> pd.Series[str]:
    """(n,) the row of a table in which each entry stands: the first digits of its area.

    An area known less exactly is a row of its own, an unknown one the row `""`, so that every
    entry stands in one row.
    """
    return made["area_code"].astype(object).fillna("").astype(str).str[:digits]


def counts(
    made: pd.DataFrame, digits: int, measures: Sequence[str] = MEASURES, *, rows: Sequence[str] = ()
) -> pd.DataFrame:
    """How many entries of each measure stand in each area.

    Args:
        made: as `entries` gives it.
        digits: of the area codes that are rows: 4 a city, 6 a county, 9 a street, 12 a community.
        measures: the columns wanted.
        rows: areas that have a row even where nothing is counted.

    Returns:
        A row per area, ascending, and a row `TOTAL` last that is their sum; int64.
    """
    of_area = rows_by_area(made, digits)
    areas = sorted({*of_area, *rows})
    size = made.groupby([of_area, "measure"]).size().unstack(fill_value=0)
    table = size.reindex(index=areas, columns=list(measures), fill_value=0).astype(np.int64)
    table.loc[TOTAL] = table.sum()
    return table.rename_axis(index="area_code", columns=None)


def balance(table: pd.DataFrame) -> pd.Series[int]:
    """By row, what the identity is off by; all zero where the ledger is sound."""
    came = table["start"] + table["appeared"] + table["returned"]
    return came - table["cleared"] - table["left"] - table["removed"] - table["end"]
