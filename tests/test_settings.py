"""Settings: arguments over the environment over the file; a key that is none is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError
from pydantic_settings import SettingsError

from matcher.settings import CONFIG, Settings
from tests.cli.commands import Office


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"RENGANG_{name.upper()}", raising=False)


def test_arguments_win_over_the_environment_and_it_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / CONFIG).write_text("port = 81\njobs = 3\nstop_s = 5\n", encoding="utf-8")
    monkeypatch.setenv("RENGANG_PORT", "82")
    monkeypatch.setenv("RENGANG_JOBS", "4")
    found = Settings(workspace=tmp_path, port=83)
    assert (found.port, found.jobs, found.stop_s, found.workers) == (83, 4, 5, 0)


def test_the_file_is_found_in_the_workspace_or_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RENGANG_WORKSPACE", str(tmp_path))
    assert Settings().port == 8000
    (tmp_path / CONFIG).write_text("port = 81", encoding="utf-8")
    assert Settings().port == 81
    other = tmp_path / "other.toml"
    other.write_text(f"port = 90\nworkspace = '{tmp_path}/w'", encoding="utf-8")
    monkeypatch.setenv("RENGANG_CONFIG", str(other))
    assert Settings().port == 90
    monkeypatch.delenv("RENGANG_WORKSPACE")
    assert Settings().workspace == tmp_path / "w"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("prot = 81", "no setting 'prot'; the nearest is 'port'", id="mistyped"),
        pytest.param("port = 0", "setting port", id="out of range"),
        pytest.param("[server]\nport = 81", "no setting 'server'", id="a table"),
        pytest.param("port = = 1", "not TOML", id="malformed"),
        pytest.param("log_level = 'loud'", "setting log_level", id="no such choice"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_by_commands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, told: str
) -> None:
    (tmp_path / CONFIG).write_text(text, encoding="utf-8")
    said = Office(tmp_path, capsys)("doctor")
    assert said.code == 2
    assert told in said.err
    with pytest.raises((ValidationError, SettingsError)):
        Settings(workspace=tmp_path)


def test_a_file_that_is_named_must_be_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = Office(tmp_path, capsys)("doctor", "--config", tmp_path / "none.toml")
    assert said.code == 2
    assert "none.toml" in said.err


@pytest.mark.parametrize(
    "said",
    [
        pytest.param("10.0.0.1", id="one"),
        pytest.param('["10.0.0.1"]', id="as JSON"),
        pytest.param(" 10.0.0.1 , ", id="with commas"),
    ],
)
def test_a_list_is_given_by_a_variable_as_people_write_it(
    said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RENGANG_TRUSTED_PROXIES", said)
    assert Settings().trusted_proxies == ["10.0.0.1"]


def test_a_proxy_that_is_no_address_is_refused_before_the_service_starts() -> None:
    with pytest.raises(ValidationError, match="trusted_proxies"):
        Settings(trusted_proxies=["localhost"])


def test_a_list_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RENGANG_WEBHOOK_HOSTS", "[1")
    with pytest.raises(ValidationError, match="parted by commas"):
        Settings()


def test_the_folder_of_backups_is_in_the_workspace_unless_set(tmp_path: Path) -> None:
    assert Settings(workspace=tmp_path).backup_folder == tmp_path / "backups"
    kept = tmp_path / "elsewhere"
    assert Settings(workspace=tmp_path, backups=kept).backup_folder == kept
