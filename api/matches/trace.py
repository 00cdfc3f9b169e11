"""A list of matches tells what policy says of people: whoever asks leaves a row in the audit."""

from __future__ import annotations

from collections.abc import Sequence

from api.auth.callers import Caller
from matcher.domain.kinds import Kind
from matcher.errors import NotFound
from matcher.store.schema.records import PROFILE, STATUS
from matcher.store.store import Store


def traced(store: Store, caller: Caller, person_ids: Sequence[str]) -> None:
    """Leave the row, and make sure that the people are within the caller's scope.

    Raises:
        NotFound: one is not there, or not within the scope.
    """
    found = store.look_up(caller.scope, person_ids, parts=(PROFILE, STATUS), at=caller.at)
    missing = sorted(set(person_ids) - found)
    if missing:
        raise NotFound(kind=Kind.PERSONS.value, key=missing[0])
