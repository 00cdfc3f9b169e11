"""News for subscribers outside: what became of referrals, signed, in order, until it arrives."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

import structlog

from matcher.casework.referrals.referring import STREAM
from matcher.errors import WrongUse
from matcher.store.events.reading import Wanted
from matcher.store.store import Store
from matcher.store.webhooks.webhook import Webhook

SIGNATURE, MOMENT = "X-Rengang-Signature", "X-Rengang-Timestamp"
AT_ONCE = 200
"""Events in one delivery."""

PATIENCE_S = 10.0
LEASE = timedelta(minutes=1)

SHOWN = ("seq", "subject_id", "event", "state", "on", "person_id", "vacancy_id", "reason")
"""What news say of an event: numbers and codes, never who somebody is."""

log = structlog.get_logger(__name__)


def checked_url(url: str, hosts: Sequence[str]) -> str:
    """The address, if news may go there: only to hosts that the office's settings name.

    Raises:
        WrongUse: another host, no web address, or plain HTTP to anywhere but this machine.
    """
    parts = urlsplit(url)
    named = parts.netloc.rpartition("@")[2].lower()
    is_here = parts.hostname in ("localhost", "127.0.0.1", "::1")
    fits = parts.scheme == "https" or (parts.scheme == "http" and is_here)
    if not fits or "@" in parts.netloc or parts.fragment:
        raise WrongUse(
            what="the address for news",
            expected="https://host/path without a name or password in it",
            do="Correct the address.",
        )
    if named not in hosts and (parts.hostname or "") not in hosts:
        raise WrongUse(
            what=f"news for {named[:80]}",
            expected=f"a host that the setting webhook_hosts names: {', '.join(hosts) or 'none'}",
            do="Ask the administrator to add the host.",
        )
    return url


def signature(secret: str, moment: str, body: bytes) -> str:
    """What a delivery is signed with; the receiver makes the same and compares.

    Example:
        >>> signature("s", "1", b"{}")[:14]
        'sha256=b253639'
    """
    return "sha256=" + hmac.new(secret.encode(), moment.encode() + b"." + body, sha256).hexdigest()


@dataclass(frozen=True)
class Teller:
    """Tells subscribers what they have not been told yet.

    Attributes:
        store: of the ledger and the subscribers.
        hosts: where news may go.
        clock: now, with its zone.
    """

    store: Store
    hosts: Sequence[str]
    clock: Callable[[], datetime]

    def step(self) -> bool:
        """One delivery to one subscriber who is due; whether there was one."""
        found = self.store.webhooks.claim(at=self.clock(), lease=LEASE)
        if found is None:
            return False
        subscriber, secret = found
        news, last = self._news(subscriber)
        if not news or self._arrived(subscriber, secret, news):
            self.store.webhooks.told(subscriber.webhook_id, last, at=self.clock())
        else:
            self.store.webhooks.failed(subscriber, at=self.clock())
        return True

    def _news(self, subscriber: Webhook) -> tuple[list[dict[str, Any]], int]:
        """The next events that the subscriber may see, and up to where they were looked at."""
        wanted = Wanted(streams=[STREAM], after_seq=subscriber.after_seq)
        events = self.store.events(subscriber.scope(), wanted).head(AT_ONCE)
        if events.empty:
            return [], self.store.last_event()
        rows = events[list(SHOWN)].astype(object)
        cells = rows.where(rows.notna(), None).to_dict("records")
        told = [{str(name): value for name, value in row.items()} for row in cells]
        return told, int(events["seq"].iloc[-1])

    def _arrived(self, subscriber: Webhook, secret: str, news: list[dict[str, Any]]) -> bool:
        body = json.dumps({"webhook_id": subscriber.webhook_id, "events": news}).encode()
        moment = str(int(self.clock().timestamp()))
        headers = {
            "Content-Type": "application/json",
            MOMENT: moment,
            SIGNATURE: signature(secret, moment, body),
        }
        try:
            checked_url(subscriber.url, self.hosts)
            status = _posted(subscriber.url, body, headers)
        except (OSError, HTTPException, WrongUse) as wrong:
            log.warning("news undelivered", webhook=subscriber.webhook_id, why=type(wrong).__name__)
            return False
        log.info("news delivered", webhook=subscriber.webhook_id, status=status, events=len(news))
        return 200 <= status < 300


def _posted(url: str, body: bytes, headers: dict[str, str]) -> int:
    """The status of the answer; redirects are not followed: they could lead anywhere."""
    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.netloc, timeout=PATIENCE_S)
    try:
        query = f"?{parts.query}" if parts.query else ""
        connection.request("POST", (parts.path or "/") + query, body, headers)
        return connection.getresponse().status
    finally:
        connection.close()
