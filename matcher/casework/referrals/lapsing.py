"""Referrals that nobody answered in time."""

from __future__ import annotations

from datetime import date

import pandas as pd

from matcher.casework.ledger.machine import machine
from matcher.casework.ledger.recording import moves
from matcher.casework.referrals.referring import STREAM

EVENT = "lapse"


def overdue(states: pd.DataFrame, on: date) -> pd.DataFrame:
    """Those of these referrals whose answer was due before a day, in states that may lapse."""
    may = [state for state in machine(STREAM).states if machine(STREAM).next(state, EVENT)]
    late = states["due_on"].notna() & (states["due_on"] < on.isoformat())
    return states[late & states["state"].isin(may)].reset_index(drop=True)


def lapses(states: pd.DataFrame, on: date) -> pd.DataFrame:
    """Moves that end the referrals that nobody answered."""
    return moves(
        [
            {
                "stream": STREAM,
                "subject_id": row.subject_id,
                "event": EVENT,
                "on": on.isoformat(),
                "expected_version": row.version,
            }
            for row in overdue(states, on).itertuples()
        ]
    )
