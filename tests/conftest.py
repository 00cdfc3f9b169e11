"""Fixtures and options of the whole suite; helpers stand in factories.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from matcher.cli.main import run


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
    """A workspace with the demo city, built once and only read by tests."""
    workspace = tmp_path_factory.mktemp("city") / "w"
    with pytest.raises(SystemExit) as ended:
        run(["--workspace", str(workspace), "--json", "demo"])
    assert ended.value.code == 0
    return workspace
