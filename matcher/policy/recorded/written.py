"""Facts as text and back, exactly; and what law a decision was made by."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import Any

import numpy as np

from matcher.policy.catalogue import FactKind, fact_kind, wider_places
from matcher.policy.engine.columns import NOT_THERE, Above, Column, Derived, Facts, Group
from matcher.policy.engine.days import day_number, day_of
from matcher.policy.engine.kleene import MET, NOT_MET, UNKNOWN, Interval
from matcher.policy.law import SHIPPED_PACKS, Law, pack_files

_TRUTHS = {int(MET): True, int(NOT_MET): False, int(UNKNOWN): None}
_OF_TRUTHS = {told: truth for truth, told in _TRUTHS.items()}


def text_of(facts: Facts) -> str:
    """The facts as JSON text, with lists below and subjects above; the same facts, the same text.

    Example:
        >>> from matcher.policy.facts import facts_from_given
        >>> facts = facts_from_given({"person": {"sex": "female"}}, on=date(2026, 11, 22))
        >>> facts_of(text_of(facts)).value("sex", 0)
        'female'
    """
    return json.dumps(_plain(facts), ensure_ascii=False, sort_keys=True, allow_nan=False)


def facts_of(text: str) -> Facts:
    """The facts that `text_of` wrote.

    Raises:
        UnknownCode: a fact, or a value of one, that this version no longer has.
    """
    return _facts(json.loads(text))


def law_hash(law: Law) -> str:
    """A hash of every pack file that can answer in the law's place: of the place and wider ones."""
    places = set(wider_places(law.place))
    digest = sha256()
    for file in pack_files(SHIPPED_PACKS):
        name = file.relative_to(SHIPPED_PACKS)
        if name.parent.as_posix() in places:
            digest.update(name.as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _plain(facts: Facts) -> dict[str, Any]:
    return {
        "on": facts.on.isoformat(),
        "n": facts.n,
        "columns": {name: _told(fact_kind(name), cells) for name, cells in facts.columns.items()},
        "derived_from": {
            name: {"source": derived.source, "rows": derived.rows.tolist()}
            for name, derived in facts.derived_from.items()
        },
        "asked_as": {name: list(inputs) for name, inputs in facts.asked_as.items()},
        "bounds_of": {
            name: {"low": _floats(each.low), "high": _floats(each.high), "stated": each.stated}
            for name, each in facts.bounds_of.items()
        },
        "groups": {
            name: {
                "facts": _plain(group.facts),
                "parent_at": group.parent_at.tolist(),
                "complete": group.complete.tolist(),
            }
            for name, group in facts.groups.items()
        },
        "above": None if facts.above is None else _plain_above(facts.above),
    }


def _plain_above(above: Above) -> dict[str, Any]:
    """Only the subjects above that someone stands below: others are none of this record's."""
    used = np.unique(above.rows[above.rows >= 0])
    rows = np.where(above.rows >= 0, np.searchsorted(used, above.rows), NOT_THERE)
    return {"facts": _plain(above.facts.take(used)), "rows": rows.tolist()}


def _facts(plain: Mapping[str, Any]) -> Facts:
    above = plain["above"]
    return Facts(
        on=date.fromisoformat(plain["on"]),
        n=plain["n"],
        columns={name: _column(fact_kind(name), told) for name, told in plain["columns"].items()},
        derived_from={
            name: Derived(each["source"], np.array(each["rows"], np.bool_))
            for name, each in plain["derived_from"].items()
        },
        asked_as={name: tuple(inputs) for name, inputs in plain["asked_as"].items()},
        bounds_of={
            name: Interval(
                np.array(each["low"], np.float64),
                np.array(each["high"], np.float64),
                each["stated"],
            )
            for name, each in plain["bounds_of"].items()
        },
        groups={
            name: Group(
                _facts(each["facts"]),
                np.array(each["parent_at"], np.int64),
                np.array(each["complete"], np.bool_),
            )
            for name, each in plain["groups"].items()
        },
        above=above and Above(_facts(above["facts"]), np.array(above["rows"], np.int64)),
    )


def _floats(numbers: Column) -> list[Any]:
    """Numbers as they are; what JSON has no number for (nan, inf, -inf) by its name."""
    return [number if np.isfinite(number) else str(number) for number in numbers.tolist()]


def _told(kind: FactKind, column: Column) -> list[Any]:
    match kind.type:
        case "bool":
            return [_TRUTHS[truth] for truth in column.tolist()]
        case "list":
            return [[_TRUTHS[truth] for truth in row] for row in column.tolist()]
        case "enum":
            return [None if at == NOT_THERE else kind.values[at] for at in column.tolist()]
        case "text":
            return list(column)
        case "date":
            return [None if np.isnan(day) else day_of(day).isoformat() for day in column.tolist()]
        case _:
            return [None if np.isnan(number) else number for number in column.tolist()]


def _column(kind: FactKind, told: list[Any]) -> Column:
    match kind.type:
        case "bool":
            return np.array([_OF_TRUTHS[each] for each in told], np.int8)
        case "list":
            rows = [[_OF_TRUTHS[each] for each in row] for row in told]
            return np.array(rows, np.int8).reshape(len(told), len(kind.values))
        case "enum":
            places = [NOT_THERE if each is None else kind.values.index(each) for each in told]
            return np.array(places, np.int16)
        case "text":
            return np.array(told, object)
        case "date":
            days = [None if each is None else day_number(date.fromisoformat(each)) for each in told]
            return np.array(days, np.float64)
        case _:
            return np.array(told, np.float64)
