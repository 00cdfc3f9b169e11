"""Who was erased and must not come back by an old file: keyed digests, for a while.

The digests say nothing without their own secret, which rests sealed with the key of people's cells
and outlives a change of that key.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from datetime import date
from hashlib import blake2b

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Connection, delete, insert, select

from matcher.store.privacy.cells import keyring_of, open_bytes, open_cells, seal_bytes
from matcher.store.privacy.guard import Guard
from matcher.store.privacy.tokens import plain_id_number
from matcher.store.schema.people.protected import erased_person, sealed_secret
from matcher.store.schema.tables import person_identity

NAME = "erased_person"
PLACE = (sealed_secret.name, "content")
SECRET_BYTES = 32
DIGEST_BYTES = 16
BY = ("person_id", "id_number")
"""By what somebody would come back."""


def remember(connection: Connection, guard: Guard, person_id: str, until: date) -> None:
    """Keep digests of a person's numbers, before the person is emptied."""
    cell = connection.execute(
        select(person_identity.c.id_number).where(person_identity.c.person_id == person_id)
    ).scalar()
    ring, place = keyring_of(connection), (person_identity.name, "id_number")
    (number,) = open_cells(ring.key, place, [person_id], [cell])
    secret = _secret(connection) or _make(connection, guard)
    made = {_digest(secret, "person_id", person_id)}
    if number is not None:
        made.add(_digest(secret, "id_number", number))
    table = erased_person
    connection.execute(delete(table).where(table.c.digest.in_(made)))
    rows = [{"digest": each, "kept_until": until.isoformat()} for each in sorted(made)]
    connection.execute(insert(table), rows)


def erased_among(connection: Connection, frame: pd.DataFrame, on: date) -> NDArray[np.bool_]:
    """(n_rows,) bool: was whoever has this number erased, and is that still remembered?"""
    found = np.zeros(len(frame), dtype=bool)
    table = erased_person
    rows = connection.execute(select(table.c.digest).where(table.c.kept_until >= on.isoformat()))
    kept = set(rows.scalars())
    secret = _secret(connection)
    if not kept or secret is None:
        return found
    for digests in _digests(secret, frame).values():
        found |= np.fromiter((each in kept for each in digests), bool, len(frame))
    return found


def forget(connection: Connection, frame: pd.DataFrame) -> None:
    """Whoever has registered anew is no longer one who was erased."""
    secret = _secret(connection)
    if secret is None or not connection.execute(select(erased_person).limit(1)).first():
        return
    table = erased_person
    kept = set(connection.execute(select(table.c.digest)).scalars())
    back = {each for digests in _digests(secret, frame).values() for each in digests} & kept
    if back:
        connection.execute(delete(table).where(table.c.digest.in_(back)))


def _digests(secret: bytes, frame: pd.DataFrame) -> dict[str, Sequence[str]]:
    return {
        column: [_digest(secret, column, value) for value in _texts(frame[column])]
        for column in BY
        if column in frame
    }


def _texts(series: pd.Series[str]) -> Iterable[str]:
    values: list[str] = series.fillna("").tolist()
    return values


def _digest(secret: bytes, column: str, value: str) -> str:
    plain = plain_id_number(value) if column == "id_number" else value
    said = f"{column}\x1f{plain}".encode()
    return blake2b(said, key=secret, digest_size=DIGEST_BYTES).hexdigest() if plain else ""


def _secret(connection: Connection) -> bytes | None:
    kept = select(sealed_secret.c.content).where(sealed_secret.c.name == NAME)
    content = connection.execute(kept).scalar()
    if content is None:
        return None
    return open_bytes(keyring_of(connection).key, PLACE, NAME, bytes(content))


def _make(connection: Connection, guard: Guard) -> bytes:
    secret = os.urandom(SECRET_BYTES)
    content = seal_bytes(guard.masters[0], PLACE, NAME, secret)
    connection.execute(insert(sealed_secret).values(name=NAME, content=content))
    return secret
