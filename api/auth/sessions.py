"""A session of pages: a cookie that scripts cannot read, made anew at every sign-in."""

from __future__ import annotations

from datetime import datetime

from fastapi import Request, Response

from api.auth.callers import SESSION_COOKIE
from matcher.domain.account import Account
from matcher.store.accounts.tokens import LIFETIMES, TokenKind
from matcher.store.store import Store


def begin(
    request: Request, answer: Response, store: Store, account: Account, *, at: datetime
) -> None:
    """Let the answer carry a new session of this account; one that came along ends.

    A session is never taken over from before the sign-in, so that nobody can plant one.
    """
    end(request, answer, store)
    secret = store.tokens.issue(account.username, TokenKind.SESSION, at=at)
    answer.set_cookie(
        SESSION_COOKIE,
        secret,
        max_age=int(LIFETIMES[TokenKind.SESSION].at_most.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=is_over_tls(request),
        path="/",
    )


def is_over_tls(request: Request) -> bool:
    """Does the browser reach the service by TLS, which may end at a proxy before it?"""
    public = request.app.state.settings.public_url or ""
    return request.url.scheme == "https" or public.lower().startswith("https:")


def end(request: Request, answer: Response, store: Store) -> None:
    """End the session that the request came with, here and in the browser."""
    secret = request.cookies.get(SESSION_COOKIE)
    if secret:
        store.tokens.revoke(secret)
        answer.delete_cookie(SESSION_COOKIE, path="/", httponly=True, samesite="lax")
