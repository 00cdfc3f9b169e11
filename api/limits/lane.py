"""How many requests a process works on at once; the others wait their turn, first come first.

One thread of Python computes at a time. Forty that want to hand the interpreter to and fro for more
time than they compute: fifty users at two cores waited six times as long as in a line of one.
"""

from __future__ import annotations

from asyncio import Semaphore, TimerHandle, get_running_loop

from starlette.types import ASGIApp, Message, Receive, Scope, Send

PATIENCE_S = 0.3
"""After so long a request is taken for a long one: the next may come in beside it."""

BODILESS = frozenset({"GET", "HEAD", "OPTIONS"})


class Lane:
    """Lets so many requests work at a time.

    A place is taken once the body has come, so that a slow sender holds up nobody, and left as the
    answer begins, so that a stream holds up nobody; who computes for long keeps the others waiting
    for `PATIENCE_S` at most.

    Args:
        app: what does the work.
        width: how many at a time, 1 or more.
    """

    def __init__(self, app: ASGIApp, *, width: int) -> None:
        self._app, self._free = app, Semaphore(width)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on when it is its turn."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        place = _Place(self._free)

        async def received() -> Message:
            message = await receive()
            if message["type"] == "http.request" and not message.get("more_body", False):
                await place.take()
            return message

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                place.leave()
            await send(message)

        if scope["method"] in BODILESS:
            await place.take()
        try:
            await self._app(scope, received, sent)
        finally:
            place.leave()


class _Place:
    """A request's place in the lane: taken once, left once."""

    def __init__(self, free: Semaphore) -> None:
        self._free = free
        self._was_taken = False
        self._until: TimerHandle | None = None

    async def take(self) -> None:
        """Wait for a place, in order of coming."""
        if self._was_taken:
            return
        self._was_taken = True
        await self._free.acquire()
        self._until = get_running_loop().call_later(PATIENCE_S, self.leave)

    def leave(self) -> None:
        """Let the next one come in."""
        if self._until is not None:
            self._until.cancel()
            self._until = None
            self._free.release()
