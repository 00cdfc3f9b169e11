"""Figures that are looked up when they are asked for: jobs, processes."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from functools import partial

from prometheus_client import ProcessCollector
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector, CollectorRegistry

from matcher import __version__
from matcher.domain.job import JobState
from matcher.errors import StoreError
from matcher.store.store import Store


class Standing(Collector):
    """Jobs by kind and state, how many wait and since when; whether the database answers."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def collect(self) -> Iterable[Metric]:
        """The figures of this moment."""
        yield InfoMetricFamily("rengang", "The service.", {"version": __version__})
        reachable = GaugeMetricFamily("rengang_store_up", "Does the database answer: 1 or 0.")
        try:
            figures = self._store.jobs.figures()
        except StoreError:
            reachable.add_metric([], 0)
            yield reachable
            return
        reachable.add_metric([], 1)
        yield reachable
        jobs = GaugeMetricFamily("rengang_jobs", "Jobs on record.", labels=["kind", "state"])
        for each in figures:
            jobs.add_metric([each.kind.value, each.state.value], each.count)
        yield jobs
        waiting = [each for each in figures if each.state is JobState.QUEUED]
        length = sum(each.count for each in waiting)
        yield GaugeMetricFamily("rengang_jobs_waiting", "Jobs that nobody began.", value=length)
        oldest = min((each.oldest_queued.timestamp() for each in waiting), default=None)
        seconds = 0.0 if oldest is None else max(0.0, time.time() - oldest)
        told = "How long the oldest of them has waited."
        yield GaugeMetricFamily("rengang_jobs_oldest_wait_seconds", told, value=seconds)


class Processes(Collector):
    """Memory, processor time and open files of every process of the service."""

    def __init__(self, pids: Sequence[int]) -> None:
        self._pids = pids

    def collect(self) -> Iterable[Metric]:
        """One sample a process; one that has ended has none."""
        families: dict[str, Metric] = {}
        for pid in self._pids:
            alone = ProcessCollector(pid=partial(int, pid), registry=CollectorRegistry())
            for family in alone.collect():
                whole = families.setdefault(
                    family.name, Metric(family.name, family.documentation, family.type)
                )
                for sample in family.samples:
                    whole.add_sample(sample.name, {"pid": str(pid)}, sample.value)
        return families.values()
