"""Pages to read anywhere: what the keys do, and how the page one stands on works."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query, Request, Response

from api.auth.callers import Allow, Caller
from api.auth.roles import EVERYONE
from api.protocol.language import language_of
from api.web.pages import page, pages_router
from api.web.words import words

router = pages_router()
Reader = Annotated[Caller, Depends(Allow(EVERYONE, "self", before_change=True))]

KEYS = ("/", "?", "J", "K", "Enter", "A", "R", "Esc")
"""The keys that pages answer to; each has its words `web.key.<key>`."""


@router.get("/keys")
def show_keys(request: Request, caller: Reader) -> Response:
    """The map of the keyboard."""
    return page(request, "web/keys.html", caller, keys=KEYS)


@router.get("/help")
def show_help(
    request: Request, caller: Reader, of: Annotated[str, Query(max_length=500)] = "/"
) -> Response:
    """How the page of this address works; what all pages have in common where it says nothing."""
    folder = of.strip("/").partition("/")[0]
    found = f"{folder}.help"
    name = found if found in words(language_of(request)) else "web.help.all"
    return page(request, "web/help.html", caller, name=name, of=folder)
