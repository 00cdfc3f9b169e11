"""Tokens: a secret handed out once, kept as a digest, good for a while."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from sqlalchemy import Engine, delete, insert, select, update

from matcher.domain.account import Account
from matcher.store import engine
from matcher.store.accounts.accounts import account_in
from matcher.store.schema.accounts import account, token

PREFIX = "rengang_"
"""So that a token left in a file is found by those who look for such things."""


class TokenKind(StrEnum):
    """What a token is for."""

    SESSION = "session"
    BEARER = "bearer"


@dataclass(frozen=True, slots=True)
class Lifetime:
    """How long a token is good: at most, and without being used."""

    at_most: timedelta
    unused: timedelta


LIFETIMES = {
    TokenKind.SESSION: Lifetime(timedelta(hours=12), timedelta(hours=2)),
    TokenKind.BEARER: Lifetime(timedelta(days=30), timedelta(days=30)),
}

SEEN_EVERY = timedelta(minutes=1)
"""Use is written down at most this often: a read must not cost a write each time."""


def digest_of(secret: str) -> str:
    """What is kept of a token; it is long and random, so that a plain digest is enough."""
    return sha256(secret.encode()).hexdigest()


class Tokens:
    """The tokens of a store."""

    def __init__(self, opened: Engine, *, wait_s: float) -> None:
        self._engine = opened
        self._wait_s = wait_s

    def issue(self, username: str, kind: TokenKind, *, at: datetime) -> str:
        """A new token of an account; the only moment at which it can be read."""
        secret = PREFIX + secrets.token_urlsafe(32)
        row = {
            "digest": digest_of(secret),
            "username": username,
            "kind": kind.value,
            "issued_at": at,
            "expires_at": at + LIFETIMES[kind].at_most,
            "seen_at": at,
        }
        with engine.writing(self._engine, wait_s=self._wait_s) as connection:
            engine.lock_for_writing(connection, "tokens")  # two that clear up would meet
            connection.execute(delete(token).where(token.c.expires_at < at))
            connection.execute(insert(token).values(row))
        return secret

    def account_of(self, secret: str, kind: TokenKind, *, at: datetime) -> Account | None:
        """Whose token this is; None where it is unknown, too old, or the account disabled."""
        digest = digest_of(secret)
        both = select(account, token.c.expires_at, token.c.seen_at).join_from(token, account)
        wanted = both.where(token.c.digest == digest, token.c.kind == kind.value)
        with engine.reading(self._engine, wait_s=self._wait_s) as connection:
            row = connection.execute(wanted).first()
        if row is None or row.disabled or at >= row.expires_at:
            return None
        if at >= row.seen_at + LIFETIMES[kind].unused:
            return None
        if at >= row.seen_at + SEEN_EVERY:
            with engine.writing(self._engine, wait_s=self._wait_s) as connection:
                seen = update(token).where(token.c.digest == digest).values(seen_at=at)
                connection.execute(seen)
        return account_in(row)

    def revoke(self, secret: str) -> None:
        """End a token; one that is unknown is ended already."""
        with engine.writing(self._engine, wait_s=self._wait_s) as connection:
            connection.execute(delete(token).where(token.c.digest == digest_of(secret)))

    def revoke_all(self, username: str) -> None:
        """End every token of an account."""
        with engine.writing(self._engine, wait_s=self._wait_s) as connection:
            connection.execute(delete(token).where(token.c.username == username))
