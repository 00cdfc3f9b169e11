"""What a person changes before an import: the meaning of headings, the cells of rows."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from api.auth.callers import Caller
from api.deps import SettingsDep, StoreDep
from api.imports.drafts import (
    check,
    draft_of,
    mapping_of,
    new_mapping,
    own_import,
    preview_of,
    remember,
)
from api.imports.pages import Importer
from api.web.pages import back_to, pages_router
from matcher.documents.tables import Limits
from matcher.domain.job import Job, JobFile
from matcher.domain.kinds import Kind
from matcher.pipeline.previewing import mended
from matcher.settings import Settings
from matcher.store.store import Store

router: APIRouter = pages_router()


async def _fields(request: Request) -> dict[str, str]:
    """Every text field of a form whose fields depend on the file."""
    form = await request.form()
    return {name: value for name, value in form.multi_items() if isinstance(value, str)}


Fields = Annotated[Mapping[str, str], Depends(_fields)]


@router.post("/imports/{job_id}/mapped")
def map_headings(caller: Importer, store: StoreDep, job_id: str, fields: Fields) -> Response:
    """Look at the file anew with other meanings of its headings, and remember them."""
    job = own_import(store, caller, job_id)
    kind = Kind(job.parameters["kind"])
    chosen = {
        int(at): value
        for name, value in fields.items()
        if name.startswith("heading-") and (at := name.removeprefix("heading-")).isdecimal()
    }
    mapping = new_mapping(preview_of(store, job), mapping_of(job), chosen)
    made = check(store, caller, kind, draft_of(store, job), mapping, before=job_id)
    remember(store, caller, kind, mapping)
    return back_to(f"/imports/{made.job_id}")


@router.post("/imports/{job_id}/mended")
def mend(
    caller: Importer, store: StoreDep, settings: SettingsDep, job_id: str, fields: Fields
) -> Response:
    """Look at the file anew with cells that were mended."""
    job = own_import(store, caller, job_id)
    cells = {
        (int(row), int(column)): value
        for name, value in fields.items()
        if name.startswith("cell-")
        for row, _, column in [name.removeprefix("cell-").partition("-")]
        if row.isdecimal() and column.isdecimal()
    }
    made = _mended(store, caller, settings, job, cells)
    return back_to(f"/imports/{made.job_id}")


def _mended(
    store: Store,
    caller: Caller,
    settings: Settings,
    job: Job,
    cells: Mapping[tuple[int, int], str],
) -> Job:
    kind, draft = Kind(job.parameters["kind"]), draft_of(store, job)
    limits = Limits(file_mb=settings.max_upload_mb, unpacked_mb=settings.max_unpacked_mb)
    with tempfile.TemporaryDirectory(prefix="rengang-") as folder:
        source = Path(folder) / "given"
        target = Path(folder) / "mended.csv"
        source.write_bytes(draft.content)
        changed = mended(source, target, cells, kind=kind, mapping=mapping_of(job), limits=limits)
        if not changed:
            return job
        name = Path(draft.file_name).with_suffix(".csv").name
        file = JobFile("file", name, "text/csv", target.read_bytes())
    return check(store, caller, kind, file, mapping_of(job), before=job.job_id)
