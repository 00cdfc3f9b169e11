"""State machines as data: which moves lead from where to where, who may make them, and why.

A stream has two tables under `data/casework`: `states/<stream>.csv` (state, names in two
languages, final or not) and `machines/<stream>.csv` (a row per transition).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import pandas as pd

from matcher.domain.scope import Role
from matcher.errors import UnknownStream
from matcher.reference.paths import path

NOWHERE = ""
"""The state of a subject that never moved."""

ANY = "*"
"""In a table: every state that is not final."""


@dataclass(frozen=True, slots=True)
class Transition:
    """One move that may be made.

    Attributes:
        before, event, after: the states and the move between them.
        roles: who may make it.
        reasons: the group of reason codes of which one must be given; empty where none is asked.
        stage: the outcome stage that a referral's move writes; empty for none.
        zh, en: the move in words.
        source: rules of the catalogue that ask for it, `;` between; empty for our own need.
    """

    before: str
    event: str
    after: str
    roles: frozenset[Role]
    reasons: str
    stage: str
    zh: str
    en: str
    source: str


@dataclass(frozen=True, slots=True)
class State:
    """Where a subject may stand; from a final state no move leads out unless a row says so."""

    name: str
    zh: str
    en: str
    final: bool


@dataclass(frozen=True, slots=True)
class Machine:
    """All states of a stream and the transitions between them, by state and event."""

    stream: str
    states: Mapping[str, State]
    transitions: Mapping[tuple[str, str], Transition]

    def next(self, state: str, event: str) -> Transition | None:
        """The transition of this event from this state; None where there is none.

        Example:
            >>> machine("referral").next("referred", "interview").after
            'interviewed'
        """
        return self.transitions.get((state, event))

    def events_from(self, state: str, role: Role | None = None) -> tuple[str, ...]:
        """What may be done from a state, by anyone or in a role; in the table's order."""
        return tuple(
            event
            for (before, event), move in self.transitions.items()
            if before == state and (role is None or role in move.roles)
        )

    def is_final(self, state: str) -> bool:
        """Does nothing more follow by itself?"""
        return self.states[state].final

    @property
    def open_states(self) -> tuple[str, ...]:
        """The states that are not final."""
        return tuple(name for name, state in self.states.items() if not state.final)


def streams() -> tuple[str, ...]:
    """The streams that have a machine, sorted."""
    return tuple(sorted(file.stem for file in path("casework", "machines").glob("*.csv")))


@cache
def machine(stream: str) -> Machine:
    """The machine of a stream.

    Raises:
        UnknownStream: there is none of this name.
    """
    if stream not in streams():
        raise UnknownStream(stream=stream, known=streams())
    states = {
        str(row["state"]): State(row["state"], row["zh"], row["en"], row["final"] == "1")
        for row in _rows("states", stream)
    }
    transitions: dict[tuple[str, str], Transition] = {}
    for row in _rows("machines", stream):
        befores = [name for name, state in states.items() if not state.final]
        for before in befores if row["before"] == ANY else [row["before"]]:
            transitions.setdefault((before, row["event"]), _transition(row, before))
    return Machine(stream, states, transitions)


def _transition(row: Mapping[str, str], before: str) -> Transition:
    return Transition(
        before=before,
        event=row["event"],
        after=row["after"] or before,
        roles=frozenset(Role(name) for name in row["roles"].split(";")),
        reasons=row["reasons"],
        stage=row["stage"],
        zh=row["zh"],
        en=row["en"],
        source=row["source"],
    )


def _rows(folder: str, stream: str) -> list[dict[str, str]]:
    file = path("casework", folder, f"{stream}.csv")
    table = pd.read_csv(file, dtype=str, keep_default_na=False, encoding="utf-8")
    return [
        {str(name): str(cell) for name, cell in row.items()} for row in table.to_dict("records")
    ]


@dataclass(frozen=True, slots=True)
class Reason:
    """A coded reason; `just_cause` is None where the code alone does not say."""

    group: str
    code: str
    zh: str
    en: str
    just_cause: bool | None


@cache
def reasons() -> Mapping[tuple[str, str], Reason]:
    """Every coded reason by group and code."""
    table = pd.read_csv(
        path("casework", "reasons.csv"), dtype=str, keep_default_na=False, encoding="utf-8"
    )
    just = {"1": True, "0": False, "": None}
    return {
        (row["group"], row["code"]): Reason(
            row["group"], row["code"], row["zh"], row["en"], just[row["just_cause"]]
        )
        for row in table.to_dict("records")
    }
