"""A job: work that takes long, with how far it has come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from matcher.domain.scope import Role, Scope


class JobKind(StrEnum):
    """What a job does; the last three come by themselves every day."""

    IMPORT = "import"
    MATCH_ALL = "match_all"
    TRAIN = "train"
    PAIR = "pair"
    EXPIRE_FACTS = "expire_facts"
    LAPSE_REFERRALS = "lapse_referrals"
    SEAL = "seal"


class JobState(StrEnum):
    """How far a job has come."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


ENDED = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


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
    name of an error and its sentence.
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

    @property
    def has_ended(self) -> bool:
        """Will nothing more come of it?"""
        return self.state in ENDED

    def scope(self, purpose: str) -> Scope:
        """The scope of who asked for it."""
        return Scope(self.role, self.areas, purpose, self.actor)
