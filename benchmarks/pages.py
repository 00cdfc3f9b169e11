"""How long each page takes at 100,000 jobseekers and 20,000 vacancies.

A generated office of this size in SQLite, `rengang serve` in one process, every page asked for as
the first role that may open it, whose area is everything: the worst case. No peer: the target is
300 ms a page (design 10), the median of the requests after the first one. The first one, which
takes the market, is shown beside.

    python benchmarks/pages.py [--persons N] [--vacancies N] [--times N] [--keep DIR]
"""

from __future__ import annotations

import argparse
import http.client
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
from concurrency import service
from fastapi.routing import APIRoute
from office.generated import generated_frames

from api.app import PAGES
from api.auth.callers import Allow
from matcher.domain.account import Account
from matcher.domain.kinds import Kind
from matcher.domain.scope import Role, Scope
from matcher.store.accounts.tokens import TokenKind
from matcher.store.store import Store

TARGET_MS = 300.0
AT = datetime(2026, 11, 2, tzinfo=UTC)
MEMBERS = 3
"""People of a household."""
QUERIES = {
    "/persons/{key}/why": "?vacancy={vacancies}",
    "/persons/{key}/turning": "?decision=zero_employment_household",
}
FILES = (".xlsx", "/columns")
"""Files are not pages; what chooses columns leads on."""

LOOKS_FIRST = (
    *(Role.CASEWORKER, Role.ORGANISER, Role.EMPLOYER, Role.SUPERVISOR),
    *(Role.ADMIN, Role.AUDITOR, Role.ANALYST),
)


def office(folder: Path, persons: int, vacancies: int) -> None:
    """People with names and standings, in households, and posts, written as imports write them."""
    rng = np.random.default_rng(20261102)
    people, posts = generated_frames(vacancies, persons, 20261102, provinces=("32",))
    numbers = np.arange(persons)
    posts["employer_id"] = pd.Series([f"E{at % 500:05}" for at in range(vacancies)], dtype="str")
    employers = pd.DataFrame({"employer_id": sorted(set(posts["employer_id"]))})
    employers["name"] = employers["employer_id"].radd("单位 ")
    homes = pd.Series([f"H{at // MEMBERS:06}" for at in numbers], dtype="str")
    people["household_id"] = homes
    people["name"] = pd.Series([f"王小{at}" for at in numbers], dtype="str")
    people["phone"] = pd.Series([f"139{at:08}" for at in numbers], dtype="str")
    people["employment_state"] = pd.Series(
        rng.choice(["unemployed", "employed"], persons, p=[0.8, 0.2]), dtype="str"
    )
    first = numbers[::MEMBERS]
    certified = pd.Series(np.where(rng.random(len(first)) < 0.1, "certified", None), dtype="str")
    households = pd.DataFrame(
        {
            "household_id": homes.iloc[first].to_numpy(),
            "area_code": people["area_code"].iloc[first].to_numpy(),
            "state": certified,
            "certified_on": certified.where(certified.isna(), "2026-10-20"),
        }
    )
    with Store.open(f"sqlite:///{folder / 'rengang.sqlite'}") as store:
        frames = {Kind.HOUSEHOLDS: households, Kind.PERSONS: people}
        frames |= {Kind.EMPLOYERS: employers, Kind.VACANCIES: posts}
        for kind, frame in frames.items():
            with store.writing(actor="bench", at=AT) as batch:
                batch.upsert(kind, frame)


def signed_in(folder: Path) -> tuple[dict[Role, str], dict[str, str]]:
    """A token for each role, and the key of one record of each kind."""
    with Store.open(f"sqlite:///{folder / 'rengang.sqlite'}") as store:
        posts = store.frame(Kind.VACANCIES, columns=["employer_id"])
        employer = posts["employer_id"].dropna()
        at = datetime.now(UTC)
        known = {each.username for each in store.accounts.all()}
        tokens = {}
        for role in Role:
            own = str(employer.iloc[0]) if role is Role.EMPLOYER and len(employer) else None
            if role is Role.EMPLOYER and own is None:
                continue
            areas = () if role is Role.EMPLOYER else ("32",)
            if role.value not in known:
                new = Account(role.value, role, areas, own)
                store.accounts.add(new, "three plain words", actor="bench", at=at)
            tokens[role] = store.tokens.issue(role.value, TokenKind.BEARER, at=at)
        person = str(store.persons(Scope.office("bench"))["person_id"].iloc[17])
        keys = {
            "persons": person,
            "households": "H000005",
            "vacancies": str(store.frame(Kind.VACANCIES)["vacancy_id"].iloc[0]),
        }
    return tokens, keys


def pages() -> Iterator[tuple[str, tuple[Role, ...]]]:
    """Path and roles of every page that is read."""
    for router in PAGES:
        for route in router.routes:
            if isinstance(route, APIRoute) and "GET" in route.methods:
                allow = _allow(route)
                if allow is not None and not route.path.endswith(FILES):
                    yield route.path, tuple(role for role in LOOKS_FIRST if role in allow.roles)


def _allow(route: APIRoute) -> Allow | None:
    waiting = [route.dependant]
    while waiting:
        each = waiting.pop()
        if isinstance(each.call, Allow):
            return each.call
        waiting.extend(each.dependencies)
    return None


def asked(port: int, address: str, token: str, times: int) -> tuple[int, list[float]]:
    """Status and milliseconds of so many requests."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    took, status = [], 0
    for _ in range(times):
        begun = time.perf_counter()
        link.request(
            "GET", address, headers={"authorization": f"Bearer {token}", "accept": "text/html"}
        )
        answer = link.getresponse()
        answer.read()
        status = answer.status
        took.append((time.perf_counter() - begun) * 1e3)
    return status, took


def main() -> int:
    """Print a row for each page; 0 where each keeps the target."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--persons", type=int, default=100_000)
    parser.add_argument("--vacancies", type=int, default=20_000)
    parser.add_argument("--times", type=int, default=7)
    parser.add_argument("--keep", type=Path, help="folder of the office; made where it is empty")
    given = parser.parse_args()
    late = 0
    with tempfile.TemporaryDirectory(prefix="rengang-bench-") as temporary:
        folder = given.keep or Path(temporary)
        folder.mkdir(exist_ok=True)
        if not (folder / "rengang.sqlite").exists():
            office(folder, given.persons, given.vacancies)
        tokens, keys = signed_in(folder)
        with service(folder, 1) as port:
            for path, roles in pages():
                word = path.split("/")[1]
                if "{" in path and (word not in keys or path.count("{") > 1):
                    print(f"{path:44s} not asked: no record of {word} here")
                    continue
                address = path.replace("{key}", keys.get(word, ""))
                address += QUERIES.get(path, "").format(**keys)
                role = next((role for role in roles if role in tokens), None)
                if role is None:
                    continue
                status, took = asked(port, address, tokens[role], given.times)
                middle = float(np.median(took[1:]))
                late += middle > TARGET_MS and status == 200
                flag = "late" if middle > TARGET_MS else ""
                print(
                    f"{path:44s} {role.value:11s} {status} first {took[0]:7.0f} ms, "
                    f"then {middle:6.0f} ms {flag}",
                    flush=True,
                )
    print(f"{given.persons:,} jobseekers, {given.vacancies:,} vacancies: {late} pages late")
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())
