"""How refusals stand in the interface's description."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import orjson
from fastapi import FastAPI
from pydantic import BaseModel, Field

from api.protocol.problems import MEDIA_TYPE

EXAMPLES = Path(__file__).with_name("examples.json")
"""Written by `docs/pages/examples.py` from a real service."""

STATUSES = {
    400: "not how this is used",
    401: "sign in first",
    403: "for other roles, or not from a page of this session",
    404: "not there, or not within the caller's scope",
    405: "no such method here",
    409: "does not fit what is on record",
    412: "changed since it was read",
    413: "too large",
    415: "content of a type that is not taken",
    422: "content that does not have its form, or did not pass the checks",
    428: "a change without the version that was read",
    429: "too much at once",
    500: "something broke",
    503: "busy, or not ready",
}


SIGNED_BY = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "what `POST /api/v1/tokens` gave",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "rengang_session",
        "description": "of a page; a change carries `X-CSRF-Token` beside it",
    },
}
"""How a caller is known."""

_ASKED_BLINDLY = ("400", "401", "404", "409", "422", "429")
OPEN = {
    "GET /healthz": (*_ASKED_BLINDLY, "403"),
    "GET /readyz": (*_ASKED_BLINDLY, "403"),
    "GET /metrics": _ASKED_BLINDLY,
    "GET /api/v1/algorithm": ("401", "403"),
    "POST /api/v1/tokens": (),
}
"""Doors without a lock, and the refusals that they never give."""


class FaultOut(BaseModel):
    """What does not fit in one field."""

    pointer: str | None = Field(None, description="JSON pointer into the body (RFC 6901)")
    parameter: str | None = Field(None, description="name of a parameter of the address")
    detail: str


class ProblemOut(BaseModel):
    """A problem document (RFC 9457); `title`, `detail` and `errors` in the caller's language."""

    type: str = Field(examples=["urn:rengang:problem:NotFound"], description="stable")
    title: str
    status: int
    detail: str
    instance: str = Field(description="the request's id, to be told to the administrator")
    errors: list[FaultOut] = []
    ids: list[str] = Field([], description="numbers of the records that are meant")


def refusals() -> dict[int | str, dict[str, Any]]:
    """The refusals that every route may answer with."""
    return {
        status: {
            "description": told,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemOut"}}},
        }
        for status, told in STATUSES.items()
    }


@cache
def _examples() -> dict[str, Any]:
    """An example of each form, by its name: what the demo city's service took and gave."""
    found: dict[str, Any] = orjson.loads(EXAMPLES.read_bytes())
    return found


def _narrowed(verb: str, path: str, operation: dict[str, Any]) -> None:
    """Say of one operation who may ask, and leave out refusals that cannot be its own."""
    named = {each["name"] for each in operation.get("parameters", [])}
    door = f"{verb.upper()} {path}"
    never = set() if "requestBody" in operation else {"413", "415"}
    never |= set() if "If-Match" in named else {"428"}
    never |= {"412"} if verb == "get" else set()
    if door in OPEN:
        operation["security"] = []
        never |= set(OPEN[door])
    for status in never:
        operation["responses"].pop(status, None)


def describe(app: FastAPI) -> None:
    """Let the app's description name what refusals look like, once for all routes."""
    plain = app.openapi

    def described() -> dict[str, Any]:
        told = plain()
        schemas = told.setdefault("components", {}).setdefault("schemas", {})
        if "ProblemOut" not in schemas:
            told["components"]["securitySchemes"] = SIGNED_BY
            told["security"] = [{name: []} for name in SIGNED_BY]
            for path, verbs in told["paths"].items():
                for verb, operation in verbs.items():
                    _narrowed(verb, path, operation)
            made = ProblemOut.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas.update(made.pop("$defs", {}))
            schemas["ProblemOut"] = made
            for name in ("HTTPValidationError", "ValidationError"):
                schemas.pop(name, None)
            for name, example in _examples().items():
                if name in schemas:
                    schemas[name]["examples"] = [example]
        return told

    app.openapi = described  # type: ignore[method-assign]  # the framework's own way to extend it
