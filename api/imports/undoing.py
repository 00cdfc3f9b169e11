"""A finished import taken back: what that would do, the order for it, what it did."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from api.auth.callers import Caller
from api.deps import StoreDep
from api.imports.drafts import own_import, reach_of, undo
from api.imports.pages import Importer
from api.web.pages import back_to, page, pages_router
from matcher.domain.job import Job, JobKind
from matcher.errors import NotFound
from matcher.store.store import Store

router: APIRouter = pages_router()

MOST_SHOWN = 200
"""So many records that stay are shown on a page."""

HAVE_PAGES = ("vacancies", "persons", "households", "fairs")
"""Kinds whose records have a page each."""


@router.get("/imports/{job_id}/undo")
def show_undo(
    request: Request,
    caller: Importer,
    store: StoreDep,
    job_id: str,
    tried: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """What an undo of this import would do now; what it did, where it was done."""
    job = own_import(store, caller, job_id)
    looked = store.imports.plan(job_id, reach=reach_of(caller))
    return page(
        request,
        "imports/undo.html",
        caller,
        job=job,
        undo=looked,
        records=looked.records[:MOST_SHOWN],
        linked=HAVE_PAGES,
        tried=_tried(store, caller, tried),
    )


@router.post("/imports/{job_id}/undone")
def order_undo(caller: Importer, store: StoreDep, job_id: str) -> Response:
    """Take the import back."""
    job = own_import(store, caller, job_id)
    return back_to(f"/imports/{undo(store, caller, job).job_id}")


def _tried(store: Store, caller: Caller, job_id: str) -> dict[str, Any] | None:
    """Why the undo that was tried did nothing; None where none was."""
    try:
        job: Job = own_import(store, caller, job_id, (JobKind.UNDO,))
    except NotFound:
        return None
    return {"state": job.state.value, "problem": job.problem}
