"""Where a store's keys are looked for when nobody gives them."""

from __future__ import annotations

from sqlalchemy import URL, Engine

from matcher.store.engine import file_of, reading
from matcher.store.privacy.guard import standing_keys
from matcher.store.privacy.keyring import FILE_NAME, Keyring


def of_servers() -> Keyring:
    """The keys of a server's database that came with none: none. Tests put theirs here."""
    return Keyring()


def keys_beside(url: URL) -> Keyring:
    """The key file beside an SQLite file; a key of this process for a store in its memory.

    A server's database has no place beside it: the ring is empty, and the first person written
    without a key is refused.
    """
    if url.get_backend_name() != "sqlite":
        return of_servers()
    file = file_of(url)
    if file is None:
        return Keyring.in_memory()
    return Keyring.of(None, file.parent / FILE_NAME)


def refuse_other_keys(opened: Engine, keys: Keyring, *, wait_s: float) -> None:
    """Are the keys at hand that this database is written with?

    Raises:
        KeyMissing: one of them is not.
    """
    with reading(opened, wait_s=wait_s) as connection:
        for key_id in standing_keys(connection):
            keys.key(key_id)
