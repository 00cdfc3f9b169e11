"""Signing in and out; the first password; language and type size."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlsplit

from fastapi import Depends, Form, Query, Request, Response

from api.auth import sessions
from api.auth.callers import Allow, Caller, account_of, now
from api.auth.roles import EVERYONE
from api.deps import StoreDep
from api.protocol.language import LANGUAGE_COOKIE
from api.protocol.problems import Refusal
from api.web.menus import HOMES
from api.web.pages import LARGE_COOKIE, back_to, page, pages_router
from matcher.cli.commands.service.demo_accounts import PASSWORD
from matcher.domain.scope import Role
from matcher.errors import RengangError, SignInNeeded, SignInRefused
from matcher.store.store import Store

router = pages_router()
Me = Annotated[Caller, Depends(Allow(EVERYONE, "self", before_change=True))]
Next = Annotated[str, Query(alias="next", max_length=2000)]
Word = Annotated[str, Form(max_length=1000)]
ONE_YEAR_S = 365 * 24 * 3600


@router.get("/")
def show_home(request: Request) -> Response:
    """The page where the caller's day begins; the sign-in where nobody is known."""
    try:
        return back_to(HOMES[account_of(request).role])
    except SignInNeeded:
        return back_to("/login")


@router.get("/login")
def show_login(request: Request, store: StoreDep, next_: Next = "") -> Response:
    """The form to sign in, in the demo with its accounts."""
    return _login(request, store, next_)


@router.post("/login")
def sign_in(
    request: Request,
    store: StoreDep,
    username: Word = "",
    password: Word = "",
    next_: Annotated[str, Form(alias="next", max_length=2000)] = "",
) -> Response:
    """Begin a session and go on to the page that was asked for.

    Raises:
        Refusal: the form was sent from another site's page.
    """
    refuse_other_sites(request)
    request.app.state.limits.spend_sign_in(request)
    at = now()
    try:
        account = store.accounts.sign_in(username, password, at=at)
    except SignInRefused as wrong:
        return _login(request, store, next_, name=username, wrong=wrong)
    first = "/password" if account.must_change else local(next_) or HOMES[account.role]
    answer = back_to(first)
    sessions.begin(request, answer, store, account, at=at)
    return answer


@router.post("/logout")
def sign_out(request: Request, store: StoreDep, _caller: Me) -> Response:
    """End the session."""
    answer = back_to("/login")
    sessions.end(request, answer, store)
    return answer


@router.get("/password")
def show_password(request: Request, caller: Me) -> Response:
    """The form to change one's own password."""
    return page(request, "auth/password.html", caller, problem=None)


@router.post("/password")
def change_password(
    request: Request, store: StoreDep, caller: Me, current: Word = "", new: Word = ""
) -> Response:
    """Change the caller's own password; every session and token issued before ends."""
    name = caller.account.username
    try:
        store.accounts.change_password(name, current, new, at=caller.at)
    except RengangError as wrong:
        kind = "current" if isinstance(wrong, SignInRefused) else "new"
        return page(request, "auth/password.html", caller, status=422, problem=kind)
    answer = back_to(HOMES[caller.account.role])
    sessions.begin(request, answer, store, caller.account, at=caller.at)
    return answer


@router.post("/preferences")
def prefer(
    request: Request,
    language: Annotated[Literal["zh", "en"] | None, Form()] = None,
    large: Annotated[Literal["on", "off"] | None, Form()] = None,
    back: Annotated[str, Form(max_length=2000)] = "/",
) -> Response:
    """Keep the language or the type size in this browser; no account is needed for it."""
    refuse_other_sites(request)
    answer = back_to(local(back) or "/")
    kept = {LANGUAGE_COOKIE: language, LARGE_COOKIE: large and {"on": "large", "off": ""}[large]}
    for name, value in kept.items():
        if value is not None:
            answer.set_cookie(name, value, max_age=ONE_YEAR_S, samesite="lax", path="/")
    return answer


def local(path: str) -> str | None:
    """The path where it leads nowhere but to a page of this host.

    Example:
        >>> local("/persons?q=a"), local("//evil.example"), local("https://evil.example")
        ('/persons?q=a', None, None)
    """
    parts = urlsplit(path)
    fine = path.startswith("/") and not path.startswith(("//", "/\\")) and not parts.netloc
    return path if fine and path.isprintable() else None


def refuse_other_sites(request: Request) -> None:
    """Did a page of this host send the form? Asked where there is no session yet.

    Source:
        OWASP Cross-Site Request Forgery Prevention Cheat Sheet: fetch metadata and origin.

    Raises:
        Refusal: another site did.
    """
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin")
    own = origin in (None, "null") or urlsplit(origin).netloc == request.headers.get("host", "")
    if site not in ("same-origin", "none") or not own:
        raise Refusal("ForgedRequest", 403)


def _login(
    request: Request,
    store: Store,
    next_: str,
    *,
    name: str = "",
    wrong: SignInRefused | None = None,
) -> Response:
    return page(
        request,
        "auth/login.html",
        None,
        status=401 if wrong else 200,
        next_path=local(next_) or "",
        name=name,
        refused=wrong is not None,
        demo_password=store.meta(PASSWORD),
        has_provider=request.app.state.provider is not None,
        roles=[role.value for role in Role],
    )
