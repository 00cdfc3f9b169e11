"""The route table as the access matrix reads it."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from api.app import ROUTERS
from api.auth.callers import Allow


@dataclass(frozen=True)
class Door:
    """One method of one path, and who may pass; None is everyone, signed in or not."""

    method: str
    path: str
    allow: Allow | None

    @property
    def name(self) -> str:
        """As tables of tests name it."""
        return f"{self.method} {self.path}"


def doors() -> list[Door]:
    """Every door of the service."""
    return [
        Door(method, prefix + route.path, _allow(route.dependant))
        for router, prefix in ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in sorted(route.methods)
    ]


def _allow(dependant: Dependant) -> Allow | None:
    for each in dependant.dependencies:
        if isinstance(each.call, Allow):
            return each.call
        below = _allow(each)
        if below is not None:
            return below
    return None
