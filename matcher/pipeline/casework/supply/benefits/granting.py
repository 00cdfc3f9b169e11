"""Benefits applied for, granted, paid by the month, suspended, ended and reclaimed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd

from matcher.casework.benefits.granting import (
    HAD,
    RUNNING,
    STREAM,
    Granted,
    benefit_id,
    due_after,
    grant_data,
    granted_of,
    month_of,
    month_to_pay,
    months_between,
)
from matcher.casework.benefits.kinds import benefit
from matcher.casework.benefits.quoting import Quote
from matcher.casework.ledger.recording import moves, record
from matcher.domain.decision import Citation, Outcome
from matcher.errors import NotEntitled, NotFound, WrongUse
from matcher.pipeline.casework.supply.benefits.quoting import Hire, Quoted, quoted
from matcher.pipeline.casework.supply.doing import Act, heard, said, standing, text_of
from matcher.store.events.reading import Wanted
from matcher.store.store import Store

EXTENSION = "near_retirement_extension"
PROLONGED = {"post_subsidy": "post", "social_insurance_subsidy": "social_insurance"}
"""Kinds by the words in which the law says what it prolongs."""


def apply_for(store: Store, act: Act, hire: Hire, kind: str, employer_id: str | None) -> str:
    """Write down that a benefit is applied for.

    Returns:
        The subject of the new matter.

    Raises:
        NotFound: no such person within the scope.
        UnknownCode: no such kind.
    """
    named = benefit(kind)
    person = store.persons(act.scope, [hire.person_id], parts=("profile", "status"))
    if person.empty:
        raise NotFound(kind="person", key=hire.person_id)
    before = matters(store, act, hire.person_id)
    number = 1 + int((before["benefit"] == named.id).sum())
    subject = benefit_id(hire.person_id, named.id, number)
    row = {
        "event": "apply",
        "person_id": hire.person_id,
        "household_id": text_of(person["household_id"].iloc[0]),
        "employer_id": employer_id,
        "vacancy_id": hire.vacancy_id,
        "area_code": text_of(person["area_code"].iloc[0]),
        "data": said(benefit=named.id),
        "expected_version": 0,
    }
    _move(store, act, subject, row)
    return subject


def grant(store: Store, act: Act, subject_id: str, hire: Hire) -> Quote:
    """Grant what was applied for, by the law of the day.

    Args:
        store: where.
        act: who grants, and when.
        subject_id: the matter.
        hire: what the quote is asked with; person and vacancy are those of the matter.

    Returns:
        The quote that was granted.

    Raises:
        NotEntitled: the law says no or cannot say yet, it was had before, or it may not stand
            beside another that was granted; with citations and what to ask.
        IllegalMoves: it is not open for a grant.
    """
    state = standing(store, act.scope, STREAM, subject_id)
    kind = str(heard(state)["benefit"])
    hire = replace(hire, person_id=str(state["person_id"]), vacancy_id=text_of(state["vacancy_id"]))
    found = quoted(store, act.scope, hire, [kind])
    running = matters(store, act, hire.person_id)
    quote = _entitled(found, kind, subject_id)
    same = running[(running["benefit"] == kind) & running["state"].isin(RUNNING)]
    if len(same):
        raise NotEntitled(
            benefit=subject_id,
            why=f"{same['subject_id'].iloc[0]} of the same kind runs already",
            rules=quote.rules,
        )
    begun = quote.starts_on or act.on
    row = {
        "event": "grant",
        "data": said(**grant_data(quote, begun)),
        "due_on": due_after(_fresh(subject_id, kind, quote, begun)),
        # One at a time: two that grant at once write the same key, and the second one fails.
        "key": f"{STREAM}:{hire.person_id}:{kind}:{int((running['benefit'] == kind).sum())}:"
        f"{len(running[running['state'].isin(HAD)])}",
        "expected_version": int(state["version"]),
    }
    _move(store, act, subject_id, row)
    return quote


def pay(
    store: Store,
    act: Act,
    subject_id: str,
    *,
    month: str | None = None,
    yuan: float | None = None,
) -> Granted:
    """Write down a payment: of a month of the term, or of a sum paid once.

    Args:
        store: where.
        act: who pays, and when.
        subject_id: the matter.
        month: as `2026-11`; None takes the first that is not paid.
        yuan: what was paid; None takes what was granted.

    Raises:
        WrongUse: the month is outside of the term, was paid, or has not begun; no sum is known.
        IllegalMoves: it does not run.
    """
    state = standing(store, act.scope, STREAM, subject_id)
    events = store.events(act.scope, Wanted(streams=(STREAM,), ids=[subject_id]))
    now = granted_of(state, events)
    wanted = month_to_pay(now, month, act.on)
    granted = heard(state)
    amount = yuan if yuan is not None else granted.get("yuan_month") or granted.get("yuan")
    if amount is None:
        raise WrongUse(
            what=f"benefit {subject_id}: the text leaves the sum open",
            expected="the sum paid",
            do="Give it with --yuan.",
        )
    after = replace(now, paid=tuple(sorted({*now.paid, *([wanted] if wanted else ())})))
    after = replace(after, yuan_paid=now.yuan_paid + float(amount))
    row = {
        "event": "pay",
        "data": said(month=wanted, yuan=float(amount)),
        "due_on": due_after(after),
        "key": f"{STREAM}:{subject_id}:{wanted or 'once'}",
        "expected_version": int(state["version"]),
    }
    _move(store, act, subject_id, row)
    return after


def change(
    store: Store, act: Act, subject_id: str, event: str, reason: str | None, **facts: Any
) -> Granted:
    """Suspend, resume, end, reclaim, refuse or withdraw a benefit; the machine says which may be.

    Raises:
        IllegalMoves: not from where it stands, or without its coded reason.
    """
    state = standing(store, act.scope, STREAM, subject_id)
    events = store.events(act.scope, Wanted(streams=(STREAM,), ids=[subject_id]))
    now = granted_of(state, events)
    row = {
        "event": event,
        "reason": reason,
        "data": said(**facts) if facts else None,
        "due_on": due_after(_with(now, facts)) if event in ("resume", "extend") else None,
        "expected_version": int(state["version"]),
    }
    _move(store, act, subject_id, row)
    return granted_of(standing(store, act.scope, STREAM, subject_id), events)


def prolong(store: Store, act: Act, subject_id: str, hire: Hire) -> Granted:
    """Let a subsidy that runs go on until retirement, where the law of the day prolongs it.

    Raises:
        NotEntitled: the law does not prolong this kind for the person, or cannot say yet.
    """
    state = standing(store, act.scope, STREAM, subject_id)
    kind = benefit(str(heard(state)["benefit"]))
    hire = replace(hire, person_id=str(state["person_id"]))
    found = quoted(store, act.scope, hire, [EXTENSION])
    longer = _entitled(found, EXTENSION, subject_id)
    first = heard(state).get("first_month")
    if PROLONGED.get(kind.id) not in longer.prolonged or longer.ends_on is None or first is None:
        raise NotEntitled(
            benefit=subject_id, why="the text prolongs other subsidies", rules=longer.rules
        )
    months = months_between(first, month_of(longer.ends_on))
    rules = ";".join(longer.rules)
    return change(store, act, subject_id, "extend", None, months=months, prolonged_by=rules)


def granted_list(
    store: Store, act: Act, *, person_id: str | None = None, due: bool = False
) -> list[Granted]:
    """Where benefits stand: all within the scope, a person's, or those with a payment due."""
    wanted = Wanted(
        streams=(STREAM,),
        due_until=act.on if due else None,
        of="person_id",
        ids=None if person_id is None else [person_id],
    )
    states = store.states(act.scope, wanted)
    subjects = states["subject_id"].tolist()
    events = store.events(act.scope, Wanted(streams=(STREAM,), ids=subjects))
    by_subject = dict(iter(events.groupby("subject_id", sort=False)))
    return [granted_of(row, by_subject[row["subject_id"]]) for _, row in states.iterrows()]


