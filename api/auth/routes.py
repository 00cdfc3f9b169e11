"""Tokens for programs; the caller's own account."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from api.auth.callers import BEARER, Allow, Caller, now
from api.auth.roles import EVERYONE
from api.auth.schemas import AccountOut, Credentials, PasswordChange, TokenOut
from api.deps import StoreDep
from matcher.store.accounts.tokens import LIFETIMES, TokenKind

router = APIRouter(tags=["identity"])

Me = Annotated[Caller, Depends(Allow(EVERYONE, "self", before_change=True))]


@router.post("/tokens", status_code=201)
def create_token(request: Request, store: StoreDep, given: Credentials) -> TokenOut:
    """A bearer token for a name and a password."""
    request.app.state.limits.spend_sign_in(request)
    at = now()
    account = store.accounts.sign_in(given.username, given.password, at=at)
    secret = store.tokens.issue(account.username, TokenKind.BEARER, at=at)
    expires_at = at + LIFETIMES[TokenKind.BEARER].at_most
    return TokenOut(access_token=secret, expires_at=expires_at)


@router.delete("/tokens/current", status_code=204)
def end_token(store: StoreDep, _caller: Me, request: Request) -> None:
    """End the token of this call."""
    store.tokens.revoke(request.headers.get("authorization", "")[len(BEARER) :])


@router.get("/me")
def read_me(caller: Me) -> AccountOut:
    """Who am I here, and what do I serve?"""
    return AccountOut.of(caller.account)


@router.put("/me/password", status_code=204)
def change_password(store: StoreDep, caller: Me, given: PasswordChange) -> None:
    """Change the caller's own password; every token issued before ends."""
    name = caller.account.username
    store.accounts.change_password(name, given.current, given.new, at=caller.at)
