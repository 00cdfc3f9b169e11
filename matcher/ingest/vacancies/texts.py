"""Skills and certificates that a posting asks for in its title and description only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from matcher.ingest.conversion import Conversion
from matcher.ingest.reading.cells import Cells, cells_of, fragments, spread_text
from matcher.ingest.remarks import Remark
from matcher.reference.columns import LIST_SEPARATOR
from matcher.text.skills import Table, asked_in_texts
from matcher.text.titles.noise import bare_title

FROM_TEXT: dict[str, tuple[Table, str]] = {
    "skills_wanted": ("skills", "skills_from_text"),
    "certificates_required": ("certificates", "certificates_from_text"),
}
"""Column of the catalogue to its table and to the key of `extra` that holds what texts say."""


def ask_texts(work: Conversion) -> None:
    """What texts ask for where the column is empty goes into `extra`, under its own key.

    The columns themselves stay empty: what a sentence seems to say excludes nobody, it is there to
    be asked about. The key says something only while the column is empty. A certificate that no
    entry means is reported and not guessed at.
    """
    for column, (table, key) in FROM_TEXT.items():
        stated = work.values(column).notna().to_numpy(np.bool_) | work.is_erased(column)
        stated |= _has_key(work, key)
        title = work.cells["title"].without(stated)
        asked = asked_in_texts(
            table, [word and bare_title(word) for word in _words(title)], titles=True
        )
        said = _spread(title, asked.asked)
        description = work.cells.get("description")
        if description is not None:
            description = description.without(stated)
            asked = asked_in_texts(table, _words(description))
            more = _spread(description, asked.asked)
            said = (said + LIST_SEPARATOR + more).fillna(said).fillna(more)
            if table == "certificates":
                _report(work, description, asked.unknown)
        if said.notna().any():
            cells = cells_of(key, pa.array(said, pa.string(), from_pandas=True))
            work.extra.append(fragments(key, cells, [_once(word) for word in cells.words]))


def _has_key(work: Conversion, key: str) -> NDArray[np.bool_]:
    """(n_rows,) does the row carry the key already, as our own export does?"""
    has = np.zeros(work.n_rows, np.bool_)
    for part in work.extra:
        found = pc.match_substring(part, f'"{key}":').fill_null(False)
        has |= found.to_numpy(zero_copy_only=False)
    return has


def _words(cells: Cells) -> list[str | None]:
    """The distinct words; None for one that no row has any more."""
    used = np.zeros(len(cells.words), np.bool_)
    used[cells.codes[cells.is_filled]] = True
    return [word if kept else None for word, kept in zip(cells.words, used, strict=True)]


def _spread(cells: Cells, of_words: Sequence[str | None]) -> pd.Series[Any]:
    return spread_text(cells.codes, list(of_words))


def _once(items: str) -> str:
    return LIST_SEPARATOR.join(dict.fromkeys(items.split(LIST_SEPARATOR)))


def _report(work: Conversion, cells: Cells, unknown: Sequence[str | None]) -> None:
    """A certificate that the table does not know, with its name."""
    rows = np.flatnonzero(cells.flags([word is not None for word in unknown])).astype(np.int64)
    if len(rows):
        names = np.array([*("" if word is None else word for word in unknown), ""], dtype=object)
        told = "不在证书目录中；已读入，岗位描述里的证书要求请人工核对"
        work.warnings.append(
            Remark("unknown_certificate", cells.heading, told, rows, names[cells.codes[rows]])
        )
