"""Vacancies received, looked through, confirmed again, expired, filled and closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.casework.ledger.recording import moves, record
from matcher.casework.limits import office_limit
from matcher.casework.vacancies.gate import Gate, gate, passing
from matcher.casework.vacancies.suiting import criteria, holding, suits
from matcher.domain.kinds import Kind
from matcher.errors import NotFound, WrongUse
from matcher.ingest.vacancies.compliance import compliance
from matcher.pipeline.casework.supply.doing import Act, said, standing, text_of
from matcher.policy.law import Law
from matcher.reference.columns import conform
from matcher.reference.wages import minimum_wage_floor
from matcher.store.batch import Batch
from matcher.store.events.reading import Wanted
from matcher.store.store import Store

STREAM = "vacancy"
OPEN = ("accepted",)
CONFIRMATION = "vacancy_confirmation"


@dataclass(frozen=True, slots=True)
class Screened:
    """A vacancy that was looked through.

    Attributes:
        state: `accepted` or `returned`.
        gate: what was found.
        suits: whether it suits zero-employment households, and by which criteria.
        due_on: when it must be confirmed again or expires; None when returned.
    """

    vacancy_id: str
    state: str
    gate: Gate
    suits: bool
    suits_by: tuple[str, ...]
    due_on: str | None


def concerns_of(vacancies: pd.DataFrame, on: date) -> dict[str, NDArray[np.bool_]]:
    """The compliance concerns about stored vacancies, as import marks them."""
    frame = vacancies.assign(wage_note=pd.Series(pd.NA, vacancies.index, dtype="string"))
    return compliance(frame, minimum_wage_floor(frame["area_code"], on))


def suitable(vacancies: pd.DataFrame, on: date) -> tuple[NDArray[np.bool_], list[tuple[str, ...]]]:
    """(n,) which vacancies suit zero-employment households, and each one's criteria that hold."""
    held = holding(vacancies)
    flags = suits(held, passing(concerns_of(vacancies, on)))
    table = np.column_stack([held[each.name] for each in criteria()])
    names = np.array([each.name for each in criteria()], object)
    return flags, [tuple(names[row]) for row in table]


def receive(store: Store, act: Act, vacancy_ids: Sequence[str], source: str | None) -> int:
    """Write down that vacancies came in, and from where (None: as their records say).

    Raises:
        NotFound: no such vacancy.
        IllegalMoves: one of them is in already.
    """
    found = _vacancies(store, vacancy_ids)
    given = found["source"] if source is None else pd.Series([source] * len(found))
    rows = [
        {
            **_step(key, "receive", act),
            "employer_id": text_of(employer),
            "vacancy_id": key,
            "area_code": text_of(area),
            "data": said(source=text_of(origin)),
        }
        for key, employer, area, origin in zip(
            found["vacancy_id"], found["employer_id"], found["area_code"], given, strict=True
        )
    ]
    with store.writing(actor=act.actor, at=act.at) as batch:
        return len(record(batch, moves(rows), role=act.scope.role).events)


def screen(store: Store, act: Act, vacancy_ids: Sequence[str]) -> list[Screened]:
    """Look received vacancies through: each is accepted, or returned with its reasons.

    Raises:
        NotFound: no such vacancy.
        IllegalMoves: one of them is not waiting to be looked through.
    """
    found = _vacancies(store, vacancy_ids)
    flags = concerns_of(found, act.on)
    fitting, why = suitable(found, act.on)
    done = [
        _screened(act, found.iloc[at], gate(flags, at), bool(fitting[at]), why[at])
        for at in range(len(found))
    ]
    rows = [
        {
            **_step(each.vacancy_id, "accept" if each.gate.passes else "return", act),
            "reason": each.gate.reason,
            "due_on": each.due_on,
            "data": said(
                returned=";".join(each.gate.returned) or None,
                marked=";".join(each.gate.marked) or None,
                suits_by=";".join(each.suits_by) if each.suits else None,
            ),
        }
        for each in done
    ]
    with store.writing(actor=act.actor, at=act.at) as batch:
        record(batch, moves(rows), role=act.scope.role)
    return done


def give_back(store: Store, act: Act, vacancy_id: str, reason: str, note: str | None) -> None:
    """Return a vacancy by hand, with a coded reason and what the employer should mend."""
    _one(
        store, act, {**_step(vacancy_id, "return", act), "reason": reason, "data": said(note=note)}
    )


