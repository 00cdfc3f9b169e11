"""Making moves: checked against the machines, appended for good, all of a frame or none."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from matcher.casework.ledger.machine import NOWHERE, Transition, machine, reasons
from matcher.domain.scope import Role
from matcher.errors import Conflict, IllegalMoves
from matcher.store.batch import Batch
from matcher.store.events.appending import EVENT_COLUMNS, STATE_COLUMNS

TEXT_COLUMNS = (
    *("stream", "subject_id", "event", "on", "due_on", "person_id", "household_id", "employer_id"),
    *("vacancy_id", "area_code", "reason", "data", "key"),
)
MOVE_COLUMNS = (*TEXT_COLUMNS, "expected_version")
"""What a frame of moves may say; `stream`, `subject_id`, `event` and `on` it must.

`on` and `due_on` are ISO days; `data` is a JSON object; `key` is the caller's own name for the
move, so that the same request twice moves once; `expected_version` is the version that the mover
read, NA where nobody read one. Who the subject is about (`person_id` …) need be said once, with
the first move. `due_on` is when the next step is due: a move that says none leaves none.
"""

ABOUT = ("person_id", "household_id", "employer_id", "vacancy_id", "area_code")


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was written.

    Attributes:
        events: the columns of `EVENT_COLUMNS`, a row per move made, in the order given.
        repeated: moves whose key stood in the ledger already.
    """

    events: pd.DataFrame
    repeated: int


def moves(rows: Iterator[Mapping[str, Any]] | list[dict[str, Any]]) -> pd.DataFrame:
    """A frame of moves from mappings; columns that none names are NA.

    Example:
        >>> list(moves([{"stream": "referral", "subject_id": "R1"}])["subject_id"])
        ['R1']
    """
    return pd.DataFrame(list(rows), columns=list(MOVE_COLUMNS))


def record(batch: Batch, given: pd.DataFrame, *, role: Role) -> Recorded:
    """Make these moves, in the order given; a subject may move several times.

    Args:
        batch: the transaction; its actor is who moves.
        given: columns of `MOVE_COLUMNS`.
        role: in which role the actor acts.

    Raises:
        IllegalMoves: with every move that its machine does not have from where the subject
            stands, that this role may not make, or that lacks its coded reason. Nothing is
            written.
        Conflict: a subject has another version than its mover read.
        UnknownStream: there is no such machine.
    """
    frame = _clean(given)
    new = _without_known(batch, frame)
    if new.empty:
        return Recorded(pd.DataFrame(columns=list(EVENT_COLUMNS)), len(frame))
    standing = _Standing(batch, new)
    problems, made = [], []
    for row in _rows(new):
        problem, event = standing.move(row, role)
        problems += [problem] if problem else []
        made += [event] if event else []
    if problems:
        raise IllegalMoves(problems=problems)
    events = pd.DataFrame(made, columns=list(EVENT_COLUMNS))
    batch.append(events, standing.frame(), role=role)
    return Recorded(events, len(frame) - len(new))


def _clean(given: pd.DataFrame) -> pd.DataFrame:
    """All columns, missing cells as None."""
    frame = given.reindex(columns=list(MOVE_COLUMNS)).astype(object)
    made: pd.DataFrame = frame.where(frame.notna(), None)
    return made


def _without_known(batch: Batch, frame: pd.DataFrame) -> pd.DataFrame:
    keys = frame["key"].dropna()
    known = batch.known_keys(keys) if len(keys) else set()
    again = frame["key"].isin(known) | (frame["key"].notna() & frame["key"].duplicated())
    return frame[~again.to_numpy(dtype=bool)]


