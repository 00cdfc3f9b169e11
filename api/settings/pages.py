"""The settings that hold, read only: the value, where it comes from, how it is set."""

from __future__ import annotations

import os
import tomllib
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import SecretStr
from sqlalchemy import make_url

from api.auth.callers import Allow, Caller
from api.deps import SettingsDep, StoreDep, today_of
from api.web.pages import page, pages_router
from matcher import __version__
from matcher.domain.scope import Role
from matcher.settings import CONFIG, Settings

router: APIRouter = pages_router(prefix="/settings")

Reader = Annotated[Caller, Depends(Allow(frozenset({Role.ADMIN}), "settings"))]
PREFIX = "RENGANG_"


@router.get("")
def show_settings(
    request: Request, caller: Reader, store: StoreDep, settings: SettingsDep
) -> Response:
    """Every setting, and what the workspace holds."""
    of_file = _keys_of_file(settings)
    lines = [
        {
            "name": name,
            "value": _shown(settings, name),
            "origin": _origin(settings, name, of_file),
            "told": field.description or "",
        }
        for name, field in Settings.model_fields.items()
    ]
    database = make_url(settings.resolved_database_url).render_as_string(hide_password=True)
    return page(
        request,
        "settings/list.html",
        caller,
        lines=lines,
        running=__version__,
        database=database,
        today=today_of(store),
        counts=[(str(kind), n) for kind, n in store.counts().items()],
        config=str(settings.config or CONFIG),
    )


def _keys_of_file(settings: Settings) -> frozenset[str]:
    """The settings that the file names."""
    file = settings.config or settings.workspace / CONFIG
    return frozenset(tomllib.loads(file.read_text("utf-8"))) if file.is_file() else frozenset()


def _origin(settings: Settings, name: str, of_file: frozenset[str]) -> str:
    """Where a value comes from: `environment` beats `file`; the rest is the default."""
    if f"{PREFIX}{name.upper()}" in os.environ:
        return "environment"
    if name in of_file:
        return "file"
    return "argument" if name in settings.model_fields_set else "default"


def _shown(settings: Settings, name: str) -> str | None:
    """The value as it may be shown; None where nothing is set.

    Example:
        >>> _shown(Settings(key=SecretStr("abc")), "key"), _shown(Settings(), "jobs")
        ('••••••', '2')
    """
    value: Any = getattr(settings, name)
    if isinstance(value, SecretStr):
        return "••••••" if value.get_secret_value() else None
    if name == "database_url" and value:
        return make_url(value).render_as_string(hide_password=True)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ", ".join(value) or None
    return None if value in (None, "") else str(value)
