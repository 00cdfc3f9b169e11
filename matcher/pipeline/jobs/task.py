"""A job in a worker's hands: where it may write, what went in, how it says how far it has come."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from matcher.documents.reading.table import Limits
from matcher.domain.job import Job, JobFile
from matcher.errors import WrongUse
from matcher.ranking.ranker import Ranker
from matcher.ranking.shelf.opening import open_ranker
from matcher.ranking.shelf.shelf import Shelf
from matcher.settings import Settings
from matcher.store.batch import Batch
from matcher.store.jobs.jobs import INPUT
from matcher.store.store import Store


class Stopped(Exception):
    """The job was cancelled, or is another worker's now; nothing more is to be written."""


@dataclass(frozen=True, slots=True)
class Made:
    """What came of a job: facts for programs, and files.

    `is_kept`: the job ended in the transaction that wrote its effect; there is nothing left to end.
    """

    result: Mapping[str, Any] = field(default_factory=dict)
    files: tuple[JobFile, ...] = ()
    is_kept: bool = False


@dataclass(frozen=True)
class Task:
    """One job at work.

    Attributes:
        job: as it was claimed.
        worker: whose hands it is in.
        store: of the records.
        settings: of the service.
        progress: says that `done` of `total` steps are finished; raises `Stopped` when the worker
            is to stop. Nothing is written after it raised. Never called inside a transaction.
        clock: now, with its zone.
    """

    job: Job
    worker: str
    store: Store
    settings: Settings
    progress: Callable[[int, int], None]
    clock: Callable[[], datetime]

    @property
    def shelf(self) -> Shelf:
        """The models of the workspace."""
        return Shelf(self.settings.workspace)

    def ranker(self) -> Ranker:
        """The ranker that the order names; the champion where it names none."""
        return open_ranker(self.shelf, self.job.parameters.get("model"))

    @property
    def limits(self) -> Limits:
        """How much of a file is opened."""
        return Limits(
            file_mb=self.settings.max_upload_mb, unpacked_mb=self.settings.max_unpacked_mb
        )

    @property
    def on(self) -> date:
        """The day that the order names; whoever orders says one.

        Raises:
            WrongUse: the order names none.
        """
        stated = self.job.parameters.get("on")
        if stated is None:
            raise WrongUse(
                what=f"the order of a job '{self.job.kind}'",
                expected="the day it is about",
                do="Say 'on'.",
            )
        return date.fromisoformat(stated)

    def inputs(self) -> list[JobFile]:
        """The files that went in, in the order given."""
        count = int(self.job.parameters.get("inputs", 0))
        return [self.store.jobs.file(self.job.job_id, f"{INPUT}-{at}") for at in range(count)]

    def end_within(self, batch: Batch, made: Made) -> None:
        """End the job in the transaction that writes its effect: both are there, or neither.

        Raises:
            LeaseLost: it is another worker's by now; the transaction is to be undone.
        """
        self.store.jobs.end_within(
            batch, self.job, self.worker, made.result, at=self.clock(), files=made.files
        )
