"""Layoffs that an employer plans: what must be reported, and which households they would hit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np

from matcher.casework.layoffs.hitting import Hit, couples, known, once_laid_off, out_of_work
from matcher.casework.ledger.recording import moves, record
from matcher.casework.limits import office_limit
from matcher.domain.decision import Outcome, Verdict
from matcher.domain.kinds import Kind
from matcher.domain.scope import Scope
from matcher.errors import NotFound, WrongUse
from matcher.pipeline.casework.supply.benefits.quoting import with_facts
from matcher.pipeline.casework.supply.doing import Act, heard, said, standing, text_of
from matcher.pipeline.law.deciding import Question, ask
from matcher.pipeline.law.gathering import dealings_of
from matcher.policy.decisions import decide
from matcher.policy.engine.kleene import MET, NOT_MET, UNKNOWN
from matcher.policy.law import Law
from matcher.policy.records import facts_from_records
from matcher.store.events.reading import Wanted
from matcher.store.store import Store

STREAM = "layoff"
REPORT, STATUS = "layoff_report", "zero_employment_household"
ALERT = "layoff_alert"


@dataclass(frozen=True, slots=True)
class Notice:
    """A planned layoff and what it would do.

    Attributes:
        verdict: whether it must be reported first; `family_review` among its values.
        hits: the households of those listed, those hit hardest first.
        spouses_both_listed, listed_with_unemployed_family: the facts that the list gave.
        alert: whether the office must look at families; `due_on` by when.
        unknown: listed ids that no record within the scope has.
    """

    layoff_id: str
    verdict: Verdict
    hits: tuple[Hit, ...]
    planned: int
    staff_total: int | None
    spouses_both_listed: bool | None
    listed_with_unemployed_family: int
    alert: bool
    due_on: str | None
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What an employer plans.

    Attributes:
        planned: how many; None counts the list.
        staff_total: of the employer now; None takes the record's.
        listed: ids of those to go, as far as they are known.
    """

    employer_id: str
    planned: int | None = None
    staff_total: int | None = None
    listed: tuple[str, ...] = ()
    place: str | None = None
    layer: str = "current"


def examined(store: Store, act: Act, plan: Plan) -> Notice:
    """What a plan would do and what the law asks, without writing anything.

    Raises:
        NotFound: no such employer.
        WrongUse: neither a number nor a list.
    """
    planned = plan.planned if plan.planned is not None else len(set(plan.listed))
    if planned < max(1, len(set(plan.listed))):
        raise WrongUse(
            what=f"a layoff of {planned} with {len(set(plan.listed))} on the list",
            expected="at least one person, and at least as many as are listed",
            do="Give --planned, or the list.",
        )
    if store.frame(Kind.EMPLOYERS, [plan.employer_id]).empty:
        raise NotFound(kind="employer", key=plan.employer_id)
    hits, unknown = _hits(store, act.scope, act, plan)
    spouses = any(each.couple for each in hits) or (None if unknown or not plan.listed else False)
    jobless = sum(len(each.listed) for each in hits if each.unemployed_member)
    question = Question(
        REPORT, act.on, employer_id=plan.employer_id, place=plan.place, layer=plan.layer
    )
    asked = ask(store, act.scope, question)
    stated: dict[str, Any] = {"planned_layoffs": planned}
    if plan.listed:
        stated |= {"listed_with_unemployed_family": jobless}
    stated |= {} if spouses is None else {"spouses_both_listed": spouses}
    stated |= {} if plan.staff_total is None else {"staff_total": plan.staff_total}
    facts = with_facts(asked.facts, stated)
    law = Law.on_day(asked.place, act.on, layer=plan.layer)
    verdict = decide(law, REPORT, facts).verdict(0)
    alert = any(each.couple or each.zero_employment is not False for each in hits)
    alert = alert or bool(verdict.values.get("family_review")) or jobless > 0
    due = act.on + timedelta(days=office_limit(ALERT, asked.place, act.on))
    return Notice(
        layoff_id=f"L-{plan.employer_id}-{act.day}",
        verdict=verdict,
        hits=hits,
        planned=planned,
        staff_total=facts.value("staff_total", 0),
        spouses_both_listed=spouses,
        listed_with_unemployed_family=jobless,
        alert=alert,
        due_on=due.isoformat() if alert else None,
        unknown=unknown,
    )


