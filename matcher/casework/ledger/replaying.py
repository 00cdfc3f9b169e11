"""States made again from events alone: the proof that the kept states are what was done."""

from __future__ import annotations

import pandas as pd

from matcher.casework.ledger.recording import ABOUT, merged
from matcher.store.events.appending import STATE_COLUMNS

KEY = ["stream", "subject_id"]


def states_from(events: pd.DataFrame) -> pd.DataFrame:
    """What these events add up to, in the columns of the kept states, sorted.

    Written apart from `recording`: it folds columns, and reads the state that each event says it
    led to, so that either can be held against the other.

    Args:
        events: the columns of `Store.events`, in the order written.
    """
    ordered = events.sort_values("seq", kind="stable")
    groups = ordered.groupby(KEY, sort=True)
    last = groups.tail(1).set_index(KEY).sort_index()
    changed = ordered["state"] != groups["state"].shift()
    made = last[["state", "version", "due_on"]].copy()
    made["opened_on"] = groups["on"].first()
    made["since"] = ordered[changed].groupby(KEY, sort=True)["on"].last()
    for name in ABOUT:
        made[name] = groups[name].last()
    made["data"] = groups["data"].agg(_together)
    return made.reset_index()[list(STATE_COLUMNS)]


def _together(texts: pd.Series[str]) -> str | None:
    text: str | None = None
    for each in texts.dropna():
        text = merged(text, each)
    return text


def differences(kept: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """The subjects whose kept state is not what their events add up to; empty when all agree."""
    made = states_from(events)
    columns = list(STATE_COLUMNS)
    both = pd.concat([_plain(kept[columns]), _plain(made)])
    odd = both.drop_duplicates(keep=False)
    return odd[KEY].drop_duplicates().sort_values(KEY, ignore_index=True)


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.astype(object).where(frame.notna(), None).astype(str)
