"""Titles and codes of occupations as positions in the classification."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.market.arrays import Csr
from matcher.reference.occupations import occupations
from matcher.text.normalise import split_list
from matcher.text.titles import link_titles

SURE_ENOUGH = 0.5
"""Confidence from which a linked title counts as the occupation itself; below it, as the deepest
group that is sure. A 大类 alone says too little and counts as unknown."""

_GROUP_LEVEL = 2

_CODE = re.compile(r"\d-\d{2}-\d{2}-\d{2}")


def link(titles: list[str]) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Where each title or code stands in the classification, and how surely.

    Returns:
        (n,) int32, -1 where nothing is sure enough; (n,) float32 in [0, 1], 1 for a code.

    Example:
        >>> at, confidence = link(["6-22-02-01", "9-99-99-99"])
        >>> occupations().codes[at[0]], at[1], confidence.tolist()
        ('6-22-02-01', np.int32(-1), [1.0, 0.0])
    """
    is_code = np.array([_CODE.fullmatch(title) is not None for title in titles], dtype=bool)
    codes = np.array(titles, dtype=object)
    confidence = np.ones(len(titles), np.float32)
    worded = np.flatnonzero(~is_code)
    if len(worded):
        linked = link_titles([titles[at] for at in worded])
        sure = np.asarray(linked.confidence, np.float32)
        exact = np.array(linked.code, dtype=object)
        group = np.array(linked.backoff_code, dtype=object)
        codes[worded] = np.where(sure >= SURE_ENOUGH, exact, group)
        confidence[worded] = sure
    at = occupations().index([None if code is None else str(code) for code in codes])
    vague = (at >= 0) & ~is_code & (occupations().level[at] < _GROUP_LEVEL)
    at = np.where(vague, -1, at).astype(np.int32)
    return at, np.where(at < 0, 0, confidence).astype(np.float32)


def linked_lists(cells: pd.Series[Any]) -> Csr:
    """Ragged rows of the occupations that list cells name, ascending and each once."""
    code, distinct = pd.factorize(cells)
    split = [split_list(str(cell)) for cell in distinct]
    items = list(dict.fromkeys(item for row in split for item in row))
    at, _ = link(items)
    known = dict(zip(items, at.tolist(), strict=True))
    rows = [sorted({known[item] for item in row} - {-1}) for row in split]
    rows.append([])
    offsets = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
    values = np.fromiter((each for row in rows for each in row), np.int32, int(offsets[-1]))
    return Csr(offsets, values).take(np.where(code < 0, len(distinct), code))


def with_names(cells: pd.Series[Any]) -> pd.Series[Any]:
    """List cells with every code replaced by the occupation's name, so that words can match."""
    code, distinct = pd.factorize(cells)
    names = occupations().names
    named = [";".join(names.get(item, item) for item in split_list(str(cell))) for cell in distinct]
    return pd.Series(np.array([*named, None], dtype=object)[code], dtype="str")


def of_vacancies(
    code: pd.Series[Any], confidence: pd.Series[Any] | None, title: pd.Series[Any]
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """The occupation of each vacancy: its code, or where none is sure its title linked.

    A code that import guessed from the title counts only from `SURE_ENOUGH` on; below, the title's
    surest group answers.
    """
    at = occupations().index(code)
    given = np.ones(len(code), np.float32)
    if confidence is not None:
        given = confidence.to_numpy(dtype=np.float32, na_value=1.0)
    missing = (at < 0) | (given < SURE_ENOUGH)
    which, distinct = pd.factorize(title[missing])
    linked, sure = link([str(each) for each in distinct])
    at[missing] = np.append(linked, -1)[which]
    given[missing] = np.append(sure, 0)[which]
    return at.astype(np.int32), given
