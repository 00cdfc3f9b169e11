"""The app factory: builds, wires, returns; no globals."""

from __future__ import annotations

import gc
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from threading import Thread
from typing import TYPE_CHECKING

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.types import ASGIApp

from api.algorithm.pages import router as algorithm_pages
from api.algorithm.routes import router as algorithm
from api.audit.pages import router as audit_pages
from api.audit.routes import router as audit
from api.auth.callers import now
from api.auth.oidc.pages import router as oidc
from api.auth.pages import router as auth_pages
from api.auth.routes import router as auth
from api.courses.advice import router as advice
from api.courses.routes import router as courses
from api.deadlines.routes import router as deadlines
from api.decisions.routes import router as decisions
from api.deps import today_of
from api.employers.routes import router as employers
from api.explanations.routes import router as explanations
from api.fairness.overriding import router as overriding
from api.fairness.pages import router as fairness_pages
from api.fairs.choosing import router as fair_choosing
from api.fairs.day import router as fair_day
from api.fairs.pages import router as fair_pages
from api.fairs.papers import router as fair_papers
from api.fairs.planning import router as fair_planning
from api.fairs.routes import router as fairs
from api.health.routes import router as health
from api.households.file import router as household_file
from api.households.pages import router as households_pages
from api.households.routes import router as households
from api.imports.mending import router as import_mending
from api.imports.pages import router as import_pages
from api.imports.routes import router as imports
from api.imports.undoing import router as import_undoing
from api.jobs.pages import router as jobs_pages
from api.jobs.routes import router as jobs
from api.letters.pages import router as letters
from api.limits.budgets import Limits
from api.limits.lane import Lane
from api.market import Markets
from api.matches.routes import router as matches
from api.metrics.routes import router as metrics
from api.models.pages import router as models_pages
from api.models.routes import router as models
from api.observing.figures import Figures
from api.observing.watching import Watch, templates_of
from api.outcomes.routes import router as outcomes
from api.person_file.acting import router as file_acting
from api.person_file.benefits import router as file_benefits
from api.person_file.pages import router as file_pages
from api.person_file.standing import router as file_standing
from api.persons.correcting import router as correcting
from api.persons.pages import router as persons_pages
from api.persons.registering import router as registering
from api.persons.routes import router as persons
from api.plans.routes import router as plans
from api.policies.pages import router as policies_pages
from api.policies.routes import router as policies
from api.privacy.routes import router as privacy
from api.protocol import problems
from api.protocol.documents import describe, refusals
from api.protocol.edges import Edges
from api.rankers import Rankers
from api.referrals.answers import router as candidates
from api.referrals.pages import router as candidates_pages
from api.referrals.routes import router as referrals
from api.reports.pages import router as reports_pages
from api.reports.routes import router as reports
from api.search.pages import router as search
from api.settings.ending import router as demo_ending
from api.settings.office import router as office_pages
from api.settings.pages import router as settings_pages
from api.settings.routes import router as office_settings
from api.users.pages import router as users_pages
from api.users.routes import router as users
from api.vacancies.file import router as vacancy_file
from api.vacancies.form import router as vacancy_form
from api.vacancies.pages import router as vacancies_pages
from api.vacancies.routes import router as vacancies
from api.web.faults import Readable
from api.web.files import router as files
from api.web.reading import router as reading
from api.webhooks.routes import router as webhooks
from api.workbench.month import FreshPosts
from api.workbench.pages import router as workbench
from matcher import __version__
from matcher.cli.logs import configure
from matcher.errors import WrongUse
from matcher.pipeline.casework.days import Days
from matcher.pipeline.jobs.worker import Worker
from matcher.settings import Settings
from matcher.store.privacy.keyring import Keyring
from matcher.store.store import Store

if TYPE_CHECKING:  # its libraries come with an extra, and may not be there
    from api.auth.oidc.provider import Provider

API = "/api/v1"
ROUTERS: tuple[tuple[APIRouter, str], ...] = (
    (health, ""),
    (metrics, ""),
    *((router, API) for router in (algorithm, auth, users, audit, jobs, imports)),
    *((router, API) for router in (persons, households, employers, vacancies, outcomes)),
    *((router, API) for router in (courses, advice, fairs, plans, matches, explanations)),
    *((router, API) for router in (decisions, policies, referrals, candidates)),
    *((router, API) for router in (deadlines, reports, models, privacy, webhooks)),
    (office_settings, API),
)
"""Every router and the path it hangs under; the access matrix of the tests reads it."""

