"""What happens to every request before a route sees it, and to every answer after."""

from __future__ import annotations

import re
import secrets

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.protocol.problems import Refusal

REQUEST_ID = "x-request-id"
_PLAIN = re.compile(r"[A-Za-z0-9._-]{8,64}")
JSON_MB = 2
"""The most of a JSON body, in MiB: records one by one; files go to imports."""

DEEPEST = 32
"""The most levels of brackets in a JSON body."""

SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
"""On every answer that does not set its own."""


class Edges:
    """Gives a request its id, refuses bodies that are too large or too deep, guards the answer.

    Bodies are counted as they come, so that a wrong or missing length helps nobody; the levels of
    a JSON body are counted before it is parsed.
    """

    def __init__(self, app: ASGIApp, *, upload_mb: int) -> None:
        self._app, self._upload = app, upload_mb * 2**20

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on between the edges."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        given = headers.get(REQUEST_ID, "")
        known = given if _PLAIN.fullmatch(given) else secrets.token_hex(8)
        scope.setdefault("state", {})["request_id"] = known
        structlog.contextvars.bind_contextvars(request_id=known)

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                answer[REQUEST_ID] = known
                for name, value in SECURITY.items():
                    answer.setdefault(name, value)
                answer.setdefault("Cache-Control", "no-store")
            await send(message)

        is_file = headers.get("content-type", "").startswith(("multipart/", "text/csv"))
        most = self._upload if is_file else JSON_MB * 2**20
        count = _Counter(receive, most, watch_depth=not is_file)
        await self._app(scope, count.receive, guarded)


class _Counter:
    """Counts what comes of a body, and its brackets."""

    def __init__(self, receive: Receive, most: int, *, watch_depth: bool) -> None:
        self._receive, self._most, self._watch = receive, most, watch_depth
        self._size = self._depth = 0
        self._quoted = self._escaped = False

    async def receive(self) -> Message:
        """The next piece.

        Raises:
            Refusal: the body is too large or too deep.
        """
        message = await self._receive()
        if message["type"] == "http.request":
            piece = message.get("body", b"")
            self._size += len(piece)
            if self._size > self._most:
                raise Refusal("TooLarge", 413, limit=f"{self._most // 2**20} MiB")
            if self._watch and self._deepest(piece) > DEEPEST:
                raise Refusal("TooDeep", 422)
        return message

    def _deepest(self, piece: bytes) -> int:
        """The deepest level that the body reached in this piece; brackets in texts do not count."""
        opened, closed = (
            piece.count(b"[") + piece.count(b"{"),
            piece.count(b"]") + piece.count(b"}"),
        )
        if not self._quoted and b'"' not in piece and self._depth + opened <= DEEPEST:
            self._depth += opened - closed
            return self._depth
        deepest = self._depth
        for sign in piece:
            if self._quoted:
                closes = sign == 0x22 and not self._escaped
                self._escaped = sign == 0x5C and not self._escaped
                self._quoted = not closes
            elif sign == 0x22:
                self._quoted = True
            elif sign in b"[{":
                self._depth += 1
                deepest = max(deepest, self._depth)
            elif sign in b"]}":
                self._depth -= 1
        return deepest
