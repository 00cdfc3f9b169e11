"""Jobs: listed, read, watched, cancelled; their files."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from api.auth.callers import Allow, Caller
from api.auth.roles import EVERYONE
from api.days import Moment
from api.deps import StoreDep
from api.jobs.ordering import job_seen
from api.jobs.schemas import JobOut, JobPage
from api.jobs.stopping import told_to_stop
from api.protocol.language import Language, language_of
from matcher.domain.job import Job, JobState
from matcher.errors import NotFound
from matcher.store.store import Store

router = APIRouter(prefix="/jobs", tags=["jobs"])

Reader = Annotated[Caller, Depends(Allow(EVERYONE, "jobs"))]
JobId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]

LOOK_S, ALIVE_S = 0.5, 15.0
EVENT_STREAM = "text/event-stream"


@router.get("")
def list_jobs(
    request: Request,
    caller: Reader,
    store: StoreDep,
    before: Moment | None = None,
    state: Annotated[list[JobState] | None, Query(description="only in these states")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> JobPage:
    """Jobs, newest first: the caller's own; to supervisors and administrators all of their areas.

    Files are given only to whoever ordered them.
    """
    found = store.jobs.newest(
        reader=caller.scope, before=before, states=state or (), limit=limit + 1
    )
    language = language_of(request)
    items = [JobOut.of(each, [], language) for each in found[:limit]]
    return JobPage(items=items, next=items[-1].queued_at if len(found) > limit else None)


@router.get("/{job_id}")
def read_job(request: Request, caller: Reader, store: StoreDep, job_id: JobId) -> JobOut:
    """How far a job has come, and what came of it."""
    job = job_seen(store, caller, job_id)
    return JobOut.of(job, store.jobs.files(job_id), language_of(request))


@router.delete("/{job_id}", status_code=202)
def cancel_job(request: Request, caller: Reader, store: StoreDep, job_id: JobId) -> JobOut:
    """Ask a job to stop: at once where it waits, at its next step where it runs."""
    job_seen(store, caller, job_id)
    job = store.jobs.cancel(job_id, actor=caller.scope, at=caller.at)
    return JobOut.of(job, [], language_of(request))


@router.get(
    "/{job_id}/events",
    response_class=StreamingResponse,
    responses={200: {"content": {EVENT_STREAM: {"schema": {"type": "string"}}}}},
)
async def watch_job(
    request: Request,
    caller: Reader,
    store: StoreDep,
    job_id: JobId,
    last: Annotated[
        str | None, Header(alias="Last-Event-ID", max_length=20, description="go on after this one")
    ] = None,
) -> StreamingResponse:
    """Progress as server-sent events, until the job has ended; the last one is named `end`."""
    await run_in_threadpool(job_seen, store, caller, job_id)
    seen = int(last) if last is not None and last.isdecimal() and last.isascii() else 0
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(
        _events(store, job_id, seen, language_of(request)), media_type=EVENT_STREAM, headers=headers
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
    job = job_seen(store, caller, job_id)
    if job.actor != caller.account.username or name.startswith("input"):
        raise NotFound(kind="file of the job", key=name)
    file = store.jobs.file(job_id, name)
    named = f"attachment; filename*=UTF-8''{quote(file.file_name)}"
    return Response(
        file.content, media_type=file.media_type, headers={"Content-Disposition": named}
    )


async def _events(store: Store, job_id: str, seen: int, language: Language) -> AsyncIterator[bytes]:
    """One event for each change after `seen`; a comment now and then keeps the line open.

    The id of an event is the job's revision: who comes back with it misses nothing and hears
    nothing twice, whichever process answers. Who goes away ends it from outside: to look for that
    here as well takes the server's own watch away, and it cuts the line after the first event.
    """
    quiet, stop = 0.0, told_to_stop()
    while not stop.is_set():  # who listens comes back, to the process that is then there
        job = await run_in_threadpool(store.jobs.find, job_id)
        if job.revision > seen or job.has_ended:
            files = await run_in_threadpool(store.jobs.files, job_id) if job.has_ended else []
            yield _event(job, JobOut.of(job, files, language))
            seen, quiet = job.revision, 0.0
        if job.has_ended:
            return
        await asyncio.sleep(LOOK_S)
        quiet += LOOK_S
        if quiet >= ALIVE_S:
            yield b": alive\n\n"
            quiet = 0.0


def _event(job: Job, told: JobOut) -> bytes:
    name = "end" if job.has_ended else "progress"
    return f"id: {job.revision}\nevent: {name}\ndata: {told.model_dump_json()}\n\n".encode()
