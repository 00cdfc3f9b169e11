"""Whose turn it is to write, among the threads of one process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from matcher.errors import StoreBusy


@contextmanager
def taken(turn: Lock | None, wait_s: float) -> Iterator[None]:
    """Hold the turn for a block; None is nobody's, and nobody waits for it.

    Raises:
        StoreBusy: another thread kept it for longer than `wait_s`.
    """
    if turn is None:
        yield
        return
    if not turn.acquire(timeout=wait_s):
        raise StoreBusy(waited_s=wait_s)
    try:
        yield
    finally:
        turn.release()
