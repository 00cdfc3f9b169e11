"""Erasure: who somebody is goes at once; what must be kept stays under the number until its day."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd

from matcher.casework.ledger.machine import machine, streams
from matcher.casework.ledger.recording import moves, record
from matcher.casework.privacy.retention import kept_until, remembered_until, retentions
from matcher.domain.kinds import Kind
from matcher.domain.scope import Scope
from matcher.errors import NotFound, WrongUse
from matcher.pipeline.casework.register.hand import Hand
from matcher.store.events.reading import Wanted
from matcher.store.store import Store

STREAM = "erasure"
KEPT, ERASED = "kept_by_number", "erased"
STANDS_BY = (STREAM, "wish", "merge", "fact", "message")
"""Matters that do not stand in the way of an erasure: nothing is owed in them."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure did.

    Attributes:
        person_id: of whom.
        state: "erased", or "kept_by_number" while records must still be kept.
        gone: how many records of each kind went.
        kept: the kinds that stay under the number, and until which day.
    """

    person_id: str
    state: str
    gone: dict[str, int]
    kept: dict[str, date]

    @property
    def due_on(self) -> date | None:
        """The day on which the last of it goes; None where nothing is left."""
        return max(self.kept.values(), default=None)


def erase(store: Store, hand: Hand, person_id: str, *, why: str) -> Erased:
    """Take away who a person is, and every record that need not be kept.

    Names, numbers, address, health, profile, history and search tokens go at once. Records with a
    period to be kept stay under the number alone; moves, decisions and audit are never changed
    and name nobody.

    Args:
        store: the records.
        hand: who does it; a supervisor.
        person_id: whom.
        why: a coded reason of the group `erased`.

    Raises:
        NotFound: no such person within the scope.
        WrongUse: matters are open that must be ended first.
        IllegalMoves: the reason is no code, the role may not, or it was done before.
    """
    person = store.persons(hand.scope, [person_id], at=hand.at)
    if person.empty:
        raise NotFound(kind=Kind.PERSONS.value, key=person_id)
    _refuse_open(store, hand.scope, person_id)
    held = _held(store, hand.scope, person_id, hand.at)
    kept = {
        kind.value: until
        for kind, records in held.items()
        if (until := kept_until(kind, records, hand.on)) is not None
    }
    area = person["area_code"].iloc[0]
    where = None if pd.isna(area) else str(area)
    until = max([remembered_until(hand.on), *kept.values()])
    return _go(store, hand, person_id, kept, why=why, area_code=where, until=until)


def erase_due(store: Store, hand: Hand) -> list[Erased]:
    """Take away everything whose day has come, within the scope."""
    wanted = Wanted(streams=(STREAM,), states=(KEPT,), due_until=hand.on)
    waiting = store.states(hand.scope, wanted, at=hand.at)
    why = "service_ended"
    return [
        _go(store, hand, str(person_id), {}, why=why, area_code=None)
        for person_id in waiting["person_id"]
    ]


def _go(  # noqa: PLR0913 - what goes, what stays, until when, and why
    store: Store,
    hand: Hand,
    person_id: str,
    kept: Mapping[str, date],
    *,
    why: str,
    area_code: str | None,
    until: date | None = None,
) -> Erased:
    leaves = [kind for kind in retentions() if kind.value not in kept]
    due = max(kept.values(), default=None)
    event, state = ("pseudonymise", KEPT) if kept else ("erase", ERASED)
    told = {"kept": {name: day.isoformat() for name, day in kept.items()}}
    row = {
        "stream": STREAM,
        "subject_id": f"X-{person_id}",
        "event": event,
        "on": hand.on.isoformat(),
        "due_on": None if due is None else due.isoformat(),
        "person_id": person_id,
        "area_code": area_code,
        "reason": why,
        "data": json.dumps(told),
    }
    with store.writing(actor=hand.by, at=hand.at) as batch:
        record(batch, moves([row]), role=hand.role)
        gone = batch.erase(person_id, leaves, entirely=not kept, until=until)
    return Erased(person_id, state, {name: n for name, n in gone.items() if n}, dict(kept))


def _held(store: Store, scope: Scope, person_id: str, at: datetime) -> dict[Kind, pd.DataFrame]:
    ids = [person_id]
    return {
        Kind.PLACEMENTS: store.placements(scope, person_ids=ids, at=at),
        Kind.REFUSALS: store.refusals(scope, ids, at=at),
        Kind.CASES: store.cases(scope, ids, about=Kind.PERSONS, at=at),
    }


def _refuse_open(store: Store, scope: Scope, person_id: str) -> None:
    """A right or a duty that still runs cannot be carried out for somebody without a name."""
    wanted = Wanted(
        streams=[name for name in streams() if name not in STANDS_BY],
        of="person_id",
        ids=[person_id],
    )
    found = store.states(scope, wanted)
    running = [
        f"{stream} {subject}"
        for stream, subject, state in zip(
            found["stream"], found["subject_id"], found["state"], strict=True
        )
        if not machine(stream).is_final(state)
    ]
    if running:
        raise WrongUse(
            what=f"matters of {person_id} are still open: {', '.join(running)}",
            expected="none, so that nothing is left undone",
            do="End them first, then erase.",
        )
