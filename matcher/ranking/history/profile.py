"""What people of such a profile go for: each post regressed on the words of all profiles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped] # it ships no types

from matcher.market.arrays import Jobseekers

MOST_TRAITS = 4_000
"""Traits up to which the square matrix is held: those that most people have."""

FEWEST_PEOPLE = 5
"""People who must share a trait before it is asked what they went for."""

RIDGE = 100.0
EDUCATION, EXPERIENCE, EVERYBODY = 0.3, 0.5, 0.5
"""Lengths of a level of education, a class of experience and the constant beside words of 1."""

CLASSES = 10
"""Classes of experience, with equally many people."""

Block = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class ProfileRegression:
    """What each trait of a profile adds for each post.

    Attributes:
        weight: (n_traits, n_posts) float32.

    Source:
        Gantner et al.: Learning Attribute-to-Feature Mappings for Cold-Start Recommendations,
        ICDM 2010, with the posts themselves for the factors.
    """

    weight: Block

    def score(self, traits: Any) -> Block:
        """(n, n_posts) what is to be expected of each post from the profile alone.

        Args:
            traits: (n, n_traits) CSR rows of `Past.traits`.
        """
        score: Block = np.asarray(traits @ self.weight, np.float32)
        return score


def traits_of(jobseekers: Jobseekers, words: Any) -> Any:
    """(n_persons, n_traits) CSR float32: words of the profile, education and class of experience.

    Graduation year is left out: it says a person's age, whatever it says of the work.

    Args:
        jobseekers: the people.
        words: (n_persons, n_terms) CSR, rows of length 1.
    """
    people = np.asarray(np.diff(words.tocsc().indptr))
    often = np.argsort(-people, kind="stable")[:MOST_TRAITS]
    often = np.sort(often[people[often] >= FEWEST_PEOPLE])
    months = jobseekers.experience_months
    known = months >= 0
    inner = np.arange(1, CLASSES) / CLASSES
    edges = np.unique(np.quantile(months[known], inner)) if known.any() else np.empty(0)
    experience = np.where(known, np.digitize(months, edges), -1)
    columns = [
        words[:, often],
        _each(jobseekers.education, EDUCATION),
        _each(experience, EXPERIENCE),
        sparse.csr_matrix(np.full((len(jobseekers), 1), EVERYBODY, np.float32)),
    ]
    return sparse.hstack(columns).tocsr().astype(np.float32)


def profile_regression(taken: Any, traits: Any) -> ProfileRegression | None:
    """The regression over everyone with a history; None where nobody has one.

    Linear algebra runs on one thread, so that the same past gives the same bytes.

    Args:
        taken: (n_persons, n_posts) CSR of 0 and 1.
        traits: (n_persons, n_traits) CSR; see `traits_of`.
    """
    active = np.diff(taken.indptr) > 0
    if not active.any():
        return None
    told = traits[active]
    square = (told.T @ told).toarray().astype(np.float32)
    square[np.diag_indices_from(square)] += RIDGE
    went = (told.T @ taken[active]).toarray().astype(np.float32)
    with threadpool_limits(1):
        weight = linalg.cho_solve(linalg.cho_factor(square, overwrite_a=True), went)
    return ProfileRegression(np.asarray(weight, np.float32))


def _each(values: NDArray[np.integer], length: float) -> Any:
    """(n, n_values) CSR with `length` where a row has the value; unknown (-1) is an empty row."""
    kinds, column = np.unique(values, return_inverse=True)
    known = values >= 0
    rows = np.flatnonzero(known)
    data = np.full(len(rows), length, np.float32)
    shape = (len(values), len(kinds))
    return sparse.csr_matrix((data, (rows, column.ravel()[known])), shape)
