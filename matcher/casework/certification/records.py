"""What each move of a certification writes to the records that policy reads."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pandas as pd

from matcher.domain.kinds import Kind

ZERO_EMPLOYMENT = "zero_employment_household"
STATUSES: dict[str, str] = {
    "hard_to_employ": "recognised_hard_to_employ",
    "older_worker_4050": "older_worker_4050_recognised",
}
"""Statuses of persons, and the fact that says the status is recognised."""

FORMERLY = {"hard_to_employ": "formerly_recognised_hard_to_employ"}
"""What is known of someone who had the status."""

GIVEN_BY_CERTIFICATION = frozenset(
    {"recognised_zero_employment", "zef_member", *STATUSES.values(), *FORMERLY.values()}
)
"""Facts that only certification gives: nobody declares them, and nobody is asked for them."""

HOUSEHOLD_SAYS: dict[str, tuple[str | None, str | None]] = {
    "apply": ("applied", "applied_on"),
    "publish": ("publicised", "publicised_on"),
    "certify": ("certified", "certified_on"),
    "reject": ("rejected", None),
    "withdraw": ("discovered", None),
    "reopen": ("applied", None),
    "end": ("left", None),
}
"""By move: the household's state, and the day it writes."""


@dataclass(frozen=True, slots=True)
class Rows:
    """What goes into the store: frames by kind, each with the columns that it states."""

    frames: tuple[tuple[Kind, pd.DataFrame], ...]


def rows_of(
    event: str,
    keys: dict[str, str],
    case: dict[str, Any],
    *,
    status: str,
    on: str,
    is_certified: bool,
) -> Rows:
    """The rows that a move writes.

    Args:
        event: the move.
        keys: `case_id`, and `household_id` or `person_id`.
        case: columns of the case to state.
        status: what is certified.
        on: the day, ISO.
        is_certified: whether the subject is certified already: showing the result then changes no
            state.
    """
    frames = []
    about = {name: key for name, key in keys.items() if name != "case_id"}
    if case:
        frames.append((Kind.CASES, pd.DataFrame([keys | case])))
    if "household_id" in about and event in HOUSEHOLD_SAYS:
        state, day = HOUSEHOLD_SAYS[event]
        said = {} if event == "publish" and is_certified else {"state": state}
        said |= {day: on} if day else {}
        frames.append((Kind.HOUSEHOLDS, pd.DataFrame([about | said])))
    if "person_id" in about and event in ("certify", "end"):
        facts = {STATUSES[status]: event == "certify"}
        facts |= {FORMERLY[status]: True} if event == "end" and status in FORMERLY else {}
        frames.append((Kind.PERSONS, pd.DataFrame([about | {"facts": json.dumps(facts)}])))
    return Rows(tuple(frames))
