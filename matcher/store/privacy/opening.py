"""Where a store's keys are looked for when nobody gives them."""

from __future__ import annotations

from sqlalchemy import URL

from matcher.store.engine import file_of
from matcher.store.privacy.keyring import FILE_NAME, Keyring


def keys_beside(url: URL) -> Keyring:
    """The key file beside an SQLite file; a key of this process for a store in its memory.

    A server's database has no place beside it: the ring is empty, and the first person written
    without a key is refused.
    """
    if url.get_backend_name() != "sqlite":
        return Keyring()
    file = file_of(url)
    if file is None:
        return Keyring.in_memory()
    return Keyring.of(None, file.parent / FILE_NAME)
