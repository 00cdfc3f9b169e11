"""Every error as a problem document (RFC 9457) in the caller's language: one table of statuses."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import structlog
import yaml
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from api.protocol.language import Language, language_of
from api.protocol.wording.phrases import phrased_facts
from matcher import errors

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"
TYPE = "urn:rengang:problem:"

STATUS: dict[type[errors.RengangError], int] = {
    errors.WrongUse: 400,
    errors.PolicyFileError: 500,
    errors.UnknownPlace: 404,
    errors.UnknownDecision: 404,
    errors.PolicyError: 422,
    errors.UnreadableFile: 415,
    errors.UnknownCode: 422,
    errors.ImportRefused: 422,
    errors.RowRefused: 422,
    errors.DataError: 422,
    errors.NotFound: 404,
    errors.AlreadyThere: 409,
    errors.Conflict: 412,
    errors.SchemaMismatch: 503,
    errors.StoreBusy: 503,
    errors.StoreError: 503,
    errors.SignInRefused: 401,
    errors.SignInNeeded: 401,
    errors.ForgedRequest: 403,
    errors.ProviderSilent: 503,
    errors.TooManyTries: 429,
    errors.NotAllowed: 403,
    errors.AccessError: 403,
    errors.IllegalMoves: 409,
    errors.UnknownStream: 404,
    errors.CaseworkError: 409,
    errors.FeatureMismatch: 500,
    errors.UnknownModel: 404,
    errors.ModelError: 500,
    errors.MalformedProblem: 422,
    errors.Infeasible: 409,
    errors.BrokenPlan: 500,
    errors.AllocationError: 500,
    errors.RengangError: 500,
}

OF_STATUS = {
    400: "BadRequest",
    404: "NoSuchPath",
    405: "WrongMethod",
    406: "NotAcceptable",
    413: "TooLarge",
    415: "WrongMediaType",
    500: "ServerError",
}
"""What the framework itself refuses, by status."""

PERSONAL = ("body", "form")
"""Where a value that does not fit may be someone's; it is not told back."""


def status_of(kind: type[errors.RengangError]) -> int:
    """The HTTP status of an error class: its own, else its nearest parent's.

    Example:
        >>> status_of(errors.NotFound)
        404
    """
    return next(STATUS[parent] for parent in kind.__mro__ if parent in STATUS)


class Refusal(HTTPException):
    """What the protocol itself refuses, before the library is asked; named as in the wording.

    An `HTTPException`, since the framework lets only those out while it reads a body.
    """

    def __init__(self, kind: str, status: int, **facts: str) -> None:
        self.kind, self.facts = kind, facts
        super().__init__(status, kind)


@cache
def wording(language: str) -> Mapping[str, Mapping[str, Any]]:
    """Titles and sentences of a language: `problems` by name, `fields` by what is wrong."""
    file = Path(__file__).parent / "wording" / f"{language}.yaml"
    told: Mapping[str, Mapping[str, Any]] = yaml.safe_load(file.read_text("utf-8"))
    return told


def problem(
    request: Request,
    kind: str,
    status: int,
    *,
    facts: Mapping[str, Any] | None = None,
    sentence: str | None = None,
    faults: Sequence[Mapping[str, str]] = (),
    ids: Sequence[str] = (),
) -> Response:
    """One problem document.

    Args:
        request: whose language is spoken and whose id is named.
        kind: the name of the problem; the last part of its stable `type`.
        status: of the answer.
        facts: what the sentence of the wording file may name.
        sentence: what to say where the wording file has none.
        faults: one per field: `pointer` (RFC 6901) or `parameter`, and `detail`.
        ids: numbers of the records that are meant.
    """
    language = language_of(request)
    named = {"request_id": request_id(request)} | dict(facts or {})
    body = said(language, kind, facts=named, sentence=sentence) | {
        "status": status,
        "instance": f"urn:rengang:request:{request_id(request)}",
    }
    if faults:
        body["errors"] = list(faults)
    if ids:
        body["ids"] = list(ids)
    headers: dict[str, str] = {"Content-Language": language}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if status in (429, 503):
        headers["Retry-After"] = str((facts or {}).get("wait_s", 5))
    return Response(orjson.dumps(body), status_code=status, headers=headers, media_type=MEDIA_TYPE)


