"""Where a household stands: its way from being found to stable work, and what may be done next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from api.auth.callers import Caller
from api.protocol.language import Language
from matcher.casework.households.moving import STREAM
from matcher.casework.ledger.machine import machine, reasons

STEPS = ("unemployed", "applied", "publicised", "certified", "aided", "cleared", "stable")
"""The way of a household, in its order."""

DAY_ON_RECORD = {
    "unemployed": "discovered_on",
    "applied": "applied_on",
    "publicised": "publicised_on",
    "certified": "certified_on",
}
EVENT_OF = {
    "unemployed": ("find", "reappear", "return"),
    "applied": ("apply",),
    "certified": ("certify",),
    "aided": ("aid",),
    "cleared": ("clear",),
    "stable": ("settle",),
}
ON_LEDGER = {
    "discovered": "appeared",
    "applied": "applied",
    "publicised": "applied",
    "certified": "certified",
    "aided": "aided",
    "cleared": "cleared",
}
"""Where a household on record would stand on the ledger, if it were brought there now."""

WITH_WORK = ("clear", "employ")
"""Moves that name the work of a member."""

BY_OFFICIAL = ("remove",)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way: done on a day, the one that is next with its due day, or later."""

    name: str
    on: str | None
    due: str | None
    state: str


@dataclass(frozen=True, slots=True)
class Next:
    """A move that may be made now, with what it asks for."""

    event: str
    words: str
    reasons: Sequence[tuple[str, str]]
    with_work: bool
    by_official: bool


def steps_of(
    record: Mapping[str, Any], events: pd.DataFrame, state: str, due: str | None
) -> list[Step]:
    """The way of the household; a day on the ledger goes before that of the record."""
    days = {name: record.get(column) for name, column in DAY_ON_RECORD.items()}
    for name, moved in EVENT_OF.items():
        own = events[events["event"].isin(moved)]
        if len(own):
            days[name] = str(own["on"].iloc[-1])
    reached = _reached(record, state)
    last = max([reached, *(at for at, name in enumerate(STEPS) if days.get(name))], default=-1)
    return [
        Step(
            name,
            None if days.get(name) is None else str(days[name]),
            due if name == "cleared" and last < at else None,
            "done" if at <= last else "next" if at == last + 1 else "later",
        )
        for at, name in enumerate(STEPS)
    ]


def _reached(record: Mapping[str, Any], state: str) -> int:
    """The step that its state has reached; -1 for none."""
    of_state = {"appeared": "unemployed", "discovered": "unemployed"} | {
        name: name for name in STEPS
    }
    found = of_state.get(state) or of_state.get(str(record.get("state")), "")
    return STEPS.index(found) if found in STEPS else -1


def ledger_state(record: Mapping[str, Any], states: pd.DataFrame) -> str:
    """The state from which the next move is made; empty for one that was never found."""
    if len(states):
        return str(states["state"].iloc[0])
    return ON_LEDGER.get(str(record.get("state")), "")


def next_of(state: str, caller: Caller, language: Language) -> list[Next]:
    """What the caller may do from a state, in the order of the ledger's table."""
    made = machine(STREAM)
    found = []
    for event in made.events_from(state, caller.account.role):
        move = made.next(state, event)
        assert move is not None  # noqa: S101  # it was listed from this state
        coded = [each for (group, _), each in reasons().items() if group == move.reasons]
        chinese = language == "zh"
        found.append(
            Next(
                event,
                move.zh if chinese else move.en,
                [(each.code, each.zh if chinese else each.en) for each in coded],
                event in WITH_WORK,
                event in BY_OFFICIAL,
            )
        )
    return found
