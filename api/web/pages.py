"""One page: a template, filled and framed for whoever looks at it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, partial
from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool

from api.auth.callers import SESSION_COOKIE, Caller, now
from api.auth.csrf import SAFE, csrf_token
from api.protocol.language import Language, language_of
from api.protocol.problems import said_again
from api.protocol.wording.phrases import phrased
from api.web import formats
from api.web.files import address
from api.web.menus import menu_of
from api.web.words import API, said
from matcher import __version__
from matcher.cli.commands.service.demo_accounts import IS_DEMO
from matcher.store.accounts.tokens import TokenKind

LARGE_COOKIE = "rengang_type"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
"""What a page may load: its own files from this host, nothing written into it."""


async def form_token(request: Request) -> None:
    """Let a form's own field carry the session's token, where no script sets the header."""
    if request.method in SAFE or not request.cookies.get(SESSION_COOKIE):
        return
    kind = request.headers.get("content-type", "")
    if not kind.startswith(("application/x-www-form-urlencoded", "multipart/form-data")):
        return
    known = partial(
        request.app.state.store.tokens.account_of,
        request.cookies[SESSION_COOKIE],
        TokenKind.SESSION,
        at=now(),
    )
    if await run_in_threadpool(known) is None:
        return  # whoever is unknown is refused before the body is looked at
    form = await request.form()
    request.state.csrf = str(form.get("csrf", ""))


def pages_router(**more: Any) -> APIRouter:
    """A router of pages: not part of the interface for programs."""
    return APIRouter(
        include_in_schema=False,
        default_response_class=HTMLResponse,
        dependencies=[Depends(form_token)],
        **more,
    )


@cache
def templates() -> Environment:
    """Every folder's templates, named `folder/file.html`; what is not given to one is an error."""
    folders = {each.parent.name: FileSystemLoader(each) for each in sorted(API.glob("*/templates"))}
    made = Environment(
        loader=PrefixLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(formats.FILTERS)
    made.globals.update(static=address, wage=formats.wage)
    return made


def page(
    request: Request,
    template: str,
    caller: Caller | None,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **facts: Any,
) -> Response:
    """A filled template as an answer.

    Args:
        request: whose language and type size are spoken.
        template: `folder/file.html`.
        caller: who looks; None before anyone signed in.
        status: of the answer.
        headers: more of the answer.
        facts: what the template names.

    Raises:
        UndefinedError: the template names what was not given.
        UnknownWord: it asks for words that are not there.
    """
    language = language_of(request)
    words = partial(said, language)
    text = (
        templates()
        .get_template(template)
        .render(
            t=words,
            why=partial(_why, language),
            phrased=partial(phrased, language=language),
            language=language,
            request_path=request.url.path,
            **_frame(request, caller),
            **facts,
        )
    )
    answer = HTMLResponse(text, status_code=status, headers=dict(headers or {}))
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Content-Language"] = language
    answer.headers["Vary"] = "Accept-Language, Cookie, HX-Request"
    return answer


def is_part(request: Request) -> bool:
    """Does a script ask for a part of the page it stands on, not for a page?"""
    headers = request.headers
    return headers.get("hx-request") == "true" and headers.get("hx-boosted") != "true"


def back_to(path: str) -> Response:
    """On to a page after something was done; a reload does not do it again."""
    return RedirectResponse(path, status_code=303)


def here(request: Request) -> str:
    """The address of the page on this host, with what was asked of it."""
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def _why(language: Language, kept: Mapping[str, Any] | None) -> str:
    """Why a job failed, in a sentence; nothing where nobody kept it."""
    return str(said_again(kept, language)["detail"]) if kept else ""


def _frame(request: Request, caller: Caller | None) -> dict[str, Any]:
    """What the frame around every page shows."""
    session, state = request.cookies.get(SESSION_COOKIE, ""), request.app.state
    return {
        "caller": caller,
        "menu": [] if caller is None else menu_of(caller.account.role, state.pages),
        "csrf": csrf_token(session) if session and caller is not None else "",
        "large": request.cookies.get(LARGE_COOKIE) == "large",
        "is_demo": state.store.meta(IS_DEMO) is not None,
        "version": __version__,
        "here": here(request),
    }
