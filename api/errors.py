"""Our errors as problem documents (RFC 9457): one table from class to status."""

from __future__ import annotations

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError

from matcher import errors

MEDIA_TYPE = "application/problem+json"

STATUS: dict[type[errors.RengangError], int] = {
    errors.WrongUse: 400,
    errors.PolicyFileError: 500,
    errors.UnknownPlace: 404,
    errors.UnknownDecision: 404,
    errors.PolicyError: 422,
    errors.UnreadableFile: 415,
    errors.UnknownCode: 422,
    errors.ImportRefused: 422,
    errors.DataError: 422,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.SchemaMismatch: 503,
    errors.StoreBusy: 503,
    errors.StoreError: 503,
    errors.SignInRefused: 401,
    errors.SignInNeeded: 401,
    errors.ForgedRequest: 403,
    errors.NotAllowed: 403,
    errors.AccessError: 403,
    errors.IllegalMoves: 409,
    errors.UnknownStream: 404,
    errors.CaseworkError: 409,
    errors.FeatureMismatch: 500,
    errors.ModelError: 500,
    errors.Infeasible: 409,
    errors.BrokenPlan: 500,
    errors.AllocationError: 500,
    errors.RengangError: 500,
}


def status_of(kind: type[errors.RengangError]) -> int:
    """The HTTP status of an error class: its own, else its nearest parent's.

    Example:
        >>> status_of(errors.NotFound)
        404
    """
    return next(STATUS[parent] for parent in kind.__mro__ if parent in STATUS)


def problem(kind: str, *, status: int, detail: str) -> Response:
    """One problem document; `type` is stable and names the error class."""
    body = {
        "type": f"urn:rengang:problem:{kind}",
        "title": kind,
        "status": status,
        "detail": detail,
    }
    return Response(orjson.dumps(body), status_code=status, media_type=MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Make every error of the app a problem document."""

    @app.exception_handler(errors.RengangError)
    def ours(_: Request, wrong: errors.RengangError) -> Response:
        return problem(type(wrong).__name__, status=status_of(type(wrong)), detail=str(wrong))

    @app.exception_handler(RequestValidationError)
    def invalid(_: Request, wrong: RequestValidationError) -> Response:
        first = wrong.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        return problem("InvalidRequest", status=422, detail=f"{where}: {first['msg']}")
