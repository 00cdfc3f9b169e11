"""Who is in the register twice: pairs with a score and its reasons, never merged by themselves.

Records are brought together by keys that both have (ID number; name with date of birth, telephone
or address; date of birth with telephone or address), so that work grows with the pairs that share
one, not with the square of the register. An empty key brings nobody together.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rapidfuzz import fuzz
from rapidfuzz.process import cpdist

from matcher.casework.register.agreements import NEAR_FROM, SHOWN_FROM, agreements, weight
from matcher.text.normalise import normalise_all

Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]

KEYS: tuple[tuple[str, ...], ...] = (
    ("id_number",),
    ("name", "birth_date"),
    ("name", "phone"),
    ("name", "address"),
    ("birth_date", "phone"),
    ("birth_date", "address"),
)
"""What brings two records together; all parts of a key must be known of both."""

COMPARED = ("id_number", "name", "birth_date", "sex", "phone", "address", "household_id")
MOST_IN_A_BLOCK = 50
"""A key that more records share says nothing (an office's telephone): told, not compared."""

PAIR_COLUMNS = ("left", "right", "score", "reasons", "contradicts")


@dataclass(frozen=True)
class Duplicates:
    """What was found.

    Attributes:
        pairs: `left` < `right` (ids), `score` (int), `reasons` (names of agreements and
            contradictions, `;` between), `contradicts` (bool: the same ID number with another sex
            or date of birth: one of the records is wrong, and they may not be merged so); best
            score first, then by ids.
        crowded: keys that too many records share, with how many (no values are told).
    """

    pairs: pd.DataFrame
    crowded: tuple[tuple[str, int], ...]


def find_duplicates(
    persons: pd.DataFrame,
    *,
    known_apart: Collection[tuple[str, str]] = (),
    limit: str = SHOWN_FROM,
) -> Duplicates:
    """Pairs of records that may be one person.

    Args:
        persons: `person_id` and as many of `COMPARED` as there are; missing cells agree with
            nothing and contradict nothing.
        known_apart: pairs of ids that an official found to be two people, or has merged.
        limit: the name in the table of agreements of the score that a pair must have.

    Example:
        >>> rows = {"person_id": ["P1", "P2", "P3"], "name": ["王芳", "王芳", "王芳"]}
        >>> rows |= {"birth_date": ["1974-05-12", "1974-05-12", None]}
        >>> rows |= {"phone": ["13900000000", "13900000000", None]}
        >>> found = find_duplicates(pd.DataFrame(rows)).pairs
        >>> found[["left", "right", "score"]].values.tolist()
        [['P1', 'P2', 85]]
    """
    ordered = persons.sort_values("person_id", ignore_index=True)
    columns = {name: _plain(ordered, name) for name in COMPARED}
    left, right, crowded = _brought_together(columns)
    ids = ordered["person_id"].to_numpy(object)
    agreed = _compared(columns, left, right)
    score = sum(
        (flags * weight(name) for name, flags in agreed.items()), np.zeros(len(left), np.int64)
    )
    contradicts = agreed["same_id_number"] & (agreed["other_birth_date"] | agreed["other_sex"])
    shown = (score >= weight(limit)) | contradicts
    pairs = pd.DataFrame(
        {
            "left": ids[left],
            "right": ids[right],
            "score": score,
            "reasons": _reasons(agreed, len(left)),
            "contradicts": contradicts,
        },
        columns=list(PAIR_COLUMNS),
    )[shown]
    if known_apart:
        apart = pd.MultiIndex.from_tuples([tuple(sorted(pair)) for pair in known_apart])
        pairs = pairs[~pd.MultiIndex.from_frame(pairs[["left", "right"]]).isin(apart)]
    best = pairs.sort_values(["score", "left", "right"], ascending=[False, True, True])
    return Duplicates(best.reset_index(drop=True), crowded)


def _plain(frame: pd.DataFrame, name: str) -> NDArray[np.object_]:
    """One spelling per value, None where nothing is said."""
    if name not in frame:
        return np.full(len(frame), None, object)
    series = frame[name].astype(object)
    values = series.where(series.notna(), None).to_numpy(object)
    if name in ("name", "address"):
        values = normalise_all(values.tolist())
    codes, distinct = pd.factorize(values)
    tidy = [str(text).strip().upper() or None for text in distinct]
    return np.array([*tidy, None], object)[codes]


def _brought_together(
    columns: dict[str, NDArray[np.object_]],
) -> tuple[Rows, Rows, tuple[tuple[str, int], ...]]:
    """Pairs of rows that share a key, each once, the smaller row first."""
    lefts, rights, crowded = [], [], []
    for key in KEYS:
        left, right, largest = _pairs_of(_key_codes([columns[name] for name in key]))
        lefts.append(left)
        rights.append(right)
        crowded += [("+".join(key), largest)] if largest > MOST_IN_A_BLOCK else []
    both = np.unique(np.column_stack([np.concatenate(lefts), np.concatenate(rights)]), axis=0)
    return both[:, 0], both[:, 1], tuple(crowded)


def _key_codes(parts: Sequence[NDArray[np.object_]]) -> Rows:
    """(n,) a number per distinct key; -1 where a part is not known."""
    codes = np.zeros(len(parts[0]), np.int64)
    for part in parts:
        own, distinct = pd.factorize(part)
        codes = np.where((codes < 0) | (own < 0), -1, codes * (len(distinct) + 1) + own)
        codes = np.where(codes < 0, -1, pd.factorize(codes)[0])
    return codes


def _pairs_of(codes: Rows) -> tuple[Rows, Rows, int]:
    """All pairs within blocks of one code, without a loop over them; and the largest block."""
    rows = np.flatnonzero(codes >= 0)
    if not len(rows):
        return rows, rows, 0
    order = rows[np.argsort(codes[rows], kind="stable")]
    starts = np.flatnonzero(np.r_[True, np.diff(codes[order]) != 0])
    sizes = np.diff(np.r_[starts, len(order)])
    fits = np.repeat(sizes <= MOST_IN_A_BLOCK, sizes)
    place = np.arange(len(order)) - np.repeat(starts, sizes)
    after = np.where(fits, np.repeat(sizes, sizes) - place - 1, 0)
    left_at = np.repeat(np.arange(len(order)), after)
    step = np.arange(len(left_at)) - np.repeat(np.cumsum(after) - after, after)
    one, other = order[left_at], order[left_at + step + 1]
    return np.minimum(one, other), np.maximum(one, other), int(sizes.max())


def _compared(columns: dict[str, NDArray[np.object_]], left: Rows, right: Rows) -> dict[str, Flags]:
    """What each pair agrees and disagrees in."""
    same, other = {}, {}
    for name, values in columns.items():
        codes, _ = pd.factorize(values)
        one, two = codes[left], codes[right]
        known = (one >= 0) & (two >= 0)
        same[name], other[name] = known & (one == two), known & (one != two)
    near_name = other["name"] & _near(columns["name"], left, right, other["name"])
    agreed = {
        "same_id_number": same["id_number"],
        "same_name": same["name"],
        "near_name": near_name,
        "other_name": other["name"] & ~near_name,
        "same_birth_date": same["birth_date"],
        "same_phone": same["phone"],
        "same_address": same["address"],
        "near_address": other["address"] & _near(columns["address"], left, right, other["address"]),
        "same_household": same["household_id"],
        "other_birth_date": other["birth_date"],
        "other_sex": other["sex"],
        "other_id_number": other["id_number"],
    }
    return {name: np.asarray(flags, np.bool_) for name, flags in agreed.items()}


def _near(values: NDArray[np.object_], left: Rows, right: Rows, asked: Flags) -> Flags:
    """Whether two texts are alike, of the pairs asked about."""
    near = np.zeros(len(left), np.bool_)
    one, two = values[left[asked]].tolist(), values[right[asked]].tolist()
    near[asked] = cpdist(one, two, scorer=fuzz.ratio, dtype=np.float32) >= weight(NEAR_FROM)
    return near


def _reasons(agreed: dict[str, Flags], n: int) -> NDArray[np.object_]:
    """(n,) the names of what holds of each pair; a text is made per distinct pattern."""
    if n == 0:
        return np.zeros(0, object)
    names = list(agreed)
    bits = np.zeros(n, np.int64)
    for at, flags in enumerate(agreed.values()):
        bits |= flags.astype(np.int64) << at
    patterns, codes = np.unique(bits, return_inverse=True)
    texts = [
        ";".join(name for at, name in enumerate(names) if int(pattern) >> at & 1)
        for pattern in patterns
    ]
    return np.array(texts, object)[codes]


def in_words(reasons: str, language: str) -> str:
    """The reasons of a pair read out.

    Example:
        >>> in_words("same_name;same_phone", "zh")
        '姓名相同、联系电话相同'
    """
    told = [agreements()[name] for name in reasons.split(";") if name]
    if language == "zh":
        return "、".join(each.zh for each in told)
    return ", ".join(each.en for each in told)


def duplicate_households(
    persons: pd.DataFrame, pairs: pd.DataFrame, *, known_apart: Collection[tuple[str, str]] = ()
) -> pd.DataFrame:
    """Pairs of households that hold the same people by these pairs of persons.

    Args:
        persons: `person_id` and `household_id`.
        pairs: of `find_duplicates`.
        known_apart: pairs of household ids that are settled.

    Returns:
        `left` < `right` (household ids), `shared` (people in both), `of` (members of the smaller
        one), most shared first. Records that contradict each other count for nothing.
    """
    home = persons.set_index("person_id")["household_id"]
    sound = pairs[~pairs["contradicts"].astype(bool)]
    both = pd.DataFrame({"one": sound["left"].map(home), "two": sound["right"].map(home)}).dropna()
    both = both[both["one"] != both["two"]].astype(object)
    ends = np.sort(both.to_numpy(dtype=str), axis=1) if len(both) else np.zeros((0, 2), object)
    found = pd.DataFrame(ends, columns=["left", "right"])
    counted = found.groupby(["left", "right"], as_index=False).size()
    counted = counted.rename(columns={"size": "shared"})
    size = home.dropna().value_counts()
    counted["of"] = np.minimum(
        counted["left"].map(size).to_numpy(), counted["right"].map(size).to_numpy()
    ).astype(np.int64)
    if known_apart:
        apart = pd.MultiIndex.from_tuples([tuple(sorted(pair)) for pair in known_apart])
        counted = counted[~pd.MultiIndex.from_frame(counted[["left", "right"]]).isin(apart)]
    return counted.sort_values(
        ["shared", "left", "right"], ascending=[False, True, True], ignore_index=True
    )
