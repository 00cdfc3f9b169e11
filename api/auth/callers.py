"""The caller of a route: an account known by a bearer token or a session, and its scope.

Every route that is not public carries an `Allow` among its dependencies; the test of the access
matrix reads them from the route table, so that a route without one, or one that the matrix does
not know, fails.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from fastapi import Request

from api.auth.csrf import refuse_forged
from api.limits.budgets import Limits
from matcher.domain.account import Account
from matcher.domain.scope import Role, Scope
from matcher.errors import NotAllowed, PasswordToChange, SignInNeeded
from matcher.store.accounts.tokens import TokenKind
from matcher.store.store import Store

SESSION_COOKIE = "rengang_session"
BEARER = "bearer "


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, to what end, and when.

    Attributes:
        account: the account.
        scope: what it may read for this route's purpose.
        at: the moment of the call, for the audit.
    """

    account: Account
    scope: Scope
    at: datetime


@dataclass(frozen=True)
class Allow:
    """A dependency: lets these roles in, for one purpose; everyone else is told whom to ask.

    Attributes:
        roles: who may.
        purpose: one word for the audit.
        before_change: also accounts that must change their password first.
    """

    roles: frozenset[Role]
    purpose: str
    before_change: bool = False

    def __call__(self, request: Request) -> Caller:
        """The caller.

        Raises:
            SignInNeeded: no token, no session, or one that is good no more.
            PasswordToChange: the password must be changed first.
            NotAllowed: another role.
        """
        account = account_of(request)
        request.state.actor = account.username
        if account.must_change and not self.before_change:
            raise PasswordToChange
        if account.role not in self.roles:
            what = f"{request.method} {request.url.path}"
            raise NotAllowed(what=what, roles=sorted(role.value for role in self.roles))
        return Caller(account, account.scope(self.purpose), now())


def account_of(request: Request) -> Account:
    """The account that signs this request.

    Raises:
        SignInNeeded: none does.
        TooManyTries: the account asked for too much within a minute.
    """
    store: Store = request.app.state.store
    header = request.headers.get("authorization", "")
    if header:
        secret = header[len(BEARER) :] if header.lower().startswith(BEARER) else ""
        found = store.tokens.account_of(secret, TokenKind.BEARER, at=now())
    else:
        secret = request.cookies.get(SESSION_COOKIE, "")
        found = store.tokens.account_of(secret, TokenKind.SESSION, at=now()) if secret else None
        if found is not None:
            refuse_forged(request, secret)
    if found is None:
        raise SignInNeeded
    limits: Limits = request.app.state.limits
    limits.requests.spend(found.username)
    return found


def now() -> datetime:
    """This instant."""
    return datetime.now(UTC)
