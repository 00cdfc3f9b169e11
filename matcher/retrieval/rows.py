"""How persons and posts lie in memory for scoring: one line of the cache for each."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Record: TypeAlias = Any
"""One row of a structured array; numpy's stubs have no type for its fields."""

Number: TypeAlias = float | np.float32

PROFILE = np.dtype(
    [
        ("text_from", np.int64),
        ("text_to", np.int64),
        ("skills_from", np.int64),
        ("skills_to", np.int64),
        ("wanted_from", np.int64),
        ("wanted_to", np.int64),
        ("done_from", np.int64),
        ("done_to", np.int64),
        ("street", np.int64),
        ("county", np.int32),
        ("city", np.int32),
        ("text_scale", np.float32),
    ]
)
"""One person: where the ragged columns of `Profiles` begin and end, codes of the place (-1
unknown), and 1 over the length of the idf vector (0 without terms)."""


class Profiles(NamedTuple):
    """The persons of the market as scoring reads them.

    Attributes:
        row: (n,) of `PROFILE`.
        text, skills: int32 terms, ascending and unique within a person.
        wanted, done: int32 rows of `Scales.steps`.
    """

    row: NDArray[Any]
    text: NDArray[np.int32]
    skills: NDArray[np.int32]
    wanted: NDArray[np.int32]
    done: NDArray[np.int32]


POST = np.dtype(
    [
        ("terms_from", np.int64),
        ("street", np.int64),
        ("n_text", np.int32),
        ("n_skills", np.int32),
        ("text_scale", np.float32),
        ("skills_scale", np.float32),
        ("occupation", np.int32),
        ("newness", np.float32),
        ("county", np.int32),
        ("city", np.int32),
        ("welfare_class", np.int32),
        ("vacancy", np.int32),
    ]
)
"""One post in one line of the cache: survivors lie scattered, and each further line is a wait.

`terms_from`, `n_text`, `n_skills`: its terms in `Posts.terms`, the text before the skills.
`text_scale`: 1 over the length of the idf vector; 0 without terms. `skills_scale`: 1 over the idf
of all skills wanted; 0 where none is named. `occupation`: column of `Scales.steps`, -1 unknown.
`newness`: in [0, 1], 0 where the day of posting is not known. `street`, `county`, `city`: codes,
-1 unknown. `welfare_class`: -1 ordinary. `vacancy`: position in the market.
"""


OUTLINE = np.dtype(
    [
        ("skills_seen", np.uint64),
        ("text_scale", np.float32),
        ("newness", np.float32),
        ("occupation", np.int32),
        ("county", np.int32),
        ("city", np.int32),
        ("welfare_class", np.int32),
    ]
)
"""Half a line of the cache: what tells how high a post's score can be, before it is read.

`skills_seen`: the bit of every skill wanted is set, see `bits_of`; posts that share no bit with a
person share no skill. The others as in `POST`.
"""


def bits_of(terms: NDArray[np.int32]) -> NDArray[np.uint64]:
    """One of 64 bits for each term; different terms may have one."""
    return np.uint64(1) << (terms.astype(np.uint64) & np.uint64(63))


class Posts(NamedTuple):
    """The open posts as scoring reads them, in the row order of screening's runs.

    Attributes:
        row: (n,) of `POST`.
        terms: int32; of each post its text, then its skills, each ascending and unique.
        outline: (n,) of `OUTLINE`.
        words_seen: (n,) uint64, the bit of every text term is set, see `bits_of`.
    """

    row: NDArray[Any]
    terms: NDArray[np.int32]
    outline: NDArray[Any]
    words_seen: NDArray[np.uint64]


class Scales(NamedTuple):
    """What both sides share: term weights, steps between occupations, and the weights.

    Attributes:
        idf, idf_squared: (n_terms,) float32.
        steps: (n_occupations_of_persons, n_occupations) int8 of `tree_distance`.
        weights: float64 of `RetrievalWeights.as_array`.
    """

    idf: NDArray[np.float32]
    idf_squared: NDArray[np.float32]
    steps: NDArray[np.int8]
    weights: NDArray[np.float64]


class Flat(NamedTuple):
    """One person laid out: float32 weight by term and by skill, else 0; int8 steps by occupation.

    `wanted` and `done` are the steps from the nearest occupation wanted and done.
    """

    term: NDArray[np.float32]
    skill: NDArray[np.float32]
    wanted: NDArray[np.int8]
    done: NDArray[np.int8]


class Best(NamedTuple):
    """The pairs kept: (n, k) rows in no order, -1 where there are fewer; sources and scores."""

    row: NDArray[np.int32]
    found_by: NDArray[np.uint16]
    score: NDArray[np.float32]