def matters(store: Store, act: Act, person_id: str) -> pd.DataFrame:
    """A person's matters of benefits: the states, with the kind in `benefit`."""
    states = store.states(act.scope, Wanted(streams=(STREAM,), of="person_id", ids=[person_id]))
    return states.assign(benefit=[heard(row)["benefit"] for _, row in states.iterrows()])


def _entitled(found: Quoted, kind: str, subject_id: str) -> Quote:
    """The quote of a kind that is met and clashes with nothing that was had."""
    quote = next((each for each in found.quotes if each.benefit.id == kind), None)
    if quote is None:
        raise NotEntitled(benefit=subject_id, why="no text of the place speaks of it", rules=())
    clash = next((each for each in found.clashes if each.benefit == each.beside == kind), None)
    if clash is not None:
        raise NotEntitled(
            benefit=subject_id,
            why="it may not be had beside what was received",
            rules=_ids(clash.citations),
        )
    if quote.outcome is not Outcome.MET:
        why = "its conditions are not met"
        if quote.outcome is Outcome.UNKNOWN:
            why = f"it is not known yet: ask for {', '.join(quote.ask_for) or quote.reason}"
        raise NotEntitled(benefit=subject_id, why=why, rules=quote.rules)
    return quote


def _with(now: Granted, facts: Mapping[str, Any]) -> Granted:
    return replace(now, months=facts.get("months", now.months))


def _ids(citations: Sequence[Citation]) -> tuple[str, ...]:
    return tuple(citation.rule for citation in citations)


def _fresh(subject_id: str, kind: str, quote: Quote, begun: date) -> Granted:
    first = grant_data(quote, begun)["first_month"]
    return Granted(subject_id, kind, "granted", first, quote.months, quote.yuan_month, (), 0.0)


def _move(store: Store, act: Act, subject_id: str, row: dict[str, Any]) -> None:
    full = {"stream": STREAM, "subject_id": subject_id, "on": act.day} | row
    with store.writing(actor=act.actor, at=act.at) as batch:
        done = record(batch, moves([full]), role=act.scope.role)
        if done.repeated:
            raise WrongUse(
                what=f"benefit {subject_id}: '{row['event']}' was written meanwhile",
                expected="one grant or payment at a time",
                do="Look at 'benefits list' and try again.",
            )
