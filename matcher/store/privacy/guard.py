"""What a write transaction does for people: seals their cells, keeps tokens, keys the digests."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB
from numpy.typing import NDArray
from sqlalchemy import Connection, func, select
from sqlalchemy.dialects import postgresql, sqlite

from matcher.domain.kinds import Kind
from matcher.store.engine import upsert_statement
from matcher.store.privacy.cells import holds_sealed, keyring_of, sealed_frame
from matcher.store.privacy.keyring import Master
from matcher.store.privacy.tokens import INITIALS, SEARCHABLE, initials, tokens
from matcher.store.rows import HASH_BYTES, tuples, values_of
from matcher.store.schema.people.protected import field_key, person_search
from matcher.store.schema.records import Records


def standing_keys(connection: Connection) -> list[str]:
    """The ids of the keys that this database is written with, the one in use first.

    More than one while a change of keys is under way; none before the first person is written.
    """
    held = select(field_key.c.key_id).where(field_key.c.retired_at.is_(None))
    ids: list[str] = list(connection.execute(held.order_by(field_key.c.number.desc())).scalars())
    return ids


def take_up_key(connection: Connection, master: Master, *, at: datetime) -> None:
    """Write down that cells are sealed with this key from now on."""
    is_sqlite = connection.dialect.name == "sqlite"
    statement = sqlite.insert(field_key) if is_sqlite else postgresql.insert(field_key)
    last = connection.execute(select(func.max(field_key.c.number))).scalar_one() or 0
    row = {"number": last + 1, "key_id": master.key_id, "since": at, "retired_at": None}
    # Two first writers of one office hold the same key: the second has nothing to add.
    connection.execute(statement.values(row).on_conflict_do_nothing())


class Guard:
    """Seals what one batch writes; costs nothing for kinds that are not about a person's self."""

    def __init__(self, connection: Connection, *, at: datetime) -> None:
        self._connection = connection
        self.at = at

    @cached_property
    def masters(self) -> list[Master]:
        """The keys of this database, the one in use first; the very first one is made here.

        Raises:
            KeyMissing: one of them is not at hand.
        """
        ring = keyring_of(self._connection)
        held = standing_keys(self._connection)
        if not held:
            take_up_key(self._connection, ring.make_first(), at=self.at)
            held = standing_keys(self._connection)
        return [ring.key(key_id) for key_id in held]

    def said(self, records: Records, digests: list[str]) -> list[str]:
        """Digests of content as they may rest; keyed for people, of whom guesses could be tried."""
        return keyed(digests, self.masters[0]) if holds_sealed(records) else digests

    def same(self, records: Records, digests: list[str], stored: NDArray[Any]) -> NDArray[np.bool_]:
        """(n,) Is each digest of content the stored one, by any key still in use?"""
        masters = self.masters if holds_sealed(records) else []
        made = [keyed(digests, master) for master in masters] or [digests]
        same: NDArray[np.bool_] = np.any(
            [np.array(each, dtype=object) == stored for each in made], axis=0
        )
        return same

    def sealed(self, records: Records, frame: pd.DataFrame) -> pd.DataFrame:
        """The frame as it may rest."""
        return sealed_frame(self.masters[0], records, frame) if holds_sealed(records) else frame

    def keep_tokens(self, records: Records, frame: pd.DataFrame) -> None:
        """Keep by what these persons are found, in place of what was kept before."""
        if records.kind is not Kind.PERSONS:
            return
        master = self.masters[0]
        made: dict[str, Any] = {"person_id": frame["person_id"]}
        for column in SEARCHABLE:
            made[column] = tokens(master, column, searched(frame, column))
        statement, order = upsert_statement(
            person_search, self._connection.dialect, versioned=False
        )
        kept = pd.DataFrame(made, index=frame.index, dtype=object)
        for page in tuples(kept, order, {"key_id": master.key_id}):
            self._connection.exec_driver_sql(statement, page)


def searched(frame: pd.DataFrame, column: str) -> list[str | None]:
    """What persons are found by in one column; initials are those of their names."""
    if column != INITIALS:
        return values_of(frame[column])
    return [None if name is None else initials(name) for name in values_of(frame["name"])]


def keyed(digests: list[str], master: Master) -> list[str]:
    """Digests of 16 bytes in hex, each put through a permutation that only the key's holder knows.

    A digest is exactly one block, and all that matters is that equal ones stay equal and that
    nobody without the key can make one: that is AES itself, for all of them in one call.

    Example:
        >>> one, same, other = keyed(["00" * 16, "00" * 16, "11" * 16], Master(bytes(32)))
        >>> one == same != other, len(one)
        (True, 32)
    """
    block = Cipher(AES(master.contents), ECB())  # noqa: S305  # single blocks that are to be equal
    made = block.encryptor().update(bytes.fromhex("".join(digests))).hex()
    width = 2 * HASH_BYTES
    return [made[at : at + width] for at in range(0, len(made), width)]
