"""The rules of the ledger as tables: what each says, where it stands, what it is for."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from matcher.reference.paths import path

UNKNOWN_DAY = "unknown"


@dataclass(frozen=True, slots=True)
class LedgerRule:
    """One rule of a document, in our own words.

    Attributes:
        id: the id that packs cite.
        kind: what sort of rule it is; empty for later law.
        date: the document's day as `YYYY-MM-DD`, as much of it as is known, or `unknown`.
        words: where to find it in the text, 20 characters at most; empty for later law.
        handled_by: the decisions that are to rest on it.
        kept_in: the records that hold what it asks for: `persons.skills` (a column of an import),
            `facts.pension_paid` (a fact taken under its own name), `data/...` (a table).
        reason: the code of `data/policy/reasons.csv` that says why it is not decided.
        grade: how surely the text could be read: `read`, `told` or `known`.
    """

    id: str
    place: str
    zh: str
    en: str
    document: str
    number: str | None
    date: str
    article: str | None
    handled_by: tuple[str, ...]
    kept_in: tuple[str, ...]
    reason: str | None
    note: str | None
    kind: str = ""
    words: str = ""
    grade: str = "read"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why rules are not decided by software; `later` names the work that will take them up."""

    code: str
    zh: str
    en: str
    later: str | None


NOT_BUILT = Reason("not_built", "判定尚未建成", "Decision not built yet", "policy")
"""The one reason that is computed: a decision is to rest on the rule, and no pack does it yet."""


def _rows(file: str) -> Iterator[dict[str, str]]:
    with path("policy", file).open(encoding="utf-8", newline="") as handle:
        yield from csv.DictReader(handle)


def _items(text: str) -> tuple[str, ...]:
    return tuple(filter(None, text.split(";")))


def _rule(row: Mapping[str, str]) -> LedgerRule:
    return LedgerRule(
        id=row["rule"],
        place=row["place"],
        zh=row["zh"],
        en=row["en"],
        document=row["document"],
        number=row["number"] or None,
        date=row["date"],
        article=row["article"] or None,
        handled_by=_items(row["handled_by"]),
        kept_in=_items(row["kept_in"]),
        reason=row["reason"] or None,
        note=row["note"] or None,
        kind=row.get("kind", ""),
        words=row.get("words", ""),
        grade=row.get("grade", "read"),
    )


@cache
def source_rules() -> tuple[LedgerRule, ...]:
    """The rules of the source documents, by place in the order of `data/policy/places.csv`.

    Example:
        >>> source_rules()[0].id
        'nat-zef-definition'
    """
    return tuple(_rule(row) for row in _rows("rules.csv"))


@cache
def later_law() -> tuple[LedgerRule, ...]:
    """The law after the source documents that is known of, read or not."""
    return tuple(_rule(row) for row in _rows("current_law.csv"))


@cache
def reasons() -> dict[str, Reason]:
    """Why rules are not decided, by code.

    Example:
        >>> reasons()["later_report"].later
        'casework'
    """
    found = {
        row["code"]: Reason(row["code"], row["zh"], row["en"], row["later"] or None)
        for row in _rows("reasons.csv")
    }
    return found | {NOT_BUILT.code: NOT_BUILT}
