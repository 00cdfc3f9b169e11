"""The page of systems names every cluster, and only what is there."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest
import typer.main

from matcher.cli.main import app

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "systems.md").read_text("utf-8")
ROWS = [line.split("|")[1:-1] for line in PAGE.splitlines() if re.match(r"\| [A-Q] \|", line)]


def test_every_cluster_has_its_row() -> None:
    assert [row[0].strip() for row in ROWS] == list(string.ascii_uppercase[:17])


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0].strip())
def test_a_row_names_places_and_commands_that_exist(row: list[str]) -> None:
    places = [each for each in re.findall(r"`([^`]+)`", row[2]) if "/" in each or each == "api"]
    assert places
    assert [each for each in places if not (ROOT / each).exists()] == []
    command = typer.main.get_command(app)
    known = set(getattr(command, "commands", {}))
    named = {each.split()[0] for each in re.findall(r"`([^`]+)`", row[3])}
    assert named
    assert named <= known
    assert row[4].strip(), "what is not built is said, if only by a dash"
