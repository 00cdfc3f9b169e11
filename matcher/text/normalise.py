"""One spelling of a text, its list items, and the terms by which texts are matched.

Nothing here knows what a word means: codes for titles, skills and places are given elsewhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

SHORT_ITEM = 12  # characters; an item up to this length is a term of its own
LONG_KOREAN_WORD = 4  # syllables; a word from this length is also cut into pairs

_EMOJI = (
    (0x2190, 0x21FF),  # arrows
    (0x2300, 0x23FF),  # technical signs, watches
    (0x2500, 0x2BFF),  # lines, shapes, dingbats, stars
    (0xE000, 0xF8FF),  # private use
    (0xFE00, 0xFE0F),  # variation selectors
    (0x1F000, 0x1FAFF),  # pictographs
    (0xE0000, 0xE01EF),  # tags, further variation selectors
    (0xF0000, 0x10FFFF),  # private use
)
_UNSEEN = re.compile(
    "["
    + "".join(f"{chr(first)}-{chr(last)}" for first, last in _EMOJI)
    # soft hyphen, zero-width and direction marks, byte order mark, broken character, surrogates
    + "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    + "\u2060-\u206f\ufeff\ufff9-\uffff\ud800-\udfff\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]"
)
_SPACES = re.compile(r"\s+")

_ALWAYS_SPLIT = ";；\n\r"
_SPLIT_OUTSIDE_BRACKETS = "、，,|｜\t"
_OPEN, _CLOSE = "([{（［【《", ")]}）］】》"
_SPLITTERS = re.compile(f"[{_ALWAYS_SPLIT}{_SPLIT_OUTSIDE_BRACKETS}]")

_HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff々〇"
_HANGUL = "\uac00-\ud7a3\u1100-\u11ff\u3130-\u318f"
_LETTERS = f"[^\\W_{_HAN}{_HANGUL}]+"
_RUN = re.compile(f"([{_HAN}]+)|([{_HANGUL}]+)|({_LETTERS}(?:\\.{_LETTERS})*[+#]*)")
_BETWEEN_ITEMS = re.compile(r"[^\w+#.&\-/' ]+|(?<=\s)[-/.&']+(?=\s)")


def normalise(text: str) -> str:
    """The one spelling of a text: NFKC, folded case, single spaces, no unseen signs or emoji.

    Full-width letters become half-width, `￥` becomes `¥`; punctuation stays. Idempotent.

    Example:
        >>> normalise(" ＡＢＣ电焊工　🔥急聘 ")
        'abc电焊工 急聘'
        >>> normalise("")
        ''
    """
    while True:
        once = _fold(text)
        if once == text:
            return once
        text = once


def _fold(text: str) -> str:
    seen = text if text.isascii() and text.isprintable() else _UNSEEN.sub("", text)
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", seen).casefold())
    return _SPACES.sub(" ", folded).strip()


def split_list(text: str) -> tuple[str, ...]:
    """The items of a list cell, as written, trimmed, in order, each once.

    Semicolons and line ends always part items; commas, `、`, bars and tabs only outside brackets,
    a comma not between two digits. Two items of one normalised spelling are one.

    Example:
        >>> split_list("保洁；老人护理、保洁，电工证（低压、高压）")
        ('保洁', '老人护理', '电工证（低压、高压）')
        >>> split_list(" ； ")
        ()
    """
    found: dict[str, str] = {}
    for item in _pieces(text):
        key = normalise(item)
        if key:
            found.setdefault(key, item.strip())
    return tuple(found.values())


def _pieces(text: str) -> list[str]:
    if not _SPLITTERS.search(text):
        return [text]
    pieces, start, depth = [], 0, 0
    for at, sign in enumerate(text):
        if sign in _OPEN:
            depth += 1
        elif sign in _CLOSE:
            depth = max(depth - 1, 0)
        elif sign in _ALWAYS_SPLIT or (
            sign in _SPLIT_OUTSIDE_BRACKETS and not depth and not _inside_number(text, at)
        ):
            pieces.append(text[start:at])
            start = at + 1
            depth = 0
    return [*pieces, text[start:]]


def _inside_number(text: str, at: int) -> bool:
    return text[at] in ",，" and text[at - 1 : at].isdigit() and text[at + 1 : at + 2].isdigit()


def terms(text: str) -> tuple[str, ...]:
    """The terms by which a title, skill or free text is matched, in order, each once.

    Chinese runs give their character pairs (a single character itself); Latin and number runs
    give words, with a trailing `+` or `#` kept; Korean runs give words, from four syllables on
    also their pairs. An item of at most twelve characters between punctuation is a term too.

    Example:
        >>> terms("保洁员")
        ('保洁员', '保洁', '洁员')
        >>> terms("C++开发")
        ('c++开发', 'c++', '开发')
        >>> terms("품질관리")
        ('품질관리', '품질', '질관', '관리')
    """
    found: dict[str, None] = {}
    for piece in _BETWEEN_ITEMS.split(normalise(text)):
        item = piece.strip(" .-/&'")
        if not item:
            continue
        if len(item) <= SHORT_ITEM:
            found[item] = None
        for han, hangul, word in _RUN.findall(item):
            if han:
                found.update(dict.fromkeys(_pairs(han)))
            elif hangul:
                found[hangul] = None
                if len(hangul) >= LONG_KOREAN_WORD:
                    found.update(dict.fromkeys(_pairs(hangul)))
            else:
                found[word] = None
    return tuple(found)


def _pairs(run: str) -> list[str]:
    if len(run) == 1:
        return [run]
    return [run[at : at + 2] for at in range(len(run) - 1)]


@dataclass(frozen=True, slots=True)
class TermTable:
    """The terms of many texts as ragged rows over one sorted vocabulary.

    Attributes:
        words: (n_terms,) distinct terms, sorted.
        offsets: (n_texts + 1,) int64; row i is `values[offsets[i]:offsets[i + 1]]`.
        values: int32 positions in `words`, ascending and unique inside a row.
    """

    words: tuple[str, ...]
    offsets: NDArray[np.int64]
    values: NDArray[np.int32]

    def row(self, at: int) -> tuple[str, ...]:
        """The terms of one text, in the order of the vocabulary."""
        positions = self.values[self.offsets[at] : self.offsets[at + 1]]
        return tuple(self.words[int(position)] for position in positions)


def distinct(texts: Sequence[str | None]) -> tuple[NDArray[np.int64], list[str]]:
    """Which distinct text each row has, and the distinct texts in order of appearance.

    Returns:
        (n_texts,) int64 positions in the list, -1 where the text is None or NA; and the list.

    Example:
        >>> codes, texts_once = distinct(["b", None, "b"])
        >>> codes.tolist(), texts_once
        ([0, -1, 0], ['b'])
    """
    codes, texts_once = pd.factorize(np.asarray(texts, dtype=object))
    return codes.astype(np.int64), [str(text) for text in texts_once]


def term_table(texts: Sequence[str | None], *, as_list: bool = False) -> TermTable:
    """The terms of every text; equal texts are worked on once.

    Args:
        texts: any sequence of str; None and NA give an empty row.
        as_list: read each text as a list cell, so that an item is never cut at a space or dash.

    Example:
        >>> table = term_table(["保洁", None, "保洁"])
        >>> table.words, table.offsets.tolist(), table.values.tolist()
        (('保洁',), [0, 1, 1, 2], [0, 0])
    """
    codes, texts_once = distinct(texts)
    vocabulary: dict[str, int] = {}
    take = _list_terms if as_list else terms
    rows = [
        [vocabulary.setdefault(term, len(vocabulary)) for term in take(text)] for text in texts_once
    ]
    return _assemble(codes, rows, vocabulary)


def _list_terms(text: str) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(term for item in split_list(text) for term in (normalise(item), *terms(item)))
    )


def _assemble(
    codes: NDArray[np.int64], rows: list[list[int]], vocabulary: dict[str, int]
) -> TermTable:
    words = np.array(list(vocabulary), dtype=object)
    order = np.argsort(words) if len(words) else np.empty(0, np.int64)
    place = np.empty(len(words), np.int32)
    place[order] = np.arange(len(words), dtype=np.int32)
    lengths = np.array([len(row) for row in rows] + [0], dtype=np.int64)  # last: missing text
    flat = place[np.fromiter((at for row in rows for at in row), np.int64, int(lengths.sum()))]
    of_row = np.repeat(np.arange(len(lengths)), lengths)
    flat = flat[np.lexsort((flat, of_row))]
    starts = np.concatenate([[0], np.cumsum(lengths)])
    taken = lengths[codes]  # code -1 is the empty last row
    offsets = np.concatenate([[0], np.cumsum(taken)]).astype(np.int64)
    source = np.repeat(starts[codes % len(lengths)] - offsets[:-1], taken) + np.arange(offsets[-1])
    return TermTable(tuple(words[order]), offsets, flat[source].astype(np.int32))


def normalise_all(texts: Sequence[str | None]) -> NDArray[np.object_]:
    """The normalised spelling of every text; None stays None, equal texts are worked on once.

    Example:
        >>> normalise_all(["Ａ", None]).tolist()
        ['a', None]
    """
    codes, texts_once = distinct(texts)
    spellings = np.array([*(normalise(text) for text in texts_once), None], dtype=object)
    return spellings[codes]
