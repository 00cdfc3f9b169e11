"""The end of the demo: what goes and what stays is told, one button, the first real account."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Request, Response

from api.auth.callers import SESSION_COOKIE, Allow, Caller
from api.deps import StoreDep
from api.web.pages import page, pages_router
from matcher.cli.commands.service.first_run import ADMIN, first_admin
from matcher.demo.ending import end_demo, is_demo
from matcher.domain.job import JobState
from matcher.domain.scope import Role
from matcher.errors import NotFound
from matcher.store.store import Store

router: APIRouter = pages_router(prefix="/settings/demo")

Ender = Annotated[Caller, Depends(Allow(frozenset({Role.ADMIN}), "demo"))]

Sure = Annotated[Literal["yes"], Form(description="no other request ends a demo by mistake")]


@router.get("")
def show_end(request: Request, caller: Ender, store: StoreDep) -> Response:
    """What goes and what stays when the demo ends.

    Raises:
        NotFound: the workspace holds no demo.
    """
    if not is_demo(store):
        raise NotFound(kind="demo", key="demo_city")
    return _ask(request, caller, store)


@router.post("/ended")
def end(
    request: Request,
    caller: Ender,
    store: StoreDep,
    sure: Sure,  # noqa: ARG001  # asked for so that no other request ends a demo
) -> Response:
    """Remove everything of the demo, and tell the first account's password this once.

    Args:
        request: of the page.
        caller: whose account goes too.
        store: of the demo.
        sure: said by the button.

    Raises:
        NotFound: the workspace holds no demo, or none any more.
    """
    if is_demo(store) and _at_work(store):
        return _ask(request, caller, store, status=409)
    gone = end_demo(store, actor=caller.account.username, at=caller.at)
    password = first_admin(store, at=caller.at)
    answer = page(
        request,
        "settings/ended.html",
        None,
        headers={"Cache-Control": "no-store"},
        name=ADMIN,
        password=password,
        rows=sum(gone.values()),
    )
    answer.delete_cookie(SESSION_COOKIE, path="/", httponly=True, samesite="lax")
    return answer


def _ask(request: Request, caller: Caller, store: Store, *, status: int = 200) -> Response:
    counts = [(str(kind), n) for kind, n in store.counts().items() if n]
    return page(
        request,
        "settings/end.html",
        caller,
        status=status,
        counts=counts,
        accounts=len(store.accounts.all()),
        at_work=_at_work(store),
    )


def _at_work(store: Store) -> int:
    """How many jobs are being done; nothing is taken away under them."""
    figures = store.jobs.figures()
    return sum(each.count for each in figures if each.state is JobState.RUNNING)
