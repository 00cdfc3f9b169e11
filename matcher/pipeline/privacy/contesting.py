"""A contest of a ranking or of a decision: who, about what, and by when it is answered."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pandas as pd

from matcher.casework.ledger.recording import moves, record
from matcher.casework.limits import office_limit
from matcher.domain.kinds import Kind
from matcher.domain.scope import Scope
from matcher.errors import AlreadyThere, NotFound, WrongUse
from matcher.pipeline.casework.register.hand import Hand
from matcher.policy.law import Law
from matcher.store.events.reading import Wanted
from matcher.store.store import Store

STREAM = "contest"
LIMIT = "ranking_contest_answer"
RANKING, DECISION = "ranking", "decision"
FILED = "filed"
ANSWERS = ("uphold", "overturn", "withdraw")


@dataclass(frozen=True, slots=True)
class Contested:
    """A contest: its number in the ledger, where it stands, and by when it is answered.

    Attributes:
        vacancy_id, decision: what it is about; both None for the list as a whole.
        opened_on: when it was taken.
    """

    subject_id: str
    state: str
    due_on: date | None
    vacancy_id: str | None = None
    decision: int | None = None
    opened_on: date | None = None


@dataclass(frozen=True, slots=True)
class Matter:
    """What is contested.

    Attributes:
        person_id: who contests.
        vacancy_id: a place in a list; None for the list as a whole.
        decision: the number of a kept decision, instead of a list.
    """

    person_id: str
    vacancy_id: str | None = None
    decision: int | None = None

    @property
    def about(self) -> tuple[str | None, int | None]:
        """The post and the decision."""
        return self.vacancy_id, self.decision


def contests_of(store: Store, scope: Scope, person_id: str) -> list[Contested]:
    """The contests of a person, the oldest first; an audited read.

    Raises:
        NotFound: no such person within the scope.
    """
    if store.persons(scope, [person_id]).empty:
        raise NotFound(kind=Kind.PERSONS.value, key=person_id)
    wanted = Wanted(streams=(STREAM,), of="person_id", ids=[person_id])
    return _contested(store.states(scope, wanted))


def _contested(states: pd.DataFrame) -> list[Contested]:
    """Contests of rankings and decisions as they stand."""
    found = []
    for row in states.astype(object).where(states.notna(), None).to_dict("records"):
        told: dict[str, Any] = json.loads(row["data"] or "{}")
        if "about" in told:
            due, decision = row["due_on"], told.get("decision")
            found.append(
                Contested(
                    subject_id=str(row["subject_id"]),
                    state=str(row["state"]),
                    due_on=date.fromisoformat(due) if due and row["state"] == FILED else None,
                    vacancy_id=row["vacancy_id"],
                    decision=None if decision is None else int(decision),
                    opened_on=date.fromisoformat(row["opened_on"]),
                )
            )
    return sorted(found, key=lambda each: (each.opened_on or date.min, each.subject_id))


def contest(store: Store, hand: Hand, matter: Matter, *, reason: str, note: str = "") -> Contested:
    """Take a contest; it stands among what is due until an official answers.

    Args:
        store: the records.
        hand: who takes it down.
        matter: what is contested.
        reason: a code of the group `contested`.
        note: where the person's own paper is filed; no story, no name.

    Raises:
        NotFound: no such person, post or decision about the person within the scope.
        WrongUse: a post and a decision at once.
        AlreadyThere: the same is contested already, and not answered yet.
        IllegalMoves: the reason is no code, or the role may not.
    """
    person = store.persons(hand.scope, [matter.person_id])
    if person.empty:
        raise NotFound(kind=Kind.PERSONS.value, key=matter.person_id)
    _refuse_unknown(store, hand.scope, matter)
    area = person["area_code"].iloc[0]
    area = None if pd.isna(area) else str(area)
    days = office_limit(LIMIT, Law.place_of(area), hand.on)
    due = hand.on + timedelta(days=int(days))
    before = store.states(
        hand.scope, Wanted(streams=(STREAM,), of="person_id", ids=[matter.person_id])
    )
    for each in _contested(before):
        if each.state == FILED and (each.vacancy_id, each.decision) == matter.about:
            raise AlreadyThere(kind=STREAM, key=each.subject_id)
    about = DECISION if matter.decision is not None else RANKING
    told = {"about": about, "decision": matter.decision, "note": note or None}
    row = {
        "stream": STREAM,
        "subject_id": f"K-{matter.person_id}-{about}-{len(before) + 1}",
        "event": "file",
        "on": hand.on.isoformat(),
        "due_on": due.isoformat(),
        "person_id": matter.person_id,
        "vacancy_id": matter.vacancy_id,
        "area_code": area,
        "reason": reason,
        "expected_version": 0,
        "data": json.dumps({k: v for k, v in told.items() if v is not None}, ensure_ascii=False),
    }
    with store.writing(actor=hand.by, at=hand.at) as batch:
        record(batch, moves([row]), role=hand.role)
    made = str(row["subject_id"])
    return Contested(made, FILED, due, matter.vacancy_id, matter.decision, hand.on)


def answer(
    store: Store,
    hand: Hand,
    subject_id: str,
    answered: str,
    *,
    note: str = "",
    person_id: str | None = None,
) -> Contested:
    """Answer a contest: `uphold`, `overturn`, or `withdraw` for whoever made it.

    Args:
        store: the records.
        hand: who answers.
        subject_id: the number of the contest.
        answered: one of `ANSWERS`.
        note: why.
        person_id: whose contest it must be; None is anybody's.

    Raises:
        NotFound: no such contest of a ranking or decision within the scope.
        WrongUse: another answer.
        IllegalMoves: it was answered before, or the role may not.
    """
    if answered not in ANSWERS:
        raise WrongUse(
            what=f"answer '{answered}' to {subject_id}",
            expected=f"one of {', '.join(ANSWERS)}",
            do="Choose one.",
        )
    found = store.states(hand.scope, Wanted(streams=(STREAM,), ids=[subject_id]))
    stands = _contested(found)
    if not stands or person_id not in (None, found["person_id"].iloc[0]):
        raise NotFound(kind=STREAM, key=subject_id)
    row = {
        "stream": STREAM,
        "subject_id": subject_id,
        "event": answered,
        "on": hand.on.isoformat(),
        "data": json.dumps({"answered_by": hand.by, "answer_note": note or None}),
    }
    with store.writing(actor=hand.by, at=hand.at) as batch:
        done = record(batch, moves([row]), role=hand.role)
    state = str(done.events["state"].iloc[0])
    return replace(stands[0], state=state, due_on=None)


def _refuse_unknown(store: Store, scope: Scope, matter: Matter) -> None:
    if matter.vacancy_id is not None and matter.decision is not None:
        raise WrongUse(
            what="a contest of a post and of a decision at once",
            expected="one of the two",
            do="File them one after the other.",
        )
    if matter.vacancy_id is not None and store.frame(Kind.VACANCIES, [matter.vacancy_id]).empty:
        raise NotFound(kind=Kind.VACANCIES.value, key=matter.vacancy_id)
    if matter.decision is not None:
        found = store.decisions(scope, [matter.decision], about=matter.person_id)
        if found.empty:
            raise NotFound(kind="decision", key=str(matter.decision))
