"""Where a store rests while it is put back, worked on, and its worker or its server killed."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Protocol

import psycopg

from tests.postgres import Server
from tests.store.killing import put_back

SETTLE_S = 30.0


class Resting(Protocol):
    """A database that can be put back to where it was."""

    url: str

    def keep(self) -> None:
        """Remember everything as it is now."""

    def put_back(self) -> None:
        """Make everything as it was when it was kept."""

    def settle(self) -> None:
        """Until nothing of a killed worker is at work any more."""

    def pull_the_plug(self) -> bool:
        """Kill what serves the database, and start it again; False where there is no server."""


class OnFile:
    """An SQLite database in a folder."""

    def __init__(self, folder: Path) -> None:
        self._kept, self._used = folder / "kept", folder / "used"
        self._used.mkdir()
        self.url = f"sqlite:///{self._used / 'rengang.sqlite'}"

    def keep(self) -> None:
        """Copy the folder away."""
        put_back(self._used, self._kept)

    def put_back(self) -> None:
        """Copy the folder back."""
        put_back(self._kept, self._used)

    def settle(self) -> None:
        """A process that is dead writes no file."""

    def pull_the_plug(self) -> bool:
        """There is no server."""
        return False


class OnServer:
    """A database of a PostgreSQL of the tests' own, which keeps what it confirms."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._kept: str | None = None
        self._used = server.make()
        self.url = server.url(self._used)

    def keep(self) -> None:
        """Make the database the one that later ones are copies of."""
        self._kept = self._used

    def put_back(self) -> None:
        """Another copy, under another name."""
        if self._used != self._kept:
            self._server.drop(self._used)
        self._used = self._server.make(like=self._kept)
        self.url = self._server.url(self._used)

    def settle(self) -> None:
        """The server may still be at the last statement of a client that is gone."""
        others = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND pid <> %s"
        until = time.monotonic() + SETTLE_S
        with psycopg.connect(self.url.replace("+psycopg", ""), autocommit=True) as connection:
            me = connection.info.backend_pid
            while True:
                found = connection.execute(others, (self._used, me)).fetchone()
                if found == (0,):
                    return
                assert time.monotonic() < until, "a client that was killed is still at work"
                time.sleep(0.005)

    def pull_the_plug(self) -> bool:
        """SIGKILL every process of the server, then let it recover."""
        self._server.kill()
        self._server.start()
        return True
