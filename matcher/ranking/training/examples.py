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

SAMPLED = "positives against posts sampled from the lawful pool"
SHOWN = "posts shown and taken up against posts shown and not"


@dataclass(frozen=True, slots=True)
class Scheme:
    """How examples are drawn.

    Attributes:
        folds: how many times a part of the pairs is held out.
        held_out: share of each person's pairs in a fold.
        newcomers: share of the people whose every pair is held out in a fold of newcomers.
        of_each: candidates by each signal of the past.
        negatives: posts kept for each person of a fold.
    """

    folds: int = 6
    held_out: float = 0.3
    newcomers: float = 0.25
    of_each: int = 80
    negatives: int = 40


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
    """What examples are drawn from: the market's work side, its past and its law."""

    jobseekers: Jobseekers
    vacancies: Vacancies
    terms: Terms
    past: Past
    lawful: Lawful
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
    person_at, vacancy_at = best_posts(past, asked, of_each=scheme.of_each)
    label = np.isin(person_at.astype(np.int64) * width + vacancy_at, answers)
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
