"""A request with a key is carried out once: who comes again gets the first answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from matcher.store import engine
from matcher.store.privacy.cells import keyring_of, open_bytes, seal_bytes
from matcher.store.privacy.guard import Guard
from matcher.store.schema.requests import request

BODY = ("request", "body")
KEPT = timedelta(hours=24)
"""How long an answer is kept."""

UNDER_WAY = timedelta(minutes=10)
"""After this long, a request without an answer died with its process and may be sent again.

What it did stays done: the writes below it are upserts by id and moves with keys of their own.
"""


@dataclass(frozen=True, slots=True)
class Answered:
    """What was answered the first time; `status` None is under way."""

    fingerprint: str
    status: int | None
    headers: str | None
    body: bytes | None


class Requests:
    """The requests of a store that carried a key."""

    def __init__(self, opened: Engine, *, wait_s: float) -> None:
        self._engine = opened
        self._wait_s = wait_s

    def begin(self, actor: str, key: str, fingerprint: str, *, at: datetime) -> Answered | None:
        """Take the key for a request that begins; None is the caller's to carry out.

        Otherwise what came of the one before, which may be under way or about something else.
        """
        mine = (request.c.actor == actor) & (request.c.key == key)
        row = {"actor": actor, "key": key, "fingerprint": fingerprint, "started_at": at}
        try:
            with engine.writing(self._engine, wait_s=self._wait_s) as connection:
                connection.execute(delete(request).where(request.c.started_at < at - KEPT))
                died = request.c.status.is_(None) & (request.c.started_at < at - UNDER_WAY)
                connection.execute(delete(request).where(mine & died))
                connection.execute(insert(request).values(row))
        except IntegrityError:
            with engine.reading(self._engine, wait_s=self._wait_s) as connection:
                columns = (request.c.fingerprint, request.c.status, request.c.headers)
                found = connection.execute(
                    select(*columns, request.c.body).where(mine)
                ).one_or_none()
                if found is None:  # refused and given back just now: its caller comes again
                    return Answered(fingerprint, None, None, None)
                keys = keyring_of(connection).key
            body = found.body and open_bytes(keys, BODY, f"{actor}/{key}", bytes(found.body))
            return Answered(found.fingerprint, found.status, found.headers, body)
        return None

    def answer(self, actor: str, key: str, *, status: int, headers: str, body: bytes) -> None:
        """Keep what was answered, sealed: it may name people."""
        mine = (request.c.actor == actor) & (request.c.key == key)
        with engine.writing(self._engine, wait_s=self._wait_s) as connection:
            began = connection.execute(
                select(request.c.started_at).where(mine)
            ).scalar_one_or_none()
            if began is None:
                return
            master = Guard(connection, at=began).masters[0]
            sealed = seal_bytes(master, BODY, f"{actor}/{key}", body)
            values = {"status": status, "headers": headers, "body": sealed}
            connection.execute(update(request).where(mine).values(values))

    def forget(self, actor: str, key: str) -> None:
        """Give the key back: the request was refused, and may be sent again."""
        mine = (request.c.actor == actor) & (request.c.key == key)
        with engine.writing(self._engine, wait_s=self._wait_s) as connection:
            connection.execute(delete(request).where(mine))
