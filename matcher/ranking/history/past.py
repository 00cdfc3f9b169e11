"""Past outcomes up to a day as arrays: which person went for which post."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matcher.market.arrays import Csr, Jobseekers, Terms, Vacancies
from matcher.ranking.history.choice.learning import post_choice
from matcher.ranking.history.choice.model import PostChoice
from matcher.ranking.history.embedding import PostEmbedding, post_embedding
from matcher.ranking.history.profile import ProfileRegression, profile_regression, traits_of
from matcher.ranking.history.record import Record
from matcher.ranking.history.regression import PostRegression, post_regression

Positions = NDArray[np.int32]
Matrix = Any
"""A SciPy CSR matrix of float32; SciPy ships no types for its formats."""


_OF_POSTS = frozenset({"popularity", "regression", "embedding", "walk"})
"""What follows from who went for what and from the posts, whatever else is said of people."""


@dataclass(frozen=True, eq=False)
class Past:
    """Who went for what, and the words of profiles and posts to compare them by.

    Attributes:
        taken: (n_persons, n_posts) CSR float32, 1 where the person went for the post: applied,
            was referred, met, was offered or given the work.
        posts: (n_posts,) int32 positions in the market of the posts anybody went for.
        column_of: (n_vacancies,) int32 column of each vacancy in `taken`, -1 where nobody did.
        profiles: (n_persons, n_terms) CSR float32, words of the profiles, rows of length 1.
        wordings: (n_posts, n_terms) CSR float32, words of the posts, rows of length 1.
        traits: (n_persons, n_traits) CSR float32; see `traits_of`.
        wording: (n_posts,) int32, one number per set of words, so that the postings of one
            employer that repeat themselves count together.
        record: of posts and employers; None where no answers are on record.
    """

    taken: Matrix
    posts: Positions
    column_of: Positions
    profiles: Matrix
    traits: Matrix
    wordings: Matrix
    wording: Positions
    record: Record | None = None

    @cached_property
    def by_post(self) -> Matrix:
        """(n_posts, n_persons) the same, rows of posts."""
        return self.taken.T.tocsr()

    @cached_property
    def popularity(self) -> NDArray[np.float32]:
        """(n_posts,) how many went for each."""
        return np.asarray(self.taken.sum(axis=0), np.float32).ravel()

    @cached_property
    def activity(self) -> NDArray[np.float32]:
        """(n_persons,) how many posts each went for; 0 for a newcomer."""
        return np.asarray(self.taken.sum(axis=1), np.float32).ravel()

    @cached_property
    def regression(self) -> PostRegression | None:
        """Each post from all others; None where there are too many posts for it."""
        return post_regression(self.taken, self.wordings)

    @cached_property
    def embedding(self) -> PostEmbedding | None:
        """Posts as points; None where there are too many posts for it, or one alone."""
        return post_embedding(self.taken, self.wordings)

    @cached_property
    def choice(self) -> PostChoice | None:
        """Which post a person goes for next; None where there are too many posts or pairs."""
        return post_choice(self.taken)

    @cached_property
    def profile(self) -> ProfileRegression | None:
        """Each post from the profiles of people; None where nobody went for anything."""
        return profile_regression(self.taken, self.traits)

    @cached_property
    def walk(self) -> Matrix:
        """(n_posts, n_posts) one step from a post through who went for it to their other posts.

        Each person hands on a weight of 1 over how many posts they went for, so that who went for
        everything says little of any; 0 from a post to itself.
        """
        even = sparse.diags(1.0 / np.maximum(self.activity, 1))
        made = (self.by_post @ even @ self.taken).tocsr().astype(np.float32)
        made.setdiag(0)
        made.eliminate_zeros()
        return made

    def knowing(self, before: Past) -> Past:
        """The same past, with what was worked out before of the posts alone where that holds.

        Args:
            before: of the same posts; people may have come, gone or changed since.
        """
        mine, theirs = self.taken, before.taken
        rows = [np.diff(each.indptr) for each in (mine, theirs)]
        went = [each[each > 0] for each in rows]
        if np.array_equal(*went) and np.array_equal(mine.indices, theirs.indices):
            for name in _OF_POSTS & before.__dict__.keys():
                self.__dict__[name] = before.__dict__[name]
        return self

    def is_newcomer(self) -> NDArray[np.bool_]:
        """(n_persons,) nothing is on record of the person."""
        return np.asarray(self.activity == 0)

    def keeping(self, kept: NDArray[np.bool_]) -> Past:
        """The same past with only some of its pairs, in the order of `taken`'s rows.

        Args:
            kept: (n_pairs,) bool over the pairs of `taken`, persons ascending.
        """
        person = np.repeat(np.arange(self.taken.shape[0]), np.diff(self.taken.indptr))
        pairs = person[kept], self.taken.indices[kept]
        taken = sparse.csr_matrix((np.ones(int(kept.sum()), np.float32), pairs), self.taken.shape)
        return replace(self, taken=taken, record=None)


def past_of(
    jobseekers: Jobseekers,
    vacancies: Vacancies,
    terms: Terms,
    person_at: Positions,
    vacancy_at: Positions,
) -> Past:
    """The past of a market from the pairs in which a person went for a post.

    Args:
        jobseekers: the market's people.
        vacancies: its posts.
        terms: the vocabulary of both.
        person_at: (n_pairs,) positions of people; a pair that comes twice counts once.
        vacancy_at: (n_pairs,) positions of posts.
    """
    posts, column = np.unique(vacancy_at, return_inverse=True)
    shape = (len(jobseekers), len(posts))
    ones = np.ones(len(person_at), np.float32)
    taken = sparse.csr_matrix((ones, (person_at, column.ravel())), shape)
    taken.data[:] = 1.0
    column_of = np.full(len(vacancies), -1, np.int32)
    column_of[posts] = np.arange(len(posts), dtype=np.int32)
    n_terms = len(terms.words)
    text = vacancies.text.take(posts)
    profiles = _weighted(jobseekers.text, n_terms)
    return Past(
        taken=taken,
        posts=posts.astype(np.int32),
        column_of=column_of,
        profiles=profiles,
        traits=traits_of(jobseekers, profiles),
        wordings=_weighted(text, n_terms),
        wording=_same_words(text),
    )


def _weighted(rows: Csr, n_terms: int) -> Matrix:
    """Rows of idf among themselves, each of length 1; a word of one row alone weighs nothing."""
    df = np.bincount(rows.values, minlength=n_terms)
    idf = np.where(df > 1, np.log((1 + len(rows)) / (1 + df)) + 1, 0).astype(np.float32)
    data = idf[rows.values]
    squares = np.concatenate([[0.0], np.cumsum(data.astype(np.float64) ** 2)])
    length = np.sqrt(squares[rows.offsets[1:]] - squares[rows.offsets[:-1]])
    scale = np.divide(1.0, length, out=np.zeros(len(length)), where=length > 0)
    data = (data * np.repeat(scale, np.diff(rows.offsets))).astype(np.float32)
    return sparse.csr_matrix((data, rows.values, rows.offsets), (len(rows), max(n_terms, 1)))


def _same_words(rows: Csr) -> Positions:
    """(n,) int32: equal numbers for rows of equal words."""
    mixed = (rows.values.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    running = np.concatenate([[np.uint64(0)], np.cumsum(mixed, dtype=np.uint64)])
    key = running[rows.offsets[1:]] - running[rows.offsets[:-1]]
    return np.asarray(np.unique(key, return_inverse=True)[1].ravel().astype(np.int32))