PAGES: tuple[APIRouter, ...] = (
    *(files, auth_pages, oidc, reading),
    *(
        registering,
        correcting,
        persons_pages,
        file_pages,
        file_acting,
        file_standing,
        file_benefits,
    ),
    *(fair_pages, fair_choosing, fair_planning, fair_day, fair_papers),
    *(vacancies_pages, vacancy_form, vacancy_file, candidates_pages),
    *(workbench, households_pages, household_file, letters, search),
    *(reports_pages, policies_pages, algorithm_pages, audit_pages, users_pages),
    *(settings_pages, office_pages, demo_ending, jobs_pages, models_pages, fairness_pages),
    *(overriding, import_pages, import_mending, import_undoing),
)
"""Every router of pages; the same matrix reads them."""


SWITCH_S = 0.0005
"""Seconds after which a thread that computes lets another one on.

A short question comes back from the database a dozen times, and each time waits so long for a
long one; at the interpreter's own 5 ms that is all of its time.
"""


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
        with _worker(store, chosen) as thread:
            app.state.worker = thread
            yield
        store.close()

    app = FastAPI(
        title="Rengang 人岗",
        version=__version__,
        openapi_url=f"{API}/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.settings, app.state.store = chosen, store
    app.state.markets = Markets(store, threads=chosen.jobs, folder=chosen.shared_market)
    app.state.days, app.state.fresh_posts = Days(store), FreshPosts(store)
    app.state.limits, app.state.provider = Limits(chosen), _provider(chosen)
    app.state.rankers, app.state.figures = Rankers(chosen), Figures(store)
    problems.install(app)
    for router, prefix in ROUTERS:
        app.include_router(router, prefix=prefix, responses=refusals())
    for router in PAGES:
        app.include_router(router)
    app.state.pages = frozenset(
        each.path for router in PAGES for each in router.routes if isinstance(each, APIRoute)
    )
    describe(app)
    _put_edges_outside(app, chosen)
    return app


def _provider(settings: Settings) -> Provider | None:
    """The identity provider of these settings; None where none is set.

    Raises:
        WrongUse: one is set, and what talks to it is not installed.
    """
    if settings.oidc_issuer is None:
        return None
    try:
        from api.auth.oidc.provider import Client, Provider  # noqa: PLC0415  # an extra
    except ImportError:
        raise WrongUse(
            what="oidc_issuer is set, but the libraries for it are not installed",
            expected="the extra 'oidc'",
            do="Install it with: pip install 'rengang[oidc]'.",
        ) from None
    secret = settings.oidc_client_secret.get_secret_value()
    client = Client(settings.oidc_issuer, settings.oidc_client_id, secret, settings.oidc_claim)
    return Provider(client)


def serve_app() -> FastAPI:
    """The service as `rengang serve` runs it: settings from outside, lines to standard error."""
    settings = Settings()
    configure(settings.log_level)
    sys.setswitchinterval(SWITCH_S)
    app = create_app(settings)
    app.state.markets.settled = _settle
    return app


def _settle() -> None:
    """Take what is in memory by now as there to stay.

    The collector of cycles looks through all of it else, for a quarter of a second each time, and
    every question waits.
    """
    gc.collect()
    gc.freeze()


def _put_edges_outside(app: FastAPI, settings: Settings) -> None:
    """Let the edges see everything, also the answer to what broke, which the framework makes."""
    plain, state = app.build_middleware_stack, app.state

    def built() -> ASGIApp:
        lane = Lane(Readable(plain(), app), width=settings.at_once)
        within = Edges(lane, upload_mb=settings.max_upload_mb)
        routers = (*ROUTERS, *((router, "") for router in PAGES))
        return Watch(within, state.figures, templates_of(routers), lambda: state.markets.taken_at)

    app.build_middleware_stack = built  # type: ignore[method-assign]  # middleware added the framework's way stands inside its own handler of errors


@contextmanager
def _worker(store: Store, settings: Settings) -> Iterator[Thread | None]:
    """The worker within this process, unless jobs are left to `rengang worker`."""
    if not settings.worker_in_process:
        yield None
        return
    worker = Worker(store, settings, now, today=lambda: today_of(store))
    thread = Thread(target=worker.run, name="worker", daemon=True)
    thread.start()
    try:
        yield thread
    finally:
        # A job at work is finished first, as long as an ordinary stop may take.
        worker.stop.set()
        thread.join(timeout=settings.stop_s)
