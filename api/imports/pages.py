"""Import, step by step: a file given, its headings understood, its rows looked at, taken in."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request, Response, UploadFile

from api.auth.callers import Allow, Caller
from api.auth.roles import SUPPLY
from api.deps import StoreDep
from api.imports.drafts import (
    check,
    draft_of,
    is_check,
    kinds_of,
    mapping_of,
    own_import,
    preview_of,
    refuse_foreign,
    remembered,
    take_in,
    targets,
)
from api.protocol.language import Language, language_of
from api.web.pages import back_to, is_part, page, pages_router
from matcher.domain.job import Job, JobFile, JobKind, JobState
from matcher.domain.kinds import Kind
from matcher.domain.scope import Role
from matcher.pipeline.previewing import MEND, STATES
from matcher.store.store import Store

router: APIRouter = pages_router()

Importer = Annotated[Caller, Depends(Allow(SUPPLY | {Role.ADMIN}, "import"))]
RECENT = 10
MOST_CELLS = 800
"""So many fields a form may have; a form takes in a thousand at most."""


@router.get("/imports")
def show_start(request: Request, caller: Importer, store: StoreDep) -> Response:
    """Where a file is given, and what was taken in lately."""
    return _start(request, caller, store)


@router.post("/imports")
def give(
    request: Request,
    caller: Importer,
    store: StoreDep,
    kind: Annotated[Kind, Form()],
    file: Annotated[UploadFile | None, Form()] = None,
) -> Response:
    """Take a file to look at."""
    refuse_foreign(caller, kind)
    content = file.file.read() if file is not None else b""
    if file is None or not content:
        return _start(request, caller, store, wrong="no_file", kind=kind)
    name = (file.filename or "file.csv")[:200]
    given = JobFile("file", name, "application/octet-stream", content)
    job = check(store, caller, kind, given, remembered(store, caller, kind))
    return back_to(f"/imports/{job.job_id}")


@router.get("/imports/{job_id}")
def show_import(
    request: Request,
    caller: Importer,
    store: StoreDep,
    job_id: str,
    show: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """How far an import is: looked at, to be confirmed, at work, done."""
    job = own_import(store, caller, job_id, (JobKind.IMPORT, JobKind.UNDO))
    told: dict[str, Any] = {"job": job, "at": _step_of(job), "doing": _doing(job)}
    if not job.has_ended:
        template = "imports/progress.html" if is_part(request) else "imports/waiting.html"
        return page(request, template, caller, **told)
    if is_part(request):
        # What waits for this asks for the whole page now.
        answer = page(request, "imports/progress.html", caller, **told)
        answer.headers["HX-Redirect"] = f"/imports/{job_id}"
        return answer
    if job.kind is JobKind.UNDO:
        wrong = "" if job.state is JobState.DONE else f"?tried={job_id}"
        return back_to(f"/imports/{job.parameters['import_id']}/undo{wrong}")
    if is_check(job) and job.state is JobState.DONE:
        return _preview(request, caller, store, job, show)
    files = store.jobs.files(job_id)
    return page(
        request,
        "imports/result.html",
        caller,
        job=job,
        is_check=is_check(job),
        files=[each for each in files if each.name.startswith("refused")],
        seconds=_seconds(job),
        lists=_list_of(job),
        may_undo=job.state is JobState.DONE and store.imports.is_known(job_id),
    )


@router.post("/imports/{job_id}/confirmed")
def confirm(caller: Importer, store: StoreDep, job_id: str) -> Response:
    """Take in what was looked at."""
    job = own_import(store, caller, job_id)
    return back_to(f"/imports/{take_in(store, caller, job).job_id}")


@router.post("/imports/{job_id}/cancelled")
def cancel(caller: Importer, store: StoreDep, job_id: str) -> Response:
    """Stop an import or an undo that is at work: nothing of it is kept."""
    own_import(store, caller, job_id, (JobKind.IMPORT, JobKind.UNDO))
    store.jobs.cancel(job_id, actor=caller.scope, at=caller.at)
    return back_to(f"/imports/{job_id}")


def _start(
    request: Request, caller: Caller, store: Store, *, wrong: str = "", kind: Kind | None = None
) -> Response:
    lately = store.jobs.newest(actor=caller.account.username, limit=RECENT * 5)
    return page(
        request,
        "imports/start.html",
        caller,
        status=422 if wrong else 200,
        kinds=[each.value for each in kinds_of(caller)],
        kind=kind.value if kind else "",
        wrong=wrong,
        lately=[each for each in lately if each.kind is JobKind.IMPORT and not is_check(each)][
            :RECENT
        ],
    )


def _preview(request: Request, caller: Caller, store: Store, job: Job, show: str) -> Response:
    found = preview_of(store, job)
    kind = Kind(job.parameters["kind"])
    counts = found["counts"]
    filled = [each for each in STATES if counts[each]]
    shown = show if show in STATES else (filled or [MEND])[0]
    n_rows = max(MOST_CELLS // max(len(found["headings"]), 1), 1)
    return page(
        request,
        "imports/preview.html",
        caller,
        job=job,
        kind=kind.value,
        file_name=draft_of(store, job).file_name,
        found=found,
        counts=counts,
        states=STATES,
        shown=shown,
        rows=found["rows"][shown][:n_rows],
        may_mend=shown == MEND and not found["broken"],
        options=_options(kind, language_of(request)),
        mapped=mapping_of(job),
        before=job.parameters.get("before"),
    )


def _step_of(job: Job) -> str:
    if job.kind is JobKind.UNDO:
        return "result"
    return "look" if is_check(job) else "take"


def _doing(job: Job) -> str:
    """The word for what is at work."""
    if job.kind is JobKind.UNDO:
        return "undoing"
    return "looking" if is_check(job) else "taking"


def _options(kind: Kind, language: Language) -> list[tuple[str, str]]:
    return targets(kind, is_zh=language == "zh")


def _seconds(job: Job) -> float | None:
    if job.started_at is None or job.ended_at is None:
        return None
    return max((job.ended_at - job.started_at).total_seconds(), 0.01)


def _list_of(job: Job) -> str | None:
    """The list that what was taken in stands in, where there is one."""
    listed: dict[str, Any] = {"vacancies": "/vacancies", "persons": "/persons"}
    listed |= {"households": "/households", "fairs": "/fairs"}
    return listed.get(str(job.parameters["kind"]))
