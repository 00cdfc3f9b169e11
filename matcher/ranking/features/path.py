"""Features of a working life's way: from what was done, through what is wanted, to the post."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from matcher.ranking.features.registry import Column, feature
from matcher.ranking.pairs import NOTHING_SHARED, Pairs, tree_table

SOURCE = "persons.occupations_done, persons.occupations_wanted, vacancies.occupation_code"
UNIT = "steps in the occupation tree"


@feature(group="occupation", unit=UNIT, between=(0, NOTHING_SHARED), source=SOURCE)
def occupation_nearest(pairs: Pairs) -> Column:
    """From the nearest occupation wanted or done to the one offered."""
    wanted = pairs.occupation_distance(pairs.jobseekers.occupations_wanted)
    done = pairs.occupation_distance(pairs.jobseekers.occupations_done)
    nearest: Column = np.fmin(wanted, done)
    return nearest


@feature(group="occupation", unit=UNIT, between=(0, 2 * NOTHING_SHARED), source=SOURCE)
def occupation_path(pairs: Pairs) -> Column:
    """From what was done to what is wanted and on to what is offered, by the shortest way."""
    done, wanted = pairs.jobseekers.occupations_done, pairs.jobseekers.occupations_wanted
    return _shortest(
        done.offsets,
        done.values,
        wanted.offsets,
        wanted.values,
        pairs.person_at,
        pairs.vacancies.occupation[pairs.vacancy_at],
        tree_table(),
    )


@njit(cache=True, nogil=True)
def _shortest(  # noqa: PLR0913 - numba takes plain arrays
    done_offsets: NDArray[np.int64],
    done: NDArray[np.int32],
    wanted_offsets: NDArray[np.int64],
    wanted: NDArray[np.int32],
    person_at: NDArray[np.int32],
    offered: NDArray[np.int32],
    table: NDArray[np.int8],
) -> NDArray[np.float32]:
    found = np.full(len(person_at), np.nan, np.float32)
    for pair in range(len(person_at)):
        post, person = offered[pair], person_at[pair]
        if post < 0:
            continue
        for wish in range(wanted_offsets[person], wanted_offsets[person + 1]):
            for job in range(done_offsets[person], done_offsets[person + 1]):
                steps = table[done[job], wanted[wish]] + table[wanted[wish], post]
                if not found[pair] <= steps:
                    found[pair] = steps
    return found
