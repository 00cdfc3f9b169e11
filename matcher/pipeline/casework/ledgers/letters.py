"""Letters from a person's own verdicts: decided, kept, numbered and printed from what was kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import pandas as pd

from matcher.casework.ledger.recording import data_of, moves, record
from matcher.casework.outreach.letters import (
    STREAM,
    Letter,
    cards,
    issue_row,
    numbers,
    refuse_unknown_kind,
    standing_number,
)
from matcher.casework.outreach.papers import EMPLOYER_CARD, NOTICE, Paper
from matcher.casework.outreach.words import verdict_of
from matcher.domain.decision import Kept
from matcher.domain.kinds import Kind
from matcher.domain.scope import Scope
from matcher.errors import NotFound, WrongUse
from matcher.pipeline.law.deciding import Asked, Question, ask
from matcher.pipeline.law.keeping import kept_of
from matcher.policy.catalogue import decision_kind
from matcher.store.events.reading import Wanted
from matcher.store.store import Store

IDENTITY = ("profile", "status", "identity")


@dataclass(frozen=True, slots=True)
class Order:
    """A letter asked for.

    Attributes:
        kind: of a card, or a notice.
        to: id of the person, or of the employer for an employer's card.
        on: its day.
        decisions: for a notice, the matters it is about; a card has its own.
    """

    kind: str
    to: str
    on: date
    decisions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Issued:
    """The numbers of what was asked for, in that order, and how many of them are new."""

    numbers: tuple[str, ...]
    new: int


def issue(
    store: Store, scope: Scope, orders: Sequence[Order], *, by: str | None, at: datetime
) -> Issued:
    """Issue letters: each tells decisions made now and kept with it, in one transaction.

    The same letter to the same person on the same day is issued once; its number comes back.

    Raises:
        NotFound: no such person or employer within the scope.
        WrongUse: no such kind of letter, or a notice about nothing.
    """
    states = store.states(scope, Wanted(streams=[STREAM]))
    known: list[str | None] = [_known(states, order) for order in orders]
    fresh = [order for order, number in zip(orders, known, strict=True) if number is None]
    made = [(order, *_decided(store, scope, order)) for order in fresh]
    office = scope.areas[0] if len(scope.areas) == 1 else ""
    year = fresh[0].on.year if fresh else 0
    given = iter(numbers(states["subject_id"].astype(str), office, year, len(fresh)))
    with store.writing(actor=by or scope.actor, at=at) as batch:
        rows = []
        for order, person, kept in made:
            told = tuple(batch.keep(each) for each in kept)
            letter = Letter(order.kind, order.on, order.to, told, _matters(order), **person)
            rows.append(issue_row(letter, next(given)))
        record(batch, moves(rows), role=scope.role)
    taken = iter(row["subject_id"] for row in rows)
    return Issued(tuple(number or next(taken) for number in known), len(fresh))


def _matters(order: Order) -> tuple[str, ...]:
    refuse_unknown_kind(order.kind)
    if order.kind != NOTICE:
        return tuple(decision for decision, _ in cards()[order.kind])
    if not order.decisions:
        raise WrongUse(
            what="the notice is about nothing",
            expected="--decision ID, repeatable",
            do="Name the matters it tells.",
        )
    return order.decisions


def _known(states: pd.DataFrame, order: Order) -> str | None:
    column = "employer_id" if order.kind == EMPLOYER_CARD else "person_id"
    own = states[states[column] == order.to]
    return standing_number(own, order.kind, _matters(order), order.on)


def _decided(store: Store, scope: Scope, order: Order) -> tuple[dict[str, Any], list[Kept]]:
    """Who the letter is about on the ledger, and the decisions it tells.

    The facts are gathered once for matters of the person and once for those of the household.
    """
    if order.kind == EMPLOYER_CARD:
        question = Question(_matters(order)[0], order.on, employer_id=order.to)
        return {"to_employer": True}, _kept_for(store, scope, question, _matters(order))
    person = store.persons(scope, [order.to], parts=("profile", "status"))
    if person.empty:
        raise NotFound(kind="person", key=order.to)
    home, area = (_text(person[name].iloc[0]) for name in ("household_id", "area_code"))
    told = [each for each in _matters(order) if home or _subject(each) != "household"]
    question = Question(told[0], order.on, person_id=order.to)
    kept = _kept_for(store, scope, question, told)
    return {"household_id": home, "area_code": area}, kept


def _subject(decision: str) -> str:
    return decision_kind(decision).subject


def _kept_for(
    store: Store, scope: Scope, question: Question, decisions: Sequence[str]
) -> list[Kept]:
    gathered: dict[tuple[bool, str], Asked] = {}
    kept = []
    for decision in decisions:
        kind = decision_kind(decision)
        way = (kind.subject == "household", kind.governed_by)
        if way not in gathered:
            gathered[way] = ask(store, scope, replace(question, decision=decision))
        asked = gathered[way]
        asked = replace(asked, question=replace(asked.question, decision=decision))
        kept.append(kept_of(asked)[0])
    return kept


def _text(value: Any) -> str | None:
    return None if pd.isna(value) else str(value)


def papers(store: Store, scope: Scope, wanted: Sequence[str], office: str) -> list[Paper]:
    """The letters of these numbers as they were issued, to be printed.

    Names are read here: an audited read of identities.

    Raises:
        NotFound: no such letter within the scope.
    """
    states = store.states(scope, Wanted(streams=[STREAM], ids=list(wanted)))
    states = states.set_index("subject_id", drop=False).reindex(list(wanted))
    missing = states.index[states["state"].isna()]
    if len(missing):
        raise NotFound(kind="letter", key=str(missing[0]))
    told = [tuple(each) for each in data_of(states, "decisions")]
    numbers_ = sorted({number for each in told for number in each})
    kept = store.decisions(scope, numbers_).set_index("id")["verdict"]
    verdicts = {int(str(number)): verdict_of(text) for number, text in kept.items()}
    names = _names(store, scope, states)
    return [
        Paper(
            number=str(row["subject_id"]),
            kind=str(kind),
            name=names.get(str(row["employer_id"] or row["person_id"]), ""),
            on=date.fromisoformat(row["opened_on"]),
            office=office,
            verdicts=tuple(verdicts[each] for each in decisions if each in verdicts),
        )
        for row, kind, decisions in zip(
            states.astype(object).where(states.notna(), None).to_dict("records"),
            data_of(states, "kind"),
            told,
            strict=True,
        )
    ]


def _names(store: Store, scope: Scope, states: pd.DataFrame) -> dict[str, str]:
    people = states["person_id"].dropna().unique().tolist()
    firms = states["employer_id"].dropna().unique().tolist()
    found: dict[str, str] = {}
    if people:
        persons = store.persons(scope, people, parts=IDENTITY)
        found |= dict(zip(persons["person_id"], persons["name"].fillna(""), strict=True))
    if firms:
        employers = store.frame(Kind.EMPLOYERS, firms, columns=["name"])
        found |= dict(zip(employers["employer_id"], employers["name"].fillna(""), strict=True))
    return found


def to_sign(store: Store, scope: Scope, area: str) -> pd.DataFrame:
    """What people of an area were given and sign for, in the order of numbers.

    Returns:
        `number`, `name`, `kind`, `issued_on`, `signed_on`; letters made void are left out.
    """
    states = store.states(scope, Wanted(streams=[STREAM]))
    within = states["area_code"].fillna("").astype(str).str.startswith(area)
    states = states[within & (states["state"] != "void") & states["person_id"].notna()]
    names = _names(store, scope, states)
    signed = states["state"] == "signed"
    return pd.DataFrame(
        {
            "number": states["subject_id"],
            "name": states["person_id"].map(names).fillna(""),
            "kind": data_of(states, "kind"),
            "issued_on": states["opened_on"],
            "signed_on": states["since"].where(signed, "").fillna(""),
        }
    ).reset_index(drop=True)


def addressees(store: Store, scope: Scope, area: str) -> list[str]:
    """Members of households without work in an area who seek it and may: a letter misses nobody."""
    open_homes = store.states(scope, Wanted(streams=["household"]))
    within = open_homes["area_code"].fillna("").astype(str).str.startswith(area)
    waiting = open_homes[within & open_homes["state"].isin(_WAITING)]["subject_id"]
    people = store.members(scope, waiting.tolist())
    cannot = people["able_to_work"].eq(False) | people["wants_to_work"].eq(False)
    jobless = people["employment_state"].eq("unemployed") | people["employment_state"].isna()
    chosen = people[jobless & ~cannot.fillna(value=False)]
    return sorted(chosen["person_id"])


_WAITING = ("appeared", "applied", "certified", "aided")
