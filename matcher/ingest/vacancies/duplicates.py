"""Postings that are the same: one employer, one place, near-same titles; linked, never dropped."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rapidfuzz import fuzz
from rapidfuzz.process import cpdist

from matcher.text.normalise import normalise, normalise_all

NEAR = 90.0
"""Least similarity (rapidfuzz ratio, 0 to 100) of two titles that count as one."""

_DIGITS = re.compile(r"\d+")

WINDOW = 6
"""Titles of one employer and place are compared with this many neighbours in their order."""


def duplicates(frame: pd.DataFrame) -> pd.Series[str]:
    """(n,) the id of the first of the same postings, NA where a posting stands alone.

    The employer is its id, else its normalised name; the place its area code, else its normalised
    name. A posting that lacks either is never linked: an empty key is no key. Titles with other
    digits ("1号线", "2号线") are other titles.

    Args:
        frame: vacancies in the order of the files, with unique ids.
    """
    employer = _key(frame, "employer_id", "employer_name")
    place = _key(frame, "area_code", "area_name")
    title, texts = _titles(frame["title"])
    rows = np.flatnonzero((employer >= 0) & (place >= 0) & (title >= 0))
    group = employer[rows] * (place.max(initial=0) + 1) + place[rows]
    same, pairs = pd.factorize(group * (len(texts) + 1) + title[rows])
    first = np.full(len(pairs), len(frame), np.int64)
    np.minimum.at(first, same, rows)
    root = _near(pairs, first, texts)
    leader = np.arange(len(frame))
    leader[rows] = root[same]
    linked = leader != np.arange(len(frame))
    ids = frame["vacancy_id"].to_numpy(dtype=object)
    return pd.Series(ids[leader], dtype="str").where(pd.Series(linked))


def _titles(column: pd.Series[str]) -> tuple[NDArray[np.int64], NDArray[np.object_]]:
    """(n,) position of each row's title in the sorted normalised titles, and these."""
    of_row, written = pd.factorize(column)
    of_written, spelt = pd.factorize(
        np.array([normalise(title) for title in written], dtype=object), sort=True
    )
    return np.append(of_written, -1)[of_row].astype(np.int64), spelt


def _key(frame: pd.DataFrame, code: str, name: str) -> NDArray[np.int64]:
    """(n,) one number per distinct key; -1 where the row has neither code nor name."""
    keys = frame[code].reset_index(drop=True)
    without = keys.isna().to_numpy()
    at = pd.factorize(keys)[0].astype(np.int64)
    if without.any():
        spelt = normalise_all(frame[name][without].tolist())
        named = pd.factorize(pd.Series(spelt, dtype="str").replace("", None))[0]
        at[without] = np.where(named < 0, -1, named + at.max(initial=-1) + 1)
    return at


def _near(
    pairs: NDArray[np.int64],
    first: NDArray[np.int64],
    texts: NDArray[np.object_],
) -> NDArray[np.int64]:
    """(m,) the earliest row among near-same titles, for each distinct title of a group.

    Args:
        pairs: (m,) each distinct title of a group, as `group * (len(texts) + 1) + title`.
        first: (m,) the first row that has it.
        texts: the distinct titles, sorted.
    """
    order = np.argsort(pairs)
    group, title = np.divmod(pairs, len(texts) + 1)
    left, right = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for step in range(1, WINDOW + 1):
        a, b = order[:-step], order[step:]
        together = group[a] == group[b]
        left.append(a[together])
        right.append(b[together])
    a, b = np.concatenate(left), np.concatenate(right)
    fits = _lengths_fit(np.array([len(text) for text in texts], np.int64), title[a], title[b])
    a, b = a[fits], b[fits]
    of_pair, pairs = pd.factorize(title[a] * (len(texts) + 1) + title[b])
    alike = _alike(texts[pairs // (len(texts) + 1)], texts[pairs % (len(texts) + 1)])[of_pair]
    return _earliest(first, a[alike], b[alike])


def _earliest(
    first: NDArray[np.int64], a: NDArray[np.int64], b: NDArray[np.int64]
) -> NDArray[np.int64]:
    """(m,) the least `first` among all that are linked, also over others."""
    root = first.copy()
    while True:
        before = root.copy()
        np.minimum.at(root, a, before[b])
        np.minimum.at(root, b, before[a])
        if np.array_equal(root, before):
            return root


def _lengths_fit(
    length: NDArray[np.int64], a: NDArray[np.int64], b: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """(k,) could the titles be near the same? The ratio cannot pass what their lengths allow."""
    shorter, both = np.minimum(length[a], length[b]), length[a] + length[b]
    return np.asarray(100 * 2 * shorter >= NEAR * both)


def _alike(a: NDArray[np.object_], b: NDArray[np.object_]) -> NDArray[np.bool_]:
    """(k,) are the titles near the same, and with the same digits?"""
    if not len(a):
        return np.empty(0, np.bool_)
    close = cpdist(a.tolist(), b.tolist(), scorer=fuzz.ratio, workers=1) >= NEAR
    for at in np.flatnonzero(close):
        close[at] = _DIGITS.findall(a[at]) == _DIGITS.findall(b[at])
    return np.asarray(close)
