"""One vocabulary for both sides of the market, and the columns of text in terms of it.

Distinct cells are read once; skills and certificates stand in their one spelling, so that the same
thing has the same term whoever wrote it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.market.arrays import Csr, Terms
from matcher.reference.columns import LIST_SEPARATOR
from matcher.text.normalise import normalise, split_list, terms
from matcher.text.skills import Table, canonical_lists

Split = Callable[[str], Iterable[str]]
FOUND = ("skills_from_text", "certificates_from_text")
"""Keys of `extra`; an import writes one where the stated column is empty."""


@dataclass(frozen=True, slots=True)
class TextColumn:
    """A column of cells as terms of a draft: `cells.row(code[i])` are those of row i."""

    code: NDArray[np.int64]
    cells: Csr


@dataclass(slots=True)
class Draft:
    """A vocabulary while it is being collected; the numbers it gives are in order of appearance."""

    number: dict[str, int] = field(default_factory=dict)

    def read(self, cells: pd.Series[Any], split: Split) -> TextColumn:
        """A column in terms of the draft; missing cells have none."""
        code, distinct = pd.factorize(cells)
        number = self.number
        rows = [[number.setdefault(term, len(number)) for term in split(str(c))] for c in distinct]
        rows.append([])  # for missing cells, whose code is -1
        offsets = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
        values = np.fromiter((term for row in rows for term in row), np.int32, int(offsets[-1]))
        return TextColumn(np.where(code < 0, len(distinct), code), Csr(offsets, values))

    def sorted_words(self) -> tuple[tuple[str, ...], NDArray[np.int32]]:
        """All words in order, and the place in it of each number of the draft."""
        words = np.array(list(self.number), dtype=object)
        order = np.argsort(words) if len(words) else np.empty(0, np.int64)
        place = np.empty(len(words), np.int32)
        place[order] = np.arange(len(words), dtype=np.int32)
        return tuple(words[order]), place


def rows_of(columns: Sequence[TextColumn], place: NDArray[np.int32]) -> Csr:
    """The terms of several columns together, row by row, ascending and each once.

    Args:
        columns: at least one, of equal length.
        place: of each number of the draft, its place in a vocabulary that may have more words.
    """
    n_rows, n_terms = len(columns[0].code), int(place.max(initial=0)) + 1
    keys = []
    for column in columns:
        taken = column.cells.take(column.code)
        row = np.repeat(np.arange(n_rows, dtype=np.int64), np.diff(taken.offsets))
        keys.append(row * n_terms + place[taken.values])
    every = np.concatenate(keys)
    every.sort()
    first = np.ones(len(every), dtype=bool)
    first[1:] = every[1:] != every[:-1]
    row, term = np.divmod(every[first], n_terms)
    offsets = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=n_rows))])
    return Csr(offsets.astype(np.int64), term.astype(np.int32))


def weighted(words: tuple[str, ...], vacancy_text: Csr) -> Terms:
    """The vocabulary with the weight of each term among these vacancies."""
    df = np.bincount(vacancy_text.values, minlength=len(words))
    return Terms(words, (np.log((1 + len(vacancy_text)) / (1 + df)) + 1).astype(np.float32))


def canonical(table: Table, cells: pd.Series[Any]) -> pd.Series[Any]:
    """List cells with every known skill or certificate in its one spelling."""
    code, distinct = pd.factorize(cells)
    spelled = [*canonical_lists(table, [str(cell) for cell in distinct]).cells, None]
    return pd.Series(np.array(spelled, dtype=object)[code], dtype="str")


def item_terms(cell: str) -> tuple[str, ...]:
    """The items of a list cell, each as one term.

    Example:
        >>> item_terms("老人护理;CAD制图")
        ('老人护理', 'cad制图')
    """
    return tuple(normalise(item) for item in cell.split(LIST_SEPARATOR))


def list_terms(cell: str) -> tuple[str, ...]:
    """The items of a list cell and the terms inside them.

    Example:
        >>> list_terms("老人护理")
        ('老人护理', '老人', '人护', '护理')
    """
    found = (term for item in split_list(cell) for term in (normalise(item), *terms(item)))
    return tuple(dict.fromkeys(found))


def found_in_texts(vacancies: pd.DataFrame) -> pd.DataFrame:
    """Skills and certificates that titles and descriptions of vacancies ask for.

    Args:
        vacancies: with or without a column `extra` of JSON objects.

    Returns:
        A frame on the same index with the columns `FOUND`, list cells; NA where nothing was found.

    Example:
        >>> extra = ['{"skills_from_text": "日常保洁;园林绿化"}', '{"logo": "x.png"}', None]
        >>> found_in_texts(pd.DataFrame({"extra": extra}))["skills_from_text"].tolist()
        ['日常保洁;园林绿化', nan, nan]
    """
    if "extra" not in vacancies:
        return pd.DataFrame(index=vacancies.index, columns=list(FOUND), dtype="str")
    extra = vacancies["extra"].astype("str")
    told = extra.str.contains("_from_text", regex=False, na=False)
    code, distinct = pd.factorize(extra.where(told))
    read = [json.loads(cell) for cell in distinct] + [{}]
    return pd.DataFrame(
        {
            name: np.array([_cell(row.get(name)) for row in read], dtype=object)[code]
            for name in FOUND
        },
        index=vacancies.index,
        dtype="str",
    )


def _cell(value: object) -> str | None:
    """A list cell; anything else in a foreign file's `extra` says nothing."""
    return value if isinstance(value, str) and value.strip() else None
