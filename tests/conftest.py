"""Fixtures and options of the whole suite; helpers stand in factories.py."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from argon2 import PasswordHasher, Type
from hypothesis import settings

from matcher.cli.main import run
from matcher.store import migrations
from matcher.store.accounts import passwords
from matcher.store.privacy import opening
from matcher.store.privacy.keyring import Keyring
from tests.durations import long_tests, name_of, note
from tests.once import made_once
from tests.postgres import GIVEN_URL, MISSING, Databases, Given, Server, started
from tests.store import new_tables
from tests.store.resting import OnFile, OnServer, Resting

# How long one example takes says more about what else the machine does than about the code.
settings.register_profile("suite", deadline=None)
settings.load_profile("suite")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--measure-data",
        type=Path,
        default=None,
        help="folder with the measure-only sets (scout/, vacancies/); their tests skip without it",
    )
    parser.addoption(
        "--soak", action="store_true", help="run endurance tests with their full numbers"
    )
    parser.addoption(
        "--note-durations", action="store_true", help="write tests/long_tests.txt anew"
    )


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Where it is asked for, note which tests took long."""
    if config.getoption("--note-durations"):
        every = terminalreporter.stats.values()
        note([each for some in every for each in some if isinstance(each, pytest.TestReport)])


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Spread over two processes: what shares costly things stays in one of them, long ones first.

    Groups are handed out before all others, so that both processes end on the many short tests.
    Whatever opens a browser counts as slow, and whatever took long before.
    """
    took_long = long_tests()
    for item in items:
        browses = isinstance(item, pytest.Function) and BROWSED in item.fixturenames
        if browses or name_of(item.nodeid) in took_long:
            item.add_marker(pytest.mark.slow)
    if not hasattr(config, "workerinput"):
        return
    for item in items:
        together = _kept_together(item)
        if together is not None and item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(together))
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


BROWSED = "site"
COSTLY = (BROWSED, "safe_server")
"""Session fixtures that start servers: one process does it for all tests that take them."""


def _kept_together(item: pytest.Item) -> str | None:
    if not isinstance(item, pytest.Function):
        return None
    for name in COSTLY:
        if name in item.fixturenames:
            return name
    made = [made for each in item._fixtureinfo.name2fixturedefs.values() for made in each]
    return item.path.name if any(each.scope == "module" for each in made) else None


@pytest.fixture
def measure_data(request: pytest.FixtureRequest) -> Path:
    """The folder of measure-only data, which the repository must not contain."""
    folder: Path | None = request.config.getoption("--measure-data")
    if folder is None:
        pytest.skip("needs a measure-only set: pass --measure-data DIR with scout/ and vacancies/")
    return folder


@pytest.fixture
def soak(request: pytest.FixtureRequest) -> bool:
    """Are the full numbers of the endurance tests wanted?"""
    return bool(request.config.getoption("--soak"))


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with the demo city, built once for a run and only read by tests."""
    return made_once(tmp_path_factory, "city", _build_city) / "w"


def _build_city(folder: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        run(["--workspace", str(folder / "w"), "--json", "demo"])
    assert ended.value.code == 0


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    """Databases of a PostgreSQL of the tests' own, started once for each worker that asks."""
    with started() as server:
        given = os.environ.get(GIVEN_URL)
        if server is None and given is None:
            pytest.skip(MISSING)
        made = Databases(server or Given(given or ""))
        yield made
        made.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of the newest schema without records, once on each engine.

    Its tables stay as they are: a test that changes them takes `empty_urls`.
    """
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'rengang.sqlite'}"
        return
    databases: Databases = request.getfixturevalue("databases")
    with databases.lent() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_urls(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Iterator[str]]:
    """As many databases without tables as a test asks for, once on each engine."""
    if request.param == "sqlite":
        yield (f"sqlite:///{tmp_path / f'{number}.sqlite'}" for number in range(99))
        return
    databases: Databases = request.getfixturevalue("databases")
    with ExitStack() as kept:
        yield (kept.enter_context(databases.fresh(empty=True)) for _ in range(99))


@pytest.fixture(scope="session")
def safe_server() -> Iterator[Server]:
    """A PostgreSQL that keeps what it confirms, to be killed and started again."""
    with started(safe=True) as server:
        if server is None:
            pytest.skip(MISSING)
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def resting(request: pytest.FixtureRequest, tmp_path: Path) -> Resting:
    """An empty database that can be put back, once on each engine."""
    if request.param == "sqlite":
        return OnFile(tmp_path)
    return OnServer(request.getfixturevalue("safe_server"))


@pytest.fixture(scope="session", autouse=True)
def key_of_servers() -> Iterator[None]:
    """One key of people's cells for every server's database that a test opens without any."""
    ring = Keyring.in_memory()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opening, "of_servers", lambda: ring)
        yield


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """Passwords of tests guard nobody: a hundredth of the work that an office's take."""
    cheap = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1, type=Type.ID)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "HASHER", cheap)
        yield


@pytest.fixture(scope="session", autouse=True)
def quick_tables() -> Iterator[None]:
    """New stores get the tables of the migrations; `migrations.upgrade` itself stays as it is.

    Two thousand tests open a new store; running all migrations for each took a third of them.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migrations, "upgrade", new_tables.make_tables)
        yield
