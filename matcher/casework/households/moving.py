"""Moves of households: each with what it rests on, and the household's record in the same breath.

A household is cleared by a placement, settled by a decision, removed by a named official: a move
that does not say so is refused, whoever makes it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd

from matcher.casework.ledger.recording import Recorded, data_of, record
from matcher.domain.kinds import Kind
from matcher.domain.scope import Role
from matcher.errors import IllegalMoves
from matcher.reference.columns import conform
from matcher.store.batch import Batch

STREAM = "household"

RESTS_ON: Mapping[str, tuple[str, ...]] = {
    "clear": ("person_id", "placement_id"),
    "employ": ("person_id", "placement_id"),
    "settle": ("decision",),
    "remove": ("decided_by",),
}
"""What the data of a move must name; the opening of a ledger (`opening`) need not."""

RECORDED_STATE: Mapping[str, str] = {
    "appeared": "discovered",
    "applied": "applied",
    "certified": "certified",
    "aided": "aided",
    "cleared": "cleared",
    "stable": "cleared",
    "left": "left",
    "removed": "left",
}
"""The state that the household's own record shows, by the state in the ledger."""

RECORDED_DAY = {"find": "discovered_on", "apply": "applied_on", "certify": "certified_on"}
BRINGS_AREA = ("find", "return")
"""A household changes its area by leaving here and returning there: each office sees its part."""


def move(
    event: str,
    household_id: str,
    on: date,
    *,
    area_code: str | None = None,
    reason: str | None = None,
    key: str | None = None,
    **facts: Any,
) -> dict[str, Any]:
    """One row for `record_households`; `facts` is what it rests on.

    Example:
        >>> move("clear", "H1", date(2026, 11, 2), person_id="P1", placement_id="L1")["data"]
        '{"person_id":"P1","placement_id":"L1"}'
    """
    said = {name: value for name, value in facts.items() if value is not None}
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return {
        "stream": STREAM,
        "subject_id": household_id,
        "household_id": household_id,
        "event": event,
        "on": on.isoformat(),
        "area_code": area_code,
        "reason": reason,
        "data": text if said else None,
        "key": key,
    }


def record_households(batch: Batch, given: pd.DataFrame, *, role: Role) -> Recorded:
    """Make these moves and bring the records of the households up to them.

    Args:
        batch: the transaction.
        given: as `ledger.recording.record` takes it, all of this stream.
        role: of the actor.

    Raises:
        IllegalMoves: as `record`; and moves that do not name what they rest on, or that bring a
            household into another area than by `return`.
    """
    problems = _unfounded(given)
    if problems:
        raise IllegalMoves(problems=problems)
    done = record(batch, given, role=role)
    if len(done.events):
        frame = records_after(done.events)
        batch.upsert(Kind.HOUSEHOLDS, conform(Kind.HOUSEHOLDS, frame), columns=[*map(str, frame)])
    return done


def _unfounded(given: pd.DataFrame) -> list[str]:
    problems = []
    opening = pd.Series(data_of(given, "opening").astype(bool), index=given.index)
    for event, names in RESTS_ON.items():
        asked = ((given["event"] == event) & ~opening).to_numpy(bool)
        for name in names:
            missing = given["subject_id"][asked & pd.isna(data_of(given, name))]
            problems += [f"household {each}: '{event}' must name its {name}" for each in missing]
    elsewhere = given["area_code"].notna() & ~given["event"].isin(BRINGS_AREA)
    problems += [
        f"household {each}: only {' and '.join(BRINGS_AREA)} say an area; let it leave, then return"
        for each in given["subject_id"][elsewhere]
    ]
    return problems


def records_after(events: pd.DataFrame) -> pd.DataFrame:
    """What the records of the moved households say then: state, and the days that are new.

    Args:
        events: moves of this stream in their order, with `state` after each.

    Returns:
        A row per household: `household_id`, `state`, `area_code` and the days of the record; NA
        where the moves say nothing new.
    """
    last = events.groupby("subject_id", sort=True).tail(1).set_index("subject_id").sort_index()
    state = last["state"].map(RECORDED_STATE)
    rejected = (last["state"] == "removed") & (last["reason"] == "not_certified")
    made = pd.DataFrame({"state": state.mask(rejected, "rejected")}, index=last.index)
    brought = events[events["event"].isin(BRINGS_AREA)].groupby("subject_id")["area_code"].last()
    made["area_code"] = brought.reindex(made.index)
    for event, column in RECORDED_DAY.items():
        days = events[events["event"] == event].groupby("subject_id")["on"].last()
        made[column] = days.reindex(made.index)
    return made.rename_axis("household_id").reset_index()
