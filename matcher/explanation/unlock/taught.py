"""Courses in the market's own terms: which skills and certificates each gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from matcher.market.arrays import Csr, Terms
from matcher.market.columns import days
from matcher.market.vocabulary import canonical, item_terms


@dataclass(frozen=True, slots=True)
class Taught:
    """Courses as arrays, in the order of their frame.

    Attributes:
        ids: (n_courses,) object.
        skills, certificates: positions in `Terms.words`; what no person or post names is not
            there, for it opens nothing.
    """

    ids: NDArray[np.object_]
    skills: Csr
    certificates: Csr

    def __len__(self) -> int:
        return len(self.ids)


def open_courses(courses: pd.DataFrame, on: np.datetime64) -> pd.DataFrame:
    """The courses one can still join: not begun, and not known to be full; by id."""
    starts = days(courses["starts_on"])
    full = (courses["seats"] <= 0).fillna(value=False).to_numpy(bool)
    return courses[~(starts < on) & ~full].sort_values("course_id", ignore_index=True)


def taught_by(courses: pd.DataFrame, terms: Terms) -> Taught:
    """What these courses give, in the market's vocabulary.

    Args:
        courses: conformed, one row a course.
        terms: of the market.
    """
    words = pd.Index(terms.words)
    return Taught(
        ids=courses["course_id"].to_numpy(object),
        skills=_terms_of(canonical("skills", courses["skills_taught"]), words),
        certificates=_terms_of(canonical("certificates", courses["certificates_awarded"]), words),
    )


def _terms_of(cells: pd.Series[Any], words: pd.Index[Any]) -> Csr:
    """Each cell's terms that the vocabulary has, ascending and each once."""
    lists = cells.map(item_terms, na_action="ignore").explode().dropna()
    row = cells.index.get_indexer(lists.index)
    term = words.get_indexer(pd.Index(lists))
    return united(len(cells), (row[term >= 0], term[term >= 0]))


def united(n_rows: int, *parts: tuple[NDArray[Any], NDArray[Any]]) -> Csr:
    """Ragged rows from (row, value) columns: ascending, each value once in a row.

    Example:
        >>> united(2, (np.array([1, 1]), np.array([5, 3])), (np.array([1]), np.array([5]))).values
        array([3, 5], dtype=int32)
    """
    row = np.concatenate([part[0] for part in parts]).astype(np.int64)
    value = np.concatenate([part[1] for part in parts]).astype(np.int64)
    keys = np.unique((row << 32) | value)
    count = np.bincount(keys >> 32, minlength=n_rows)
    offsets = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    return Csr(offsets, (keys & 0xFFFFFFFF).astype(np.int32))


def rows_and_values(rows: Csr) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """The (row, value) columns of ragged rows."""
    return np.repeat(np.arange(len(rows)), np.diff(rows.offsets)), rows.values


def asked_for(taught: Csr, asked: Csr, n_terms: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """(course, post) of every post that asks for something a course gives, each once."""
    shape = (len(taught), n_terms), (len(asked), n_terms)
    gives = csr_array(
        (np.ones(len(taught.values), np.int32), taught.values, taught.offsets), shape[0]
    )
    asks = csr_array((np.ones(len(asked.values), np.int32), asked.values, asked.offsets), shape[1])
    both = (gives @ asks.T).tocoo()
    return both.row, both.col
