"""Facts declared, verified, expired and withdrawn; ledger and record change together or not."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd

from matcher.casework.ledger.recording import moves, record
from matcher.casework.register.declaring import (
    COLUMN,
    FACT,
    OWN,
    Declarable,
    Declaration,
    Written,
    declarable,
    declared_move,
    due_facts,
    stored_value,
    subject_of,
    written,
)
from matcher.domain.kinds import Kind
from matcher.domain.scope import Scope
from matcher.errors import NotFound, WrongUse
from matcher.ingest.conversion import fact_value
from matcher.ingest.reading.headings import facts_of
from matcher.ingest.reading.parsers import expected, parse
from matcher.pipeline.casework.register.hand import Hand
from matcher.pipeline.law.deciding import PARTS
from matcher.store.batch import Batch
from matcher.store.events.reading import Wanted
from matcher.store.store import Store

STREAMS = ("fact",)


def value_of(fact: Declarable, word: str) -> Any:
    """What a word says of a fact, as the record keeps it.

    Raises:
        WrongUse: it is no value of the fact. The message does not repeat the word.
    """
    value, told = None, "a value of the fact"
    if fact.kept == COLUMN and fact.column is not None:
        value, told = parse(fact.column, [word])[0], expected(fact.column)
    elif fact.kept == FACT and fact.fact is not None:
        value = fact_value(fact.kind, facts_of(fact.kind)[fact.name], word)
        told = "、".join(fact.fact.values) or f"a value of type {fact.fact.type}"
    elif fact.kept == OWN:
        value = word.strip() or None
    if value is None:
        raise WrongUse(
            what=f"the value given for '{fact.name}' ({fact.zh}) cannot be read",
            expected=told,
            do="Correct the value.",
        )
    return value


def declare(store: Store, hand: Hand, said: Declaration) -> str:
    """Write down somebody's word for a fact; it counts once it is verified.

    Args:
        store: where the records rest.
        hand: who writes it down.
        said: the declaration, its value as a word.

    Returns:
        The ledger's id of the fact.

    Raises:
        NotFound: no such record within the scope.
        WrongUse: no such fact, no such value, or nobody who said it.
    """
    fact = declarable(said.kind, said.name)
    said = replace(said, value=value_of(fact, str(said.value)))
    area = _record(store, hand.scope, said.kind, said.key)["area_code"].iloc[0]
    move = declared_move(said, hand.on, None if pd.isna(area) else str(area))
    with store.writing(actor=hand.by, at=hand.at) as batch:
        record(batch, moves([move]), role=hand.role)
    return str(move["subject_id"])


def verify(
    store: Store, hand: Hand, kind: Kind, key: str, name: str, *, evidence: str | None = None
) -> None:
    """Confirm a declared fact and write it to the record.

    Raises:
        NotFound: it was never declared, within the scope.
        WrongUse: no document stands behind it.
        IllegalMoves: it is not waiting to be verified.
    """
    fact, state, said = _declared(store, hand.scope, kind, key, name)
    seen = evidence or said.get("evidence")
    if not seen:
        raise WrongUse(
            what=f"fact '{name}' of {key} has no evidence",
            expected="the document that was seen",
            do="Name it with --evidence.",
        )
    move = _move(state, "verify", hand.on) | {
        "due_on": said.get("valid_until"),
        "data": json.dumps(
            {"evidence": seen, "verified_on": hand.on.isoformat(), "verified_by": hand.by}
            | {"written": said["value"]},
            ensure_ascii=False,
        ),
    }
    with store.writing(actor=hand.by, at=hand.at) as batch:
        record(batch, moves([move]), role=hand.role)
        _write(batch, written(fact, key, said["value"]))


def withdraw(store: Store, hand: Hand, kind: Kind, key: str, name: str, *, reason: str) -> None:
    """Take a declared or verified fact back; what it wrote to the record goes too.

    Raises:
        NotFound: it was never declared, within the scope.
        IllegalMoves: it does not stand, or the reason is no code.
    """
    fact, state, said = _declared(store, hand.scope, kind, key, name)
    row = _record(store, hand.scope, kind, key)
    move = _move(state, "withdraw", hand.on) | {"reason": reason}
    _undo(store, hand, [(move, fact, key, said, row)])


def expire(store: Store, hand: Hand) -> Sequence[str]:
    """Close the verified facts whose last day is past, so that they are asked again.

    Returns:
        The ledger's ids of the facts that were closed.
    """
    states = store.states(hand.scope, Wanted(streams=STREAMS, states=("verified",)))
    undone = []
    for at in due_facts(states, hand.on):
        state = states.iloc[[at]]
        said = json.loads(state["data"].iloc[0])
        kind = Kind(said["kind"])
        fact = declarable(kind, said["name"])
        row = _record(store, hand.scope, kind, said["key"])
        undone.append((_move(state, "expire", hand.on), fact, said["key"], said, row))
    _undo(store, hand, undone)
    return [str(move["subject_id"]) for move, *_ in undone]


Undone = tuple[dict[str, Any], Declarable, str, dict[str, Any], pd.DataFrame]


def _undo(store: Store, hand: Hand, undone: Sequence[Undone]) -> None:
    """Move the facts, and take out of the records what verifying put in, where it still stands."""
    if not undone:
        return
    with store.writing(actor=hand.by, at=hand.at) as batch:
        record(
            batch,
            moves([move | {"data": '{"written":null}'} for move, *_ in undone]),
            role=hand.role,
        )
        for _, fact, key, said, row in undone:
            put_in = said.get("written")
            if put_in is not None and stored_value(fact, row) == put_in:
                _write(batch, written(fact, key, None))


def _write(batch: Batch, change: Written | None) -> None:
    if change is not None:
        batch.upsert(
            change.kind, change.frame, columns=list(change.columns), erased=dict(change.erased)
        )


def _move(state: pd.DataFrame, event: str, on: date) -> dict[str, Any]:
    return {
        "stream": STREAMS[0],
        "subject_id": str(state["subject_id"].iloc[0]),
        "event": event,
        "on": on.isoformat(),
        "expected_version": int(state["version"].iloc[0]),
    }


def _declared(
    store: Store, scope: Scope, kind: Kind, key: str, name: str
) -> tuple[Declarable, pd.DataFrame, dict[str, Any]]:
    fact, subject = declarable(kind, name), subject_of(kind, key, name)
    state = store.states(scope, Wanted(streams=STREAMS, ids=[subject]))
    if state.empty:
        raise NotFound(kind="declared fact", key=subject)
    return fact, state, json.loads(state["data"].iloc[0])


def _record(store: Store, scope: Scope, kind: Kind, key: str) -> pd.DataFrame:
    if kind is Kind.PERSONS:
        found = store.persons(scope, [key], parts=PARTS)
    else:
        found = store.households(scope, [key])
    if found.empty:
        raise NotFound(kind=kind.value, key=key)
    return found
