"""Which column of ours each heading of a file means: own names, Chinese names, foreign ones, facts.

In this order: what the user mapped, the catalogue's own names, the usual foreign names of
`data/schema/headers.csv`, the facts of the policy vocabulary. What is left is kept as `extra`.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache

from matcher.documents.tables import heading_key
from matcher.domain.kinds import Column, ColumnType, Kind
from matcher.errors import WrongUse
from matcher.ingest.remarks import REASON_HEADING
from matcher.reference.columns import columns
from matcher.reference.paths import path

EXTRA = "extra"

WORDING_COLUMNS: dict[Kind, tuple[str, ...]] = {
    Kind.VACANCIES: (
        "experience",
        "age",
        "address",
        "employer_kind",
        "employer_info",
        "majors",
        "target_group",
    )
}
"""Columns of foreign files that are no columns of ours but are read into them."""

EXPORTED: dict[Kind, tuple[str, ...]] = {
    Kind.PERSONS: ("facts",),
    Kind.HOUSEHOLDS: ("facts",),
    Kind.EMPLOYERS: ("facts",),
    Kind.VACANCIES: (*("facts", "occupation_confidence", "wage_note", "warnings", "duplicate_of"),),
}
"""Derived columns of our own export, beside `extra`; no form has them."""

_FACTS_OF = {
    "person": Kind.PERSONS,
    "household": Kind.HOUSEHOLDS,
    "vacancy": Kind.VACANCIES,
    "employer": Kind.EMPLOYERS,
}
_BRACKETS = re.compile(r"[(（].*[)）]$")


class Origin(StrEnum):
    """By what a heading was recognised; the earlier wins where two mean one column."""

    MAPPED = "mapped"
    OWN = "own"
    FOREIGN = "foreign"
    FACT = "fact"


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of the policy vocabulary that a file may carry under its own name."""

    name: str
    zh: str
    type: str
    unit: str | None
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """The heading that a column is read from, and how it was recognised."""

    heading: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Plan:
    """What each heading of one file means.

    Attributes:
        columns: our column (or wording column) to its sources, the best first.
        facts: fact name to heading.
        unknown: headings that are kept as `extra`.
        exported: derived column of our own export to heading.
    """

    columns: dict[str, tuple[Source, ...]]
    facts: dict[str, str]
    unknown: tuple[str, ...]
    exported: dict[str, str] = field(default_factory=dict)

    @property
    def recognised(self) -> dict[str, str]:
        """Heading to the column or fact it was read as."""
        of_columns = {
            source.heading: name for name, sources in self.columns.items() for source in sources
        }
        others = self.facts | self.exported
        return of_columns | {heading: name for name, heading in others.items()}


@cache
def facts_of(kind: Kind) -> dict[str, Fact]:
    """The facts whose own names a file of this kind may use as headings, by name."""
    with path("policy", "facts.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["fact"]: Fact(
                row["fact"],
                row["zh"],
                row["type"],
                row["unit"] or None,
                tuple(filter(None, row["values"].split(";"))),
            )
            for row in csv.DictReader(file)
            if _FACTS_OF.get(row["subject"]) is kind
            and (row["type"] != "list" or row["values"])  # lists of records are no cells
        }


@cache
def _own(kind: Kind) -> dict[str, str]:
    named: dict[str, str] = {}
    for column in columns(kind):
        for name in (column.name, column.zh, _BRACKETS.sub("", column.zh)):
            named.setdefault(heading_key(name), column.name)
    return named


@cache
def _foreign(kind: Kind) -> dict[str, str]:
    with path("schema", "headers.csv").open(encoding="utf-8", newline="") as file:
        return {
            heading_key(row["header"]): row["column"]
            for row in csv.DictReader(file)
            if row["kind"] == kind.value
        }


@cache
def _facts(kind: Kind) -> dict[str, str]:
    return {
        heading_key(name): fact.name
        for fact in facts_of(kind).values()
        for name in (fact.name, fact.zh)
    }


