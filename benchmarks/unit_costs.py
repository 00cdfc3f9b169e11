"""What one person and one vacancy cost: memory, time, disk; what docs/scale.md multiplies.

A generated market of one size (and of half of it, so that what does not grow is told apart):
records written to SQLite and read back, the market taken from them, everyone's lists made, one
person asked. No peer: these are figures to plan by.

    python benchmarks/unit_costs.py [--persons N] [--vacancies N] [--served N]
"""

from __future__ import annotations

import argparse
import gc
import resource
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd
from office.champion import champion
from office.generated import ON, generated_frames, generated_outcomes

from matcher.domain.kinds import Kind
from matcher.domain.scope import Scope
from matcher.pipeline.matching import rank_for_persons
from matcher.pipeline.snapshot import take_snapshot
from matcher.store.store import Store

AT = datetime(2026, 11, 2, tzinfo=UTC)
MIB = 2**20
ALONE = 200
"""Persons asked one at a time."""


def resident_mb() -> float:
    """Memory of this process now."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize() / MIB


def written(persons: int, vacancies: int, file: Path) -> dict[str, float]:
    """The cost of writing a market of this size, people sealed; each kind in one transaction."""
    people, posts = generated_frames(vacancies, persons, 20261102, provinces=("32",))
    outcomes = generated_outcomes(people, posts, np.random.default_rng(1))
    numbers = np.arange(persons)
    people["name"] = pd.Series([f"王小{at}" for at in numbers], dtype="str")
    people["id_number"] = pd.Series(
        [f"32061319800101{at % 10_000:04}" for at in numbers], dtype="str"
    )
    people["phone"] = pd.Series([f"139{at:08}" for at in numbers], dtype="str")
    people["address"] = pd.Series([f"金沙街道新世纪大道{at}号" for at in numbers], dtype="str")
    figures: dict[str, float] = {}
    frames = {Kind.PERSONS: people, Kind.VACANCIES: posts, Kind.OUTCOMES: outcomes}
    for kind, frame in frames.items():
        before = file.stat().st_size if file.exists() else 0
        begun = time.perf_counter()
        # Closed each time: SQLite's log goes into the file then.
        with (
            Store.open(f"sqlite:///{file}") as store,
            store.writing(actor="bench", at=AT) as batch,
        ):
            batch.upsert(kind, frame)
        figures[f"write {kind.value}, µs each"] = (time.perf_counter() - begun) / len(frame) * 1e6
        figures[f"disk {kind.value}, bytes each"] = (file.stat().st_size - before) / len(frame)
    return figures


def asked_of(file: Path, persons: int, served: int) -> dict[str, float]:
    """The cost of the market and of questions, in a process that did nothing before."""
    ranker, before = champion(None), resident_mb()
    with Store.open(f"sqlite:///{file}", create=False) as store:
        begun = time.perf_counter()
        snapshot = take_snapshot(store, Scope.office("bench"), on=ON)
        _ = snapshot.index, snapshot.past
        figures = {"market taken, s": time.perf_counter() - begun}
    gc.collect()
    figures["memory of the market, MiB"] = resident_mb() - before
    rank_for_persons(snapshot, ranker, top=10, persons=np.arange(3, dtype=np.int32))
    some = np.linspace(0, persons - 1, served).astype(np.int32)
    begun = time.perf_counter()
    rank_for_persons(snapshot, ranker, top=50, persons=some)
    figures["everyone's lists, ms a person"] = (time.perf_counter() - begun) / served * 1e3
    alone = []
    for at in range(min(ALONE, served)):
        begun = time.perf_counter()
        rank_for_persons(snapshot, ranker, top=20, persons=some[at : at + 1])
        alone.append((time.perf_counter() - begun) * 1e3)
    for percentile in (50, 99):
        figures[f"one person's list, p{percentile} ms"] = float(np.percentile(alone, percentile))
    figures["peak memory while taken, MiB"] = (
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - before
    )
    return figures


def one_size(persons: int, vacancies: int, served: int, folder: Path) -> dict[str, float]:
    """The figures of a market of this size."""
    file = folder / f"{persons}.sqlite"
    figures = written(persons, vacancies, file)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as fresh:
        return figures | fresh.submit(asked_of, file, persons, served).result()


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


if __name__ == "__main__":
    main()