def confirm(store: Store, act: Act, vacancy_id: str, until: date | None) -> str:
    """The employer still looks: the vacancy stays open, or opens again.

    Args:
        store: where.
        act: who confirms, and when.
        vacancy_id: the vacancy.
        until: its new last day, written to its record; None leaves the day it has.

    Returns:
        The day on which it must be confirmed again.

    Raises:
        WrongUse: its last day is past and no new one is given.
    """
    row = _vacancies(store, [vacancy_id]).iloc[0]
    last = until.isoformat() if until else text_of(row["expires_on"])
    if last is not None and last < act.day:
        raise WrongUse(
            what=f"vacancy {vacancy_id} ended on {last}",
            expected="a last day that is not past",
            do="Give the new one with --until.",
        )
    due = _due(row, act, last)
    move = {**_step(vacancy_id, "confirm", act), "due_on": due, "data": said(confirmed_on=act.day)}
    days = pd.DataFrame({"vacancy_id": [vacancy_id], "expires_on": [last]})
    _one(store, act, move, days if until else None)
    return due


def expire(store: Store, act: Act) -> list[str]:
    """Let every open vacancy expire whose confirmation is overdue or whose last day is past.

    Returns:
        The vacancies that expired; on the due day itself none does.
    """
    before = act.on - timedelta(days=1)
    wanted = Wanted(streams=(STREAM,), states=OPEN, due_until=before)
    late = store.states(act.scope, wanted)["subject_id"].tolist()
    rows = [_step(key, "expire", act) for key in late]
    if rows:
        over = _over(store, act, late)
        with store.writing(actor=act.actor, at=act.at) as batch:
            record(batch, moves(rows), role=act.scope.role)
            _write_last_days(batch, over)
    return list(late)


def finish(store: Store, act: Act, vacancy_id: str, reason: str | None) -> None:
    """Fill a vacancy (no reason), or close it with its coded reason; it is offered no longer."""
    event = "close" if reason else "fill"
    move = {**_step(vacancy_id, event, act), "reason": reason}
    _one(store, act, move, _over(store, act, [vacancy_id]))


def intake_list(
    store: Store, act: Act, *, states: Sequence[str] = (), due: bool = False
) -> pd.DataFrame:
    """Where vacancies stand, those in some states, or those to confirm by the day."""
    wanted = Wanted(streams=(STREAM,), states=states, due_until=act.on if due else None)
    return store.states(act.scope, wanted)


def _screened(act: Act, row: pd.Series, found: Gate, fits: bool, why: tuple[str, ...]) -> Screened:
    due = _due(row, act, text_of(row["expires_on"])) if found.passes else None
    state = "accepted" if found.passes else "returned"
    return Screened(str(row["vacancy_id"]), state, found, fits, why if fits else (), due)


def _due(row: pd.Series, act: Act, last: str | None) -> str:
    """The earlier of its last day and the day on which it must be confirmed again."""
    place = Law.place_of(text_of(row["area_code"]))
    rhythm = timedelta(days=office_limit(CONFIRMATION, place, act.on))
    again = (act.on + rhythm).isoformat()
    return again if last is None else min(again, last)


def _step(key: str, event: str, act: Act) -> dict[str, Any]:
    return {"stream": STREAM, "subject_id": key, "event": event, "on": act.day}


def _one(
    store: Store, act: Act, row: dict[str, Any], last_days: pd.DataFrame | None = None
) -> None:
    standing(store, act.scope, STREAM, row["subject_id"])
    with store.writing(actor=act.actor, at=act.at) as batch:
        record(batch, moves([row]), role=act.scope.role)
        if last_days is not None:
            _write_last_days(batch, last_days)


def _over(store: Store, act: Act, keys: Sequence[str]) -> pd.DataFrame:
    """New last days, the day before at latest, so that no list offers these any longer."""
    found = store.frame(Kind.VACANCIES, keys, columns=["expires_on"])
    over = (act.on - timedelta(days=1)).isoformat()
    past = (found["expires_on"] < over).fillna(value=False)
    return found.assign(expires_on=found["expires_on"].where(past, over))


def _write_last_days(batch: Batch, last_days: pd.DataFrame) -> None:
    names = ("vacancy_id", "expires_on")
    frame = conform(Kind.VACANCIES, last_days[list(names)])
    batch.upsert(Kind.VACANCIES, frame, columns=names)


def _vacancies(store: Store, ids: Sequence[str]) -> pd.DataFrame:
    found = store.frame(Kind.VACANCIES, ids)
    missing = sorted(set(ids) - set(found["vacancy_id"]))
    if missing:
        raise NotFound(kind="vacancy", key=missing[0])
    return found
