"""Long work on a page: how far it has come, what came of it, and stopping it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from api.deps import StoreDep
from api.jobs.ordering import job_seen
from api.jobs.routes import JobId, Reader
from api.protocol.language import language_of
from api.web.pages import back_to, is_part, page, pages_router
from api.web.words import words
from matcher.domain.job import JobState

router: APIRouter = pages_router(prefix="/jobs")

PAGE = 50


@router.get("")
def show_jobs(
    request: Request,
    caller: Reader,
    store: StoreDep,
    state: Annotated[str, Query(max_length=12)] = "",
) -> Response:
    """The newest jobs that the caller may know of; of one state where it is named."""
    states = [JobState(state)] if state in {each.value for each in JobState} else []
    found = store.jobs.newest(reader=caller.scope, before=None, states=states, limit=PAGE)
    part = "jobs/rows.html" if is_part(request) else "jobs/list.html"
    running = any(not each.has_ended for each in found)
    states_told = [("", ""), *((each.value, f"jobs.state.{each.value}") for each in JobState)]
    return page(
        request, part, caller, jobs=found, state=state, states=states_told[1:], running=running
    )


@router.get("/{job_id}")
def show_job(request: Request, caller: Reader, store: StoreDep, job_id: JobId) -> Response:
    """One job: its progress, its result in words, its files."""
    job = job_seen(store, caller, job_id)
    part = "jobs/standing.html" if is_part(request) else "jobs/job.html"
    files = store.jobs.files(job_id) if job.actor == caller.account.username else []
    said = words(language_of(request))
    return page(
        request,
        part,
        caller,
        job=job,
        files=[each for each in files if not each.name.startswith("input")],
        result=[(said.get(f"jobs.result.{k}", k), _told(v)) for k, v in job.result.items()],
    )


@router.post("/{job_id}/cancelled")
def cancel(caller: Reader, store: StoreDep, job_id: JobId) -> Response:
    """Ask a job to stop."""
    job_seen(store, caller, job_id)
    store.jobs.cancel(job_id, actor=caller.scope, at=caller.at)
    return back_to(f"/jobs/{job_id}")


def _told(value: Any) -> str:
    """A cell of a result: numbers and short words as they stand, lists by their length.

    Example:
        >>> _told(1200), _told([1, 2]), _told("x")
        ('1,200', '2', 'x')
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return str(len(value)) if isinstance(value, list | dict) else str(value)