def notice(store: Store, act: Act, plan: Plan) -> Notice:
    """Write down that an employer plans a layoff; a second list of the same day replaces the first.

    Raises:
        NotFound, WrongUse: as `examined`.
        IllegalMoves: the families of that day's list were looked at already.
    """
    found = examined(store, act, plan)
    wanted = Wanted(streams=(STREAM,), ids=[found.layoff_id])
    is_new = store.states(act.scope, wanted).empty
    employer = store.frame(Kind.EMPLOYERS, [plan.employer_id]).iloc[0]
    row = {
        "event": "notice" if is_new else "change",
        "employer_id": plan.employer_id,
        "area_code": text_of(employer["area_code"]),
        "due_on": found.due_on,
        "data": said(
            planned=found.planned,
            staff_total=found.staff_total,
            listed=";".join(sorted(set(plan.listed))) or None,
            couples=sum(each.couple for each in found.hits),
            zero_employment=sum(each.zero_employment is True for each in found.hits),
            open=sum(each.zero_employment is None for each in found.hits),
            must_report=known(_truth(found.verdict)),
            rules=";".join(citation.rule for citation in found.verdict.citations) or None,
        ),
    }
    _write(store, act, found.layoff_id, row)
    return found


def step(store: Store, act: Act, layoff_id: str, event: str, reason: str | None = None) -> None:
    """Report, review, carry out or withdraw a planned layoff; a review has its coded reason."""
    state = standing(store, act.scope, STREAM, layoff_id)
    due = text_of(state["due_on"]) if event == "report" else None
    _write(store, act, layoff_id, {"event": event, "reason": reason, "due_on": due})


def layoff_list(store: Store, act: Act, *, due: bool = False) -> list[dict[str, Any]]:
    """The planned layoffs, or those whose families must be looked at by the day."""
    found = store.states(act.scope, Wanted(streams=(STREAM,), due_until=act.on if due else None))
    return [
        {
            "layoff_id": row["subject_id"],
            "employer_id": row["employer_id"],
            "state": row["state"],
            "since": row["since"],
            "due_on": text_of(row["due_on"]),
            **heard(row),
        }
        for _, row in found.iterrows()
    ]


def _hits(
    store: Store, scope: Scope, act: Act, plan: Plan
) -> tuple[tuple[Hit, ...], tuple[str, ...]]:
    """The households of those listed, and the listed ids that no record has."""
    named = sorted(set(plan.listed))
    people = store.persons(scope, named, parts=("status",)) if named else None
    if people is None:
        return (), ()
    unknown = tuple(sorted(set(named) - set(people["person_id"])))
    homes = sorted(set(people["household_id"].dropna()))
    if not homes:
        return (), unknown
    members = store.members(scope, homes)
    households = store.households(scope, homes)
    listed = members["person_id"].isin(named).to_numpy(np.bool_)
    dealings = dealings_of(store, scope, members["person_id"], homes)
    facts = facts_from_records(members, households, act.on, dealings).households
    jobless = out_of_work(facts, listed)
    pairs = couples(members, listed)
    after = once_laid_off(facts, listed)
    by_home = members[listed].groupby("household_id")["person_id"].agg(tuple)
    hits = []
    for at, row in enumerate(households.to_dict("records")):
        place = plan.place or Law.place_of(text_of(row["area_code"]))
        law = Law.on_day(place, act.on, layer=plan.layer)
        verdict = decide(law, STATUS, after.take(np.array([at]))).verdict(0)
        key = str(row["household_id"])
        hits.append(
            Hit(
                household_id=key,
                listed=by_home[key],
                couple=key in pairs,
                unemployed_member=known(int(jobless[at])),
                zero_employment=known(_truth(verdict)),
                ask_for=verdict.ask_for,
            )
        )
    return tuple(sorted(hits, key=_hardest)), unknown


def _hardest(hit: Hit) -> tuple[bool, bool, bool, str]:
    likely = hit.zero_employment is not False
    return hit.zero_employment is not True, not hit.couple, not likely, hit.household_id


def _truth(verdict: Verdict) -> int:
    truths = {Outcome.MET: MET, Outcome.UNKNOWN: UNKNOWN, Outcome.NOT_MET: NOT_MET}
    return int(truths[verdict.outcome])


def _write(store: Store, act: Act, layoff_id: str, row: dict[str, Any]) -> None:
    full = {"stream": STREAM, "subject_id": layoff_id, "on": act.day} | row
    with store.writing(actor=act.actor, at=act.at) as batch:
        record(batch, moves([full]), role=act.scope.role)
