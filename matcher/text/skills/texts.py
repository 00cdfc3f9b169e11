"""What titles and descriptions say of skills and certificates, in the one spelling of each.

Words of the dictionary are found wherever they stand, the longest first; what a clause says around
them decides. Nothing here is more than a guess: a certificate found so is one to ask about.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

from matcher.reference.paths import path
from matcher.text.normalise import distinct, normalise
from matcher.text.skills.linking import Table, entries, link_certificates, link_skills

_SIGN = "□"
_CLAUSE = re.compile(r"[,。;!?:\n]|\.(?!\d)|(?<=\d)\.(?=[^\d])|(?<![a-z0-9+#]) | (?![a-z0-9+#])")
_ADDRESS = re.compile(r"(?:https?://|www\.)[\x21-\x7e]*")
_PAPER_OF_IT = re.compile(".{0,3}证")  # 无需焊工证 does not say that nobody need weld
_IS_PAPER = re.compile(r"(?:证|证书|证明|执照|驾照|照|资格)$")
_JOINED = rf"^[{_SIGN}、和及或与等均都皆也的证书资格]*"
_PAPER = re.compile(
    r"(?:持有?|具备|具有|取得|考取|需有?|须有?|有)([一-鿿a-z0-9()]{1,9}?证)"
    r"(?:书|$|[^一-鿿]|[者的优、和或及以])"
)
_SKILL = re.compile(r"(?:熟练掌握|熟练使用|熟练操作|精通|擅长|熟悉)([一-鿿a-z0-9+#]{2,10})")
_NO_WORD = re.compile(rf"[{_SIGN}、和或及]|优先|(?:工作|业务|流程|经验|知识|操作|技术|技能|等)+$")
_LATIN = re.compile(r"[a-z0-9]")
_ANY_LICENCE = "驾驶证"


@dataclass(frozen=True, slots=True)
class AskedInTexts:
    """What texts ask for, a row per text.

    Attributes:
        asked: items of the table joined by `;` in the order of the text, each once; None for none.
        ruled_out: likewise, what the text says is not asked for ("无需焊工证").
        unknown: likewise, words that stand where a skill or certificate would and that no entry
            means; they are in neither of the other cells.
    """

    asked: list[str | None]
    ruled_out: list[str | None]
    unknown: list[str | None]


def asked_in_texts(
    table: Table, texts: Sequence[str | None], *, titles: bool = False
) -> AskedInTexts:
    """The skills or certificates that free texts ask for.

    A clause that says 无需 or 不限 rules its items out, up to a word like 会 or 须 that starts a
    new demand; "没有焊工证勿扰" asks for one. What an employer will teach, and what a company says
    of itself, is not asked for. Names of trades that also mean other things (保险, 物业) count in
    titles only. A near spelling counts after words like 持有 or 熟练掌握. Equal texts are worked on
    once.

    Args:
        table: `skills` or `certificates`.
        texts: normalised or not; None for no text.
        titles: the texts are titles.

    Example:
        >>> told = asked_in_texts("certificates", ["持焊工证，无需电工证", "持有飞船证", None])
        >>> told.asked, told.ruled_out, told.unknown
        (['焊工证', None, None], ['低压电工证', None, None], [None, '飞船证', None])
        >>> asked_in_texts("skills", ["会电焊、做饭，公司主营家政"]).asked
        ['焊接;家庭餐制作']
    """
    codes, texts_once = distinct(texts)
    read = [_Read(table, text, titles) for text in texts_once]
    words = list(dict.fromkeys(word for each in read for word in each.open))
    link = link_skills if table == "skills" else link_certificates
    known = dict(zip(words, link(words), strict=True))
    rows = [
        (
            _joined([*each.asked, *(known[word] or "" for word in each.open)]),
            _joined(each.ruled_out),
            _joined(word for word in each.open if known[word] is None),
        )
        for each in read
    ]
    rows.append((None, None, None))
    asked, ruled_out, unknown = ([rows[code][part] for code in codes] for part in range(3))
    return AskedInTexts(asked, ruled_out, unknown)


class _Read:
    """One text: items asked for, ruled out, and words in their place that are still open."""

    def __init__(self, table: Table, text: str, is_title: bool) -> None:
        self.asked: list[str] = []
        self.ruled_out: list[str] = []
        self.open: list[str] = []
        clauses = _CLAUSE.split(_ADDRESS.sub(" ", normalise(text)))
        for clause, after in zip(clauses, [*clauses[1:], ""], strict=True):
            if clause:
                self._clause(table, clause.replace(" ", ""), after, is_title)

    def _clause(self, table: Table, clause: str, after: str, is_title: bool) -> None:
        found = _spans(table, is_title).finditer(clause)
        spans = [span for span in found if _is_whole(clause, span)]
        if not spans and not _may_be_open(table, clause):
            return
        masked = _masked(clause, spans)
        if _words("taught").search(masked) and not is_title:
            return
        about = _words("about").search(masked) if not is_title else None
        has_cue = _words("cue").search(clause) is not None
        for span in spans:
            word = span.group()
            if about and about.start() < span.start():
                continue
            if table == "certificates" and not _IS_PAPER.search(word) and not has_cue:
                continue
            if not _is_ruled_out(masked, span.start(), span.end(), after):
                self.asked.append(_wordings(table)[word])
            elif table == "certificates" or not _PAPER_OF_IT.match(clause, span.end()):
                self.ruled_out.append(_wordings(table)[word])
        self.open += _open_words(table, masked, after)


def _is_ruled_out(masked: str, start: int, end: int, after: str) -> bool:
    """Does the clause say that what stands there is not asked for?"""
    if masked[:start].endswith("不") or _after_no().search(masked[end:]):
        return True
    said = list(_words("no_before").finditer(masked[:start]))
    if not said or _words("strict").search(masked[end:] + after[:6]):
        return False
    between = masked[said[-1].end() : start]
    while turned := _words("turn").match(between):
        between = between[turned.end() :]
    return _words("turn").search(between) is None


def _may_be_open(table: Table, clause: str) -> bool:
    return (_SKILL if table == "skills" else _PAPER).search(clause) is not None


def _open_words(table: Table, masked: str, after: str) -> list[str]:
    """Words that stand where an item would and are none of the dictionary."""
    found = []
    for told in (_SKILL if table == "skills" else _PAPER).finditer(masked):
        word = _NO_WORD.split(told.group(1))[0] if table == "skills" else told.group(1)
        if len(word) > 1 and not _is_ruled_out(masked, told.start(1), told.end(1), after):
            found.append(word)
    return [word for word in found if _SIGN not in word]


def _masked(clause: str, spans: Iterable[re.Match[str]]) -> str:
    """The clause with a sign in place of every character of an item."""
    signs = list(clause)
    for span in spans:
        signs[span.start() : span.end()] = _SIGN * (span.end() - span.start())
    return "".join(signs)


def _joined(names: Iterable[str]) -> str | None:
    kept = list(dict.fromkeys(filter(None, names)))
    if any(name != _ANY_LICENCE and name.startswith(_ANY_LICENCE) for name in kept):
        kept = [name for name in kept if name != _ANY_LICENCE]
    return ";".join(kept) or None


@cache
def _wordings(table: Table) -> dict[str, str]:
    """Every wording, and of a certificate also with the usual endings, to its entry."""
    found: dict[str, str] = {}
    for entry in reversed(entries(table).values()):
        for wording in (*entry.synonyms, entry.zh):
            found[normalise(wording).replace(" ", "")] = entry.zh
    if table == "certificates":
        for word, name in list(found.items()):
            endings = ("证", "证书", "资格证", "照", "驾照", "驾驶证")
            for ending in ("书",) if word.endswith("证") else endings:
                found.setdefault(word + ending, name)
    return found


@cache
def _spans(table: Table, is_title: bool) -> re.Pattern[str]:
    """One pattern of all wordings, as a tree so that the longest is found fast."""
    left_out = frozenset() if is_title else _listed("not_alone")
    tree = _Node()
    for word in _wordings(table):
        if len(word) > 1 and word not in left_out:
            tree.add(word)
    return re.compile(tree.pattern())


@dataclass(slots=True)
class _Node:
    """A beginning shared by wordings."""

    next: dict[str, _Node] = field(default_factory=dict)
    ends: bool = False

    def add(self, word: str) -> None:
        node = self
        for sign in word:
            node = node.next.setdefault(sign, _Node())
        node.ends = True

    def pattern(self) -> str:
        if not self.next:
            return ""
        parts = [re.escape(sign) + node.pattern() for sign, node in sorted(self.next.items())]
        return f"(?:{'|'.join(parts)})" + ("?" if self.ends else "")


def _is_whole(clause: str, span: re.Match[str]) -> bool:
    """Does the item neither begin nor end inside a Latin word?"""
    return not any(
        0 < at < len(clause) and _LATIN.match(clause[at - 1]) and _LATIN.match(clause[at])
        for at in span.span()
    )


@cache
def _listed(kind: str) -> frozenset[str]:
    with path("skills", "text_words.csv").open(encoding="utf-8", newline="") as file:
        return frozenset(normalise(r["word"]) for r in csv.DictReader(file) if r["kind"] == kind)


@cache
def _words(kind: str) -> re.Pattern[str]:
    return re.compile(_either(kind))


@cache
def _after_no() -> re.Pattern[str]:
    return re.compile(_JOINED + f"(?:{_either('no_after')})")


def _either(kind: str) -> str:
    return "|".join(map(re.escape, sorted(_listed(kind), key=lambda word: (-len(word), word))))
