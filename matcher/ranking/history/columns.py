"""Columns of the past over pairs: the features of the group `history`."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from matcher.ranking.history.past import Past, Positions
from matcher.ranking.history.signals import PEOPLE_AT_ONCE, SIGNALS, Block, blocks

Column = NDArray[np.float32]

RELATIVE = (
    *("alike", "alike_rare", "walk", "walk_on", "regression", "embedding", "choice"),
    *("consensus", "neighbours", "profile"),
)
"""Signals also told as a share of the person's highest."""

OF_PROFILE = ("neighbours", "profile")
"""Of these, what is known of newcomers too."""

HISTORY_FEATURES = (
    *SIGNALS,
    *(f"{name}_share" for name in RELATIVE),
    "popularity",
    "fame",
    "wording_popularity",
    "same_wording",
    "activity",
    "usual_popularity",
)
"""The columns, in order."""


def history_columns(past: Past, person_at: Positions, vacancy_at: Positions) -> dict[str, Column]:
    """Every column of the past for these pairs.

    A post nobody went for has no signals (NaN) but a popularity of 0. A newcomer has an activity
    of 0, no signal of own outcomes (NaN), and those of the profile.
    """
    made = {name: np.full(len(person_at), np.nan, np.float32) for name in HISTORY_FEATURES}
    column = past.column_of[vacancy_at]
    made["activity"] = past.activity[person_at]
    made["popularity"] = np.zeros(len(person_at), np.float32)
    made["fame"] = np.zeros(len(person_at), np.float32)
    people, row = np.unique(person_at, return_inverse=True)
    order = np.argsort(row, kind="stable")
    ends = np.searchsorted(row[order], np.arange(0, len(people) + PEOPLE_AT_ONCE, PEOPLE_AT_ONCE))
    for at, (start, end) in enumerate(pairwise(ends)):
        some = people[at * PEOPLE_AT_ONCE : (at + 1) * PEOPLE_AT_ONCE]
        pairs = order[start:end]
        pairs = pairs[column[pairs] >= 0]
        if len(pairs):
            _fill(past, some, pairs, row[pairs] - at * PEOPLE_AT_ONCE, column[pairs], made)
    newcomer = made["activity"] == 0
    for name in OWN_OUTCOMES:
        made[name][newcomer] = np.nan
    return made


RISING = (
    *("together", "alike", "alike_rare", "regression", "walk", "walk_on", "embedding"),
    *("choice", "consensus"),
    *(f"{name}_share" for name in RELATIVE if name not in OF_PROFILE),
)
"""Columns that can only speak for a post: more of them never lowers a score."""

OWN_OUTCOMES = (
    *("together", "alike", "alike_rare", "alike_even", "regression", "walk", "walk_on"),
    *("embedding", "choice", "consensus", "joint", "wording", "same_wording", "usual_popularity"),
    *(f"{name}_share" for name in RELATIVE if name not in OF_PROFILE),
)
"""Columns that say nothing of a newcomer."""


def _fill(
    past: Past,
    some: Positions,
    pairs: NDArray[np.int64],
    row: NDArray[np.int64],
    column: Positions,
    made: dict[str, Column],
) -> None:
    block = blocks(past, some).of
    for name, values in block.items():
        made[name][pairs] = values[row, column]
    for name in RELATIVE:
        if name in block:
            made[f"{name}_share"][pairs] = _share(block[name], row, column)
    own = past.taken[some]
    mine = own.toarray()
    made["popularity"][pairs] = past.popularity[column] - mine[row, column]
    made["fame"][pairs] = np.log1p(made["popularity"][pairs])
    words = past.wording[column]
    of_words = np.zeros((len(some), int(past.wording.max()) + 1), np.float32)
    where = np.repeat(np.arange(len(some)), np.diff(own.indptr))
    np.add.at(of_words, (where, past.wording[own.indices]), 1)
    postings = np.bincount(past.wording)
    went = np.bincount(past.wording, weights=past.popularity)
    made["same_wording"][pairs] = of_words[row, words]
    made["wording_popularity"][pairs] = (went[words] - of_words[row, words]) / postings[words]
    asked = np.maximum(mine.sum(axis=1), 1)
    usual = np.asarray(own @ np.log1p(past.popularity)).ravel() / asked
    made["usual_popularity"][pairs] = usual[row]


def _share(block: Block, row: NDArray[np.int64], column: Positions) -> Column:
    highest = np.maximum(block.max(axis=1), 1e-9)
    return np.asarray(block[row, column] / highest[row], np.float32)
