"""A correction that a person asks for: written, with what stood there before kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matcher.domain.kinds import Column, Kind
from matcher.errors import WrongUse
from matcher.ingest.reading.parsers import expected, parse
from matcher.pipeline.casework.register.hand import Hand
from matcher.pipeline.records.editing import Edit, check_change
from matcher.pipeline.records.writer import Writer
from matcher.reference.columns import columns
from matcher.store.store import Store

FIXED = frozenset({"person_id", "household_id", "group_tags"})
"""Columns that other matters write: the number, the household, and what certification gives."""


def correct(
    store: Store, hand: Hand, person_id: str, said: Mapping[str, str | None], *, why: str
) -> int:
    """Write what a person says is right in place of what is wrong.

    Args:
        store: the records.
        hand: who writes it down.
        person_id: of whom.
        said: column to what it should say, as in an import file; None takes the value away.
        why: the person's words, or the paper that proves it.

    Returns:
        The record's new version.

    Raises:
        NotFound: no such person within the scope.
        WrongUse: a column that is not corrected here, or a value that cannot be read; the value
            is not repeated.
        RowRefused: the record would not pass an import with it: a birth that the ID number denies
            or that is still to come, an area that the writer does not serve.
        Conflict: somebody else changed the record meanwhile.
    """
    if not said or not why.strip():
        raise WrongUse(
            what=f"a correction of {person_id}",
            expected="at least one column with its value, and why",
            do="Give both.",
        )
    changes = {name: _read(person_id, name, word) for name, word in said.items()}
    version = store.person_version(hand.scope, person_id)
    edit = Edit(store, Writer(hand.scope), hand.on, hand.at)
    check_change(edit, Kind.PERSONS, person_id, {name: said[name] or None for name in said})
    with store.writing(actor=hand.by, at=hand.at) as batch:
        return batch.correct(person_id, changes, version, scope=hand.scope, why=why)


def _read(person_id: str, name: str, word: str | None) -> Any:
    column = _columns().get(name)
    if column is None:
        raise WrongUse(
            what=f"'{name}' of {person_id} is not corrected here",
            expected=f"one of {', '.join(_columns())}",
            do="Number, household and recognised statuses are changed by their own commands.",
        )
    if word is None or not word.strip():
        return None
    value = parse(column, [word.strip()])[0]
    if value is None:
        raise WrongUse(
            what=f"the new {name} of {person_id} {expected(column).split('；')[0]}",
            expected=expected(column).split("；")[-1],
            do="Correct the value.",
        )
    return value


def _columns() -> dict[str, Column]:
    return {each.name: each for each in columns(Kind.PERSONS) if each.name not in FIXED}
