"""Promises that were kept: a clock of the law stops once somebody wrote that the service was given.

The day by which it was due stays in the record, so that a promise kept late is seen to be late.
"""

from __future__ import annotations

import pandas as pd

STREAM = "promise"


def promise_id(person_id: str, clock: str, due_on: str) -> str:
    """The id of one promise to a person: the same service promised anew is another one.

    Example:
        >>> promise_id("P000123", "promise_feedback", "2026-11-07")
        'PR-P000123-promise_feedback-2026-11-07'
    """
    return f"PR-{person_id}-{clock}-{due_on}"


def without_kept(running: pd.DataFrame, states: pd.DataFrame) -> pd.DataFrame:
    """The clocks without those whose promise was kept.

    Args:
        running: clocks, as `clocks`.
        states: of the ledger, any streams.
    """
    kept = states.loc[states["stream"] == STREAM, "subject_id"]
    parts = (running["person_id"], running["clock"], running["due_on"])
    person, clock, due = (part.astype(object).fillna("").astype(str) for part in parts)
    ids = "PR-" + person + "-" + clock + "-" + due
    return running[~ids.isin(kept)].reset_index(drop=True)
