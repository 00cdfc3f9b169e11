"""Jobs: listed, read, watched, cancelled; their files."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from api.auth.callers import Allow, Caller
from api.auth.roles import EVERYONE
from api.deps import StoreDep
from api.jobs.schemas import JobOut, JobPage
from matcher.domain.job import Job
from matcher.domain.scope import Role
from matcher.errors import NotFound
from matcher.store.store import Store

router = APIRouter(prefix="/jobs", tags=["jobs"])

Reader = Annotated[Caller, Depends(Allow(EVERYONE, "jobs"))]
JobId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
WATCHERS = (Role.ADMIN,)
"""Who sees jobs that others ordered; not their files."""

LOOK_S, ALIVE_S = 0.5, 15.0
EVENT_STREAM = "text/event-stream"


@router.get("")
def list_jobs(
    caller: Reader,
    store: StoreDep,
    before: datetime | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> JobPage:
    """The caller's own jobs, newest first; administrators see everyone's."""
    actor = None if caller.account.role in WATCHERS else caller.account.username
    moment = before.astimezone() if before is not None and before.tzinfo is None else before
    found = store.jobs.newest(actor=actor, before=moment, limit=limit + 1)
    items = [JobOut.of(each, []) for each in found[:limit]]
    return JobPage(items=items, next=items[-1].queued_at if len(found) > limit else None)


@router.get("/{job_id}")
def read_job(store: StoreDep, caller: Reader, job_id: JobId) -> JobOut:
    """How far a job has come, and what came of it."""
    job = _seen(store, caller, job_id)
    return JobOut.of(job, store.jobs.files(job_id))


@router.delete("/{job_id}", status_code=202)
def cancel_job(store: StoreDep, caller: Reader, job_id: JobId) -> JobOut:
    """Ask a job to stop: at once where it waits, at its next step where it runs."""
    _seen(store, caller, job_id)
    return JobOut.of(store.jobs.cancel(job_id, actor=caller.scope, at=caller.at), [])


@router.get(
    "/{job_id}/events",
    response_class=StreamingResponse,
    responses={200: {"content": {EVENT_STREAM: {"schema": {"type": "string"}}}}},
)
async def watch_job(
    request: Request, store: StoreDep, caller: Reader, job_id: JobId
) -> StreamingResponse:
    """Progress as server-sent events, until the job has ended."""
    await run_in_threadpool(_seen, store, caller, job_id)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(
        _events(request, store, job_id), media_type=EVENT_STREAM, headers=headers
    )


@router.get(
    "/{job_id}/files/{name}",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {"schema": {"type": "string"}}}}},
)
def read_file(
    caller: Reader,
    store: StoreDep,
    job_id: JobId,
    name: Annotated[str, Path(pattern=r"^[a-z0-9-]{1,40}$")],
) -> Response:
    """A file that came out of one's own job."""
    job = _seen(store, caller, job_id)
    if job.actor != caller.account.username or name.startswith("input"):
        raise NotFound(kind="file of the job", key=name)
    file = store.jobs.file(job_id, name)
    named = f"attachment; filename*=UTF-8''{quote(file.file_name)}"
    return Response(
        file.content, media_type=file.media_type, headers={"Content-Disposition": named}
    )


def _seen(store: Store, caller: Caller, job_id: str) -> Job:
    """The job, if it is the caller's own or the caller watches over all.

    Raises:
        NotFound: it is neither, or not there.
    """
    job = store.jobs.find(job_id)
    if job.actor != caller.account.username and caller.account.role not in WATCHERS:
        raise NotFound(kind="job", key=job_id)
    return job


async def _events(request: Request, store: Store, job_id: str) -> AsyncIterator[bytes]:
    """One event for each change; a comment now and then, so that nothing between gives up."""
    last, quiet = b"", 0.0
    while not await request.is_disconnected():
        job = await run_in_threadpool(store.jobs.find, job_id)
        files = await run_in_threadpool(store.jobs.files, job_id) if job.has_ended else []
        told = JobOut.of(job, files).model_dump_json().encode()
        if told != last:
            yield b"event: progress\ndata: " + told + b"\n\n"
            last, quiet = told, 0.0
        if job.has_ended:
            yield b"event: end\ndata: {}\n\n"
            return
        await asyncio.sleep(LOOK_S)
        quiet += LOOK_S
        if quiet >= ALIVE_S:
            yield b": alive\n\n"
            quiet = 0.0
