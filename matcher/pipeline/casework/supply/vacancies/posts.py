"""The register of public-welfare posts: one holder to a place, a term by law, real work checked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd

from matcher.casework.ledger.recording import moves, record
from matcher.casework.limits import office_limit
from matcher.casework.vacancies.tenure import Tenure, tenure
from matcher.domain.decision import Outcome
from matcher.domain.kinds import Kind
from matcher.errors import NotEntitled, NotFound, WrongUse
from matcher.pipeline.casework.supply.doing import Act, heard, said, standing, text_of
from matcher.pipeline.law.deciding import Question, ask, decided_about
from matcher.policy.law import Law
from matcher.store.events.reading import Wanted
from matcher.store.store import Store

STREAM = "post"
HELD = "held"
ELIGIBLE, EXTENSION = "public_welfare_post_eligible", "near_retirement_extension"
RECLAIM_RULE = "zj-post-reclaim"
CHECK = "post_check"


@dataclass(frozen=True, slots=True)
class Post:
    """One place of a public-welfare post.

    Attributes:
        holder: who holds it; None while it is vacant.
        until: the holder's last day; None where nothing sets one.
        checked_on: when real work was last looked at; `at_work` what was found.
        over: whether the term is over on the day asked for.
    """

    post_id: str
    vacancy_id: str
    state: str
    funder: str | None
    holder: str | None
    since: str | None
    until: str | None
    checked_on: str | None
    at_work: bool | None
    due_on: str | None
    over: bool


def register(store: Store, act: Act, vacancy_id: str, funder: str | None = None) -> list[str]:
    """Register every place of a public-welfare vacancy, one for each of its headcount.

    Returns:
        The places registered now; those registered before stay as they are.

    Raises:
        NotFound: no such vacancy.
        WrongUse: it is not marked as public-welfare, or has no headcount.
    """
    found = store.frame(Kind.VACANCIES, [vacancy_id])
    if found.empty:
        raise NotFound(kind="vacancy", key=vacancy_id)
    row = found.iloc[0]
    if pd.isna(row["public_welfare"]) or not row["public_welfare"] or pd.isna(row["headcount"]):
        raise WrongUse(
            what=f"vacancy {vacancy_id} is not marked public-welfare or has no headcount",
            expected="a public-welfare post with the number of its places",
            do="Correct the record by an import.",
        )
    before = store.states(act.scope, Wanted(streams=(STREAM,), of="vacancy_id", ids=[vacancy_id]))
    ids = [f"{vacancy_id}-{number}" for number in range(1, int(row["headcount"]) + 1)]
    new = [post for post in ids if post not in set(before["subject_id"])]
    rows = [
        {
            **_step(post, "register", act),
            "vacancy_id": vacancy_id,
            "employer_id": text_of(row["employer_id"]),
            "area_code": text_of(row["area_code"]),
            "data": said(funder=funder or text_of(row["funder"])),
        }
        for post in new
    ]
    if rows:
        with store.writing(actor=act.actor, at=act.at) as batch:
            record(batch, moves(rows), role=act.scope.role)
    return new


def take(
    store: Store,
    act: Act,
    post_id: str,
    person_id: str,
    *,
    despite: str | None = None,
    layer: str = "current",
) -> Tenure:
    """Give a vacant place to a person, who may hold it for the term by law.

    Args:
        store: where.
        act: who places, and when; the term begins on that day.
        post_id: the place.
        person_id: who takes it.
        despite: why a person is placed whose right is not known yet; kept in the ledger.
        layer: of the law.

    Raises:
        NotFound: no such place or person within the scope.
        NotEntitled: the law does not open the post to the person, the person holds another one
            (one person, one post), or the person has held such posts for the whole term before.
        IllegalMoves: the place is not vacant.
    """
    state = standing(store, act.scope, STREAM, post_id)
    vacancy_id = str(state["vacancy_id"])
    asked = Question(ELIGIBLE, act.on, person_id=person_id, vacancy_id=vacancy_id, layer=layer)
    _refuse_not_eligible(store, act, asked, despite)
    others = store.states(act.scope, Wanted(streams=(STREAM,), states=(HELD,)))
    held = [str(row["subject_id"]) for _, row in others.iterrows() if _holder(row) == person_id]
    if held:
        raise NotEntitled(
            benefit=post_id, why=f"{person_id} holds {held[0]} already", rules=(RECLAIM_RULE,)
        )
    clock = _clock(store, act, person_id, vacancy_id, layer)
    if clock.ends_on is not None and clock.ends_on <= act.on:
        rules = tuple(citation.rule for citation in clock.citations)
        raise NotEntitled(
            benefit=post_id, why=f"the whole term was held before by {person_id}", rules=rules
        )
    row = {
        **_step(post_id, "take", act),
        "person_id": person_id,
        "due_on": _due(act, state, _text(clock.last_day)),
        # One place a person: two that place the same person at once write the same key.
        "key": f"{STREAM}:{person_id}:{len(_stints(store, act, person_id))}",
        "expected_version": int(state["version"]),
        "data": said(
            holder=person_id,
            since=act.day,
            until=_text(clock.last_day),
            rules=";".join(citation.rule for citation in clock.citations) or None,
            despite=despite,
            checked_on=None,
            at_work=None,
        ),
    }
    _write(store, act, row)
    return clock


def check(store: Store, act: Act, post_id: str, *, at_work: bool, note: str | None = None) -> None:
    """Write down whether the holder was found at real work; a supervisor is told by the list."""
    state = standing(store, act.scope, STREAM, post_id)
    row = {
        **_step(post_id, "check", act),
        "due_on": _due(act, state, heard(state).get("until")),
        "data": said(checked_on=act.day, at_work=at_work, note=note),
    }
    _write(store, act, row)


def extend(store: Store, act: Act, post_id: str, *, layer: str = "current") -> date:
    """Let the holder stay until retirement, where the law prolongs the term near to it.

    Raises:
        NotEntitled: it does not, or the day of retirement is not known.
    """
    state = standing(store, act.scope, STREAM, post_id)
    facts = heard(state)
    holder = facts.get("holder")
    if holder is None:
        raise WrongUse(
            what=f"post {post_id} has no holder",
            expected="a held place",
            do="Look at 'posts list'.",
        )
    until, rules = _prolonged(store, act, str(holder), str(state["vacancy_id"]), layer)
    if until is None or until <= act.on:
        raise NotEntitled(benefit=post_id, why="the law prolongs no term here", rules=rules)
    row = {
        **_step(post_id, "extend", act),
        "due_on": _due(act, state, until.isoformat()),
        "data": said(until=until.isoformat(), prolonged_by=";".join(rules)),
    }
    _write(store, act, row)
    return until


def free(store: Store, act: Act, post_id: str, reason: str) -> None:
    """The holder leaves the place, with a coded reason; the place is vacant again."""
    standing(store, act.scope, STREAM, post_id)
    gone = said(holder=None, since=None, until=None, checked_on=None, at_work=None)
    _write(store, act, {**_step(post_id, "free", act), "reason": reason, "data": gone})


def close(store: Store, act: Act, post_id: str, reason: str) -> None:
    """Take a vacant place out of the register, with a coded reason."""
    standing(store, act.scope, STREAM, post_id)
    _write(store, act, {**_step(post_id, "close", act), "reason": reason})


def posts(store: Store, act: Act, *, states: tuple[str, ...] = (), due: bool = False) -> list[Post]:
    """The register: all places, those in some states, or those with a check or an end due."""
    wanted = Wanted(streams=(STREAM,), states=states, due_until=act.on if due else None)
    return [_post(row, act) for _, row in store.states(act.scope, wanted).iterrows()]


def _post(row: pd.Series, act: Act) -> Post:
    facts = heard(row)
    until = facts.get("until")
    return Post(
        post_id=str(row["subject_id"]),
        vacancy_id=str(row["vacancy_id"]),
        state=str(row["state"]),
        funder=facts.get("funder"),
        holder=facts.get("holder"),
        since=facts.get("since"),
        until=until,
        checked_on=facts.get("checked_on"),
        at_work=facts.get("at_work"),
        due_on=text_of(row["due_on"]),
        over=until is not None and until < act.day,
    )


def _refuse_not_eligible(store: Store, act: Act, asked: Question, despite: str | None) -> None:
    verdict = decided_about(store, act.scope, asked).verdict(0)
    rules = tuple(citation.rule for citation in verdict.citations)
    subject = f"the post {asked.vacancy_id} for {asked.person_id}"
    if verdict.outcome is Outcome.NOT_MET:
        raise NotEntitled(benefit=subject, why="its conditions are not met", rules=rules)
    if verdict.outcome is Outcome.UNKNOWN and despite is None:
        open_facts = ", ".join(verdict.ask_for) or str(verdict.reason)
        why = f"it is not known yet: {open_facts}; ask, or say why with --despite"
        raise NotEntitled(benefit=subject, why=why, rules=rules)


def _clock(store: Store, act: Act, person_id: str, vacancy_id: str, layer: str) -> Tenure:
    """The term that begins today, less the months held before."""
    asked = ask(
        store,
        act.scope,
        Question(EXTENSION, act.on, person_id=person_id, vacancy_id=vacancy_id, layer=layer),
    )
    contract = store.frame(Kind.VACANCIES, [vacancy_id])["contract_months"].iloc[0]
    return tenure(
        asked.place,
        act.on,
        retires_on=asked.facts.value("retirement_date", 0),
        contract_months=None if pd.isna(contract) else int(contract),
        before_months=sum(_stints(store, act, person_id)),
    )


def _prolonged(
    store: Store, act: Act, person_id: str, vacancy_id: str, layer: str
) -> tuple[date | None, tuple[str, ...]]:
    """The day until which the law prolongs the term today, by its decision or the dated limit."""
    question = Question(EXTENSION, act.on, person_id=person_id, vacancy_id=vacancy_id, layer=layer)
    asked = ask(store, act.scope, question)
    retires = asked.facts.value("retirement_date", 0)
    verdict = decided_about(store, act.scope, question).verdict(0)
    rules = tuple(citation.rule for citation in verdict.citations)
    if verdict.outcome is Outcome.MET and "post" in verdict.values.get("subsidies", ()):
        return retires, rules
    clock = tenure(asked.place, act.on, retires_on=retires)
    if clock.to_retirement:
        return clock.ends_on, tuple(citation.rule for citation in clock.citations)
    return None, rules


def _stints(store: Store, act: Act, person_id: str) -> list[int]:
    """Full months of each former stay of a person in such a post."""
    wanted = Wanted(streams=(STREAM,), of="person_id", ids=[person_id], until=act.on)
    events = store.events(act.scope, wanted)
    begun: dict[str, date] = {}
    months = []
    for subject, event, day in zip(
        events["subject_id"], events["event"], events["on"], strict=True
    ):
        if event == "take":
            begun[subject] = date.fromisoformat(day)
        elif event == "free" and subject in begun:
            since, until = begun.pop(subject), date.fromisoformat(day) + timedelta(days=1)
            whole = (until.year - since.year) * 12 + until.month - since.month
            months.append(whole - (until.day < since.day))
    return months


def _due(act: Act, state: pd.Series, until: str | None) -> str:
    """The earlier of the next look at the work and the last day of the term."""
    place = Law.place_of(text_of(state["area_code"]))
    rhythm = timedelta(days=office_limit(CHECK, place, act.on))
    again = (act.on + rhythm).isoformat()
    return again if until is None else min(again, until)


def _holder(state: pd.Series) -> str | None:
    holder: str | None = heard(state).get("holder")
    return holder


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _step(key: str, event: str, act: Act) -> dict[str, Any]:
    return {"stream": STREAM, "subject_id": key, "event": event, "on": act.day}


def _write(store: Store, act: Act, row: dict[str, Any]) -> None:
    with store.writing(actor=act.actor, at=act.at) as batch:
        if record(batch, moves([row]), role=act.scope.role).repeated:
            raise WrongUse(
                what=f"post {row['subject_id']}: the person was placed meanwhile",
                expected="one place a person",
                do="Look at 'posts list'.",
            )
