"""Fifty people at their desks against the real service, on two cores.

A `rengang serve` process on a copy of the demo city; users of three offices, each with an account
and a token of its own, one request after another with a pause to read: pages, lists, records,
matches with their reasons, explanations, edits. First one user alone, then all of them. No answer
may be 5xx, and the 99th percentile of all is held against ten times the median of one.

    python benchmarks/concurrency.py [--users N] [--seconds N] [--pause S] [--workers N]
                                     [--workspace DIR] [--edits SHARE]

The driver runs beside the service on the same cores. Prints figures by kind of request.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from matcher.domain.account import Account
from matcher.domain.kinds import Kind
from matcher.domain.scope import Role, Scope
from matcher.store.accounts.tokens import TokenKind
from matcher.store.store import Store

TARGET = 10.0
OFFICES = ("320613", "320682", "320612")
"""Three counties of the demo city."""
API = "/api/v1"


@dataclass
class Seen:
    """Milliseconds and statuses by kind of request."""

    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    statuses: dict[int, int] = field(default_factory=lambda: defaultdict(int))

    def take(self, other: Seen) -> None:
        """Those of another user as well."""
        for name, times in other.times.items():
            self.times[name] += times
        for status, count in other.statuses.items():
            self.statuses[status] += count

    def all(self) -> list[float]:
        """Every time."""
        return [each for times in self.times.values() for each in times]


@dataclass(frozen=True)
class Desk:
    """An account's token, the jobseekers it serves, the posts it asks about."""

    token: str
    people: list[str]
    posts: list[str]


class User:
    """One account at work on one connection."""

    def __init__(self, port: int, desk: Desk, seed: int) -> None:
        self.link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {"authorization": f"Bearer {desk.token}", "accept-language": "zh"}
        self.pick = random.Random(seed)
        self.seen = Seen()
        self.people, self.posts = desk.people, desk.posts
        self.version: dict[str, str] = {}

    def ask(self, name: str, method: str, path: str, **more: object) -> dict[str, object]:
        """One request, timed under this name."""
        body = json.dumps(more["body"]).encode() if "body" in more else None
        extra = {"content-type": "application/json"} if body else {}
        if "version" in more:
            extra["if-match"] = str(more["version"])
        begun = time.perf_counter()
        address = path if "page" in name else API + path
        self.link.request(method, address, body, self.headers | extra)
        answer = self.link.getresponse()
        content = answer.read()
        self.seen.times[name].append((time.perf_counter() - begun) * 1e3)
        self.seen.statuses[answer.status] += 1
        if answer.status >= 400 and answer.status not in (404, 412):
            address = path.partition("?")[0]
            print(f"  {answer.status} {method} {address}: {content[:200].decode()}")
        self.version["last"] = answer.headers.get("etag", "")
        return json.loads(content) if content and "page" not in name else {}

    def step(self, edits: float) -> None:
        """One thing that a caseworker does."""
        person, post = self.pick.choice(self.people), self.pick.choice(self.posts)
        chance = self.pick.random()
        if chance < edits:
            self.ask("read person", "GET", f"/persons/{person}")
            change = {"max_commute_km": self.pick.randint(3, 30)}
            version = self.version["last"]
            self.ask("edit person", "PATCH", f"/persons/{person}", body=change, version=version)
        elif chance < 0.12:
            self.ask("page of the day", "GET", "/workbench")
        elif chance < 0.22:
            self.ask("page of people", "GET", "/persons")
        elif chance < 0.34:
            self.ask("page of a person", "GET", f"/persons/{person}")
        elif chance < 0.42:
            self.ask("page of posts", "GET", "/vacancies")
        elif chance < 0.50:
            self.ask("list people", "GET", "/persons?limit=50")
        elif chance < 0.58:
            self.ask("list posts", "GET", "/vacancies?limit=50")
        elif chance < 0.70:
            self.ask("read person", "GET", f"/persons/{person}")
        elif chance < 0.88:
            self.ask("matches", "GET", f"/persons/{person}/matches?top=10")
        else:
            self.ask("explain", "GET", f"/explanations?person_id={person}&vacancy_id={post}")


def work(users: list[User], seconds: float, pause: float, edits: float) -> Seen:
    """Let all of them work for so long; what they saw."""

    def one(user: User) -> None:
        user.link.close()  # the service ends connections that nobody used for long
        until = time.monotonic() + seconds
        time.sleep(user.pick.random() * pause)
        while time.monotonic() < until:
            user.step(edits)
            time.sleep(user.pick.expovariate(1 / pause) if pause else 0)

    threads = [threading.Thread(target=one, args=(user,)) for user in users]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    whole = Seen()
    for user in users:
        whole.take(user.seen)
        user.seen = Seen()
    return whole


