"""Files of pages: those they load, named by their bytes, and views taken along as workbooks."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

import pandas as pd
from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

from api.protocol.problems import Refusal
from matcher.documents.writing import write_table

WEB = Path(__file__).resolve().parent
FOLDERS = ("static", "vendor")
"""Where files are looked for: `vendor` is filled at set-up, and may be empty."""

KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ONE_YEAR = "public, max-age=31536000, immutable"

router = APIRouter(include_in_schema=False)


def found(name: str) -> Path | None:
    """The file of this name; None where there is none."""
    if "/" in name or Path(name).suffix not in KINDS:
        return None
    places = (WEB / folder / name for folder in FOLDERS)
    return next((each for each in places if each.is_file()), None)


@cache
def address(name: str) -> str | None:
    """Where a page loads a file from; None where the file is not there.

    A page works without what set-up could not bring, and leaves it out.

    Example:
        >>> address("rengang.css").startswith("/static/rengang.css?v="), address("no.js")
        (True, None)
    """
    file = found(name)
    if file is None:
        return None
    return f"/static/{name}?v={sha256(file.read_bytes()).hexdigest()[:12]}"


@router.get("/static/{name}")
def read_file(name: str, request: Request) -> Response:
    """A file of the pages; a changed one has another address, so that it may be kept.

    Raises:
        Refusal: there is none of that name.
    """
    file = found(name)
    if file is None:
        raise Refusal("NoSuchPath", 404)
    kept = ONE_YEAR if request.query_params.get("v") else "no-cache"
    return FileResponse(file, media_type=KINDS[file.suffix], headers={"Cache-Control": kept})


def workbook(name: str, frame: pd.DataFrame) -> Response:
    """A view as a workbook of one table."""
    return workbook_by(name, lambda file: write_table(file, frame))


def workbook_by(name: str, write: Callable[[Path], None]) -> Response:
    """What is written to a path, as a workbook of this name, which may be of any script."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "view.xlsx"
        write(file)
        content = file.read_bytes()
    named = f"attachment; filename*=UTF-8''{quote(name, safe='')}.xlsx"
    return Response(content, media_type=XLSX, headers={"Content-Disposition": named})
