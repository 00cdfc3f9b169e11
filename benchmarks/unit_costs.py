"""What one person and one vacancy cost: memory, time, disk; what docs/scale.md multiplies.

A generated market of one size (and of half of it, so that what does not grow is told apart):
records written to SQLite and read back, the market taken from them, everyone's lists made, one
person asked. No peer: these are figures to plan by.

    python benchmarks/unit_costs.py [--persons N] [--vacancies N] [--served N]
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from office.champion import champion
from office.generated import ON, generated_frames, generated_outcomes

from matcher.domain.kinds import Kind
from matcher.domain.scope import Scope
from matcher.pipeline.matching import rank_for_persons
from matcher.pipeline.snapshot import Snapshot, take_snapshot
from matcher.store.store import Store

AT = datetime(2026, 11, 2, tzinfo=UTC)
MIB = 2**20
ALONE = 200
"""Persons asked one at a time."""


def timed(what: Callable[[], Any]) -> tuple[Any, float]:
    """What came of it, and seconds."""
    begun = time.perf_counter()
    made = what()
    return made, time.perf_counter() - begun


def resident_mb() -> float:
    """Memory of this process now."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize() / MIB


def one_size(persons: int, vacancies: int, served: int, folder: Path) -> dict[str, float]:
    """The figures of a market of this size."""
    people, posts = generated_frames(vacancies, persons, 20261102, provinces=("32",))
    outcomes = generated_outcomes(people, posts, np.random.default_rng(1))
    file = folder / f"{persons}.sqlite"
    figures: dict[str, float] = {}
    with Store.open(f"sqlite:///{file}") as store:
        for kind, frame in (
            (Kind.PERSONS, people),
            (Kind.VACANCIES, posts),
            (Kind.OUTCOMES, outcomes),
        ):
            before = _on_disk(file)

            def write(kind: Kind = kind, frame: Any = frame) -> None:
                with store.writing(actor="bench", at=AT) as batch:
                    batch.upsert(kind, frame)

            _, seconds = timed(write)
            figures[f"write {kind.value}, µs each"] = seconds / len(frame) * 1e6
            figures[f"disk {kind.value}, bytes each"] = (_on_disk(file) - before) / len(frame)
        del people, posts, outcomes
        before = resident_mb()
        snapshot, seconds = timed(lambda: _taken(store))
        figures["market taken, s"] = seconds
        figures["memory of the market, MiB"] = resident_mb() - before
    ranker = champion(None)
    rank_for_persons(snapshot, ranker, top=10, persons=np.arange(3, dtype=np.int32))
    some = np.linspace(0, persons - 1, served).astype(np.int32)
    _, seconds = timed(lambda: rank_for_persons(snapshot, ranker, top=50, persons=some))
    figures["everyone's lists, ms a person"] = seconds / served * 1e3
    alone = [
        timed(lambda at=at: rank_for_persons(snapshot, ranker, top=20, persons=some[at : at + 1]))[
            1
        ]
        for at in range(min(ALONE, served))
    ]
    figures["one person's list, p50 ms"] = float(np.percentile(alone, 50)) * 1e3
    figures["one person's list, p99 ms"] = float(np.percentile(alone, 99)) * 1e3
    return figures


def _on_disk(file: Path) -> int:
    log = file.with_name(f"{file.name}-wal")
    return file.stat().st_size + (log.stat().st_size if log.exists() else 0)


def _taken(store: Store) -> Snapshot:
    snapshot = take_snapshot(store, Scope.office("bench"), on=ON)
    _ = snapshot.index, snapshot.past
    return snapshot


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--persons", type=int, default=100_000)
    parser.add_argument("--vacancies", type=int, default=20_000)
    parser.add_argument("--served", type=int, default=5_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rengang-bench-") as folder:
        half, whole = (
            one_size(asked.persons // by, asked.vacancies // by, asked.served // by, Path(folder))
            for by in (2, 1)
        )
    print(f"{asked.persons:,} persons, {asked.vacancies:,} vacancies (and half of both)")
    for name, value in whole.items():
        print(f"  {name:34} {value:12,.2f}   {half[name]:12,.2f}")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MiB")


if __name__ == "__main__":
    main()
