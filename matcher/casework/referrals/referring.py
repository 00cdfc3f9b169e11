"""Moving referrals: with each move the outcome stage, with a hire the place and the other offers.

Everything a move entails is written in its own transaction: the stage that training reads, the
refusal that the law counts, the end of the person's other open referrals once work is found.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from matcher.casework.ledger.machine import machine
from matcher.casework.ledger.recording import Recorded, data_of, moves, record
from matcher.casework.referrals.places import full_posts
from matcher.casework.referrals.refusals import (
    COUNTED_FROM,
    OFFERED_ON,
    RESPONSES,
    just_causes,
    refusal_records,
    unsaid,
    with_offer_days,
)
from matcher.domain.kinds import Kind
from matcher.domain.scope import Role
from matcher.errors import IllegalMoves
from matcher.store.batch import Batch

STREAM = "referral"
OPEN = ("proposed", "asked", "referred", "interviewed", "offered")
"""States in which a referral still waits for somebody."""

OUTCOME_COLUMNS = (
    *("person_id", "vacancy_id", "stage", "on", "channel", "reason", "just_cause", "rank_shown"),
)


@dataclass(frozen=True, slots=True)
class Referred:
    """What moving referrals wrote.

    Attributes:
        events: of the referrals moved, as `Recorded.events`, those closed by a hire among them.
        closed: ids of referrals that ended because their person was hired elsewhere.
        outcomes, refusals: records created; of refusals also offers accepted, which end a row of
            them.
        repeated: moves whose key stood in the ledger already.
    """

    events: pd.DataFrame
    closed: tuple[str, ...]
    outcomes: int
    refusals: int
    repeated: int


def referral_id(person_id: str, vacancy_id: str, number: int) -> str:
    """The id of a person's so-manieth referral to a post.

    Example:
        >>> referral_id("P000123", "V000451", 1)
        'R-P000123-V000451-1'
    """
    return f"R-{person_id}-{vacancy_id}-{number}"


def new_referrals(
    batch: Batch, pairs: pd.DataFrame, *, on: str, due_on: str | None = None
) -> pd.DataFrame:
    """Moves that propose these pairs; a pair whose last referral is still open is left out.

    Args:
        batch: the transaction that will make them.
        pairs: `person_id`, `vacancy_id`, `area_code`, and optionally `data` (JSON: rank, score,
            model, channel, an override with its reason) and `due_on` of its own.
        on: the day.
        due_on: by when the next step is due, where the pair itself does not say.
    """
    unique = pairs.drop_duplicates(["person_id", "vacancy_id"], ignore_index=True)
    known = batch.states(STREAM, unique["person_id"].unique().tolist(), of="person_id")
    of_pair = known.groupby(["person_id", "vacancy_id"])["state"]
    before = {key: len(states) for key, states in of_pair}
    waiting = {key for key, states in of_pair if states.isin([*OPEN, "hired", "started"]).any()}
    rows: list[dict[str, Any]] = []
    for row in unique.to_dict("records"):
        pair = (row["person_id"], row["vacancy_id"])
        if pair not in waiting:
            number = before.get(pair, 0) + 1
            move = {"stream": STREAM, "subject_id": referral_id(*pair, number)}
            rows.append(move | {"event": "propose", "on": on, "due_on": due_on} | _told(row))
    return moves(rows)


def _told(row: Mapping[Any, Any]) -> dict[str, Any]:
    names = ("person_id", "vacancy_id", "area_code", "data", "due_on")
    return {name: row[name] for name in names if name in row}


def move_referrals(batch: Batch, given: pd.DataFrame, *, role: Role) -> Referred:
    """Make these moves of referrals with everything they entail, or nothing at all.

    Args:
        batch: the transaction.
        given: moves of the stream `referral`.
        role: in which the batch's actor acts.

    Raises:
        IllegalMoves: a move its machine does not have; a hire for which no place is left, or of a
            person who was hired in the same breath; a refusal of which nobody says whether its
            cause was just.
    """
    about = _about(batch, given)
    problems = [*full_posts(batch, about[about["event"] == "hire"]), *_twice(about)]
    refused = about[(about["event"] == "refuse_by_person") & about["state"].isin(COUNTED_FROM)]
    problems += unsaid(refused)
    if problems:
        raise IllegalMoves(problems=problems)
    done = record(batch, with_offer_days(given), role=role)
    closing = _closing(batch, done.events)
    closed = record(batch, closing, role=Role.SUPERVISOR if role is Role.EMPLOYER else role)
    outcomes = _write_outcomes(batch, done)
    refusals = _write_answers(batch, done.events)
    events = pd.concat([done.events, closed.events], ignore_index=True)
    names = tuple(closed.events["subject_id"])
    return Referred(events, names, outcomes, refusals, done.repeated)


def _about(batch: Batch, given: pd.DataFrame) -> pd.DataFrame:
    """The moves with the state before them; person and post also where the move does not say."""
    states = batch.states(STREAM, given["subject_id"].unique().tolist())
    known = states.set_index("subject_id")[["state", "since", "person_id", "vacancy_id"]]
    frame = given.reset_index(drop=True)
    beside = known.reindex(frame["subject_id"]).reset_index(drop=True)
    for name in ("person_id", "vacancy_id"):
        frame[name] = frame[name].astype(object).where(frame[name].notna(), beside[name])
    return frame.assign(state=beside["state"], since=beside["since"])


def _twice(about: pd.DataFrame) -> list[str]:
    """A person is hired once in a frame."""
    hires = about[about["event"] == "hire"]
    again = hires[hires["person_id"].duplicated()]
    return [
        f"referral {row.subject_id}: person {row.person_id} is hired for another post as well"
        for row in again.itertuples()
    ]


def _closing(batch: Batch, events: pd.DataFrame) -> pd.DataFrame:
    """Moves that end the other open referrals of those just hired."""
    hires = events[events["event"] == "hire"]
    if hires.empty:
        return moves([])
    known = batch.states(STREAM, hires["person_id"].unique().tolist(), of="person_id")
    others = known[known["state"].isin(OPEN) & ~known["subject_id"].isin(hires["subject_id"])]
    day = dict(zip(hires["person_id"], hires["on"], strict=True))
    return moves(
        [
            {
                "stream": STREAM,
                "subject_id": row.subject_id,
                "event": "close",
                "on": day[row.person_id],
                "reason": "hired_elsewhere",
            }
            for row in others.itertuples()
        ]
    )


def _write_outcomes(batch: Batch, done: Recorded) -> int:
    """The stages that the moves reached."""
    events = done.events
    stage_of = {event: move.stage for (_, event), move in machine(STREAM).transitions.items()}
    told = events.assign(stage=events["event"].map(stage_of))
    # Of a referral that was only proposed, the person was shown nothing to refuse.
    told = told[(told["stage"] != "").to_numpy(dtype=bool)]
    if told.empty:
        return 0
    # How the pair came about was said when it was proposed: the state still knows.
    known = batch.states(STREAM, told["subject_id"].unique().tolist())
    subject = told["subject_id"].to_numpy()
    of_subject = known.set_index("subject_id").loc[subject].set_index(told.index)
    frame = told.assign(
        channel=pd.Series(data_of(of_subject, "channel"), index=told.index).fillna("referral"),
        rank_shown=pd.Series(data_of(of_subject, "rank"), index=told.index),
        just_cause=just_causes(told).where(told["event"] == "refuse_by_person").astype("boolean"),
    )
    written = batch.upsert(Kind.OUTCOMES, frame[list(OUTCOME_COLUMNS)], columns=OUTCOME_COLUMNS)
    return written.created


def _write_answers(batch: Batch, events: pd.DataFrame) -> int:
    """What people said to offers, for the counter of their place; the last word on each counts."""
    said = events[events["event"].isin(RESPONSES)].drop_duplicates("subject_id", keep="last")
    if said.empty:
        return 0
    known = batch.states(STREAM, said["subject_id"].tolist()).set_index("subject_id")
    days = data_of(known.loc[said["subject_id"]], OFFERED_ON)
    offered = pd.Series(days, index=said.index, dtype=object)
    to_offers = offered.notna()
    if not to_offers.any():
        return 0
    frame = refusal_records(said[to_offers], offered[to_offers])
    return batch.upsert(Kind.REFUSALS, frame, columns=[str(name) for name in frame]).created
