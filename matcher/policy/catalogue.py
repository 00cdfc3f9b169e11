"""The closed lists of the engine: the facts it may use, the decisions it may take, the places.

They are data tables under `data/policy/`; a pack that names anything else is refused.
"""

from __future__ import annotations

import csv
import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from matcher.domain import Language
from matcher.errors import UnknownCode, UnknownDecision, UnknownPlace
from matcher.reference.paths import path


def _table(file: str) -> Iterator[dict[str, str]]:
    with path("policy", file).open(encoding="utf-8", newline="") as handle:
        yield from csv.DictReader(handle)


@dataclass(frozen=True, slots=True)
class FactKind:
    """One fact of the catalogue, and the column of a record that gives it.

    Attributes:
        type: `bool`, `enum`, `int`, `decimal`, `date`, `text` or `list`.
        values: the values an enum (or a list of enums) may take.
        record: the kind of record, None where no record gives the fact.
        column: the column of that record.
        conversion: how the column becomes the fact; see `matcher/policy/records.py`.
        is_setting: a setting of the place: absent, it is not set, and nobody need be asked.
    """

    name: str
    zh: str
    subject: str
    type: str
    unit: str | None
    values: tuple[str, ...]
    record: str | None
    column: str | None
    conversion: str | None
    is_setting: bool = False


GROUPS = ("members", "candidates", "refusals")
"""Facts that are lists of subjects with facts of their own."""


@cache
def fact_catalogue() -> dict[str, FactKind]:
    """Every fact by name.

    Example:
        >>> fact_catalogue()["former_employer_ownership"].values
        ('state_owned', 'collective', 'private', 'other')
    """
    return {
        row["fact"]: FactKind(
            name=row["fact"],
            zh=row["zh"],
            subject=row["subject"],
            type=row["type"],
            unit=row["unit"] or None,
            values=tuple(row["values"].split(";")) if row["values"] else (),
            record=row["kind"] or None,
            column=row["column"] or None,
            conversion=row["conversion"] or None,
            is_setting=row["absent"] == "not_set",
        )
        for row in _table("facts.csv")
    }


def fact_kind(name: str) -> FactKind:
    """The catalogue's entry of a fact.

    Raises:
        UnknownCode: no fact has the name; the message names the nearest.
    """
    known = fact_catalogue()
    if name not in known:
        nearest = difflib.get_close_matches(name, known, n=3)
        raise UnknownCode(code=name, table="facts", nearest=nearest)
    return known[name]


@dataclass(frozen=True, slots=True)
class DecisionKind:
    """One decision the engine may be asked for.

    Attributes:
        subject: whose facts are its rows.
        answer: `verdict`, `tier`, `date`, `amount`, `list`, `count` or `class`.
        governed_by: which area's law answers unless a pack says otherwise: `residence`,
            `registration` or `post`.
    """

    id: str
    zh: str
    en: str
    subject: str
    answer: str
    governed_by: str


@cache
def decision_catalogue() -> dict[str, DecisionKind]:
    """Every decision by id.

    Example:
        >>> decision_catalogue()["hard_to_employ"].zh
        '就业困难人员'
    """
    return {row["id"]: DecisionKind(**row) for row in _table("decisions.csv")}


def decision_kind(decision: str) -> DecisionKind:
    """The catalogue's entry of a decision.

    Raises:
        UnknownDecision: the list has no such decision.
    """
    known = decision_catalogue()
    if decision not in known:
        raise UnknownDecision(decision=decision, known=sorted(known))
    return known[decision]


@dataclass(frozen=True, slots=True)
class AnswerKind:
    """One part of an answer beside its outcome.

    Attributes:
        kind: `number`, `date`, `month`, `flag`, `word` (one of the values), `set` (some of the
            values, in their order) or `dates` (a day for each of some values).
        values: the words it may use.
        shown: `met` only, or `open`: also while the outcome is not known.
    """

    answer: str
    kind: str
    values: tuple[str, ...]
    shown: str


@cache
def answer_catalogue() -> dict[str, AnswerKind]:
    """Every part of an answer by its name.

    Example:
        >>> answer_catalogue()["unit"].values
        ('household', 'person')
    """
    return {
        row["answer"]: AnswerKind(
            answer=row["answer"],
            kind=row["kind"],
            values=tuple(row["values"].split(";")) if row["values"] else (),
            shown=row["shown"],
        )
        for row in _table("answers.csv")
    }


@dataclass(frozen=True, slots=True)
class Place:
    """One place that may have law of its own.

    Attributes:
        parent: the next wider place, None for the whole country.
        area_code: GB/T 2260; None where the document hides the place or its code is not public.
    """

    path: str
    zh: str
    en: str
    parent: str | None
    area_code: str | None


@cache
def place_catalogue() -> dict[str, Place]:
    """Every place by its path."""
    return {
        row["place"]: Place(
            path=row["place"],
            zh=row["zh"],
            en=row["en"],
            parent=row["parent"] or None,
            area_code=row["area_code"] or None,
        )
        for row in _table("places.csv")
    }


def value_words(name: str, language: Language) -> str:
    """What a value that packs set is called; one that only an office's own pack has is its name.

    Example:
        >>> value_words("age_men", "zh"), value_words("age_men", "en"), value_words("odd", "zh")
        ('男性年龄下限', 'lowest age of men', 'odd')
    """
    named = _values().get(name)
    return name if named is None else named[language]


@cache
def _values() -> dict[str, dict[str, str]]:
    return {row["value"]: row for row in _table("values.csv")}


def wider_places(place: str) -> tuple[str, ...]:
    """The place and the wider ones around it, nearest first.

    Raises:
        UnknownPlace: the list has no such place.

    Example:
        >>> wider_places("cn/jiangsu/nantong/demin")
        ('cn/jiangsu/nantong/demin', 'cn/jiangsu/nantong', 'cn/jiangsu', 'cn')
    """
    known = place_catalogue()
    if place not in known:
        raise UnknownPlace(place=place, known=tuple(known))
    found: list[str] = []
    at: str | None = place
    while at is not None and at not in found:
        found.append(at)
        at = known[at].parent if at in known else None
    return tuple(found)
