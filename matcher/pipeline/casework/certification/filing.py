"""Moves of a certification: checked against the law of the place, written in one transaction.

Nothing moves by itself, and no status is given or taken by the system: it prepares the verdict,
the citations and the due day; a named official decides.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from matcher.casework.certification.records import STATUSES, ZERO_EMPLOYMENT, rows_of
from matcher.casework.certification.steps import (
    COUNTY,
    ENTERS,
    contest_period,
    review_rhythm,
)
from matcher.casework.ledger.machine import machine
from matcher.casework.ledger.recording import moves, record
from matcher.casework.register.merging import plain
from matcher.domain.kinds import Kind
from matcher.errors import Conflict, WrongUse
from matcher.pipeline.casework.certification.checks import CHECKS, IS_CERTIFIED, Stated
from matcher.pipeline.casework.certification.footing import (
    STREAM,
    File,
    Footing,
    file_of,
    footing,
    read_file,
    rules_of,
)
from matcher.pipeline.casework.register.hand import Hand
from matcher.store.batch import Batch
from matcher.store.events.reading import Wanted
from matcher.store.store import Store

OF_THE_PLACE = ("local_", "provincial_")
"""How the columns of a case begin that the place sets."""

NOTHING = Stated()


@dataclass(frozen=True, slots=True)
class Filed:
    """Where a file stands after a move.

    Attributes:
        file: as the ledger has it now.
        place: whose law governs.
        next_office: the office that acts next; None where the law does not say.
        by_law: what the law says of the status on the facts on record: met, not_met or unknown.
        ask_for: facts that are still missing for it.
        rules: behind the steps and the notice.
    """

    file: File
    place: str
    next_office: str | None
    by_law: str
    ask_for: tuple[str, ...]
    rules: tuple[str, ...]


def apply(
    store: Store,
    hand: Hand,
    about: dict[str, str],
    *,
    case_id: str | None = None,
    status: str = ZERO_EMPLOYMENT,
    stated: Stated = NOTHING,
) -> Filed:
    """Take an application: the clock of the first office begins.

    Args:
        store: where the records rest.
        hand: who takes it.
        about: `household_id` or `person_id`.
        case_id: of the new case; None makes one.
        status: what is applied for.
        stated: the documents brought.

    Raises:
        NotFound: the household or person is not there within the scope.
        WrongUse: a status of persons for a household, or the other way round.
        Conflict: the case is there already.
    """
    (subject, key) = next(iter(about.items()))
    if (subject == "household_id") != (status == ZERO_EMPLOYMENT) or (
        status != ZERO_EMPLOYMENT and status not in STATUSES
    ):
        raise WrongUse(
            what=f"status '{status}' for {subject.removesuffix('_id')} {key}",
            expected=f"{ZERO_EMPLOYMENT} for a household, {' or '.join(STATUSES)} for a person",
            do="Correct the status.",
        )
    name = case_id or f"CERT-{key}-{hand.on:%Y%m%d}"
    said = {"status": status, "filed_on": hand.on.isoformat()}
    file = File(name, about, said=said)
    first = footing(store, hand.scope, file, hand.on).route.offices[0]
    case = (
        _settings(store, hand, about)
        | {
            "certification_step": first,
            "filed_on": hand.on.isoformat(),
            "opened_on": hand.on.isoformat(),
        }
        | ({"county_received_on": hand.on.isoformat()} if first == COUNTY else {})
    )
    stands = footing(store, hand.scope, file, hand.on, case)
    if not store.cases(hand.scope, [name]).empty:
        raise Conflict(kind=STREAM, key=name, expected=0, found=1)
    _refuse_second(store, hand, file)
    return _write(store, hand, file, stands, Move("apply", stated, case, stands.due))


def _refuse_second(store: Store, hand: Hand, file: File) -> None:
    """Nobody is certified for one status in two files at a time."""
    (subject, key) = next(iter(file.about.items()))
    others = store.states(hand.scope, Wanted(streams=(STREAM,), of=subject, ids=[key]))
    for _, row in others.iterrows():
        other = read_file(row)
        runs = not machine(STREAM).is_final(other.state)
        if runs and other.about == file.about and other.status == file.status:
            raise WrongUse(
                what=f"{subject.removesuffix('_id')} {key} has certification {other.case_id} "
                f"({other.state})",
                expected="one file for one status at a time",
                do="Go on with that one, or end it first.",
            )


def _settings(store: Store, hand: Hand, about: dict[str, str]) -> dict[str, Any]:
    """What the place set on the newest case so far: a new case would hide it from the law."""
    (subject, key) = next(iter(about.items()))
    kind = Kind.HOUSEHOLDS if subject == "household_id" else Kind.PERSONS
    cases = store.cases(hand.scope, [key], about=kind)
    begun = cases[cases["opened_on"].fillna("") <= hand.on.isoformat()]
    if begun.empty:
        return {}
    newest = begun.sort_values("opened_on", na_position="first", kind="stable").iloc[-1]
    said = {str(name): plain(cell) for name, cell in newest.items()}
    return {
        name: cell
        for name, cell in said.items()
        if name.startswith(OF_THE_PLACE) and cell is not None
    }


def act(store: Store, hand: Hand, case_id: str, event: str, stated: Stated = NOTHING) -> Filed:
    """Make one move of a file that was applied for: from `verify` to `certify` or `reject`.

    Raises:
        NotFound: there is no such file within the scope.
        WrongUse: the law of the place does not allow the move now; the message cites the rule.
        IllegalMoves: the file is not where the move begins, the role may not, or a coded reason is
            missing.
    """
    file = file_of(store, hand.scope, case_id)
    case = _case_of(file, event, hand.on, stated)
    stands = footing(store, hand.scope, file, hand.on, case)
    for check in CHECKS.get(event, ()):
        check(file, stands, stated)
    due = _due(file, event, stands, hand.on, stated)
    return _write(store, hand, file, stands, Move(event, stated, case, due))


@dataclass(frozen=True, slots=True)
class Move:
    """One move with what it writes to the case and when the next step is due."""

    event: str
    stated: Stated
    case: dict[str, Any]
    due: date | None


def _case_of(file: File, event: str, on: date, stated: Stated) -> dict[str, Any]:
    """What the move writes to the case: as of the day, so that the law can look at it."""
    case: dict[str, Any] = {}
    shown = file.said.get("publicised_on")
    if shown is not None:
        case["publicity_shown_days"] = (on - date.fromisoformat(shown)).days
    if stated.notice_days is not None:
        case["local_publicity_days"] = stated.notice_days
    if event == "publish":
        case |= {"publicity_shown_days": 0, "objection_raised": False}
    elif event in ("object", "settle"):
        case["objection_raised"] = event == "object"
    for office, enters in ENTERS.items():
        if event == enters:
            case["certification_step"] = office
            case |= {"county_received_on": on.isoformat()} if office == COUNTY else {}
    return case


def _due(file: File, event: str, stands: Footing, on: date, stated: Stated) -> date | None:
    """When the step after the move is due; None where neither law nor official sets a day."""
    if stated.until is not None:
        return stated.until
    if event in ("reject", "withdraw"):
        return None
    if event == "publish":
        days = stands.notice_days
        return stands.due if days is None else on + timedelta(days=days)
    if event in ("certify", "review"):
        rhythm = review_rhythm(stands.place, on)
        return None if rhythm is None else rhythm.next(on)
    if file.state in IS_CERTIFIED:
        return None if file.due_on is None else date.fromisoformat(file.due_on)
    return stands.due


def _write(store: Store, hand: Hand, file: File, stands: Footing, move: Move) -> Filed:
    """The move and all that it writes, in one transaction."""
    data = kept_data(file, hand, stands, move)
    row = move_row(file, hand, stands, move.event) | {
        "reason": move.stated.reason,
        "due_on": None if move.due is None else move.due.isoformat(),
        "data": json.dumps(data, ensure_ascii=False),
    }
    with store.writing(actor=hand.by, at=hand.at) as batch:
        done = record(batch, moves([row]), role=hand.role)
        write_rows(batch, file, hand, move)
    after = replace(
        file,
        state=str(done.events["state"].iloc[0]),
        version=file.version + 1,
        due_on=row["due_on"],
        said={**file.said, **data},
    )
    return filed(after, stands)


def filed(file: File, stands: Footing) -> Filed:
    """What is told of a file."""
    rules = dict.fromkeys((*rules_of(stands.steps), *rules_of(stands.notice)))
    office = file.step
    return Filed(
        file=file,
        place=stands.place,
        next_office=stands.route.after(office) if office in stands.route.offices else None,
        by_law=stands.status.outcome.value,
        ask_for=stands.status.ask_for,
        rules=tuple(rules),
    )


def move_row(file: File, hand: Hand, stands: Footing, event: str) -> dict[str, Any]:
    """What every move of a file says."""
    return {
        "stream": STREAM,
        "subject_id": file.case_id,
        "event": event,
        "on": hand.on.isoformat(),
        "area_code": stands.area_code,
        "expected_version": file.version,
        **file.about,
    }


def kept_data(file: File, hand: Hand, stands: Footing, move: Move) -> dict[str, Any]:
    """What the ledger keeps of a move."""
    data: dict[str, Any] = {"place": stands.place, "by_law": stands.status.outcome.value}
    data |= {name: value for name, value in move.case.items() if name != "opened_on"}
    data |= {"evidence": move.stated.evidence, "note": move.stated.note}
    if move.event == "apply":
        data |= file.said
    if move.event == "publish":
        data["publicised_on"] = hand.on.isoformat()
    if move.event == "certify":
        made = f"{stands.area_code or 'none'}-{hand.on.year}-{file.case_id}"
        data |= {"number": move.stated.number or made, "certified_on": hand.on.isoformat()}
        data |= {"decided_by": hand.by, "rules": rules_of(stands.status)}
    if move.event == "reject":
        period = contest_period(stands.place, hand.on)
        data |= {"may_contest_until": period.may_file_until(hand.on).isoformat()}
        data |= {"period_rule": period.rule, "decided_by": hand.by}
    if move.event == "review":
        data |= {"reviewed_on": hand.on.isoformat(), "reviewed_by": hand.by}
    return data


def write_rows(batch: Batch, file: File, hand: Hand, move: Move) -> None:
    """What a move writes to the records that policy reads."""
    rows = rows_of(
        move.event,
        {"case_id": file.case_id, **file.about},
        move.case,
        status=file.status,
        on=hand.on.isoformat(),
        is_certified=file.state in IS_CERTIFIED,
    )
    for kind, frame in rows.frames:
        keys = ("case_id",) if kind is Kind.CASES else tuple(file.about)
        names = [str(name) for name in frame if name not in keys]
        batch.upsert(kind, frame, columns=names)
