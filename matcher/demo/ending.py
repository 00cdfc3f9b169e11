"""The end of a demo: the workspace is as new, the audit still tells what was done in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from matcher.store.events.wiping import IS_DEMO, wipe_demo
from matcher.store.store import Store


def is_demo(store: Store) -> bool:
    """Does the workspace hold the generated city?"""
    return store.meta(IS_DEMO) is not None


def end_demo(store: Store, *, actor: str, at: datetime) -> Mapping[str, int]:
    """Remove everything of the demo, in one transaction; models and keys stay.

    Returns:
        How many rows of each table went.

    Raises:
        NotFound: this is no demo, or none any more.
        WrongUse: a job is at work.
    """
    with store.writing(actor=actor, at=at) as batch:
        return wipe_demo(batch.connection, actor=actor, at=at)
