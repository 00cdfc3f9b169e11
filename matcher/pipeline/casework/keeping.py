"""Keeping a promised service: the clock that runs for a person is stopped by name."""

from __future__ import annotations

import json
from datetime import date

from matcher.casework.deadlines.clocks import clocks
from matcher.casework.deadlines.promises import STREAM, promise_id, without_kept
from matcher.casework.ledger.recording import Recorded, moves, record
from matcher.errors import NotFound, WrongUse
from matcher.pipeline.casework.agenda import people_of
from matcher.pipeline.casework.moving import Desk
from matcher.store.events.reading import Wanted

PREFIX = "promise_"


def keep(desk: Desk, person_id: str, clock: str, on: date, *, layer: str = "current") -> Recorded:
    """Write down that a promised service was given to a person.

    Args:
        desk: who.
        person_id: to whom.
        clock: the promise's name in `clocks.csv`.
        on: the day on which it was given; the promise's own day is kept beside.
        layer: `current` or `source`.

    Raises:
        NotFound: no such person within the scope.
        WrongUse: no such promise runs for the person; those that do are named.
    """
    store, scope = desk.store, desk.scope
    if store.persons(scope, [person_id]).empty:
        raise NotFound(kind="persons", key=person_id)
    everyone = clocks(people_of(store, scope, on), on, layer=layer)
    own = everyone[(everyone["person_id"] == person_id) & everyone["due_on"].notna()]
    states = store.states(scope, Wanted(streams=[STREAM], of="person_id", ids=[person_id]))
    own = without_kept(own, states)
    own = own[own["clock"].str.startswith(PREFIX)]
    meant = own[own["clock"] == clock]
    if meant.empty:
        raise WrongUse(
            what=f"no promise '{clock}' runs for person {person_id}",
            expected=f"one of: {', '.join(own['clock']) or 'none runs'}",
            do="See 'rengang today' for what is promised.",
        )
    row = meant.iloc[0]
    due = str(row["due_on"])
    move = {
        "stream": STREAM,
        "subject_id": promise_id(person_id, clock, due),
        "event": "keep",
        "on": on.isoformat(),
        "person_id": person_id,
        "area_code": row["area_code"],
        "data": json.dumps({"promised_for": due, "set_by": row["set_by"]}),
    }
    with store.writing(actor=desk.actor, at=desk.at) as batch:
        return record(batch, moves([move]), role=scope.role)
