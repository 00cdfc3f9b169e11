"""Accounts by command: usable at once, listed without secrets, ended at once."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from matcher.cli.main import run

WORD = "three plain words"


def rengang(workspace: Path, *arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        run(["--workspace", str(workspace), "--json", *arguments])
    assert isinstance(ended.value.code, int)
    return ended.value.code


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{WORD}\n"))


@pytest.mark.usefixtures("typed")
def test_an_account_is_made_and_listed_without_its_password(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ("user", "add", "wang", "--role", "caseworker", "--area", "320613")
    assert rengang(tmp_path, *asked, "--password-stdin") == 0
    assert json.loads(capsys.readouterr().out)["areas"] == ["320613"]
    assert rengang(tmp_path, "user", "list") == 0
    listed = capsys.readouterr().out
    assert json.loads(listed)[0]["username"] == "wang"
    assert WORD not in listed
    assert rengang(tmp_path, "user", "disable", "wang") == 0
    capsys.readouterr()
    rengang(tmp_path, "user", "list")
    assert json.loads(capsys.readouterr().out)[0]["disabled"] is True


@pytest.mark.usefixtures("typed")
def test_an_office_without_an_area_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert rengang(tmp_path, "user", "add", "li", "--role", "caseworker", "--password-stdin") == 2
    assert "--area" in capsys.readouterr().err


def test_no_password_at_all_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert rengang(tmp_path, "user", "add", "li", "--role", "auditor") == 2
    assert "--password-stdin" in capsys.readouterr().err
