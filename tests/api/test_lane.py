"""Requests are worked on one after another, and nobody waits for long because of another."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from api.limits import lane
from api.limits.lane import Lane

Handler = Callable[[Any, Any, Any], Awaitable[None]]
START = {"type": "http.response.start", "status": 200, "headers": []}


class Watched:
    """What does the work: knows how many were at it at the same time."""

    def __init__(self, work: Callable[[str], Awaitable[None]]) -> None:
        self.work, self.at_it, self.most, self.order = work, 0, 0, list[str]()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        while scope["method"] == "POST" and (await receive())["more_body"]:
            pass
        self.at_it += 1
        self.most = max(self.most, self.at_it)
        self.order.append(scope["path"])
        try:
            await self.work(scope["path"])
        finally:
            self.at_it -= 1
        await send(START)


async def nothing(_: Any) -> None:
    """Where answers go."""


async def never() -> Any:
    """A body that does not come."""
    await asyncio.sleep(60)


def ended(run: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    """What came of it, in a loop of its own: tests of pages keep one running in their thread."""
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(lambda: asyncio.run(run())).result()


def get(path: str) -> dict[str, Any]:
    return {"type": "http", "method": "GET", "path": path}


@pytest.mark.parametrize("width", [1, 3])
def test_so_many_work_at_a_time_in_order_of_coming(width: int) -> None:
    async def briefly(_: str) -> None:
        await asyncio.sleep(0.002)

    async def run() -> Watched:
        inside = Watched(briefly)
        line = Lane(inside, width=width)
        await asyncio.gather(*(line(get(f"/{n}"), never, nothing) for n in range(20)))
        return inside

    inside = ended(run)
    assert inside.most == width
    assert inside.order == [f"/{n}" for n in range(20)]


def test_a_long_one_keeps_the_next_waiting_for_a_bounded_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lane, "PATIENCE_S", 0.05)
    done = list[str]()

    async def work(path: str) -> None:
        await asyncio.sleep(0.6 if path == "/long" else 0)
        done.append(path)

    async def run() -> None:
        line = Lane(Watched(work), width=1)
        await asyncio.gather(*(line(get(p), never, nothing) for p in ("/long", "/a", "/b")))

    ended(run)
    assert done == ["/a", "/b", "/long"]


def test_who_sends_slowly_holds_no_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lane, "PATIENCE_S", 60)

    async def work(_: str) -> None:
        return None

    async def run() -> list[str]:
        inside = Watched(work)
        line = Lane(inside, width=1)
        slow = asyncio.create_task(line(get("/slow") | {"method": "POST"}, never, nothing))
        await asyncio.sleep(0.01)
        async with asyncio.timeout(5):
            await line(get("/quick"), never, nothing)
        slow.cancel()
        return inside.order

    assert ended(run) == ["/quick"]


def test_a_fault_and_a_stream_leave_their_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lane, "PATIENCE_S", 60)
    streams = asyncio.Event()

    async def app(scope: Any, _: Any, send: Any) -> None:
        if scope["path"] == "/fault":
            raise ValueError("of the app")
        await send(START)
        if scope["path"] == "/stream":
            await streams.wait()

    async def run() -> None:
        line = Lane(app, width=1)
        with pytest.raises(ValueError, match="of the app"):
            await line(get("/fault"), never, nothing)
        stream = asyncio.create_task(line(get("/stream"), never, nothing))
        async with asyncio.timeout(5):
            await asyncio.sleep(0.01)
            await line(get("/next"), never, nothing)
        streams.set()
        await stream

    ended(run)
