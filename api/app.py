"""The app factory: builds, wires, returns; no globals."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI

from api import errors
from api.algorithm.routes import router as algorithm
from api.auth.routes import router as auth
from api.health.routes import router as health
from api.privacy.routes import router as privacy
from api.vacancies.routes import router as vacancies
from matcher import __version__
from matcher.settings import Settings
from matcher.store.privacy.keyring import Keyring
from matcher.store.store import Store

API = "/api/v1"
ROUTERS: tuple[tuple[APIRouter, str], ...] = (
    (health, ""),
    (algorithm, API),
    (auth, API),
    (vacancies, API),
    (privacy, API),
)
"""Every router and the path it hangs under; the access matrix of the tests reads it."""


def create_app(settings: Settings | None = None) -> FastAPI:
    """The service on the database of these settings (from the environment when not given).

    Interactive documentation pages are off: they load from elsewhere and stay blank on an
    office's own network; `/api/v1/openapi.json` is served.
    """
    chosen = settings or Settings()
    keys = Keyring.of(chosen.key_text, chosen.key_file)
    store = Store.open(chosen.resolved_database_url, create=True, keys=keys)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        store.close()

    app = FastAPI(
        title="Rengang 人岗",
        version=__version__,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.settings, app.state.store = chosen, store
    errors.install(app)
    for router, prefix in ROUTERS:
        app.include_router(router, prefix=prefix)
    return app
