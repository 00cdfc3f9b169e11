"""The household ledger on stored records: opened, brought up to date, moved by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd

from matcher.casework.households.following import OnRecord, following, opening
from matcher.casework.households.moving import RESTS_ON, STREAM, move, record_households
from matcher.casework.households.spells import in_time
from matcher.casework.ledger.recording import Recorded, data_of, moves
from matcher.domain.decision import Kept, Outcome
from matcher.domain.scope import Scope
from matcher.errors import NotFound, WrongUse
from matcher.pipeline.law.deciding import Question
from matcher.pipeline.law.keeping import decided_to_keep
from matcher.store.events.reading import Wanted
from matcher.store.store import Store

NOT_CERTIFIED = "not_certified"
DECISION_OF_SETTLING = "stable_employment"


@dataclass(frozen=True, slots=True)
class Act:
    """One move of a household, made by hand.

    Attributes:
        event: of the machine `household`.
        household_id: which.
        on: the day of the move.
        by: who answers for it; removal must name them.
        reason: coded, where the move needs one.
        placement_id: the work that clears, or that begins for another member.
        key: the caller's own name for the move.
    """

    event: str
    household_id: str
    on: date
    by: str | None = None
    reason: str | None = None
    placement_id: str | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Acted:
    """What was written, and the decision kept with it (number and outcome), if it needs one."""

    recorded: Recorded
    decision: int | None = None
    outcome: Outcome | None = None


def open_ledger(
    store: Store,
    scope: Scope,
    on: date,
    *,
    at: datetime,
    household_ids: Sequence[str] | None = None,
) -> Recorded:
    """Bring households on record before the ledger into it, these or all; once and no more."""
    known = store.states(scope, Wanted(streams=[STREAM], ids=household_ids))["subject_id"]
    records = store.households(scope, household_ids, at=at)
    due = opening(records[~records["household_id"].isin(known)], on)
    with store.writing(actor=scope.actor, at=at) as batch:
        return record_households(batch, due, role=scope.role)


def due_moves(store: Store, scope: Scope, on: date) -> pd.DataFrame:
    """The moves that follow from certificates and work on record by this day."""
    states = store.states(scope, Wanted(streams=[STREAM]))
    ids = states["subject_id"].tolist()
    members = store.members(scope, ids)
    known = OnRecord(
        states=states,
        events=store.events(scope, Wanted(streams=[STREAM])),
        households=store.households(scope, ids),
        members=members,
        placements=store.placements(scope, person_ids=members["person_id"]),
    )
    return following(known, on)


def follow(store: Store, scope: Scope, on: date, *, at: datetime) -> Recorded:
    """Make the moves of `due_moves`; made again, nothing happens."""
    due = due_moves(store, scope, on)
    with store.writing(actor=scope.actor, at=at) as batch:
        return record_households(batch, due, role=scope.role)


def act(store: Store, scope: Scope, wanted: Act, *, at: datetime) -> Acted:
    """Make one move by hand, with what it rests on looked up and checked.

    Clearing asks for the work of a member that lasts on the day; settling asks the law whether that
    work is stable, and is refused unless it is; removal keeps the law's answer beside the
    official's own decision, which need not be the same.

    Raises:
        NotFound: no such household or placement within the scope.
        WrongUse: the placement is not of a member or does not last, the work is not stable by law,
            or nobody answers for a removal.
        IllegalMoves: no such move from where the household stands, or without its reason.
    """
    record = store.households(scope, [wanted.household_id])
    if record.empty:
        raise NotFound(kind="household", key=wanted.household_id)
    area = record["area_code"].iloc[0]
    facts: dict[str, Any] = {}
    kept: Kept | None = None
    if wanted.event in ("clear", "employ"):
        facts = _work(store, scope, wanted)
    elif wanted.event == "settle":
        kept, facts = _stable(store, scope, wanted)
    elif wanted.event == "remove":
        kept, facts = _removal(store, scope, wanted)
    with store.writing(actor=wanted.by or scope.actor, at=at) as batch:
        number = None if kept is None else batch.keep(kept)
        if number is not None:
            facts["decision"] = number
        row = move(
            wanted.event,
            wanted.household_id,
            wanted.on,
            area_code=str(area) if wanted.event in ("find", "return") else None,
            reason=wanted.reason,
            key=wanted.key,
            **facts,
        )
        done = record_households(batch, moves([row]), role=scope.role)
    return Acted(done, number, facts.get("outcome"))


def _work(store: Store, scope: Scope, wanted: Act) -> dict[str, Any]:
    if wanted.placement_id is None:
        raise WrongUse(
            what=f"'{wanted.event}' of household {wanted.household_id} names no placement",
            expected="--placement ID: the work of a member",
            do=f"Name it; {' and '.join(RESTS_ON[wanted.event])} stand in the ledger.",
        )
    found = store.placements(scope, [wanted.placement_id])
    if found.empty:
        raise NotFound(kind="placement", key=wanted.placement_id)
    row = found.iloc[0]
    members = store.members(scope, [wanted.household_id])["person_id"]
    day = wanted.on.isoformat()
    begun = not pd.isna(row["start_date"]) and row["start_date"] <= day
    lasts = pd.isna(row["ended_on"]) or row["ended_on"] > day
    if row["person_id"] not in set(members) or not (begun and lasts):
        raise WrongUse(
            what=f"placement {wanted.placement_id} does not clear household {wanted.household_id}",
            expected=f"work of one of its members that lasts on {day}",
            do="Name another placement, or correct its person and days.",
        )
    return {"person_id": str(row["person_id"]), "placement_id": wanted.placement_id}


def _stable(store: Store, scope: Scope, wanted: Act) -> tuple[Kept, dict[str, Any]]:
    """The decision that the work which cleared the household is stable."""
    events = store.events(scope, Wanted(streams=[STREAM], ids=[wanted.household_id]))
    work = events[events["event"].isin(["clear", "employ"])].tail(1)
    placement = wanted.placement_id or (data_of(work, "placement_id")[0] if len(work) else None)
    if placement is None:
        raise WrongUse(
            what=f"household {wanted.household_id} was cleared without a placement on record",
            expected="--placement ID: the work that is stable",
            do="Name it.",
        )
    question = Question(DECISION_OF_SETTLING, wanted.on, placement_id=str(placement))
    kept, decided = decided_to_keep(store, scope, question)
    verdict = decided.verdict(0)
    if verdict.outcome is not Outcome.MET:
        asked = f"; still to ask: {', '.join(verdict.ask_for)}" if verdict.ask_for else ""
        raise WrongUse(
            what=f"placement {placement} is not stable work by law: {verdict.outcome}{asked}",
            expected=f"'{DECISION_OF_SETTLING}' met in {verdict.place} on {wanted.on}",
            do=f"See 'rengang decide {DECISION_OF_SETTLING} --placement {placement}'.",
        )
    return kept, {"placement_id": str(placement), "outcome": verdict.outcome}


def _removal(store: Store, scope: Scope, wanted: Act) -> tuple[Kept, dict[str, Any]]:
    """What the law says of a removal, and who decides it."""
    if not (wanted.by or "").strip():
        raise WrongUse(
            what=f"nobody answers for removing household {wanted.household_id}",
            expected="--by NAME of the official who decides",
            do="Name them; nothing is taken away by the system itself.",
        )
    about = "zero_employment_household" if wanted.reason == NOT_CERTIFIED else "household_exit"
    question = Question(about, wanted.on, household_id=wanted.household_id)
    kept, decided = decided_to_keep(store, scope, question)
    return kept, {"decided_by": wanted.by, "outcome": decided.verdict(0).outcome}


def ledger_events(store: Store, scope: Scope) -> pd.DataFrame:
    """All moves of households within the scope, with the `day` on which each counts."""
    return in_time(store.events(scope, Wanted(streams=[STREAM])))
