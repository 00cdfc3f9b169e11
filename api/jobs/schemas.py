"""Jobs as they travel."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, Field

from api.protocol.language import Language
from api.protocol.problems import said_again
from matcher.domain.job import Job, JobFile, JobKind, JobState


class JobFileOut(BaseModel):
    """A file that came out of a job."""

    name: str
    file_name: str
    media_type: str
    url: str


class JobOut(BaseModel):
    """A job as it stands."""

    job_id: str
    kind: JobKind
    state: JobState
    done: Annotated[int, Field(description="steps finished")]
    total: Annotated[int, Field(description="steps in all; 0 before that is known")]
    attempts: int
    queued_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None
    parameters: dict[str, Any] = {}
    result: dict[str, Any] = {}
    problem: dict[str, Any] | None = Field(
        None, description="why it failed: `type`, `title` and `detail` of a problem, with its facts"
    )
    files: list[JobFileOut] = []

    @classmethod
    def of(cls, job: Job, files: list[JobFile], language: Language = "zh") -> Self:
        """The job as it travels, with where its files are; why it failed, in this language."""
        return cls(
            job_id=job.job_id,
            kind=job.kind,
            state=job.state,
            done=job.done,
            total=job.total,
            attempts=job.attempts,
            queued_at=job.queued_at,
            started_at=job.started_at,
            ended_at=job.ended_at,
            parameters=dict(job.parameters),
            result=dict(job.result),
            problem=said_again(job.problem, language) if job.problem else None,
            files=[
                JobFileOut(
                    name=each.name,
                    file_name=each.file_name,
                    media_type=each.media_type,
                    url=f"/api/v1/jobs/{job.job_id}/files/{each.name}",
                )
                for each in files
            ],
        )


class JobPage(BaseModel):
    """Jobs, newest first; `next` goes into `before`."""

    items: list[JobOut]
    next: datetime | None = None
