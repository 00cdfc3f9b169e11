"""The outermost edge: every request is counted, timed and written down, even one that broke.

A line carries the id of the request, the template of its route, its status, how long it took and
the name of the account: never the address with what a caller wrote into it, a body or a header.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

import structlog
from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.observing.figures import Figures

log = structlog.get_logger(__name__)

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
NO_ROUTE, OTHER_METHOD = "(none)", "(other)"
QUIET = frozenset({"/healthz", "/readyz", "/metrics"})
"""Asked every few seconds: what is well about them is logged on the level debug only."""

BROKEN = 500
STREAMS = b"text/event-stream"


class Watch:
    """Counts and writes down what passes.

    Args:
        app: the whole service.
        figures: where it counts.
        templates: path templates by endpoint.
        taken: when the newest market was taken, in seconds of the epoch; None before the first.
    """

    def __init__(
        self,
        app: ASGIApp,
        figures: Figures,
        templates: Mapping[object, str],
        taken: Callable[[], float | None],
    ) -> None:
        self._app, self._figures, self._templates = app, figures, templates
        self._taken = taken

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and look at what comes back."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        seen = _Seen()

        async def watched(message: Message) -> None:
            seen.look(message)
            await send(message)

        structlog.contextvars.clear_contextvars()
        begun = time.perf_counter()
        try:
            await self._app(scope, receive, watched)
        finally:
            self._write(scope, seen, time.perf_counter() - begun)

    def _write(self, scope: Scope, seen: _Seen, seconds: float) -> None:
        state = scope.get("state", {})
        endpoint = scope.get("endpoint")
        route = self._templates.get(endpoint, NO_ROUTE) if endpoint else NO_ROUTE
        method = scope["method"] if scope["method"] in METHODS else OTHER_METHOD
        self._figures.answered(route, method, seen.status, None if seen.streams else seconds)
        if (fault := state.get("store_fault")) is not None:
            self._figures.refused_by_store(fault)
        if (taken := self._taken()) is not None:
            self._figures.market_taken(taken)
        is_quiet = route in QUIET and seen.status < BROKEN
        write = log.debug if is_quiet else log.info
        write(
            "request",
            request_id=state.get("request_id"),
            method=method,
            route=route,
            status=seen.status,
            ms=round(seconds * 1000, 1),
            actor=state.get("actor"),
        )


class _Seen:
    """What is known of an answer; one that never came counts as broken."""

    def __init__(self) -> None:
        self.status, self.streams = BROKEN, False

    def look(self, message: Message) -> None:
        """Take note of the head of the answer."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            kinds = [value for name, value in message["headers"] if name.lower() == b"content-type"]
            self.streams = any(kind.startswith(STREAMS) for kind in kinds)


def templates_of(routers: tuple[tuple[APIRouter, str], ...]) -> dict[object, str]:
    """The path template of every endpoint, with the path its router hangs under."""
    return {
        route.endpoint: prefix + route.path
        for router, prefix in routers
        for route in router.routes
        if isinstance(route, APIRoute)
    }
