"""Work and referrals together: a start takes the place it was referred to, an end reopens the case.

One transaction holds both streams, so that nobody is at work on a referral that still waits, and no
place is given a second time by going round the referrals.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from matcher.casework.ledger.recording import Recorded, moves
from matcher.casework.placements.working import move_placements
from matcher.casework.referrals.places import full_posts
from matcher.casework.referrals.referring import OPEN, move_referrals
from matcher.casework.referrals.referring import STREAM as REFERRALS
from matcher.domain.kinds import Kind
from matcher.domain.scope import Role
from matcher.errors import IllegalMoves
from matcher.store.batch import Batch

BESIDE: dict[str, dict[str, tuple[str, ...]]] = {
    "start": {
        "referred": ("hire", "start"),
        "interviewed": ("hire", "start"),
        "offered": ("hire", "start"),
        "hired": ("start",),
    },
    "stabilise": {"started": ("retain",)},
    "end": {"started": ("end",), "retained": ("end",)},
}
"""Of a move of work: what the referral to the same post does, by where it stands."""

FOUND_BY_THEMSELVES = "direct"
"""The channel of a hire for which nobody was referred."""


def move_work(batch: Batch, given: pd.DataFrame, cases: pd.DataFrame, *, role: Role) -> Recorded:
    """Make these moves of placements, and those of referrals that they mean.

    A start moves the person's referral to the post on to `started` and ends the other open ones;
    without a referral the hire is written as found by themselves. Stable work retains the referral.
    The end of work ends it, and the person's case counts its days from then.

    Args:
        batch: the transaction.
        given: moves of the stream `placement`.
        cases: of the persons; the newest of each is reopened by the end of work.
        role: in which the batch's actor acts.

    Returns:
        What was recorded of the placements.

    Raises:
        IllegalMoves: as `move_placements`; a start at a post that has no place left.
    """
    done = move_placements(batch, given, role=role)
    events = done.events
    if events.empty:
        return done
    starts = events[(events["event"] == "start") & events["vacancy_id"].notna()]
    full = full_posts(batch, starts)
    if full:
        raise IllegalMoves(problems=full)
    _move_beside(batch, events, role)
    _close_others(batch, events, role)
    _write_direct_hires(batch, starts)
    _reopen(batch, events, cases)
    return done


def _of_persons(batch: Batch, events: pd.DataFrame) -> pd.DataFrame:
    return batch.states(REFERRALS, events["person_id"].unique().tolist(), of="person_id")


def _move_beside(batch: Batch, events: pd.DataFrame, role: Role) -> None:
    for row in events[events["event"].isin(BESIDE) & events["vacancy_id"].notna()].itertuples():
        known = batch.states(REFERRALS, [str(row.person_id)], of="person_id")
        same = known[known["vacancy_id"] == row.vacancy_id]
        steps = BESIDE[str(row.event)]
        rows = [
            {
                "stream": REFERRALS,
                "subject_id": each.subject_id,
                "event": step,
                "on": row.on,
                "reason": row.reason,
            }
            for each in same[same["state"].isin(list(steps))].itertuples()
            for step in steps[str(each.state)]
        ]
        if rows:
            move_referrals(batch, moves(rows), role=role)


def _close_others(batch: Batch, events: pd.DataFrame, role: Role) -> None:
    """Whoever works waits for no other answer, also where nobody had referred them there."""
    starts = events[events["event"] == "start"]
    day = dict(zip(starts["person_id"], starts["on"], strict=True))
    known = _of_persons(batch, starts) if day else pd.DataFrame()
    if known.empty:
        return
    rows = [
        {
            "stream": REFERRALS,
            "subject_id": each.subject_id,
            "event": "close",
            "on": day[each.person_id],
            "reason": "hired_elsewhere",
        }
        for each in known[known["state"].isin(OPEN)].itertuples()
    ]
    acting = Role.SUPERVISOR if role is Role.EMPLOYER else role
    move_referrals(batch, moves(rows), role=acting)


def _write_direct_hires(batch: Batch, starts: pd.DataFrame) -> None:
    """A start that no hire came before takes its place as well."""
    taken = batch.hired(starts["vacancy_id"].unique().tolist())
    before = set(zip(taken["vacancy_id"], taken["person_id"], strict=True))
    pairs = zip(starts["vacancy_id"], starts["person_id"], strict=True)
    new = starts[[pair not in before for pair in pairs]]
    if new.empty:
        return
    frame = new[["person_id", "vacancy_id", "on"]].assign(
        stage="hired", channel=FOUND_BY_THEMSELVES
    )
    batch.upsert(Kind.OUTCOMES, frame, columns=[str(name) for name in frame])


def _reopen(batch: Batch, events: pd.DataFrame, cases: pd.DataFrame) -> None:
    """The newest case of whose work ended counts its days from then; without one it is opened."""
    ended = events[events["event"] == "end"].drop_duplicates("person_id", keep="last")
    if ended.empty:
        return
    newest = cases.sort_values("opened_on", kind="stable", na_position="first")
    case_of = newest.drop_duplicates("person_id", keep="last").set_index("person_id")["case_id"]
    rows: dict[bool, list[dict[str, Any]]] = {True: [], False: []}
    for row in ended.itertuples():
        known = case_of.get(row.person_id)
        told = {
            "case_id": known if known is not None else f"CS-{row.person_id}",
            "person_id": row.person_id,
            "clock_started_on": row.on,
        }
        if known is None:
            told["opened_on"] = row.on
        rows[known is None].append(told)
    for each in rows.values():
        if each:
            frame = pd.DataFrame(each)
            batch.upsert(Kind.CASES, frame, columns=[str(name) for name in frame])
