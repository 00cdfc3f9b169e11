"""What stands in deploy/ fits the program: its commands, its settings, its files."""

from __future__ import annotations

import configparser
import re
import shlex
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import typer

from matcher.cli.main import app
from matcher.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))
SETTINGS = {f"RENGANG_{name.upper()}" for name in Settings.model_fields}
HARDENED = {
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "RestrictSUIDSGID": "yes",
    "CapabilityBoundingSet": "",
    "UMask": "0077",
    "StateDirectoryMode": "0700",
    "User": "rengang",
}


class _Many(dict[str, Any]):
    """Keys that come several times keep all their values."""

    def __setitem__(self, key: str, value: Any) -> None:
        if isinstance(value, list) and key in self and isinstance(self[key], list):
            self[key].extend(value)
        else:
            super().__setitem__(key, value)


def unit(file: Path) -> configparser.RawConfigParser:
    """A unit file; `;` joins nothing, names keep their case."""
    parsed = configparser.RawConfigParser(dict_type=_Many, strict=False, delimiters=("=",))
    parsed.optionxform = str  # type: ignore[assignment,method-assign]  # documented way to keep case
    parsed.read_string(file.read_text("utf-8"))
    return parsed


def known(command: str) -> list[str]:
    """The words of a command that the program does not know."""
    program, *words = shlex.split(command)
    assert program.endswith("rengang")
    at: Any = typer.main.get_command(app)
    unknown = []
    while words and words[0] in getattr(at, "commands", {}):
        at = at.commands[words.pop(0)]
    options = {option for parameter in at.params for option in parameter.opts}
    unknown += [word for word in words if word.startswith("-") and word not in options]
    if getattr(at, "commands", None):
        unknown.append(words[0] if words else "")
    return unknown


def test_a_command_that_is_none_is_noticed() -> None:
    assert known("rengang serv") == ["serv"]
    assert known("rengang backup --keeep 2") == ["--keeep"]
    assert known("rengang db upgrade") == []


@pytest.mark.parametrize("file", UNITS, ids=lambda file: file.name)
def test_a_unit_runs_commands_that_there_are_with_settings_that_there_are(file: Path) -> None:
    service = unit(file)["Service"]
    lines = [service["ExecStart"], service.get("ExecStartPost", "")]
    commands = [line for each in lines for line in each.splitlines() if line]
    assert commands
    assert [known(command) for command in commands] == [[] for _ in commands]
    named = set(re.findall(r"\b(RENGANG_\w+)=", file.read_text("utf-8")))
    assert named
    assert named <= SETTINGS


@pytest.mark.parametrize("file", UNITS, ids=lambda file: file.name)
def test_a_unit_is_hardened(file: Path) -> None:
    service = unit(file)["Service"]
    assert {name: service[name] for name in HARDENED} == HARDENED
    assert service.getint("TimeoutStopSec", fallback=99) > Settings().stop_s


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
@pytest.mark.parametrize("file", [*UNITS, DEPLOY / "rengang-backup.timer"], ids=lambda f: f.name)
def test_systemd_finds_nothing_wrong_with_a_unit(file: Path, tmp_path: Path) -> None:
    for each in (*UNITS, DEPLOY / "rengang-backup.timer"):
        text = each.read_text("utf-8").replace("/opt/rengang/bin/rengang", "/bin/true")
        (tmp_path / each.name).write_text(text, encoding="utf-8")
    name = file.name.replace("@.", "@1.")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / name)],
        capture_output=True,
        text=True,
        check=False,
        env={"SYSTEMD_UNIT_PATH": f"{tmp_path}:", "PATH": "/usr/bin:/bin"},
    )
    told = [line for line in done.stderr.splitlines() if "rengang" in line]
    assert told == []


def test_the_settings_of_the_example_are_settings(tmp_path: Path) -> None:
    text = (DEPLOY / "rengang.toml").read_text("utf-8")
    assert set(tomllib.loads(text)) <= set(Settings.model_fields)
    Settings(workspace=tmp_path, config=DEPLOY / "rengang.toml")


def test_the_container_is_nobodys_root_and_runs_commands_that_there_are() -> None:
    text = (DEPLOY / "Containerfile").read_text("utf-8")
    assert re.search(r"^USER 10001", text, re.M)
    assert "--read-only" in text
    command = re.findall(r'^CMD \["(.+)"\]$', text, re.M)[-1]
    assert known(" ".join(command.split('", "'))) == []
    assert set(re.findall(r"\b(RENGANG_\w+)=", text)) <= SETTINGS
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.M)
    assert all((ROOT / name).exists() for names in copied for name in names.split())
