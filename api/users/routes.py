"""Accounts: made, changed and locked out by administrators."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from api.auth.callers import Allow, Caller
from api.auth.schemas import AccountOut
from api.deps import StoreDep
from api.protocol.once import OnceRoute
from api.protocol.problems import Refusal
from api.records.resource import Id
from matcher.domain.account import Account
from matcher.domain.scope import Role

router = APIRouter(prefix="/users", tags=["users"], route_class=OnceRoute)

Admin = Annotated[Caller, Depends(Allow(frozenset({Role.ADMIN}), "users"))]
Area = Annotated[str, Field(max_length=12, pattern=r"^[0-9]*$")]


class UserIn(BaseModel):
    """An account to be made; whoever gets it must change the password first."""

    model_config = ConfigDict(extra="forbid")
    username: Annotated[str, Field(min_length=2, max_length=64, examples=["wang"])]
    password: Annotated[str, Field(min_length=1, max_length=200)]
    role: Role
    areas: Annotated[list[Area], Field(max_length=50, description="'' is the whole")] = []
    employer_id: Annotated[str | None, Field(max_length=64)] = None


class UserChange(BaseModel):
    """What is to change of an account."""

    model_config = ConfigDict(extra="forbid")
    disabled: bool | None = None
    password: Annotated[str | None, Field(min_length=1, max_length=200)] = None


@router.get("")
def list_users(
    _caller: Admin,
    store: StoreDep,
    after: Annotated[str, Query(max_length=64)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 200,
) -> list[AccountOut]:
    """The accounts by name."""
    found = [each for each in store.accounts.all() if each.username > after]
    return [AccountOut.of(each) for each in found[:limit]]


@router.post("", status_code=201)
def make_user(store: StoreDep, caller: Admin, given: UserIn) -> AccountOut:
    """Make an account; its password must be changed at the first sign-in."""
    new = Account(
        given.username, given.role, tuple(given.areas), given.employer_id, must_change=True
    )
    actor = caller.account.username
    return AccountOut.of(store.accounts.add(new, given.password, actor=actor, at=caller.at))


@router.patch("/{key}")
def change_user(store: StoreDep, caller: Admin, key: Id, given: UserChange) -> AccountOut:
    """Lock an account out, let it in again, or give it another first password; never one's own."""
    actor, at = caller.account.username, caller.at
    store.accounts.find(key)
    if key == actor:
        raise Refusal("OwnAccount", 409)
    # A password can be refused; first, so that then nothing at all was changed.
    if given.password is not None:
        store.accounts.set_password(key, given.password, must_change=True, actor=actor, at=at)
    if given.disabled is not None:
        store.accounts.disable(key, actor=actor, at=at, disabled=given.disabled)
    return AccountOut.of(store.accounts.find(key))
