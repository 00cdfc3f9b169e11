"""Accounts on a page: made, locked out, let in again, given another first password."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response

from api.deps import StoreDep
from api.lists.places import place_hints
from api.records.resource import Id
from api.users.routes import Admin
from api.web.formats import place
from api.web.pages import back_to, page, pages_router
from matcher.cli.commands.service.first_run import new_password
from matcher.domain.account import Account
from matcher.domain.scope import Role
from matcher.errors import RengangError
from matcher.store.store import Store

router: APIRouter = pages_router(prefix="/users")

Word = Annotated[str, Form(max_length=200)]
NO_STORE = {"Cache-Control": "no-store"}
LEAST_NAME = 2


@router.get("")
def show_users(request: Request, caller: Admin, store: StoreDep, role: str = "") -> Response:
    """The accounts, and the form for a new one."""
    return _list(request, caller, store, role=role)


@router.post("")
def add_user(
    request: Request,
    caller: Admin,
    store: StoreDep,
    username: Word = "",
    role: Word = "",
    areas: Word = "",
    employer_id: Word = "",
) -> Response:
    """Make an account with a first password, which is shown this once."""
    given = {"username": username.strip(), "role": role, "areas": areas, "employer_id": employer_id}
    codes = tuple(areas.replace(",", " ").replace(";", " ").split())
    wrong = _wrong(given, codes)
    if wrong:
        return _list(request, caller, store, given=given, wrong=wrong, status=422)
    new = Account(given["username"], Role(role), codes, employer_id or None, must_change=True)
    password, actor = new_password(), caller.account.username
    try:
        store.accounts.add(new, password, actor=actor, at=caller.at)
    except RengangError as fault:
        found = [("username", str(fault).splitlines()[0])]
        return _list(request, caller, store, given=given, told=found, status=422)
    return _list(request, caller, store, shown=(new.username, password))


@router.post("/{key}/password")
def reset_password(request: Request, caller: Admin, store: StoreDep, key: Id) -> Response:
    """Give an account another first password, shown this once; what was signed in ends."""
    store.accounts.find(key)
    password, actor = new_password(), caller.account.username
    store.accounts.set_password(key, password, must_change=True, actor=actor, at=caller.at)
    return _list(request, caller, store, shown=(key, password))


@router.post("/{key}/disabled")
def disable(
    request: Request, caller: Admin, store: StoreDep, key: Id, disabled: Word = "yes"
) -> Response:
    """Lock an account out or let it in again; never one's own."""
    store.accounts.find(key)
    if key == caller.account.username:
        return _list(request, caller, store, wrong=[("", "own")], status=422)
    off = disabled == "yes"
    store.accounts.disable(key, actor=caller.account.username, at=caller.at, disabled=off)
    return back_to("/users")


def _wrong(given: dict[str, str], codes: tuple[str, ...]) -> list[tuple[str, str]]:
    """What is wrong with the form: field and key of the sentence."""
    found = []
    if len(given["username"]) < LEAST_NAME:
        found.append(("username", "username"))
    if given["role"] not in {each.value for each in Role}:
        found.append(("role", "role"))
    if not all(code.isdigit() and code.isascii() for code in codes):
        found.append(("areas", "areas"))
    is_employer = given["role"] == Role.EMPLOYER.value
    if is_employer and not given["employer_id"]:
        found.append(("employer_id", "employer_id"))
    if not is_employer and not codes:
        found.append(("areas", "no_areas"))
    return found


def _list(  # what a form may come back with
    request: Request,
    caller: Any,
    store: Store,
    *,
    role: str = "",
    given: dict[str, str] | None = None,
    wrong: list[tuple[str, str]] | None = None,
    told: list[tuple[str, str]] | None = None,
    shown: tuple[str, str] | None = None,
    status: int = 200,
) -> Response:
    everyone = store.accounts.all()
    lines = [
        {"account": each, "places": [place(code) for code in each.areas]}
        for each in everyone
        if role in ("", each.role.value)
    ]
    counts = {each: sum(one.role is each for one in everyone) for each in Role}
    return page(
        request,
        "users/list.html",
        caller,
        status=status,
        headers=NO_STORE,
        lines=lines,
        places=place_hints(caller, store),
        counts=counts,
        role=role,
        given=given or {"username": "", "role": "caseworker", "areas": "", "employer_id": ""},
        wrong=wrong or [],
        told=told or [],
        shown=shown,
    )
