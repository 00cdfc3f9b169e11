"""Whether this process was told to stop: a line that is held open must not hold up its end."""

from __future__ import annotations

import signal
from functools import cache
from threading import Event, current_thread, main_thread
from types import FrameType


@cache
def told_to_stop() -> Event:
    """Set once this process hears that it is to stop; what it did on that signal it still does.

    The server tells its app of a stop only after the last answer has ended. To be asked from the
    loop of the server, which runs in the main thread; elsewhere no signal comes, and it stays
    unset.
    """
    told = Event()
    if current_thread() is main_thread():
        for each in (signal.SIGTERM, signal.SIGINT):
            _listen(each, told)
    return told


def _listen(number: signal.Signals, told: Event) -> None:
    before = signal.getsignal(number)

    def heard(sent: int, frame: FrameType | None) -> None:
        told.set()
        if callable(before):
            before(sent, frame)

    signal.signal(number, heard)
