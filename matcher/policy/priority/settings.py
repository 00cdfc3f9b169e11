"""What the order of people rests on beside the tiers: the law's word, or the office's own setting.

The table `data/policy/priority.csv` marks each row as `law`, with the rule it cites, or as
`office_setting`, where no text says. The nearest place with a row in force answers.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache

from matcher.domain.decision import Citation
from matcher.errors import UnknownCode
from matcher.policy.catalogue import wider_places
from matcher.policy.law import Law
from matcher.reference.paths import path

SECOND_MEMBER, TIES = "second_member_keeps_tier", "order_of_ties"
NO_PLACE = ""


class Basis(StrEnum):
    """Whether a text says so, or the office has set it because none does."""

    LAW = "law"
    OFFICE_SETTING = "office_setting"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of the order in a place on a day.

    Attributes:
        name: `second_member_keeps_tier` or `order_of_ties`.
        value: `yes` or `no`, or the parts of the order of ties joined by `;`.
        basis: a text, or the office.
        zh, en: the sentence that reads it out.
        set_by: the place whose text it is; None for a setting of the office.
        citation: where it stands; None for a setting of the office.
    """

    name: str
    value: str
    basis: Basis
    zh: str
    en: str
    set_by: str | None = None
    citation: Citation | None = None


@dataclass(frozen=True, slots=True)
class _Row:
    name: str
    place: str
    since: date | None
    value: str
    basis: Basis
    rule: str
    zh: str
    en: str


@cache
def _rows() -> tuple[_Row, ...]:
    with path("policy", "priority.csv").open(encoding="utf-8", newline="") as handle:
        return tuple(
            _Row(
                name=row["setting"],
                place=row["place"],
                since=date.fromisoformat(row["since"]) if row["since"] else None,
                value=row["value"],
                basis=Basis(row["basis"]),
                rule=row["rule"],
                zh=row["zh"],
                en=row["en"],
            )
            for row in csv.DictReader(handle)
        )


def setting(law: Law, name: str) -> Setting:
    """The setting that holds in a law's place on its day.

    Raises:
        UnknownCode: the table has no such setting.

    Example:
        >>> law = Law.on_day("cn/heilongjiang/harbin", date(2008, 1, 1), layer="source")
        >>> found = setting(law, "second_member_keeps_tier")
        >>> found.value, found.basis.value, found.citation.rule
        ('yes', 'law', 'hrb-three-month-placement')
    """
    rows = [row for row in _rows() if row.name == name]
    begun = [row for row in rows if row.since is None or row.since <= law.on]
    for place in (*wider_places(law.place), NO_PLACE):
        here = [row for row in begun if row.place == place]
        if here:
            return _setting(law, max(here, key=lambda row: row.since or date.min))
    names = tuple(sorted({row.name for row in _rows()}))
    raise UnknownCode(code=name, table="policy/priority.csv", nearest=names)


def _setting(law: Law, row: _Row) -> Setting:
    cited = {rule: citation for pack in law.packs.packs for rule, citation in pack.sources.items()}
    return Setting(
        name=row.name,
        value=row.value,
        basis=row.basis,
        zh=row.zh,
        en=row.en,
        set_by=row.place or None,
        citation=cited.get(row.rule),
    )