def known_headings(kind: Kind, mapping: Mapping[str, str] | None) -> frozenset[str]:
    """Keys of every heading that means something for the kind, with those the user mapped."""
    mapped = {heading_key(heading) for heading in mapping or {}}
    return frozenset({*_own(kind), *_foreign(kind), *_facts(kind), *mapped})


def check_mapping(kind: Kind, mapping: Mapping[str, str] | None) -> dict[str, str]:
    """The user's mapping by heading key, each target as our own name.

    Raises:
        WrongUse: a target is no column of the kind; the message lists those that are.

    Example:
        >>> check_mapping(Kind.VACANCIES, {"工种 ": "岗位名称", "厂名": "employer_name"})
        {'工种': 'title', '厂名': 'employer_name'}
    """
    targets = _own(kind) | {heading_key(name): name for name in WORDING_COLUMNS.get(kind, ())}
    targets |= {heading_key(name): name for name in facts_of(kind) if name not in targets}
    targets |= {heading_key(EXTRA): EXTRA}
    made = {}
    for heading, target in (mapping or {}).items():
        key = heading_key(target)
        if key not in targets:
            raise WrongUse(
                what=f"--map sends '{heading}' to '{target}', which is no column of {kind.value}",
                expected=", ".join([column.name for column in columns(kind)] + [EXTRA]),
                do="Correct the mapping.",
            )
        made[heading_key(heading)] = targets[key]
    return made


def plan_of(kind: Kind, headings: Sequence[str], mapping: Mapping[str, str]) -> Plan:
    """What the headings of a file mean.

    Args:
        kind: of the file.
        headings: as written.
        mapping: what `check_mapping` made of the user's.

    Example:
        >>> plan = plan_of(Kind.VACANCIES, ["职位", "薪资", "logo", "校验结果"], {})
        >>> plan.recognised, plan.unknown
        ({'职位': 'title', '薪资': 'wage'}, ('logo',))
    """
    found: dict[str, list[Source]] = {}
    facts: dict[str, str] = {}
    unknown: list[str] = []
    own = {heading_key(name): name for name in (EXTRA, *EXPORTED.get(kind, ()))}
    exported: dict[str, str] = {}
    for heading in headings:
        key = heading_key(heading)
        if key == heading_key(REASON_HEADING):
            continue
        if key in own and key not in mapping and own[key] not in exported:
            exported[own[key]] = heading
            continue
        target, origin = _target(kind, key, mapping)
        if target is None or target == EXTRA or (origin is Origin.FACT and target in facts):
            unknown.append(heading)
        elif origin is Origin.FACT or (target in facts_of(kind) and target not in _names(kind)):
            facts[target] = heading
        else:
            found.setdefault(target, []).append(Source(heading, origin))
    order = list(Origin)
    made: dict[str, tuple[Source, ...]] = {}
    for target, sources in found.items():
        best = sorted(sources, key=lambda source: order.index(source.origin))
        kept = len(best) if joins(kind, target) else 1
        made[target] = tuple(best[:kept])
        unknown.extend(source.heading for source in best[kept:])
    return Plan(made, facts, tuple(unknown), exported)


def _names(kind: Kind) -> set[str]:
    return {column.name for column in columns(kind)} | set(WORDING_COLUMNS.get(kind, ()))


def _target(kind: Kind, key: str, mapping: Mapping[str, str]) -> tuple[str | None, Origin]:
    if key in mapping:
        return mapping[key], Origin.MAPPED
    for names, origin in (
        (_own(kind), Origin.OWN),
        (_foreign(kind), Origin.FOREIGN),
        (_facts(kind), Origin.FACT),
    ):
        if key in names:
            return names[key], origin
    return None, Origin.FOREIGN


@cache
def column_of(kind: Kind, name: str) -> Column:
    """The catalogue's column of this name."""
    return next(column for column in columns(kind) if column.name == name)


def joins(kind: Kind, target: str) -> bool:
    """May several headings of one file fill the column together?"""
    if target not in {column.name for column in columns(kind)}:
        return False
    return target == "description" or column_of(kind, target).type is ColumnType.LIST
