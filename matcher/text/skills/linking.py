"""Skills and certificates to one spelling each, by a dictionary with synonyms.

A word that no entry means stays unknown: it is never forced onto the nearest entry. The tables are
`data/skills/skills.csv` and `data/skills/certificates.csv`.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
from rapidfuzz import fuzz, process

from matcher.reference.paths import path
from matcher.text.normalise import distinct, normalise, split_list

Table = Literal["skills", "certificates"]

NEAR_SPELLING = 88
"""Least rapidfuzz ratio (0..100) of a near spelling: one sign too many in five, a wrong in nine."""
SHORTEST_NEAR = 5
"""Characters; shorter words have near neighbours that mean something else (焊工证, 车工证)."""

_CHUNK = 4096
_BRACKETS = re.compile(r"[()\[\]【】]")
_LATIN = re.compile(r"[0-9a-z+#]+")


@dataclass(frozen=True, slots=True)
class Entry:
    """One skill or certificate of the table.

    Attributes:
        code: its id in the table.
        zh, en: its names; `zh` is the spelling that records carry.
        group: the trade or kind it belongs to.
        synonyms: other wordings.
        occupation_codes: occupations of CSCO 2022 that use it.
    """

    code: str
    zh: str
    en: str
    group: str
    synonyms: tuple[str, ...]
    occupation_codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LinkedLists:
    """List cells with every known item in its one spelling.

    Attributes:
        cells: one per cell given, items joined by `;`, each once; None where there is no item.
        unknown: item as written, and how many cells carry it; those stay in the cells.
    """

    cells: list[str | None]
    unknown: dict[str, int]


@cache
def entries(table: Table) -> dict[str, Entry]:
    """The table by Chinese name.

    Example:
        >>> entries("certificates")["健康证"].en
        'health certificate'
    """
    with path("skills", f"{table}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        row["zh"]: Entry(
            row["skill_id" if table == "skills" else "certificate_id"],
            row["zh"],
            row["en"],
            row["group"],
            _items(row["synonyms"]),
            _items(row["occupation_codes"]),
        )
        for row in rows
    }


def link_skills(items: Sequence[str | None]) -> list[str | None]:
    """The one spelling of each skill, or None where the table has no such skill.

    Tried in turn: the name or a synonym; the same after words like 熟练 or 技术 are taken off; a
    near spelling of at least `NEAR_SPELLING`, of `SHORTEST_NEAR` characters, with the same digits
    and letters, that points at one entry only. Equal items are worked on once.

    Example:
        >>> link_skills(["打扫卫生", "熟练电焊", "ＣＡＤ", "屠龙", None])
        ['日常保洁', '焊接', 'cad制图', None, None]
    """
    return _link("skills", items)


def link_certificates(items: Sequence[str | None]) -> list[str | None]:
    """The one spelling of each certificate, or None; in the way of `link_skills`.

    Example:
        >>> link_certificates(["电工证（低压）", "C1驾照", "高级育婴师证书", "飞船证"])
        ['低压电工证', '驾驶证C1', '育婴员证', None]
    """
    return _link("certificates", items)


def canonical_lists(table: Table, cells: Sequence[str | None]) -> LinkedLists:
    """List cells with every item the table knows in its one spelling; others stay as written.

    Example:
        >>> linked = canonical_lists("skills", ["做饭、打扫卫生；屠龙", None])
        >>> linked.cells, linked.unknown
        (['家庭餐制作;日常保洁;屠龙', None], {'屠龙': 1})
    """
    codes, cells_once = distinct(cells)
    split = [split_list(cell) for cell in cells_once]
    words = list(dict.fromkeys(item for items in split for item in items))
    known = dict(zip(words, _link(table, words), strict=True))
    joined = [
        ";".join(dict.fromkeys(known[item] or item.replace(";", ",") for item in items)) or None
        for items in split
    ]
    joined.append(None)
    times = np.bincount(codes[codes >= 0], minlength=len(split))
    unknown: Counter[str] = Counter()
    for items, count in zip(split, times, strict=True):
        unknown.update({item: int(count) for item in items if known[item] is None})
    return LinkedLists([joined[code] for code in codes], dict(unknown.most_common()))


def _link(table: Table, items: Sequence[str | None]) -> list[str | None]:
    codes, items_once = distinct(items)
    spellings = [normalise(item).replace(" ", "") for item in items_once]
    found = [_exact(table, spelling) for spelling in spellings]
    open_at = [at for at, name in enumerate(found) if name is None]
    for start in range(0, len(open_at), _CHUNK):
        part = open_at[start : start + _CHUNK]
        for at, name in zip(part, _near(table, [spellings[at] for at in part]), strict=True):
            found[at] = name
    found.append(None)
    return [found[code] for code in codes]


def _exact(table: Table, spelling: str) -> str | None:
    dictionary = _dictionary(table)
    if spelling in dictionary:
        return dictionary[spelling]
    front, back = _dressing(table)
    suffix = "证" if table == "certificates" else ""
    for whole in (spelling, front.sub("", spelling), _BRACKETS.sub("", spelling)):
        without = back.sub("", whole)
        for form in (whole, without, without + suffix):
            if len(form) > 1 and form in dictionary:
                return dictionary[form]
    return None


def _near(table: Table, spellings: list[str]) -> list[str | None]:
    """A near spelling that points at one entry only; None else."""
    words = _near_words(table)
    names = [_dictionary(table)[word] for word in words]
    scores = process.cdist(
        spellings, words, scorer=fuzz.ratio, score_cutoff=NEAR_SPELLING, dtype=np.uint8, workers=1
    )
    found: list[str | None] = [None] * len(spellings)
    for at in np.flatnonzero(scores.max(axis=1, initial=0)):
        spelling = spellings[at]
        if len(spelling) < SHORTEST_NEAR:
            continue
        best = {
            names[place]
            for place in np.flatnonzero(scores[at] == scores[at].max())
            if _LATIN.findall(words[place]) == _LATIN.findall(spelling)
        }
        found[at] = best.pop() if len(best) == 1 else None
    return found


@cache
def _dictionary(table: Table) -> dict[str, str]:
    return {
        normalise(wording).replace(" ", ""): entry.zh
        for entry in reversed(entries(table).values())
        for wording in (*entry.synonyms, entry.zh)
    }


@cache
def _near_words(table: Table) -> list[str]:
    return [word for word in _dictionary(table) if len(word) >= SHORTEST_NEAR - 1]


@cache
def _dressing(table: Table) -> tuple[re.Pattern[str], re.Pattern[str]]:
    with path("skills", "dressing.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["table"] == table]

    def joined(place: str) -> str:
        words = [normalise(row["word"]) for row in rows if row["place"] == place]
        return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))

    return re.compile(f"^(?:{joined('front')})"), re.compile(f"(?:{joined('back')})$")


def _items(cell: str) -> tuple[str, ...]:
    return tuple(cell.split(";")) if cell else ()
