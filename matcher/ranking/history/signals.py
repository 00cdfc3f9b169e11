"""What the past says of pairs: each signal is a block of people by posts, one row a person.

The person's own row is the question and not part of the answer: others are compared with what this
person went for. Walks alone pass through everyone, the person included.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matcher.ranking.history.past import Past, Positions

PEOPLE_AT_ONCE = 256
"""Rows of a block: some tens of megabytes for ten thousand posts."""

ALIKE = 1_000
CLOSE = 100
"""How many people of the most similar profiles are asked."""

SIGNALS = (
    "together",
    "alike",
    "alike_rare",
    "alike_even",
    "regression",
    "walk",
    "walk_on",
    "embedding",
    "choice",
    "consensus",
    "neighbours",
    "neighbours_close",
    "profile",
    "joint",
    "wording",
)
"""The blocks, in order."""

Block = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Blocks:
    """The signals of some people.

    Attributes:
        person_at: (n,) positions of the people.
        of: each signal, (n, n_posts) float32; empty where a signal does not exist.
    """

    person_at: Positions
    of: dict[str, Block]


def blocks(past: Past, person_at: Positions) -> Blocks:
    """Every signal of these people over all posts that anybody went for.

    Where all of them are newcomers only the signals of profiles exist.
    """
    own = past.taken[person_at]
    rows = np.arange(len(person_at))
    even = np.sqrt(np.maximum(past.activity, 1))[None, :]
    similar = _others((past.profiles[person_at] @ past.profiles.T).toarray(), rows, person_at)
    wide, close = _nearest(similar, ALIKE), _nearest(similar, CLOSE)
    made = {
        "neighbours": (wide / even) @ past.taken,
        "neighbours_close": (close / even) @ past.taken,
    }
    if past.profile is not None:
        made["profile"] = past.profile.score(past.traits[person_at])
    if own.nnz:
        made |= _of_outcomes(past, own, person_at, wide)
    kept = {name: np.asarray(made[name], np.float32) for name in SIGNALS if name in made}
    return Blocks(person_at, kept)


def _of_outcomes(past: Past, own: Any, person_at: Positions, wide: Block) -> dict[str, Block]:
    """The signals of what these people went for themselves."""
    rows = np.arange(len(person_at))
    even = np.sqrt(np.maximum(past.activity, 1))[None, :]
    rare = sparse.diags(1.0 / np.sqrt(np.maximum(past.popularity, 1)))
    shared = _others((own @ past.by_post).toarray(), rows, person_at)
    shared_rare = _others((own @ rare @ past.by_post).toarray(), rows, person_at)
    made = {
        "together": shared @ past.taken,
        "alike": (shared / even) @ past.taken,
        "alike_rare": (shared_rare / even) @ past.taken,
        "alike_even": (shared_rare / even**2) @ past.taken,
        "joint": (shared / even * (wide + 0.05)) @ past.taken,
        "wording": _wording(past, own),
    }
    made["walk"] = (own @ past.walk).toarray() @ past.walk
    made["walk_on"] = made["walk"] @ past.walk
    if past.regression is not None:
        made["regression"] = past.regression.score(own)
    if past.embedding is not None:
        made["embedding"] = past.embedding.score(own)
    if past.choice is not None:
        made["choice"] = past.choice.score(own)
    made["consensus"] = _consensus(made)
    return made


VOTES = {"choice": 1.0, "regression": 1.0}
"""What each method weighs in the consensus: the best two, which err differently."""

WITHOUT_THEM = {"walk": 1.0}
"""The same where a past is too large for either."""


def _consensus(made: Mapping[str, Block]) -> Block:
    """Where a post stands among all of a person's posts: the weighed mean of standard scores.

    None of the methods alone puts as many right posts first.
    """
    told = {name: vote for name, vote in VOTES.items() if name in made} or WITHOUT_THEM
    total = sum(vote * _standard(made[name]) for name, vote in told.items())
    return np.asarray(total / sum(told.values()), np.float32)


def _standard(block: Block) -> Block:
    spread: Block = block.std(axis=1, keepdims=True) + 1e-9
    return np.asarray((block - block.mean(axis=1, keepdims=True)) / spread, np.float32)


def _others(block: Any, rows: NDArray[np.int64], person_at: Positions) -> Block:
    others: Block = np.asarray(block, np.float32)
    others[rows, person_at] = 0
    return others


def _nearest(similar: Block, k: int) -> Block:
    """The k largest of each row; 0 elsewhere."""
    if similar.shape[1] <= k:
        return similar
    least = np.partition(similar, similar.shape[1] - k, axis=1)[:, -k][:, None]
    nearest: Block = np.where(similar >= least, similar, np.float32(0))
    return nearest


def _wording(past: Past, own: Any) -> Block:
    """How like in words each post is to those a person went for, on average."""
    asked = np.maximum(np.asarray(own.sum(axis=1)).ravel(), 1)
    together = sparse.diags(1.0 / asked) @ own @ past.wordings
    return np.asarray((together @ past.wordings.T).toarray(), np.float32)


DRAWN_BY = (
    *("consensus", "choice", "embedding", "alike", "regression"),
    *("neighbours", "profile", "wording"),
)
"""The signals by which candidates are drawn; a newcomer has only those of the profile."""


def best_posts(past: Past, person_at: Positions, *, of_each: int) -> tuple[Positions, Positions]:
    """The posts that the past puts first for each person: (person, vacancy) positions, unique.

    Posts the person went for already are left out.

    Args:
        past: the past.
        person_at: (n,) int32 the people asked for.
        of_each: how many by each signal, and as many of those that most people went for.
    """
    if not len(past.posts):
        return np.empty(0, np.int32), np.empty(0, np.int32)
    people, vacancies = [], []
    k = min(of_each, len(past.posts))
    popular = np.argsort(-past.popularity, kind="stable")[:k]
    for start in range(0, len(person_at), PEOPLE_AT_ONCE):
        some = person_at[start : start + PEOPLE_AT_ONCE]
        made = blocks(past, some).of
        own = past.taken[some].toarray() > 0
        kept = np.zeros(own.shape, bool)
        for block in (made[name] for name in DRAWN_BY if name in made):
            masked = np.where(own, -np.inf, block)
            top = np.argpartition(masked, len(past.posts) - k, axis=1)[:, -k:]
            found = np.take_along_axis(masked, top, 1) > 0
            np.put_along_axis(kept, top, found | np.take_along_axis(kept, top, 1), axis=1)
        kept[:, popular] = True
        row, column = np.nonzero(kept & ~own)
        people.append(some[row])
        vacancies.append(past.posts[column])
    return np.concatenate(people).astype(np.int32), np.concatenate(vacancies).astype(np.int32)
