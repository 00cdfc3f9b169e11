"""POST with an `Idempotency-Key`: carried out once, answered alike ever after."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from hashlib import sha256
from typing import Any

import orjson
from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from api.auth.callers import account_of, now
from api.protocol.problems import Refusal
from matcher.store.requests.requests import Answered, Requests

Handler = Callable[[Request], Coroutine[Any, Any, Response]]
NAME = "Idempotency-Key"
HEADER = NAME.lower()
LONGEST = 200
DESCRIBED = {
    "name": NAME,
    "in": "header",
    "required": False,
    "description": "the same key twice is carried out once, and answered alike for a day",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST},
}
"""The header in the interface's description, at each route that reads it here."""

KEPT_HEADERS = ("content-type", "location", "etag", "content-language", "retry-after")


class OnceRoute(APIRoute):
    """A route whose POST is carried out once for each key of a caller.

    Without the header it is an ordinary route. A refusal (a status from 400) gives the key back:
    nothing was done, and the same request may pass later.

    Source:
        IETF draft-ietf-httpapi-idempotency-key-header.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, endpoint, **options)
        is_named = any(each.alias == NAME for each in self.dependant.header_params)
        if "POST" in (self.methods or ()) and not is_named:
            self.openapi_extra = {**(self.openapi_extra or {}), "parameters": [DESCRIBED]}

    def get_route_handler(self) -> Handler:
        """The handler, asked only where there is no answer yet."""
        handler = super().get_route_handler()

        async def once(request: Request) -> Response:
            key = request.headers.get(HEADER)
            if request.method != "POST" or key is None:
                return await handler(request)
            if not 1 <= len(key) <= LONGEST:
                raise Refusal("KeyUnfit", 400, longest=str(LONGEST))
            actor = (await run_in_threadpool(account_of, request)).username
            kept: Requests = request.app.state.store.requests
            fingerprint = await _fingerprint(request)
            before = await run_in_threadpool(kept.begin, actor, key, fingerprint, at=now())
            if before is not None:
                return _again(before, fingerprint)
            return await _first(handler, request, kept, (actor, key))

        return once


async def _first(
    handler: Handler,
    request: Request,
    kept: Requests,
    mine: tuple[str, str],
) -> Response:
    try:
        answer = await handler(request)
    except BaseException:
        await run_in_threadpool(kept.forget, *mine)
        raise
    if answer.status_code >= 400:
        await run_in_threadpool(kept.forget, *mine)
        return answer
    headers = {name: answer.headers[name] for name in KEPT_HEADERS if name in answer.headers}
    await run_in_threadpool(
        kept.answer,
        *mine,
        status=answer.status_code,
        headers=orjson.dumps(headers).decode(),
        body=bytes(answer.body),
    )
    return answer


def _again(before: Answered, fingerprint: str) -> Response:
    if before.fingerprint != fingerprint:
        raise Refusal("KeyReused", 422)
    if before.status is None:
        raise Refusal("KeyInUse", 409)
    headers = {"Idempotency-Replayed": "true"} | orjson.loads(before.headers or "{}")
    return Response(before.body, status_code=before.status, headers=headers)


async def _fingerprint(request: Request) -> str:
    """A digest of what is asked; of a file only its length, which is not held in memory."""
    told = f"{request.method} {request.url.path}?{request.url.query}\n".encode()
    if request.headers.get("content-type", "").startswith("multipart/"):
        told += request.headers.get("content-length", "").encode()
    else:
        told += await request.body()
    return sha256(told).hexdigest()
