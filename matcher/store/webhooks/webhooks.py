"""Subscribers of a store: one more, one less, who is due, how a delivery went."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Engine, Row, delete, func, insert, select, update

from matcher.domain.scope import Role, Scope
from matcher.errors import NotFound
from matcher.store import audit, engine
from matcher.store.privacy.cells import keyring_of, open_bytes, seal_bytes
from matcher.store.privacy.guard import Guard
from matcher.store.schema.accounts import account
from matcher.store.schema.events import case_event
from matcher.store.schema.requests import webhook
from matcher.store.webhooks.webhook import Webhook

SECRET = ("webhook", "secret")
FIRST_REST = timedelta(seconds=30)
LONGEST_REST = timedelta(hours=6)
MOST_FAILURES = 20
"""After so many failures in a row, about three days, a subscriber is switched off."""


def rest_after(failures: int) -> timedelta:
    """How long to wait after so many failures in a row: twice as long each time, up to a bound.

    Example:
        >>> [rest_after(n).total_seconds() for n in (1, 2, 3, 30)]
        [30.0, 60.0, 120.0, 21600.0]
    """
    doublings = min(max(failures - 1, 0), 20)
    return min(FIRST_REST * (1 << doublings), LONGEST_REST)


class Webhooks:
    """The subscribers of a store."""

    def __init__(self, opened: Engine, *, wait_s: float) -> None:
        self._engine = opened
        self._wait_s = wait_s

    def add(self, url: str, scope: Scope, *, at: datetime) -> tuple[Webhook, str]:
        """Subscribe; news begin with what happens from now on.

        Returns:
            The subscription, and the secret its deliveries are signed with; told this once.
        """
        webhook_id, secret = uuid4().hex, secrets.token_urlsafe(32)
        with engine.writing(self._engine, wait_s=self._wait_s) as connection:
            last = connection.execute(select(func.max(case_event.c.seq))).scalar_one_or_none()
            master = Guard(connection, at=at).masters[0]
            row = {
                "webhook_id": webhook_id,
                "url": url,
                "actor": scope.actor,
                "role": scope.role.value,
                "areas": ";".join(scope.areas),
                "secret": seal_bytes(master, SECRET, webhook_id, secret.encode()),
                "after_seq": last or 0,
                "failures": 0,
                "next_try_at": at,
                "disabled": False,
                "created_at": at,
            }
            connection.execute(insert(webhook).values(row))
            entry = audit.Entry("subscribe", "webhooks", [webhook_id], {})
            audit.write_row(connection, entry, who=scope, at=at)
        return self.find(webhook_id), secret

    def find(self, webhook_id: str) -> Webhook:
        """The subscription of this number.

        Raises:
            NotFound: there is none.
        """
        named = select(webhook).where(webhook.c.webhook_id == webhook_id)
        with engine.reading(self._engine, wait_s=self._wait_s) as connection:
            row = connection.execute(named).one_or_none()
        if row is None:
            raise NotFound(kind="webhook", key=webhook_id)
        return _webhook(row)

    def of(self, actor: str) -> list[Webhook]:
        """The subscriptions of an account, oldest first."""
        mine = select(webhook).where(webhook.c.actor == actor).order_by(webhook.c.created_at)
        with engine.reading(self._engine, wait_s=self._wait_s) as connection:
            return [_webhook(row) for row in connection.execute(mine)]

    def remove(self, webhook_id: str, scope: Scope, *, at: datetime) -> None:
        """End a subscription."""
        with engine.writing(self._engine, wait_s=self._wait_s) as connection:
            connection.execute(delete(webhook).where(webhook.c.webhook_id == webhook_id))
            entry = audit.Entry("unsubscribe", "webhooks", [webhook_id], {})
            audit.write_row(connection, entry, who=scope, at=at)

    def claim(self, *, at: datetime, lease: timedelta) -> tuple[Webhook, str] | None:
        """A subscriber who is due, and its secret; nobody else gets it while the lease runs.

        A subscription speaks for its account: while that is disabled it is told nothing.
        """
        may_sign_in = webhook.c.actor.in_(select(account.c.username).where(~account.c.disabled))
        due = (webhook.c.next_try_at <= at) & ~webhook.c.disabled & may_sign_in
        last = select(func.max(case_event.c.seq)).scalar_subquery()
        waits = select(webhook).where(due, webhook.c.after_seq < last)
        chosen = waits.order_by(webhook.c.next_try_at).limit(1)
        with engine.writing(self._engine, wait_s=self._wait_s) as connection:
            row = connection.execute(chosen.with_for_update(skip_locked=True)).one_or_none()
            if row is None:
                return None
            mine = webhook.c.webhook_id == row.webhook_id
            connection.execute(update(webhook).where(mine).values(next_try_at=at + lease))
            ring = keyring_of(connection)
        secret = open_bytes(ring.key, SECRET, row.webhook_id, bytes(row.secret))
        return _webhook(row), secret.decode()

    def told(self, webhook_id: str, after_seq: int, *, at: datetime) -> None:
        """A delivery arrived: news up to this event are told."""
        values = {"after_seq": after_seq, "failures": 0, "next_try_at": at}
        self._set(webhook_id, values)

    def failed(self, subscriber: Webhook, *, at: datetime) -> None:
        """A delivery did not arrive: it is tried again, later each time."""
        failures = subscriber.failures + 1
        values = {"failures": failures, "next_try_at": at + rest_after(failures)}
        self._set(subscriber.webhook_id, values | {"disabled": failures >= MOST_FAILURES})

    def _set(self, webhook_id: str, values: dict[str, Any]) -> None:
        mine = webhook.c.webhook_id == webhook_id
        with engine.writing(self._engine, wait_s=self._wait_s) as connection:
            connection.execute(update(webhook).where(mine).values(values))


def _webhook(row: Row[Any]) -> Webhook:
    return Webhook(
        webhook_id=row.webhook_id,
        url=row.url,
        actor=row.actor,
        role=Role(row.role),
        areas=tuple(row.areas.split(";")),
        after_seq=row.after_seq,
        failures=row.failures,
        next_try_at=row.next_try_at,
        disabled=row.disabled,
        created_at=row.created_at,
    )
