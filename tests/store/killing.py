"""Kill a piece of work with SIGKILL at many moments, and look at what each left behind.

The work is a function (run in a process forked from a prepared one) or a command. Kills are spread
over the whole run, then gather where "before" turns into "after": that is where the commit is.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import shutil
import subprocess
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from sqlalchemy import Column, Row, select

from matcher.store.engine import open_engine, problems, resolve
from matcher.store.privacy import opening
from matcher.store.privacy.cells import open_cells
from matcher.store.privacy.keyring import Keyring, Master
from matcher.store.privacy.opening import keys_beside
from matcher.store.schema.people.protected import field_key, metadata, person_search
from matcher.store.schema.tables import person
from matcher.store.schema.types import Sealed


class Victim(Protocol):
    """A process that works, and can be killed."""

    def kill(self) -> None:
        """SIGKILL, if it has not ended by itself."""

    def wait(self) -> int | None:
        """Until it has ended; its exit status, negative the signal."""


@dataclass(slots=True)
class Forked:
    """A function in a process of its own."""

    process: Any

    def kill(self) -> None:
        if self.process.exitcode is None:
            with contextlib.suppress(ProcessLookupError):  # it ended just now
                self.process.kill()

    def wait(self) -> int | None:
        self.process.join()
        status: int | None = self.process.exitcode
        self.process.close()
        return status


def fork(work: Callable[..., None], *arguments: object, preload: Sequence[str]) -> Victim:
    """Start a module's function; modules to preload are imported once for all forks.

    The keys of servers' databases, which tests hold in memory, are given to it: the process that
    forks was itself started before them, or by another test.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(preload))
    secrets = [each.secret for each in opening.of_servers().masters]
    process = context.Process(target=_work_with_keys, args=(secrets, work, *arguments))
    process.start()
    return Forked(process)


def _work_with_keys(
    secrets: Sequence[bytes], work: Callable[..., None], *arguments: object
) -> None:
    ring = Keyring(map(Master, secrets))
    opening.of_servers = lambda: ring
    work(*arguments)


def command(*words: str | Path, cwd: Path | None = None) -> Victim:
    """Start a command, silent."""
    quiet = subprocess.DEVNULL
    return subprocess.Popen([str(word) for word in words], cwd=cwd, stdout=quiet, stderr=quiet)


@dataclass(slots=True)
class Kills:
    """What was found after each kill: the moment in seconds, and whether the work was done."""

    run_s: float
    before: list[float] = field(default_factory=list)
    after: list[float] = field(default_factory=list)


def survive_kills(
    start: Callable[[], Victim],
    *,
    reset: Callable[[], None],
    look: Callable[[], object],
    n: int,
    seed: int,
) -> Kills:
    """Run the work once to its end, then kill it `n` times; what is left is all or nothing.

    Args:
        start: begins the work and returns at once.
        reset: puts everything back to where the work begins.
        look: what is there now, comparable; checks what must always hold.
        n: kills.
        seed: of the moments.

    Raises:
        AssertionError: something between before and after was left.
    """
    generator = np.random.default_rng(seed)
    start().wait()  # the first one also starts the server that forks
    reset()
    before = look()
    began = time.monotonic()
    assert start().wait() == 0, "the work fails even when nobody kills it"
    kills = Kills(run_s=time.monotonic() - began)
    after = look()
    assert after != before, "the work changes nothing"
    for round_ in range(n):
        reset()
        moment = _moment(kills, round_, n, generator)
        victim = start()
        time.sleep(moment)
        victim.kill()
        victim.wait()
        left = look()
        assert left in (before, after), f"killed after {moment:.4f} s: neither before nor after"
        (kills.before if left == before else kills.after).append(moment)
    return kills


def _moment(kills: Kills, round_: int, n: int, generator: np.random.Generator) -> float:
    """When to kill: spread over the run first, then around the commit, wherever load moved it."""
    half = n // 2
    if round_ < half:
        share = (round_ % max(half, 1) + generator.random()) / max(half, 1)
        return float(share * kills.run_s * 1.1)
    if not kills.after:
        latest = max(kills.before)
        return float(generator.uniform(latest, 1.3 * latest))
    if not kills.before:
        return float(generator.uniform(0.0, min(kills.after)))
    edges = sorted((max(kills.before), min(kills.after)))
    margin = 0.02 * kills.run_s
    return float(max(0.0, generator.uniform(edges[0] - margin, edges[1] + margin)))


def put_back(kept: Path, used: Path) -> None:
    """Make the folder `used` a copy of `kept`."""
    shutil.rmtree(used, ignore_errors=True)
    shutil.copytree(kept, used)


def fingerprint(url: str, *, but: Collection[str] = ()) -> str:
    """A hash of every row but for these columns, which clocks or dice made.

    The database must also find itself sound. Of people it is what their cells say that counts: no
    two runs encrypt the same way.
    """
    digest = blake2b()
    engine = open_engine(resolve(url), wait_s=5)
    ring = keys_beside(resolve(url))
    try:
        with engine.connect() as connection:
            found = problems(connection)
            assert found == (), found
            for table in metadata.sorted_tables:
                if table in (person_search, field_key):
                    continue
                digest.update(table.name.encode())
                made = {*but, "content_hash"} if table is person else set(but)
                rows = (
                    [
                        _said(ring, column, row)
                        for column in table.columns
                        if column.name not in made
                    ]
                    for row in connection.execute(select(table))
                )
                digest.update("\n".join(sorted(map(repr, rows))).encode())
    finally:
        engine.dispose()
    return digest.hexdigest()


def _said(ring: Keyring, column: Column[Any], row: Row[Any]) -> object:
    """What a cell says; one that is encrypted is bound to its table, its column and its row."""
    cell = row._mapping[column]
    if not isinstance(column.type, Sealed):
        return cell
    return open_cells(ring.key, (column.table.name, column.name), [row[0]], [cell])
