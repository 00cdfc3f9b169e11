"""Random walks over every machine: legal moves are made, illegal ones change nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.casework.ledger.machine import NOWHERE, machine, reasons
from matcher.casework.ledger.recording import moves, record
from matcher.casework.ledger.replaying import differences
from matcher.domain.scope import Role, Scope
from matcher.errors import IllegalMoves
from matcher.store.events.reading import Wanted
from matcher.store.store import Store
from tests.postgres import Databases

AT = datetime(2026, 11, 2, tzinfo=UTC)
OFFICE = Scope.office("test")
STREAMS = ("certification", "contest", "fact", "merge")
ROUNDS = count()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    with ExitStack() as kept:
        url = "sqlite://"
        if request.param == "postgresql":
            databases: Databases = request.getfixturevalue("databases")
            url = kept.enter_context(databases.lent())
        yield kept.enter_context(Store.open(url))


def state_of(store: Store, stream: str, subject: str) -> str:
    found = store.states(OFFICE, Wanted(streams=(stream,), ids=[subject]))
    return NOWHERE if found.empty else str(found["state"].iloc[0])


@pytest.mark.parametrize("stream", STREAMS)
@settings(max_examples=4, deadline=None)
@given(
    choices=st.lists(
        st.tuples(st.integers(0, 999), st.sampled_from(Role), st.booleans()),
        min_size=4,
        max_size=8,
    )
)
def test_a_walk_goes_where_the_table_says_or_nowhere(
    store: Store, stream: str, choices: list[tuple[int, Role, bool]]
) -> None:
    made, subject = machine(stream), f"{stream}-{next(ROUNDS)}"
    every = sorted({event for _, event in made.transitions})
    state = NOWHERE
    for at, (pick, role, with_reason) in enumerate(choices):
        pool = [*made.events_from(state), *made.events_from(state), *every]
        event = pool[pick % len(pool)]
        move = made.next(state, event)
        row: dict[str, Any] = {"stream": stream, "subject_id": subject, "event": event}
        row["on"] = (date(2026, 11, 2) + timedelta(days=at)).isoformat()
        codes = [code for group, code in reasons() if move and group == move.reasons]
        if with_reason and codes:
            row["reason"] = codes[0]
        is_legal = move is not None and role in move.roles and (with_reason or not move.reasons)
        try:
            with store.writing(actor="walk", at=AT) as batch:
                record(batch, moves([row]), role=role)
        except IllegalMoves:
            assert not is_legal, (state, event, role)
        else:
            assert is_legal, (state, event, role)
            assert move is not None
            state = move.after
        assert state_of(store, stream, subject) == state
    wanted = Wanted(ids=[subject])
    states, events = store.states(OFFICE, wanted), store.events(OFFICE, wanted)
    assert states.empty or differences(states, events).empty


@pytest.mark.parametrize("stream", ["certification", "contest"])
def test_only_a_supervisor_gives_or_takes_a_status(stream: str) -> None:
    decisive = {"certify", "reject", "end", "keep", "uphold", "overturn"}
    for (_, event), move in machine(stream).transitions.items():
        if event in decisive:
            assert move.roles == {Role.SUPERVISOR}
