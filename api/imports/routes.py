"""Files in, by the import formats; empty forms out."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import orjson
from fastapi import APIRouter, Depends, Form, Header, Path, Response, UploadFile
from pydantic import BaseModel, Field

from api.auth.callers import Allow, Caller
from api.auth.roles import SUPPLY
from api.deps import StoreDep, today_of
from api.imports.drafts import own_import, reach_of, refuse_foreign, undo
from api.jobs.ordering import ordered
from api.jobs.schemas import JobOut
from api.web.files import XLSX, workbook_by
from matcher.domain.job import JobFile, JobKind
from matcher.domain.kinds import Kind
from matcher.domain.scope import Role
from matcher.errors import WrongUse
from matcher.ingest.forms.templates import write_template
from matcher.store.jobs.jobs import INPUT

router = APIRouter(prefix="/imports", tags=["imports"])

ADMITTED = SUPPLY | {Role.ADMIN}
Importer = Annotated[Caller, Depends(Allow(ADMITTED, "import"))]
KindPath = Annotated[Kind, Path(description="what the files hold")]
Flag = Annotated[bool, Form()]
ImportId = Annotated[str, Path(max_length=40, description="the job that imported")]
MOST_FILES = 20
MOST_LEFT = 200


@router.post("/{kind}", status_code=202)
async def import_files(
    caller: Importer,
    store: StoreDep,
    kind: KindPath,
    response: Response,
    files: list[UploadFile],
    mapping: Annotated[
        str | None, Form(max_length=20_000, description="JSON: the file's heading to our column")
    ] = None,
    strict: Flag = False,
    dry_run: Flag = False,
    fresh_consent: Flag = False,
    key: Annotated[str | None, Header(alias="Idempotency-Key", max_length=200)] = None,
) -> JobOut:
    """Take in files of one kind as a job: CSV, XLSX, JSON; refused rows come back as a file."""
    refuse_foreign(caller, kind)
    if len(files) > MOST_FILES:
        raise WrongUse(
            what=f"{len(files)} files at once",
            expected=f"at most {MOST_FILES}",
            do="Send the rest in another import.",
        )
    parameters = {
        "kind": kind.value,
        "on": today_of(store).isoformat(),
        "mapping": _mapping(mapping),
        "strict": strict,
        "dry_run": dry_run,
        "fresh_consent": fresh_consent,
        "inputs": len(files),
    }
    inputs = tuple(
        [
            JobFile(
                f"{INPUT}-{at}",
                (each.filename or f"file-{at}.csv")[:200],
                "application/octet-stream",
                await each.read(),
            )
            for at, each in enumerate(files)
        ]
    )
    return ordered(store, caller, JobKind.IMPORT, parameters, response, files=inputs, key=key)


@router.get(
    "/{kind}/template",
    response_class=Response,
    responses={200: {"content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}},
)
def read_template(
    _caller: Importer,
    kind: KindPath,
) -> Response:
    """The empty form of a kind: headings, drop-downs, one example row."""
    return workbook_by(kind.value, lambda file: write_template(kind, file))


class LeftOut(BaseModel):
    """A record that stays as it is."""

    kind: Annotated[str, Field(examples=["vacancies"])]
    key: Annotated[str, Field(examples=["V0001"])]
    why: Annotated[str, Field(description="a code", examples=["referral"])]


class UndoOut(BaseModel):
    """What an undo does, or did."""

    import_id: str
    kind: Annotated[str, Field(examples=["vacancies"])]
    withdrawn: Annotated[int, Field(description="records the import made, that go")]
    restored: Annotated[int, Field(description="records it changed, that are as before")]
    left: Annotated[int, Field(description="records that stay as they are")]
    reasons: Annotated[dict[str, int], Field(examples=[{"changed": 2, "referral": 1}])]
    records: Annotated[list[LeftOut], Field(description="the first of those that stay")]
    undone_at: datetime | None = None


@router.get("/{import_id}/undo")
def read_undo(caller: Importer, store: StoreDep, import_id: ImportId) -> UndoOut:
    """What an undo of this import would do now, or did when it was done."""
    own_import(store, caller, import_id)
    looked = store.imports.plan(import_id, reach=reach_of(caller))
    told = looked.told()
    return UndoOut(**told | {"records": told["records"][:MOST_LEFT]}, undone_at=looked.undone_at)


@router.post("/{import_id}/undo", status_code=202)
def undo_import(
    caller: Importer, store: StoreDep, import_id: ImportId, response: Response
) -> JobOut:
    """Take an import back as a job; asked again, the job says what was done and does nothing."""
    made = undo(store, caller, own_import(store, caller, import_id))
    response.headers["Location"] = f"/api/v1/jobs/{made.job_id}"
    return JobOut.of(made, [])


def _mapping(given: str | None) -> dict[str, str] | None:
    """The caller's headings.

    Raises:
        WrongUse: no JSON object of texts.
    """
    if not given:
        return None
    try:
        read = orjson.loads(given)
    except orjson.JSONDecodeError:
        read = None
    if not isinstance(read, dict) or not all(isinstance(v, str) for v in read.values()):
        raise WrongUse(
            what="the form field 'mapping'",
            expected='a JSON object such as {"工种": "title"}',
            do="Correct it, or leave it out.",
        )
    return read