def _rows(frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Row by row: a move stands on what the one before it led to, and people make them by hand."""
    for row in frame.to_dict("records"):
        yield {str(name): value for name, value in row.items()}


class _Standing:
    """Where the subjects of a frame stand while its moves are made one after another."""

    def __init__(self, batch: Batch, frame: pd.DataFrame) -> None:
        self._of: dict[tuple[str, str], dict[str, Any]] = {}
        for stream, part in frame.groupby("stream", sort=True):
            machine(str(stream))
            found = batch.states(str(stream), part["subject_id"].unique().tolist())
            plain = found.astype(object).where(found.notna(), None)
            for row in _rows(plain):
                self._of[row["stream"], row["subject_id"]] = row
        self._moved: set[tuple[str, str]] = set()

    def move(self, row: Mapping[str, Any], role: Role) -> tuple[str | None, dict[str, Any] | None]:
        """The problem with a move, or the event that it makes."""
        subject = (row["stream"], row["subject_id"])
        now = self._of.get(subject)
        version = int(now["version"]) if now else 0
        expected = row["expected_version"]
        if expected is not None and int(expected) != version:
            raise Conflict(kind=subject[0], key=subject[1], expected=int(expected), found=version)
        before = now["state"] if now else NOWHERE
        transition = machine(subject[0]).next(before, row["event"])
        problem = _problem(row, before, transition, role)
        if problem or transition is None:
            return problem, None
        state = self._after(now, row, transition, version + 1)
        self._of[subject] = state
        self._moved.add(subject)
        event = {name: row.get(name) for name in EVENT_COLUMNS} | {
            "version": version + 1,
            "state": transition.after,
            **{name: state[name] for name in ABOUT},
        }
        return None, event

    def frame(self) -> pd.DataFrame:
        """The states of those that moved, sorted."""
        rows = [self._of[subject] for subject in sorted(self._moved)]
        return pd.DataFrame(rows, columns=list(STATE_COLUMNS))

    @staticmethod
    def _after(
        now: Mapping[str, Any] | None,
        row: Mapping[str, Any],
        transition: Transition,
        version: int,
    ) -> dict[str, Any]:
        first = now or {"opened_on": row["on"], "since": row["on"], "state": NOWHERE}
        stays = first["state"] == transition.after
        return {
            "stream": row["stream"],
            "subject_id": row["subject_id"],
            "state": transition.after,
            "version": version,
            "opened_on": first["opened_on"],
            "since": first["since"] if stays else row["on"],
            "due_on": row["due_on"],
            **{name: row[name] or first.get(name) for name in ABOUT},
            "data": merged(first.get("data"), row["data"]),
        }


def _problem(
    row: Mapping[str, Any], before: str, transition: Transition | None, role: Role
) -> str | None:
    name = f"{row['stream']} {row['subject_id']}"
    if transition is None:
        may = machine(row["stream"]).events_from(before)
        return (
            f"{name}: no '{row['event']}' from {before or 'nowhere'}; "
            f"there is {', '.join(may) or 'nothing more to do'}"
        )
    if row["on"] is None:
        return f"{name}: '{row['event']}' has no day"
    if role not in transition.roles:
        allowed = ", ".join(sorted(each.value for each in transition.roles))
        return f"{name}: '{row['event']}' is for {allowed}, not for {role.value}"
    if transition.reasons and (transition.reasons, row["reason"]) not in reasons():
        codes = ", ".join(code for group, code in reasons() if group == transition.reasons)
        return f"{name}: '{row['event']}' needs a reason, one of {codes}"
    return None


def merged(stored: str | None, stated: str | None) -> str | None:
    """The JSON object of a state with what a move says over it; a null takes away.

    Example:
        >>> merged('{"a":1,"b":2}', '{"b":null,"c":3}')
        '{"a":1,"c":3}'
    """
    if not stated:
        return stored
    both = (json.loads(stored) if stored else {}) | json.loads(stated)
    kept = {name: value for name, value in both.items() if value is not None}
    text = json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text if kept else None


def data_of(frame: pd.DataFrame, name: str) -> np.ndarray[Any, Any]:
    """(n,) one value of the `data` of events or states; None where it is not said.

    Each distinct text is read once.
    """
    codes, texts = pd.factorize(frame["data"].astype(object))
    said = [json.loads(text).get(name) for text in texts]
    values = np.empty(len(said) + 1, object)
    values[:-1] = said
    values[-1] = None
    return values[codes]
