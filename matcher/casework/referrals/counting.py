"""Which refusals stand in a row: the evidence beside the law's own count."""

from __future__ import annotations

from typing import Any

import pandas as pd


def running(offers: pd.DataFrame) -> pd.Series[Any]:
    """(n,) bool: refused without just cause since the last offer of the person that was taken.

    A refusal with just cause, or one that nobody judged, neither counts nor ends the row: the rule
    of a place may see that otherwise, and its verdict stands beside.

    Args:
        offers: `person_id`, `response`, `just_cause`, in order of time for each person.

    Example:
        >>> told = pd.DataFrame({
        ...     "person_id": ["P1"] * 3,
        ...     "response": ["refused", "accepted", "refused"],
        ...     "just_cause": pd.array([False, None, False], dtype="boolean"),
        ... })
        >>> running(told).tolist()
        [False, False, True]
    """
    taken = (offers["response"] == "accepted").astype("int64")
    after = taken[::-1].groupby(offers["person_id"][::-1]).cumsum()[::-1] == 0
    unjust = (offers["response"] == "refused") & ~offers["just_cause"].fillna(value=True)
    return (after & unjust).astype(bool)
