"""Moving visits: who was seen when, as the law's rhythm of visits reads it."""

from __future__ import annotations

import pandas as pd

from matcher.casework.ledger.recording import Recorded, record
from matcher.domain.kinds import Kind
from matcher.domain.scope import Role
from matcher.store.batch import Batch

STREAM = "visit"
WAYS = ("home", "phone", "office", "community", "workplace")
"""How somebody was met; the `data` of a visit says it under `way`."""


def visit_id(person_id: str, on: str) -> str:
    """The id of a person's visit that was planned for, or made on, a day.

    Example:
        >>> visit_id("P000123", "2026-11-02")
        'VS-P000123-2026-11-02'
    """
    return f"VS-{person_id}-{on}"


def case_id(person_id: str) -> str:
    """The id of the case that casework opens for a person who has none."""
    return f"CS-{person_id}"


def move_visits(batch: Batch, given: pd.DataFrame, cases: pd.DataFrame, *, role: Role) -> Recorded:
    """Make these moves of visits; a visit made is the last visit of the person's case.

    Args:
        batch: the transaction.
        given: moves of the stream `visit`.
        cases: `case_id`, `person_id`, `last_visit_on` of the newest case of each person that has
            one; for others a case is opened.
        role: in which the batch's actor acts.

    Raises:
        IllegalMoves: a move its machine does not have.
    """
    done = record(batch, given, role=role)
    made = done.events[done.events["event"] == "visit"]
    if made.empty:
        return done
    last = made.groupby("person_id", as_index=False)["on"].max()
    known = cases.drop_duplicates("person_id", keep="last").set_index("person_id")
    case_of = last["person_id"].map(known["case_id"])
    before = last["person_id"].map(known["last_visit_on"])
    frame = pd.DataFrame(
        {
            "case_id": case_of.where(case_of.notna(), last["person_id"].map(case_id)),
            "person_id": last["person_id"],
            # A visit entered late does not make the last one older.
            "last_visit_on": [
                day if pd.isna(former) else max(day, former)
                for day, former in zip(last["on"], before, strict=True)
            ],
        }
    )
    batch.upsert(Kind.CASES, frame, columns=[str(name) for name in frame])
    return done