@contextmanager
def service(workspace: Path, workers: int) -> Iterator[int]:
    """The service in processes of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "matcher.cli.main", "--workspace", str(workspace), "serve"]
    command += ["--port", str(port), *(["--workers", str(workers)] if workers else [])]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "RENGANG_JOBS": "1"}
    environment |= {"RENGANG_LOG_LEVEL": "warning", "OMP_WAIT_POLICY": "passive"}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.2)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


@contextmanager
def demo_copy(given: Path | None) -> Iterator[Path]:
    """A copy of this workspace, or the demo city built anew."""
    with tempfile.TemporaryDirectory(prefix="rengang-bench-") as folder:
        workspace = Path(folder) / "w"
        if given is not None:
            shutil.copytree(given, workspace)
        else:
            command = [sys.executable, "-m", "matcher.cli.main", "--workspace", str(workspace)]
            subprocess.run([*command, "demo"], check=True, stdout=subprocess.DEVNULL)
        yield workspace


def desks_in(workspace: Path, users: int) -> list[Desk]:
    """A caseworker of one of the offices for each user."""
    at, found = datetime.now(UTC), []
    with Store.open(f"sqlite:///{workspace / 'rengang.sqlite'}") as store:
        posts = store.frame(Kind.VACANCIES)["vacancy_id"].tolist()
        served = {area: _seeking(store, area) for area in OFFICES}
        for number in range(users):
            name, area = f"desk-{number}", OFFICES[number % len(OFFICES)]
            new = Account(name, Role.CASEWORKER, (area,))
            store.accounts.add(new, "three plain words", actor="bench", at=at)
            token = store.tokens.issue(name, TokenKind.BEARER, at=at)
            found.append(Desk(token, served[area], posts))
    return found


def _seeking(store: Store, area: str) -> list[str]:
    people = store.persons(Scope(Role.CASEWORKER, (area,), "bench", "bench"))
    seeking = people["seeks_work"].fillna(value=False)
    return people.loc[seeking.astype(bool), "person_id"].tolist()


def told(title: str, seen: Seen, seconds: float) -> None:
    """A table of percentiles."""
    everything = seen.all()
    print(f"{title}: {len(everything):,} requests, {len(everything) / seconds:.1f} a second")
    for name, times in [*sorted(seen.times.items()), ("all", everything)]:
        p50, p95, p99 = np.percentile(times, [50, 95, 99])
        print(f"  {name:12} {len(times):6,}  p50 {p50:8.1f}  p95 {p95:8.1f}  p99 {p99:8.1f} ms")
    print("  statuses " + ", ".join(f"{k}: {n:,}" for k, n in sorted(seen.statuses.items())))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--pause", type=float, default=2.0, help="mean seconds between requests")
    parser.add_argument("--workers", type=int, default=0, help="processes; 0 as by itself")
    parser.add_argument("--workspace", type=Path, help="a demo city; it is copied")
    parser.add_argument("--edits", type=float, default=0.05, help="share of steps that write")
    asked = parser.parse_args()
    with demo_copy(asked.workspace) as workspace:
        desks = desks_in(workspace, asked.users)
        with service(workspace, asked.workers) as port:
            users = [User(port, desk, at) for at, desk in enumerate(desks)]
            for user in users[: len(OFFICES)]:  # every office's market is loaded and compiled
                for _ in range(20):
                    user.step(0.0)
            for user in users:  # so is what every worker that connections go to holds
                for path in ("/workbench", f"/persons/{user.people[0]}"):
                    user.ask("page", "GET", path)
                user.ask("matches", "GET", f"/persons/{user.people[0]}/matches?top=10")
                user.seen = Seen()
            alone = work(users[:1], asked.seconds / 3, 0.05, asked.edits)
            together = work(users, asked.seconds, asked.pause, asked.edits)
    told("one user", alone, asked.seconds / 3)
    told(f"{asked.users} users, {asked.pause:g} s between requests", together, asked.seconds)
    broken = sum(count for status, count in together.statuses.items() if status >= 500)
    one, p99 = np.percentile(alone.all(), 50), np.percentile(together.all(), 99)
    print(f"5xx {broken} (target 0)")
    print(f"ratio {p99 / one:.1f} (p99 of all to p50 of one; target at most {TARGET:g})")


if __name__ == "__main__":
    main()
