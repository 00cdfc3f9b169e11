"""Leaving a status: prepared with reason and citation, told, contested, decided by an official.

Announcing changes no record: until a named official ends the status, everything is as it was.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from matcher.casework.certification.steps import contest_period
from matcher.casework.ledger.recording import moves, record
from matcher.domain.decision import Outcome, Verdict
from matcher.errors import WrongUse
from matcher.pipeline.casework.certification.checks import Stated
from matcher.pipeline.casework.certification.filing import (
    Filed,
    Move,
    filed,
    move_row,
    write_rows,
)
from matcher.pipeline.casework.certification.footing import (
    File,
    Footing,
    file_of,
    footing,
    rules_of,
)
from matcher.pipeline.casework.register.hand import Hand
from matcher.store.store import Store

BY_LAW = "by_law"
NEEDS_NO_WAIT = ("voluntary", "died")
"""Reasons after which nobody is left to contest, or who leaves asked for it."""

CONTEST = "contest"
ANSWERS = {"uphold": "uphold", "overturn": "overturn", "contest_withdrawn": "withdraw"}
"""The answers to a contest: the move of the certification, and that of the contest itself."""

REJECTION_CONTESTED = "rejection_contested"


def propose_leaving(store: Store, hand: Hand, case_id: str, stated: Stated) -> Filed:
    """Tell somebody that their status is about to end, why, and until when they may contest.

    By law it must be met on the facts on record; for other reasons a document must be named.

    Raises:
        NotFound: there is no such file within the scope.
        WrongUse: the law does not say so on the facts on record; or no document was named.
        IllegalMoves: nothing is certified, or the reason is no code.
    """
    file = file_of(store, hand.scope, case_id)
    stands = footing(store, hand.scope, file, hand.on)
    if stated.reason == BY_LAW:
        _refuse_unfounded(file, stands.exit)
    elif not stated.evidence:
        raise WrongUse(
            what=f"leaving of {case_id} for '{stated.reason}' has no evidence",
            expected="the document that shows it",
            do="Name it with --evidence.",
        )
    period = contest_period(stands.place, hand.on)
    until = stated.until or period.may_file_until(hand.on)
    leaving = {
        "reason": stated.reason,
        "told_on": hand.on.isoformat(),
        "may_contest_until": until.isoformat(),
        "period_rule": period.rule,
        "period_source": f"《{period.document}》{period.articles}",
        "evidence": stated.evidence,
        "rules": rules_of(stands.exit) if stated.reason == BY_LAW else [],
        "zh": _said(stands.exit, "zh") if stated.reason == BY_LAW else stated.note,
        "en": _said(stands.exit, "en") if stated.reason == BY_LAW else stated.note,
    }
    data = {"leaving": leaving, "contest": None}
    return _move(store, hand, (file, stands), Move("propose_leaving", stated, {}, until), data)


def contest(store: Store, hand: Hand, case_id: str, stated: Stated) -> Filed:
    """Take a contest of a leaving that was announced, or of a rejection.

    Raises:
        NotFound: there is no such file within the scope.
        WrongUse: the period is over.
        IllegalMoves: there is nothing to contest, or the reason is no code.
    """
    file = file_of(store, hand.scope, case_id)
    stands = footing(store, hand.scope, file, hand.on)
    period = contest_period(stands.place, hand.on)
    until = _may_contest_until(file)
    if until is not None and hand.on > until:
        raise WrongUse(
            what=f"certification {case_id} may be contested no more",
            expected=f"a contest by {until.isoformat()} ({period.rule})",
            do="Tell the person which other ways there are.",
        )
    number = int(file.said.get("contests", 0)) + 1
    due = stated.until or period.answer_due(hand.on)
    subject = f"K-{case_id}-{number}"
    own = move_row(file, hand, stands, "file") | {
        "stream": CONTEST,
        "subject_id": subject,
        "reason": stated.reason,
        "due_on": due.isoformat(),
        "expected_version": 0,
        "data": json.dumps(
            {
                "case_id": case_id,
                "evidence": stated.evidence,
                "note": stated.note,
                "period_rule": period.rule,
            },
            ensure_ascii=False,
        ),
    }
    told = {"contests": number, "contest": subject}
    return _move(store, hand, (file, stands), Move("contest", stated, {}, due), told, (own,))


def answer_contest(store: Store, hand: Hand, case_id: str, answer: str, stated: Stated) -> Filed:
    """Decide a contest: `uphold`, `overturn`, or `contest_withdrawn` by whoever made it.

    An upheld leaving still has to be ended by an official; an overturned one leaves the status as
    it is; an overturned rejection goes back to be decided anew.

    Raises:
        NotFound: there is no such file within the scope.
        WrongUse: another answer, or one without a reason in words.
        IllegalMoves: there is no contest to answer, or the role may not.
    """
    if answer not in ANSWERS or not (stated.note or stated.evidence):
        raise WrongUse(
            what=f"answer '{answer}' to the contest of {case_id}",
            expected=f"one of {', '.join(ANSWERS)}, with a note that says why",
            do="Give both.",
        )
    file = file_of(store, hand.scope, case_id)
    stands = footing(store, hand.scope, file, hand.on)
    own = move_row(file, hand, stands, ANSWERS[answer]) | {
        "stream": CONTEST,
        "subject_id": file.said.get("contest"),
        "expected_version": None,
        "data": json.dumps(
            {"answer": answer, "answered_by": hand.by, "note": stated.note}, ensure_ascii=False
        ),
    }
    due = hand.on if file.state == "contested" and answer != "overturn" else None
    extra = (own,) if file.said.get("contest") else ()
    return _move(store, hand, (file, stands), Move(answer, stated, {}, due), {}, extra)


def decide_leaving(store: Store, hand: Hand, case_id: str, event: str, stated: Stated) -> Filed:
    """A named official ends the status (`end`) or leaves it as it is (`keep`).

    Raises:
        NotFound: there is no such file within the scope.
        WrongUse: the period to contest is not over yet, or the law does not say so any more.
        IllegalMoves: no leaving was announced, it is contested, or the role may not.
    """
    file = file_of(store, hand.scope, case_id)
    stands = footing(store, hand.scope, file, hand.on)
    leaving = file.said.get("leaving", {})
    until = _may_contest_until(file)
    if event == "end" and leaving.get("reason") not in NEEDS_NO_WAIT:
        was_answered = bool(file.said.get("contest"))
        if until is not None and hand.on <= until and not was_answered:
            raise WrongUse(
                what=f"certification {case_id} may still be contested",
                expected=f"a decision after {until.isoformat()} ({leaving.get('period_rule')})",
                do="Wait until the period is over.",
            )
        if leaving.get("reason") == BY_LAW:
            _refuse_unfounded(file, stands.exit)
    told = {"ended_by": hand.by, "ended_on": hand.on.isoformat()} if event == "end" else {}
    return _move(store, hand, (file, stands), Move(event, stated, {}, None), told)


def _refuse_unfounded(file: File, verdict: Verdict) -> None:
    if verdict.outcome is Outcome.MET:
        return
    asks = f"; ask: {', '.join(verdict.ask_for)}" if verdict.ask_for else ""
    raise WrongUse(
        what=f"by law {verdict.decision} is {verdict.outcome.value} for {file.case_id}{asks}",
        expected=f"facts on record that meet {', '.join(rules_of(verdict)) or 'a text in force'}",
        do="Complete the facts, or name another reason.",
    )


def _said(verdict: Verdict, language: str) -> str:
    """The conditions that hold, read out."""
    held = [each for each in verdict.findings if each.outcome is Outcome.MET]
    if language == "zh":
        return "；".join(each.zh for each in held)
    return " ".join(each.en for each in held)


def _may_contest_until(file: File) -> date | None:
    """The last day to contest a leaving that was announced, or a rejection."""
    if file.state == "leaving":
        until = file.said.get("leaving", {}).get("may_contest_until")
    else:
        until = file.said.get("may_contest_until")
    return None if until is None else date.fromisoformat(until)


def _move(
    store: Store,
    hand: Hand,
    at: tuple[File, Footing],
    move: Move,
    data: dict[str, Any],
    others: Sequence[dict[str, Any]] = (),
) -> Filed:
    file, stands = at
    said = data | {"note": move.stated.note, "evidence": move.stated.evidence}
    row = move_row(file, hand, stands, move.event) | {
        "reason": move.stated.reason,
        "due_on": None if move.due is None else move.due.isoformat(),
        "data": json.dumps(said, ensure_ascii=False),
    }
    reopens = move.event == "overturn" and file.state == REJECTION_CONTESTED
    with store.writing(actor=hand.by, at=hand.at) as batch:
        done = record(batch, moves([*others, row]), role=hand.role)
        write_rows(batch, file, hand, replace(move, event="reopen") if reopens else move)
    after = replace(
        file,
        state=str(done.events["state"].iloc[-1]),
        version=file.version + 1,
        due_on=row["due_on"],
        said={**file.said, **said},
    )
    return filed(after, stands)
