"""The command `rengang serve`: the service, in one process or several."""

from __future__ import annotations

import os
import tempfile
from os import cpu_count
from typing import Annotated

import typer
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from matcher.cli.commands.service.demo_accounts import demo_accounts
from matcher.cli.commands.service.first_run import ADMIN, first_admin
from matcher.cli.logs import of_the_server
from matcher.cli.session import Session, utc_now
from matcher.domain.scope import Role
from matcher.settings import Settings

LETS_GO_S = 5
"""Seconds beyond `stop_s` until a process that did not end is killed."""

FIRST_RUN = """\
The first account was made. It is told this once:
    name      {name}
    password  {password}
Sign in and change it; until then it may do nothing else."""

MOST_BY_ITSELF = 4
"""Processes that are started unasked: each holds the market's lists in memory of its own."""

DEMO = """\
The demo city: everybody in it is generated. One account for each role, all with one password:
    names     {roles}
    password  {password}"""


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command("serve")(serve)


def serve(
    context: typer.Context,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    workers: Annotated[int | None, typer.Option(help="Processes.")] = None,
) -> None:
    """Start the service on 127.0.0.1:8000.

    Where there is no account yet, one for the administrator is made and its first password
    printed. Told to stop (Ctrl-C, SIGTERM), it takes no more requests and ends those it has.
    """
    session: Session = context.obj
    settings = session.settings
    with session.open_store(create=True) as store:
        password = first_admin(store, at=utc_now())
        shown = demo_accounts(store, at=utc_now())
    if shown is not None:
        session.say(DEMO.format(roles=", ".join(role.value for role in Role), password=shown))
    if password is not None:
        session.say(FIRST_RUN.format(name=ADMIN, password=password))
    address, at = host or settings.host, port or settings.port
    processes = workers or settings.workers or min(cpu_count() or 1, MOST_BY_ITSELF)
    session.say(f"Rengang on http://{address}:{at} (stop with Ctrl-C)")
    with tempfile.TemporaryDirectory(prefix="rengang-metrics-") as figures:
        _hand_on(settings, processes, figures if processes > 1 else None)
        Granian(
            "api.app:serve_app",
            address=address,
            port=at,
            workers=processes,
            workers_kill_timeout=settings.stop_s + LETS_GO_S,
            interface=Interfaces.ASGI,
            factory=True,
            log_access=False,
            log_level=LogLevels(settings.log_level),
            log_dictconfig=of_the_server(settings.log_level),
        ).serve()


def _hand_on(settings: Settings, processes: int, figures: str | None) -> None:
    """Tell the processes of the service, which build the app from these, what was given here."""
    os.environ["RENGANG_WORKSPACE"] = str(settings.workspace.resolve())
    os.environ["RENGANG_WORKERS"] = str(processes)
    if settings.database_url:
        os.environ["RENGANG_DATABASE_URL"] = settings.database_url
    if settings.config:
        os.environ["RENGANG_CONFIG"] = str(settings.config.resolve())
    if figures is not None:
        # Each process counts in a file of its own there; whoever is asked adds them up.
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = figures
