"""Households recognised before there was a ledger: taken over, so that they can be reviewed."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd

from matcher.casework.certification.records import ZERO_EMPLOYMENT
from matcher.casework.certification.steps import review_rhythm
from matcher.casework.ledger.machine import machine
from matcher.casework.ledger.recording import moves, record
from matcher.casework.register.merging import AIDED_STATES, plain
from matcher.pipeline.casework.certification.footing import STREAM
from matcher.pipeline.casework.register.hand import Hand
from matcher.policy.law import places_of
from matcher.store.events.reading import Wanted
from matcher.store.store import Store


def adopt_recognised(store: Store, hand: Hand) -> list[str]:
    """Open a file for every household that the records call recognised and that has none.

    The records stay as they are: what an import says is not decided again.

    Args:
        store: where the records rest.
        hand: who takes them over.

    Returns:
        The ids of the new files, by household.

    Raises:
        IllegalMoves: the role may not.
    """
    households = store.households(hand.scope)
    states = store.states(hand.scope, Wanted(streams=(STREAM,)))
    runs = [not machine(STREAM).is_final(state) for state in states["state"]]
    known = states.loc[runs, "household_id"].dropna()
    found = households[households["state"].isin(AIDED_STATES)]
    found = found[~found["household_id"].isin(known)]
    rows = [_move(row, hand) for _, row in found.iterrows()]
    if rows:
        with store.writing(actor=hand.by, at=hand.at) as batch:
            record(batch, moves(rows), role=hand.role)
    return [str(row["subject_id"]) for row in rows]


def _move(household: pd.Series[Any], hand: Hand) -> dict[str, object]:
    key, area = str(household["household_id"]), plain(household["area_code"])
    (place,) = places_of([area])
    rhythm = review_rhythm(place, hand.on)
    data = {
        "status": ZERO_EMPLOYMENT,
        "place": place,
        "certified_on": plain(household["certified_on"]),
        "taken_over_by": hand.by,
    }
    return {
        "stream": STREAM,
        "subject_id": f"CERT-{key}-{hand.on:%Y%m%d}",
        "event": "adopt",
        "on": hand.on.isoformat(),
        "due_on": None if rhythm is None else rhythm.next(hand.on).isoformat(),
        "household_id": key,
        "area_code": area,
        "data": json.dumps(data, ensure_ascii=False),
    }
