"""Everyone's lists on a Dask cluster: its workers score the chunks that one process would."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from importlib import import_module
from typing import Any

import pandas as pd

from matcher.errors import ClusterUnusable, WrongUse
from matcher.pipeline.matching import Progress, chunks_of, joined_chunks, matches_of_chunk
from matcher.pipeline.snapshot import Snapshot
from matcher.ranking.ranker import Ranker

CONNECT_S = 20
"""Seconds to find the scheduler and a worker of it."""


def match_all_on(
    address: str,
    snapshot: Snapshot,
    ranker: Ranker,
    *,
    top: int,
    include_known: bool = False,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """As `match_all`, byte for byte, made by the workers of a Dask scheduler.

    The snapshot travels to every worker once. A worker that is lost costs its chunks, which others
    make again; the workers need the same version of this package.

    Args:
        address: of the scheduler, such as `tcp://host:8786`; `tls://` where the network is not the
            office's own, for what travels names people's standing.
        snapshot: of the day.
        ranker: what scores.
        top: posts for each person.
        include_known: also pairs that were acted upon.
        progress: told how many people of how many are served.

    Raises:
        WrongUse: the extra `cluster` is not installed, or the address is none.
        ClusterUnusable: nobody answers there, or the work failed on every worker.
    """
    people = len(snapshot.market.jobseekers)
    chunks = chunks_of(people)
    with _client(address) as client:
        # A plain copy: what was prepared here is prepared there again, and need not travel.
        sent = client.scatter([replace(snapshot, threads=1), ranker], broadcast=True, hash=False)
        work = partial(matches_of_chunk, top=top, include_known=include_known)
        futures = [client.submit(work, *sent, chunk, pure=False) for chunk in chunks]
        _follow(futures, chunks, people, progress)
        return joined_chunks(snapshot, client.gather(futures))


def _follow(
    futures: list[Any], chunks: list[tuple[int, int]], people: int, progress: Progress | None
) -> None:
    """Wait for all, and say how far they are.

    Raises:
        ClusterUnusable: one failed.
    """
    size = {future.key: last - first for future, (first, last) in zip(futures, chunks, strict=True)}
    served = 0
    for future in _library().as_completed(futures):
        if future.status != "finished":
            fault = type(future.exception()).__name__ if future.status == "error" else "lost"
            raise ClusterUnusable(found=f"a chunk of people ended as '{fault}'")
        served += size[future.key]
        if progress is not None:
            progress(served, people)


@contextmanager
def _client(address: str) -> Iterator[Any]:
    library = _library()
    if not address.startswith(("tcp://", "tls://")):
        raise WrongUse(
            what=f"'{address}' is no address of a scheduler",
            expected="one such as tcp://host:8786",
            do="Correct it after --cluster.",
        )
    try:
        client = library.Client(address, timeout=CONNECT_S, set_as_default=False)
    except OSError as error:
        raise ClusterUnusable(found=f"no scheduler answers at {address}") from error
    with client, client.as_current():
        try:
            client.wait_for_workers(1, timeout=CONNECT_S)
        except TimeoutError as error:
            raise ClusterUnusable(found=f"the scheduler at {address} has no workers") from error
        yield client


def _library() -> Any:
    """The library, which comes with an extra."""
    try:
        return import_module("dask.distributed")
    except ModuleNotFoundError:
        raise WrongUse(
            what="the cluster library is not installed",
            expected="the extra 'cluster'",
            do="Run 'pip install rengang[cluster]'.",
        ) from None
