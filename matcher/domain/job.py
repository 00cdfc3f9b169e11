"""A job: work that takes long, with how far it has come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from matcher.domain.scope import Role, Scope


class JobKind(StrEnum):
    """What a job does; the last four come by themselves every day."""

    IMPORT = "import"
    UNDO = "undo"
    MATCH_ALL = "match_all"
    TRAIN = "train"
    PAIR = "pair"
    FAIRNESS = "fairness"
    EXPIRE_FACTS = "expire_facts"
    LAPSE_REFERRALS = "lapse_referrals"
    SEAL = "seal"
    RETENTION = "retention"


class JobState(StrEnum):
    """How far a job has come."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


MOVES: Mapping[tuple[JobState, str], JobState] = {
    (JobState.QUEUED, "claim"): JobState.RUNNING,
    (JobState.QUEUED, "cancel"): JobState.CANCELLED,
    (JobState.RUNNING, "claim"): JobState.RUNNING,
    (JobState.RUNNING, "give_back"): JobState.QUEUED,
    (JobState.RUNNING, "finish"): JobState.DONE,
    (JobState.RUNNING, "fail"): JobState.FAILED,
    (JobState.RUNNING, "cancel"): JobState.CANCELLED,
}
"""Every move there is; one that runs is claimed anew where its worker is gone."""

ENDED = tuple(state for state in JobState if not any(before is state for before, _ in MOVES))
"""States after which nothing comes.

Example:
    >>> [state.value for state in ENDED]
    ['done', 'failed', 'cancelled']
"""

WATCHERS = frozenset({Role.SUPERVISOR, Role.ADMIN})
"""Who sees what others of its own areas ordered."""


@dataclass(frozen=True, slots=True)
class JobFile:
    """A file that goes into a job or comes out of it."""

    name: str
    file_name: str
    media_type: str
    content: bytes = b""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done, for whom.

    Attributes:
        kind: what.
        parameters: what the kind asks for; JSON values, never personal data.
        scope: of who asked; the work reads and writes within it.
        employer_id: of an employer's account.
        key: the caller's own name for the order: the same one twice is one job.
        files: what goes in.
    """

    kind: JobKind
    parameters: Mapping[str, Any]
    scope: Scope
    employer_id: str | None = None
    key: str | None = None
    files: tuple[JobFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it stands.

    `done` of `total` steps; 0 of 0 before anything is known. `problem` says why it failed, by the
    name of an error, its sentence and its facts. `revision` grows with every change.
    """

    job_id: str
    kind: JobKind
    state: JobState
    actor: str
    role: Role
    areas: tuple[str, ...]
    employer_id: str | None
    parameters: Mapping[str, Any]
    done: int
    total: int
    attempts: int
    cancel_asked: bool
    queued_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None
    result: Mapping[str, Any] = field(default_factory=dict)
    problem: Mapping[str, Any] | None = None
    revision: int = 0

    @property
    def has_ended(self) -> bool:
        """Will nothing more come of it?"""
        return self.state in ENDED

    def scope(self, purpose: str) -> Scope:
        """The scope of who asked for it."""
        return Scope(self.role, self.areas, purpose, self.actor)

    def is_seen_by(self, reader: Scope) -> bool:
        """May this reader know of it: who ordered it, and who watches over all of its areas.

        Example:
            >>> from datetime import UTC
            >>> job = Job("1", JobKind.SEAL, JobState.QUEUED, "u1", Role.CASEWORKER, ("320613",),
            ...           None, {}, 0, 0, 0, False, datetime(2026, 11, 2, tzinfo=UTC))
            >>> job.is_seen_by(Scope(Role.SUPERVISOR, ("3206",), "jobs", "u2"))
            True
            >>> job.is_seen_by(Scope(Role.CASEWORKER, ("3206",), "jobs", "u3"))
            False
        """
        if reader.actor == self.actor:
            return True
        return reader.role in WATCHERS and all(
            reader.covers(area) for area in self.areas or (None,)
        )
