"""What is looked at, one function each; cheap ones make readiness, all of them make doctor."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from matcher.domain.job import JobState
from matcher.errors import ModelError, StoreError, UnreadableFile
from matcher.pipeline.health.finding import Finding, note, wrong
from matcher.ranking.shelf.sealing import KEY_FILE, workspace_key
from matcher.ranking.shelf.shelf import MODELS, Shelf
from matcher.settings import Settings
from matcher.store.store import Store

KEYS = (KEY_FILE, "people.key")
"""Files of a workspace that only the service may read."""

WAITS_AT_MOST = timedelta(minutes=2)
"""Work that waits longer while none is done: no worker lives."""

LATE_AT_MOST = timedelta(minutes=5)
"""A worker that renews no lease for so long died, and nobody took its job over."""

AHEAD_AT_MOST = timedelta(minutes=2)
"""Clocks of several machines may differ by so much."""

LOG_AT_MOST_MB = 1024
"""SQLite's log is cut to 64 MiB whenever nobody reads; above, a reader never ended."""

MIB = 2**20


def schema(store: Store) -> Finding:
    """Is the database at the schema of this version?"""
    found, needed = store.condition.schema()
    if found == needed:
        return Finding("schema", facts={"found": found})
    return wrong("schema", "differs", found=found or "none", needed=needed)


def key(settings: Settings) -> Finding:
    """Is the key there that this workspace's models were signed with?"""
    has_models = (settings.workspace / MODELS).is_dir()
    try:
        workspace_key(settings.workspace)
    except FileNotFoundError:
        return wrong("key", "missing", file=KEY_FILE) if has_models else note("key", "unmade")
    except (OSError, UnreadableFile):
        return wrong("key", "unreadable", file=KEY_FILE)
    return Finding("key")


def key_mode(settings: Settings) -> Finding:
    """May only the service's own account read the keys?"""
    for name in KEYS:
        file = settings.workspace / name
        if file.exists() and stat.S_IMODE(file.stat().st_mode) & 0o077:
            return wrong("key_mode", "open", file=str(file))
    return Finding("key_mode")


def database_mode(store: Store) -> Finding:
    """May only the service's own account read the database?"""
    file = store.condition.file
    if file is not None and file.exists() and stat.S_IMODE(file.stat().st_mode) & 0o077:
        return note("database_mode", "open", file=str(file))
    return Finding("database_mode")


def disk(settings: Settings) -> Finding:
    """Is there room to write?"""
    folder = _existing(settings.workspace)
    free = shutil.disk_usage(folder).free // MIB
    facts = {"free_mb": f"{free:,}", "needed_mb": f"{settings.disk_free_mb:,}"}
    if free < settings.disk_free_mb:
        return wrong("disk", "full", **facts)
    return Finding("disk", facts=facts)


def _existing(folder: Path) -> Path:
    return next(each for each in (folder, *folder.absolute().parents) if each.exists())


def worker(store: Store, at: datetime, *, in_process: bool | None = None) -> Finding:
    """Is work that waits being done?

    Args:
        store: of the jobs.
        at: now.
        in_process: does this process's own worker live; None where it has none.
    """
    if in_process is False:
        return wrong("worker", "gone")
    figures = store.jobs.figures()
    waiting = [each for each in figures if each.state is JobState.QUEUED]
    beating = any(
        each.state is JobState.RUNNING and _is_leased(each.oldest_lease, at) for each in figures
    )
    count = sum(each.count for each in waiting)
    oldest = min((each.oldest_queued for each in waiting), default=at)
    if not beating and at - oldest > WAITS_AT_MOST:
        return wrong(
            "worker", "idle", count=count, minutes=int((at - oldest).total_seconds() // 60)
        )
    return Finding("worker", facts={"count": count})


def _is_leased(until: datetime | None, at: datetime) -> bool:
    return until is not None and until >= at


def jobs(store: Store, at: datetime) -> Finding:
    """Is a job stuck with a worker that is gone?"""
    late = [
        each
        for each in store.jobs.figures()
        if each.state is JobState.RUNNING
        and each.oldest_lease is not None
        and at - each.oldest_lease > LATE_AT_MOST
    ]
    if late:
        return wrong("jobs", "stuck", kinds=", ".join(each.kind.value for each in late))
    return Finding("jobs")


def seals(store: Store) -> Iterator[Finding]:
    """Do pages, references and seals hold?"""
    found = [*(("broken", each) for each in store.problems())]
    found += [("changed", each) for each in store.broken_seals()]
    for what, told in found:
        yield wrong("seals", what, told=told)
    if not found:
        yield Finding("seals")


def log(store: Store) -> Finding:
    """Is SQLite's write-ahead log cut back as it should be?"""
    size = store.condition.log_bytes() // MIB
    if size > LOG_AT_MOST_MB:
        return note("log", "long", size_mb=f"{size:,}")
    return Finding("log", facts={"size_mb": f"{size:,}"})


def clock(store: Store, at: datetime) -> Finding:
    """Is this machine's clock right, as far as the database can tell?"""
    last, server = store.condition.last_write(), store.condition.clock()
    if last is not None and last - at > AHEAD_AT_MOST:
        return wrong("clock", "behind", last=last.isoformat(timespec="seconds"))
    if server is not None and abs(server - at) > AHEAD_AT_MOST:
        return wrong("clock", "differs", server=server.isoformat(timespec="seconds"))
    return Finding("clock")


def models(settings: Settings) -> Iterator[Finding]:
    """Is every model what this workspace signed?"""
    shelf, found = Shelf(settings.workspace), []
    for name in shelf.names():
        try:
            shelf.contents(name)
        except ModelError as fault:
            found.append((name, str(fault)))
    try:
        shelf.check_champion()
    except ModelError as fault:
        found.append(("champion", str(fault)))
    for name, told in found:
        yield wrong("models", "untrusted", model=name, told=told)
    if not found:
        yield Finding("models", facts={"count": len(shelf.names())})


def backups(settings: Settings, at: datetime) -> Finding:
    """Is there a backup of these days?"""
    folder = settings.backup_folder
    files = [each for each in folder.iterdir() if each.is_file()] if folder.is_dir() else []
    if not files:
        return note("backups", "none", folder=str(folder))
    newest = max(each.stat().st_mtime for each in files)
    days = int((at.timestamp() - newest) // 86_400)
    if days >= settings.backup_days:
        return wrong("backups", "old", days=days, folder=str(folder))
    return Finding("backups", facts={"days": days})


def readiness(
    store: Store, settings: Settings, at: datetime, *, in_process: bool | None
) -> list[Finding]:
    """What must be well before questions are answered; cheap enough for every few seconds."""
    try:
        at_rest = [schema(store), worker(store, at, in_process=in_process)]
    except StoreError as fault:
        at_rest = [wrong("schema", "unreachable", told=type(fault).__name__)]
    return [*at_rest, key(settings), disk(settings)]


def examination(store: Store, settings: Settings, at: datetime) -> list[Finding]:
    """Everything that doctor looks at."""
    return [
        *(schema(store), *seals(store), log(store), database_mode(store)),
        *(key(settings), key_mode(settings), disk(settings), clock(store, at)),
        *(worker(store, at), jobs(store, at), *models(settings), backups(settings, at)),
    ]
