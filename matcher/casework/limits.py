"""Limits of casework that no decision of the law packs answers: dated, cited, or the office's own.

The table `data/casework/limits.csv` marks each row as `law`, with the rule it rests on, or as
`office_setting`, where no text says. The nearest place with a row in force answers.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache

from matcher.domain.decision import Citation
from matcher.errors import UnknownCode
from matcher.policy.catalogue import wider_places
from matcher.policy.coverage.rules import UNKNOWN_DAY, LedgerRule, later_law, source_rules
from matcher.reference.paths import path

FULL_DAY = 10
"""Letters of a day that is known to the day."""


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit in a place on a day.

    Attributes:
        value: the number, in `unit`.
        zh, en: the sentence that reads it out.
        set_by: the place whose text it is; None for a setting of the office.
        citation: where it stands; None for a setting of the office.
    """

    name: str
    value: float
    unit: str
    zh: str
    en: str
    set_by: str | None
    citation: Citation | None


@cache
def _rows() -> tuple[dict[str, str], ...]:
    with path("casework", "limits.csv").open(encoding="utf-8", newline="") as handle:
        return tuple(csv.DictReader(handle))


def limit(name: str, place: str, on: date) -> Limit | None:
    """The limit that holds in a place on a day; None where nobody has set one.

    Example:
        >>> found = limit("stock_ratio", "cn/jiangsu/nantong", date(2026, 11, 2))
        >>> found.value, found.citation.rule
        (1.0, 'js-vacancy-stock-ratio')
        >>> limit("stock_ratio", "cn/shanxi", date(2026, 11, 2)) is None
        True
    """
    begun = [
        row
        for row in _rows()
        if row["limit"] == name and (not row["since"] or row["since"] <= on.isoformat())
    ]
    for at in (*wider_places(place), ""):
        here = [row for row in begun if row["place"] == at]
        if here:
            return _limit(max(here, key=lambda row: row["since"]))
    return None


def office_limit(name: str, place: str, on: date) -> float:
    """A limit that somebody always sets, the office if no text does.

    Raises:
        UnknownCode: nobody has set it.

    Example:
        >>> office_limit("post_check", "cn/shanxi", date(2026, 11, 2))
        30.0
    """
    found = limit(name, place, on)
    if found is None:
        raise UnknownCode(code=name, table="casework/limits.csv")
    return found.value


def _limit(row: dict[str, str]) -> Limit:
    return Limit(
        name=row["limit"],
        value=float(row["value"]),
        unit=row["unit"],
        zh=row["zh"],
        en=row["en"],
        set_by=row["place"] or None,
        citation=citation_of(row["rule"]) if row["rule"] else None,
    )


@cache
def _rules() -> dict[str, LedgerRule]:
    return {rule.id: rule for rule in (*source_rules(), *later_law())}


def citation_of(rule: str) -> Citation:
    """Where a rule of the coverage ledger stands.

    Example:
        >>> citation_of("zj-post-reclaim").article
        '第三部分'
    """
    found = _rules()[rule]
    known = found.date != UNKNOWN_DAY and len(found.date) == FULL_DAY
    return Citation(
        rule=rule,
        document=found.document,
        number=found.number,
        since=date.fromisoformat(found.date) if known else None,
        article=found.article,
        words=found.words or None,
        grade=found.grade,
    )
