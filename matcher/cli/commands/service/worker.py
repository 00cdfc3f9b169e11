"""The command `rengang worker`: does what the service was asked for and takes long."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Annotated

import typer

from matcher.cli.logs import configure
from matcher.cli.session import Session, utc_now
from matcher.domain.job import JobKind
from matcher.pipeline.jobs.worker import Worker


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command("worker")(worker)


def worker(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="End when nothing waits.")] = False,
    kinds: Annotated[
        list[JobKind] | None, typer.Option("--kinds", help="Only jobs of this kind; repeatable.")
    ] = None,
    daily: Annotated[
        bool, typer.Option(help="Also see to the work of every day: expiry, lapses, seals.")
    ] = True,
) -> None:
    """Do the long work of the service: imports, everyone's matches, training, pairing.

    As many as there are processors may run beside the service, on one machine or several that
    share the database. Told to stop (Ctrl-C, SIGTERM), it leaves its job to the next one.
    """
    session: Session = context.obj
    configure(session.settings.log_level)
    with session.open_store(create=True) as store:
        hand = Worker(
            store,
            session.settings,
            utc_now,
            today=(lambda: session.day(None, store)) if daily else None,
            kinds=kinds or (),
        )

        session.say(f"worker {hand.name} waits for jobs (stop with Ctrl-C)")
        with _stopped_by_signals(hand):
            taken = hand.run(once=once)
    session.answer({"jobs": taken}, f"{taken} job(s) done")


@contextmanager
def _stopped_by_signals(hand: Worker) -> Iterator[None]:
    def stop(_number: int, _frame: FrameType | None) -> None:
        hand.stop.set()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
