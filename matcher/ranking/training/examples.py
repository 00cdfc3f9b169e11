"""Pairs to learn from: what people went for, against lawful posts they did not.

Every example is seen through a past from which it is missing, so that what is to be told is never
among what it is told by.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from matcher.market.arrays import Jobseekers, Terms, Vacancies
from matcher.ranking.features import pair_features
from matcher.ranking.history.past import Past, Positions
from matcher.ranking.history.signals import best_posts

Lawful = Callable[[Positions, Positions], NDArray[np.bool_]]
"""Which of some pairs no hard filter forbids; (n_pairs,) bool."""

Proposed = Callable[[Positions], tuple[Positions, Positions]]
"""The (person, vacancy) pairs that retrieval by content finds for some people."""

SAMPLED = "positives against posts sampled from the lawful pool"
SHOWN = "posts shown and taken up against posts shown and not"


@dataclass(frozen=True, slots=True)
class Scheme:
    """How examples are drawn.

    Attributes:
        folds: how many times a part of the pairs is held out.
        held_out: share of each person's pairs in a fold.
        newcomer_folds: how many times some people's every pair is held out.
        newcomers: share of the people whose every pair is held out in a fold of newcomers.
        of_each: candidates by each signal of the past.
        by_content: share of the candidates by content that join them.
        negatives: posts kept for each person of a fold, every candidate alike: where the likely
            ones are kept more often, trees take what is unlikely for what is sought.
    """

    folds: int = 4
    held_out: float = 0.2
    newcomer_folds: int = 8
    newcomers: float = 0.25
    of_each: int = 80
    negatives: int = 50
    by_content: float = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """Pairs with what became of them, as the ranker would have seen them.

    Attributes:
        features: (n, n_features) float32.
        label: (n,) bool, went for it.
        person_at: (n,) int32.
        list_at: (n,) int32, which list of one person in one fold, ascending.
    """

    features: NDArray[np.float32]
    label: NDArray[np.bool_]
    person_at: Positions
    list_at: Positions


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What examples are drawn from: the market's work side, its past, its law and its retrieval."""

    jobseekers: Jobseekers
    vacancies: Vacancies
    terms: Terms
    past: Past
    lawful: Lawful
    proposed: Proposed
    on: date
    names: tuple[str, ...]


def hold_out(past: Past, share: float, rng: np.random.Generator) -> NDArray[np.bool_]:
    """(n_pairs,) bool: a share of each person's pairs, at random; one at least stays.

    The share is met on average: whether the last part of a pair counts is drawn.
    """
    count = np.diff(past.taken.indptr)
    person = np.repeat(np.arange(len(count)), count)
    order = np.lexsort((rng.random(len(person)), person))
    rank = np.empty(len(person), np.int64)
    rank[order] = np.arange(len(person)) - past.taken.indptr[:-1][person]
    taken_out = np.floor(share * count + rng.random(len(count)))
    return np.asarray(rank < np.minimum(taken_out, count - 1)[person])


def hold_out_people(past: Past, share: float, rng: np.random.Generator) -> NDArray[np.bool_]:
    """(n_pairs,) bool: every pair of a share of the people."""
    count = np.diff(past.taken.indptr)
    return np.repeat(rng.random(len(count)) < share, count)


def drawn(
    ground: Ground, held: NDArray[np.bool_], scheme: Scheme, rng: np.random.Generator
) -> Examples:
    """The examples of one fold: its held-out pairs among the candidates of what remains."""
    whole = ground.past
    past = whole.keeping(~held)
    person = np.repeat(np.arange(whole.taken.shape[0]), np.diff(whole.taken.indptr))
    width = len(ground.vacancies)
    answers = np.unique(
        person[held] * np.int64(width) + whole.posts[whole.taken.indices[held]].astype(np.int64)
    )
    asked = np.unique(person[held]).astype(np.int32)
    keys = _candidates(ground, past, asked, scheme, rng)
    label = np.isin(keys, answers)
    person_at, vacancy_at = (each.astype(np.int32) for each in np.divmod(keys, width))
    count = np.bincount(person_at, minlength=whole.taken.shape[0])
    share = scheme.negatives / np.maximum(count, 1)
    kept = label | (rng.random(len(label)) < share[person_at])
    person_at, vacancy_at, label = person_at[kept], vacancy_at[kept], label[kept]
    may = ground.lawful(person_at, vacancy_at)
    person_at, vacancy_at, label = person_at[may], vacancy_at[may], label[may]
    features = pair_features(
        ground.jobseekers,
        ground.vacancies,
        ground.terms,
        person_at,
        vacancy_at,
        on=ground.on,
        names=ground.names,
        past=past,
    )
    return Examples(features, label, person_at, person_at)


def _candidates(
    ground: Ground, past: Past, asked: Positions, scheme: Scheme, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Keys of the pairs that serving would rank: by the past, and of those by content a part.

    Posts the person went for in this past are left out, as serving leaves them out.
    """
    width = np.int64(len(ground.vacancies))
    by_past = best_posts(past, asked, of_each=scheme.of_each)
    by_content = ground.proposed(asked)
    some = rng.random(len(by_content[0])) < scheme.by_content
    keys = [by_past[0].astype(np.int64) * width + by_past[1]]
    keys.append(by_content[0][some].astype(np.int64) * width + by_content[1][some])
    person = np.repeat(np.arange(past.taken.shape[0], dtype=np.int64), np.diff(past.taken.indptr))
    known = person * width + past.posts[past.taken.indices]
    return np.setdiff1d(np.concatenate(keys), known)


def together(parts: list[Examples]) -> Examples:
    """Several folds as one set of examples, each with its own lists."""
    shift = np.cumsum([0, *(int(part.list_at.max(initial=-1)) + 1 for part in parts)])
    lists = [part.list_at + add for part, add in zip(parts, shift[:-1], strict=True)]
    return Examples(
        np.concatenate([part.features for part in parts]),
        np.concatenate([part.label for part in parts]),
        np.concatenate([part.person_at for part in parts]),
        np.concatenate(lists).astype(np.int32),
    )