def said(
    language: Language, kind: str, *, facts: Mapping[str, Any], sentence: str | None
) -> dict[str, Any]:
    """`type`, `title` and `detail` of a problem in a language; also of a job that failed."""
    told = wording(language)["problems"].get(kind, {})
    values = {name: _spoken(value) for name, value in phrased_facts(facts, language).items()}
    try:
        detail = told["detail"].format_map(values) if "detail" in told else sentence
    except KeyError:  # facts of a job are kept as they were when it failed
        detail = sentence
    title = told.get("title", kind)
    return {"type": f"{TYPE}{kind}", "title": title, "detail": detail or title}


def said_again(kept: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """Why a job failed, as it was kept with its facts, in the language of who reads it now."""
    kind, facts = str(kept.get("type", "ServerError")), kept.get("facts") or {}
    sentence = str(kept.get("detail") or kept.get("error") or "")
    return {**kept, **said(language, kind, facts=facts, sentence=sentence or None)}


def request_id(request: Request) -> str:
    """The id of this request, as its answer and the log name it."""
    found: str = getattr(request.state, "request_id", "-")
    return found


def _spoken(value: Any) -> str:
    if isinstance(value, tuple | list):
        return "；".join(str(each) for each in value)
    return str(value)


_NAMING = (errors.PossibleDoubles, errors.RegisteredAlready)
"""Errors that name records."""


def _faults(request: Request, wrong: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """What does not fit, by field; a value is never told back."""
    told = wording(language_of(request))["fields"]
    found = []
    for each in wrong:
        where, *path = (str(part) for part in each["loc"])
        if each["type"] == "json_invalid":
            path = []  # names where in the text it broke, which is no field
        name = "pointer" if where in PERSONAL else "parameter"
        steps = [re.sub("~", "~0", step).replace("/", "~1") for step in path]
        place = "/" + "/".join(steps) if name == "pointer" and steps else ".".join(path)
        facts = {"msg": each["msg"]} | dict(each.get("ctx") or {})
        sentence = told.get(each["type"], told["other"])
        found.append({name: place or "/", "detail": sentence.format_map(facts)})
    return found


def install(app: FastAPI) -> None:
    """Make every error of the app a problem document."""

    @app.exception_handler(errors.RengangError)
    def ours(request: Request, wrong: errors.RengangError) -> Response:
        if isinstance(wrong, errors.StoreBusy | errors.StoreUnusable | errors.SchemaMismatch):
            request.state.store_fault = type(wrong).__name__
        faults = [
            {"pointer": f"/{column}" if column else "/", "detail": said}
            for column, said in (wrong.problems if isinstance(wrong, errors.RowRefused) else ())
        ]
        return problem(
            request,
            type(wrong).__name__,
            status_of(type(wrong)),
            facts=vars(wrong),
            sentence=str(wrong),
            faults=faults,
            ids=wrong.keys if isinstance(wrong, _NAMING) else (),
        )

    @app.exception_handler(Refusal)
    def refused(request: Request, wrong: Refusal) -> Response:
        return problem(request, wrong.kind, wrong.status_code, facts=wrong.facts)

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, wrong: RequestValidationError) -> Response:
        return problem(request, "InvalidRequest", 422, faults=_faults(request, wrong.errors()))

    @app.exception_handler(Exception)
    def broken(request: Request, wrong: Exception) -> Response:
        log.error("request broke", request_id=request_id(request), exc_info=wrong)
        return problem(request, "ServerError", 500)

    @app.exception_handler(HTTPException)
    def http(request: Request, wrong: HTTPException) -> Response:
        kind = OF_STATUS.get(wrong.status_code, "BadRequest")
        made = problem(request, kind, wrong.status_code, facts={"limit": ""})
        made.headers.update(wrong.headers or {})
        return made
