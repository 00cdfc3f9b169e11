"""Jobs as they travel."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, Field

from api.protocol.language import Language
from api.protocol.problems import said
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
            problem=_problem(job.problem, language) if job.problem else None,
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


def _problem(kept: Mapping[str, Any], language: Language) -> dict[str, Any]:
    facts = kept.get("facts") or {}
    told = said(language, str(kept["type"]), facts=facts, sentence=str(kept.get("detail", "")))
    return {**kept, **told}


class JobPage(BaseModel):
    """Jobs, newest first; `next` goes into `before`."""

    items: list[JobOut]
    next: datetime | None = None
