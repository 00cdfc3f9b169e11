"""What a page says when it cannot be shown: the same problems, for people to read."""

from __future__ import annotations

from urllib.parse import quote

import orjson
from fastapi import FastAPI, Request, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.auth.callers import Caller, account_of, now
from api.protocol.problems import MEDIA_TYPE
from api.web.pages import back_to, here, is_part, page
from matcher.errors import AccessError

PROGRAMS = ("/api/", "/healthz", "/readyz", "/metrics", "/static/")


class Readable:
    """Turns a problem document into a page, where a browser asked for a page.

    Who is not signed in is sent to sign in and comes back; a script that wanted a part of a page
    is told to open the sign-in instead.
    """

    def __init__(self, app: ASGIApp, within: FastAPI) -> None:
        self._app, self._within = app, within

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the caller reads."""
        if scope["type"] != "http" or scope["path"].startswith(PROGRAMS):
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        held: list[Message] = []

        async def readable(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_problem(message):
                held.append(message)
                return
            if not held:
                await send(message)
                return
            held.append(message)
            if not message.get("more_body"):
                told = orjson.loads(b"".join(each.get("body", b"") for each in held[1:]))
                answer = self._page(request, told)
                await answer(scope, receive, send)

        wants = "text/html" in request.headers.get("accept", "") or is_part(request)
        await self._app(scope, receive, readable if wants else send)

    def _page(self, request: Request, told: dict[str, object]) -> Response:
        status = int(str(told["status"]))
        if status == 401:
            came = here(request) if request.method == "GET" else "/"
            sign_in = f"/login?next={quote(came)}"
            if is_part(request):
                return Response(status_code=401, headers={"HX-Redirect": sign_in})
            return back_to(sign_in)
        request.scope["app"] = self._within
        template = "web/problem_part.html" if is_part(request) else "web/problem.html"
        return page(request, template, _caller(request), status=status, told=told)


def _caller(request: Request) -> Caller | None:
    try:
        account = account_of(Request({**request.scope, "method": "GET"}))
    except AccessError:
        return None
    return Caller(account, account.scope("self"), now())


def _is_problem(message: Message) -> bool:
    return any(
        name == b"content-type" and value.startswith(MEDIA_TYPE.encode())
        for name, value in message.get("headers", [])
    )
