"""The route table as the access matrix reads it."""

from __future__ import annotations

from dataclasses import dataclass, field

from fastapi import APIRouter
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from api.app import PAGES, ROUTERS
from api.auth.callers import Allow


@dataclass(frozen=True)
class Door:
    """One method of one path, and who may pass; None is everyone, signed in or not."""

    method: str
    path: str
    allow: Allow | None
    endpoint: object = field(repr=False, compare=False, default=None)

    @property
    def name(self) -> str:
        """As tables of tests name it."""
        return f"{self.method} {self.path}"

    @property
    def is_page(self) -> bool:
        """A page for people, which the interface for programs does not name."""
        return self.endpoint in _pages()


def _pages() -> set[object]:
    return {route.endpoint for router in PAGES for route in _routes(router)}


def _routes(router: APIRouter) -> list[APIRoute]:
    return [route for route in router.routes if isinstance(route, APIRoute)]


def doors() -> list[Door]:
    """Every door of the service."""
    hung = (*ROUTERS, *((router, "") for router in PAGES))
    return [
        Door(method, prefix + route.path, _allow(route.dependant), route.endpoint)
        for router, prefix in hung
        for route in _routes(router)
        for method in sorted(route.methods or ())
    ]


def _allow(dependant: Dependant) -> Allow | None:
    for each in dependant.dependencies:
        if isinstance(each.call, Allow):
            return each.call
        below = _allow(each)
        if below is not None:
            return below
    return None
