"""Moving placements: one at a time for each person, with the records that policy reads."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pandas as pd

from matcher.casework.ledger.recording import Recorded, record
from matcher.domain.kinds import Kind
from matcher.domain.scope import Role
from matcher.errors import IllegalMoves
from matcher.reference.columns import columns
from matcher.store.batch import Batch

STREAM = "placement"
ACTIVE = ("working", "stable")
STATE_OF = {"hired": "employed", "self_employed": "self_employed", "flexible": "flexible"}
"""What a person's own record says while they are in work of a mode."""

STABLE = {"employment_stable": True}
LOST_AGAIN = '{"employment_stable":null,"lost_job_again":true,"stable_since":null}'
"""The fact that work ended, as recertification asks for it; it was stable no longer."""

FROM_MOVES = ("placement_id", "person_id", "employer_id", "vacancy_id", "start_date", "ended_on")


def move_placements(batch: Batch, given: pd.DataFrame, *, role: Role) -> Recorded:
    """Make these moves of placements with everything they entail, or nothing at all.

    The `data` of `start` and `evidence` names columns of the kind `placements` (employment_mode,
    contract_months, social_insurance_paid, wage_yuan_month …); they are written to the record that
    the decisions read. The person's own record says that they work, or no longer do.

    Args:
        batch: the transaction.
        given: moves of the stream `placement`; the subject is the placement's id.
        role: in which the batch's actor acts.

    Raises:
        IllegalMoves: a move its machine does not have; a start for a person who is in work
            already; data that names no column of placements.
    """
    problems = [*_unknown(given), *_in_work_already(batch, given)]
    if problems:
        raise IllegalMoves(problems=problems)
    done = record(batch, given, role=role)
    if not done.events.empty:
        _write_placements(batch, done.events)
        _write_persons(batch, done.events)
    return done


def _said(text: object) -> dict[str, Any]:
    return dict(json.loads(text)) if isinstance(text, str) and text else {}


def _names() -> set[str]:
    return {column.name for column in columns(Kind.PLACEMENTS)} - set(FROM_MOVES)


def _unknown(given: pd.DataFrame) -> list[str]:
    """Data of a start or of evidence that no column of placements takes, in words."""
    told = given[given["event"].isin(["start", "evidence"])]
    return [
        f"placement {row.subject_id}: no column of placements is called {', '.join(sorted(odd))}"
        for row in told.itertuples()
        if (odd := set(_said(row.data)) - _names())
    ]


def _in_work_already(batch: Batch, given: pd.DataFrame) -> list[str]:
    """Starts of persons who would be in work twice, in words; an end in the frame counts."""
    starts = given[given["event"] == "start"]
    ended = set(given.loc[given["event"].isin(["end", "void"]), "subject_id"])
    known = batch.states(STREAM, starts["person_id"].dropna().unique().tolist(), of="person_id")
    active = known[known["state"].isin(ACTIVE) & ~known["subject_id"].isin(ended)]
    busy = dict(zip(active["person_id"], active["subject_id"], strict=True))
    problems = []
    for row in starts.itertuples():
        other = busy.get(row.person_id)
        if other is not None and other != row.subject_id:
            problems.append(
                f"placement {row.subject_id}: person {row.person_id} is in work already "
                f"(placement {other}); end that one first"
            )
        busy[row.person_id] = row.subject_id
    return problems


def _write_placements(batch: Batch, events: pd.DataFrame) -> None:
    """What the moves say of each placement, the later over the earlier."""
    rows: dict[str, dict[str, Any]] = {}
    for row in events.itertuples():
        said = rows.setdefault(
            str(row.subject_id), {"placement_id": row.subject_id, "person_id": row.person_id}
        )
        said |= {"employer_id": row.employer_id, "vacancy_id": row.vacancy_id}
        if row.event == "start":
            said["start_date"] = row.on
        if row.event in ("end", "void"):
            said["ended_on"] = row.on
        if row.event in ("start", "evidence"):
            said |= _said(row.data)
    frame = pd.DataFrame(list(rows.values()))
    batch.upsert(Kind.PLACEMENTS, frame, columns=[str(name) for name in frame])


def _write_persons(batch: Batch, events: pd.DataFrame) -> None:
    """Who works now, and who is without work since when.

    A start that was entered by mistake leaves the day since when the person was without work.
    Work found stable is a fact about the person until it ends: visits may stop by it.
    """
    found = events[events["event"] == "stabilise"].drop_duplicates("person_id", keep="last")
    _upsert_persons(
        batch,
        [
            {"person_id": row.person_id, "facts": json.dumps(STABLE | {"stable_since": row.on})}
            for row in found.itertuples()
        ],
    )
    last = events[events["event"].isin(["start", "end", "void"])]
    last = last.drop_duplicates("person_id", keep="last")
    rows: dict[str, list[dict[str, Any]]] = {"start": [], "end": [], "void": []}
    for row in last.itertuples():
        person = {"person_id": row.person_id, "employment_state": "unemployed"}
        if row.event == "start":
            mode = str(_said(row.data).get("employment_mode", "hired"))
            person["employment_state"] = STATE_OF.get(mode, "employed")
        if row.event == "end":
            person |= {"unemployed_since": row.on, "facts": LOST_AGAIN}
        rows[str(row.event)].append(person)
    for each in rows.values():
        _upsert_persons(batch, each)


def _upsert_persons(batch: Batch, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        frame = pd.DataFrame(list(rows))
        batch.upsert(Kind.PERSONS, frame, columns=[str(name) for name in frame])
