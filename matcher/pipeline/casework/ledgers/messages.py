"""Sending a batch of messages: chosen, checked for consent, queued, handed over, marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import pandas as pd

from matcher.casework.ledger.recording import moves, record
from matcher.casework.outreach.messages import (
    CONTACT,
    STREAM,
    Adapter,
    message_kind,
    queue_rows,
    withheld,
)
from matcher.domain.scope import Scope
from matcher.errors import NotFound
from matcher.store.events.reading import Wanted
from matcher.store.store import Store


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch to be sent.

    Attributes:
        kind: of the message.
        name: the sender's own name; a person is reached once by a kind and name.
        on: the day.
        given: what the text names.
        language: "zh" or "en".
    """

    kind: str
    name: str
    on: date
    given: Mapping[str, str]
    language: str = "zh"


@dataclass(frozen=True, slots=True)
class Sent:
    """How many were handed over now, withheld by reason, and known from before."""

    sent: int
    withheld: Mapping[str, int]
    before: int


def send(
    store: Store,
    scope: Scope,
    batch: Batch,
    person_ids: Sequence[str],
    adapter: Adapter,
    *,
    at: datetime,
) -> Sent:
    """Send a batch; run again after a stop, it ends what was begun and sends nothing twice.

    Raises:
        WrongUse: no such kind, or its text lacks something.
        NotFound: a person who is not within the scope.
    """
    kind = message_kind(batch.kind)
    text = kind.text(batch.language, batch.given)
    people = store.persons(scope, person_ids, parts=("profile", "status", "identity"), at=at)
    missing = sorted(set(person_ids) - set(people["person_id"]))
    if missing:
        raise NotFound(kind="person", key=missing[0])
    contacts = store.states(scope, Wanted(streams=[CONTACT], ids=person_ids), at=at)
    why = withheld(people, contacts, kind)
    rows = queue_rows(people, why, kind, batch.name, batch.on)
    with store.writing(actor=scope.actor, at=at) as writing:
        queued = record(writing, moves(rows), role=scope.role)
        ids = [row["subject_id"] for row in rows]
        states = writing.states(STREAM, ids).set_index("subject_id")["state"]
        # Who opted out after an earlier run had queued a message is not sent it either.
        late = [
            {"stream": STREAM, "subject_id": each, "event": "withhold", "on": batch.on.isoformat()}
            | {"reason": reason}
            for each, reason in zip(ids, why, strict=True)
            if states[each] == "queued" and isinstance(reason, str)
        ]
        record(writing, moves(late), role=scope.role)
    waits = np.array([states[each] == "queued" for each in ids]) & why.isna().to_numpy()
    going = people.assign(key=ids, text=text)[waits]
    adapter.send(going[["key", "phone", "text"]])
    handed = [
        {"stream": STREAM, "subject_id": key, "event": "send", "on": batch.on.isoformat()}
        | {"key": f"{key}:send"}
        for key in going["key"]
    ]
    with store.writing(actor=scope.actor, at=at) as writing:
        record(writing, moves(handed), role=scope.role)
    held = queued.events["reason"].dropna().value_counts()
    return Sent(
        len(handed),
        {str(name): int(count) for name, count in held.items()},
        queued.repeated,
    )


def choose(
    store: Store, scope: Scope, person_id: str, event: str, on: date, *, at: datetime
) -> None:
    """Note that a person opts out of messages, or in again.

    Raises:
        NotFound: no such person within the scope.
        IllegalMoves: they stand there already.
    """
    person = store.persons(scope, [person_id], parts=("profile", "status"), at=at)
    if person.empty:
        raise NotFound(kind="person", key=person_id)
    area = person["area_code"].iloc[0]
    row = {
        "stream": CONTACT,
        "subject_id": person_id,
        "person_id": person_id,
        "area_code": None if pd.isna(area) else str(area),
        "event": event,
        "on": on.isoformat(),
    }
    with store.writing(actor=scope.actor, at=at) as writing:
        record(writing, moves([row]), role=scope.role)
