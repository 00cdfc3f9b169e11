"""What becomes of a fair's pairings: kept as records, who came, how each talk ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

import pandas as pd

from matcher.casework.referrals.places import full_posts
from matcher.domain.kinds import Kind
from matcher.domain.scope import Scope
from matcher.errors import IllegalMoves, NotFound, WrongUse
from matcher.pipeline.fairs.pairing_ids import typed
from matcher.pipeline.fairs.programme import Programme
from matcher.reference.codes import code_list
from matcher.reference.columns import conform
from matcher.store.store import Store
from matcher.store.writes.upserting import Upserted

KEPT = (
    *("pairing_id", "fair_id", "person_id", "vacancy_id", "score"),
    *("booth", "interviewer", "starts_at", "attendance"),
)


class Attendance(StrEnum):
    """How far a person has come to a talk."""

    INVITED = "invited"
    CONFIRMED = "confirmed"
    CAME = "came"
    ABSENT = "absent"
    CANCELLED = "cancelled"


class Result(StrEnum):
    """How a talk at a booth ended; each is a stage of an outcome."""

    INTERVIEWED = "interviewed"
    HIRED = "hired"
    REFUSED_BY_PERSON = "refused_by_person"
    REFUSED_BY_EMPLOYER = "refused_by_employer"


HAPPENED = (Attendance.CAME.value, Attendance.ABSENT.value)
"""What a change of the plan does not undo."""


def channel_of(fair_id: str) -> str:
    """The channel of outcomes that come from a fair.

    Example:
        >>> channel_of("F0001")
        'fair:F0001'
    """
    return f"fair:{fair_id}"


def keep_pairings(
    store: Store, scope: Scope, day: Programme, *, actor: str, at: datetime
) -> Upserted:
    """Keep the pairings of a day; new ones are invited.

    A pairing kept before keeps its attendance; one that the plan has no longer is cancelled,
    unless it is known whether the person came, and invited again when it comes back.
    """
    fair_id = str(day.fair["fair_id"])
    with store.writing(actor=actor, at=at) as batch:
        # Read here: who is written as come meanwhile has come, and of two plans one remains.
        before = batch.stored(Kind.PAIRINGS, "fair_id", [fair_id], scope=scope)
        kept = _kept(day, fair_id, before.set_index("pairing_id"))
        return batch.upsert(Kind.PAIRINGS, conform(Kind.PAIRINGS, kept), columns=KEPT)


def _kept(day: Programme, fair_id: str, before: pd.DataFrame) -> pd.DataFrame:
    """The day's pairings, and those of before that it has no longer, each with its attendance."""
    rows = day.talks.assign(fair_id=fair_id, starts_at=day.talks["start"])
    told = rows["pairing_id"].map(before["attendance"].astype(object))
    invited = told.isna() | (told == Attendance.CANCELLED)
    rows["attendance"] = told.mask(invited, Attendance.INVITED.value)
    gone = before[
        ~before.index.isin(rows["pairing_id"]) & ~before["attendance"].isin(HAPPENED)
    ].reset_index()
    gone["attendance"] = Attendance.CANCELLED.value
    return pd.concat([rows[list(KEPT)], gone[list(KEPT)]], ignore_index=True)


def record_attendance(
    store: Store,
    scope: Scope,
    pairing_ids: Sequence[str],
    attendance: Attendance,
    *,
    actor: str,
    at: datetime,
) -> Upserted:
    """Write down for pairings, by their numbers as typed or scanned, whether the person came.

    Raises:
        NotFound: a number that no pairing within the scope has; nothing is written.
    """
    found = _pairings(store, scope, pairing_ids)
    found["attendance"], said = attendance.value, ["pairing_id", "attendance"]
    with store.writing(actor=actor, at=at) as batch:
        return batch.upsert(Kind.PAIRINGS, conform(Kind.PAIRINGS, found[said]), columns=said)


def record_result(  # noqa: PLR0913 - who writes, what, about which pairing
    store: Store,
    scope: Scope,
    number: str,
    result: Result,
    *,
    reason: str | None,
    actor: str,
    at: datetime,
) -> Upserted:
    """Write down at the booth how a talk ended: an outcome on the fair's day, and who came.

    Args:
        store: where.
        scope: who writes.
        number: of the pairing, as typed or scanned.
        result: a stage.
        reason: a code of `talk_reason`; every refusal has one.
        actor: account or command, for the audit.
        at: now, with its zone.

    Raises:
        NotFound: no such pairing within the scope.
        WrongUse: a refusal without a reason, or an unknown reason.
        IllegalMoves: a hire for which the post has no place left.
    """
    _refuse_reason(result, reason)
    found = _pairings(store, scope, [number])
    found["attendance"], said = Attendance.CAME.value, ["pairing_id", "attendance"]
    pairing = found.iloc[0]
    fair = store.frame(Kind.FAIRS, [str(pairing["fair_id"])]).iloc[0]
    outcome = pd.DataFrame(
        {
            "person_id": [pairing["person_id"]],
            "vacancy_id": [pairing["vacancy_id"]],
            "stage": [result.value],
            "on": [date.fromisoformat(fair["on"]).isoformat()],
            "channel": [channel_of(str(pairing["fair_id"]))],
            "reason": [reason],
        }
    )
    with store.writing(actor=actor, at=at) as batch:
        if result is Result.HIRED:
            full = full_posts(batch, found.rename(columns={"pairing_id": "subject_id"}))
            if full:
                raise IllegalMoves(problems=full)
        batch.upsert(Kind.PAIRINGS, conform(Kind.PAIRINGS, found[said]), columns=said)
        return batch.upsert(
            Kind.OUTCOMES, conform(Kind.OUTCOMES, outcome), columns=tuple(outcome.columns)
        )


def _refuse_reason(result: Result, reason: str | None) -> None:
    known = code_list("talk_reason").codes
    refused = result in (Result.REFUSED_BY_PERSON, Result.REFUSED_BY_EMPLOYER)
    if (reason is None and refused) or (reason is not None and reason not in known):
        raise WrongUse(
            what=f"the reason '{reason}'" if reason else f"{result.value} without a reason",
            expected=f"one of {', '.join(known)}",
            do="Give it with --reason.",
        )


def _pairings(store: Store, scope: Scope, numbers: Sequence[str]) -> pd.DataFrame:
    wanted = [typed(number) for number in numbers]
    found = store.pairings(scope, wanted)
    missing = [number for number in wanted if number not in set(found["pairing_id"])]
    if missing:
        raise NotFound(kind="pairing", key=missing[0])
    return found
