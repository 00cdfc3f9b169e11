"""The public page on how recommendations come about, in the words of those who get them."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.algorithm.routes import read_algorithm
from api.auth.callers import Caller, account_of, now
from api.web.pages import page, pages_router
from matcher.errors import SignInNeeded

router: APIRouter = pages_router()


@router.get("/algorithm")
def show_algorithm(request: Request) -> Response:
    """What keeps a pair out, what orders the rest, what may not, and how to object."""
    told = read_algorithm(request)
    champion = told.rankers[-1]
    groups = dict.fromkeys(each.group for each in champion.features)
    return page(
        request,
        "algorithm/page.html",
        _visitor(request),
        told=told,
        champion=champion,
        groups=list(groups),
    )


def _visitor(request: Request) -> Caller | None:
    """Who looks, where somebody is signed in; anyone else may look as well."""
    try:
        account = account_of(request)
    except SignInNeeded:
        return None
    return Caller(account, account.scope("algorithm"), now())
