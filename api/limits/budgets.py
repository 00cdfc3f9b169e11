"""Budgets by the minute: tries to sign in by address, requests by account.

Each process of the service keeps its own; an account is locked by the store, for all of them.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import ip_address, ip_network
from threading import Lock

from fastapi import Request

from matcher.errors import TooManyTries
from matcher.settings import Settings

MINUTE_S = 60.0
HELD = 50_000
"""Spenders held at once; the one that spent longest ago is forgotten first."""


class Budget:
    """A bucket for each spender: full at first, refilled evenly over a minute.

    Args:
        what: is counted, in words.
        limit: of one spender in a minute; 0 sets none.
        clock: seconds that only go forward.

    Example:
        >>> at = [0.0]
        >>> two = Budget("tries", 2, clock=lambda: at[0])
        >>> two.spend("a"), two.spend("a"), two.spend("b")
        (None, None, None)
        >>> two.spend("a")
        Traceback (most recent call last):
        ...
        matcher.errors.access.TooManyTries: more than 2 tries in a minute. Nothing was done; try \
again in 30 s.
        >>> at[0] = 30.0
        >>> two.spend("a")
    """

    def __init__(
        self, what: str, limit: int, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.what, self.limit, self._clock = what, limit, clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def spend(self, spender: str) -> None:
        """Take one from the spender's budget.

        Raises:
            TooManyTries: it is spent.
        """
        if not self.limit:
            return
        now = self._clock()
        with self._lock:
            left, since = self._left.pop(spender, (float(self.limit), now))
            left = min(self.limit, left + (now - since) * self.limit / MINUTE_S)
            self._left[spender] = (max(left - 1, left if left < 1 else 0.0), now)
            if len(self._left) > HELD:
                self._left.popitem(last=False)
        if left < 1:
            wait = math.ceil((1 - left) * MINUTE_S / self.limit)
            raise TooManyTries(what=self.what, limit=self.limit, wait_s=max(wait, 1))


class Limits:
    """The budgets of one process of the service."""

    def __init__(self, settings: Settings) -> None:
        self.sign_ins = Budget("tries to sign in", settings.sign_ins_per_minute)
        self.requests = Budget("requests", settings.requests_per_minute)
        self._proxies = [ip_network(each) for each in settings.trusted_proxies]

    def spend_sign_in(self, request: Request) -> None:
        """Count a try to sign in against the address that it came from.

        Raises:
            TooManyTries: the address must wait.
        """
        self.sign_ins.spend(self.address_of(request))

    def address_of(self, request: Request) -> str:
        """Where a request came from: the connection's, or what a trusted proxy says of it."""
        near = request.client.host if request.client else "?"
        told = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
        return told if told and self._is_proxy(near) else near

    def _is_proxy(self, host: str) -> bool:
        try:
            address = ip_address(host)
        except ValueError:
            return False
        return any(address in network for network in self._proxies)
