"""`rengang bench`: which scripts it runs, with what, and which it passes over."""

from __future__ import annotations

from pathlib import Path

import pytest

from matcher.cli.commands.service import benchmarks
from tests.cli.commands import Office

PLAIN = "import sys\nsys.exit(0)\n"
FAILS = "import sys\nsys.exit(3)\n"
TELLS = (
    "import sys\nfrom pathlib import Path\nPath(sys.argv[1]).write_text(' '.join(sys.argv[2:]))\n"
)
NEEDS = """
import argparse
parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=0)
parser.add_argument("--data", required=True)
parser.add_argument("folder")
parser.add_argument("more", nargs="*")
parser.parse_args()
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of benchmarks that stands in for the checkout's."""
    made = tmp_path / "benchmarks"
    made.mkdir()
    monkeypatch.setattr(benchmarks, "BENCHMARKS", made)
    return made


def test_scripts_that_need_an_argument_are_passed_over_and_the_others_run(
    folder: Path, office: Office
) -> None:
    (folder / "a_needy.py").write_text(NEEDS, encoding="utf-8")
    (folder / "b_plain.py").write_text(PLAIN, encoding="utf-8")
    said = office("bench")
    assert said.code == 0
    assert said.answer == {
        "exit_codes": {"b_plain": 0},
        "passed_over": {"a_needy": ["--data", "FOLDER"]},
    }
    assert "== a_needy: passed over, needs --data FOLDER: rengang bench a_needy --" in said.err


def test_one_that_fails_does_not_keep_the_next_from_running(folder: Path, office: Office) -> None:
    (folder / "a.py").write_text(FAILS, encoding="utf-8")
    (folder / "b.py").write_text(PLAIN, encoding="utf-8")
    said = office("bench")
    assert said.code == 1
    assert said.answer["exit_codes"] == {"a": 3, "b": 0}


def test_what_follows_two_dashes_goes_to_the_script(
    folder: Path, office: Office, tmp_path: Path
) -> None:
    (folder / "tells.py").write_text(TELLS, encoding="utf-8")
    kept = tmp_path / "kept.txt"
    assert office("bench", "tells", "--", kept, "--rows", 5).code == 0
    assert kept.read_text(encoding="utf-8") == "--rows 5"


def test_one_asked_for_by_name_runs_and_says_itself_what_it_lacks(
    folder: Path, office: Office
) -> None:
    (folder / "needy.py").write_text(NEEDS, encoding="utf-8")
    said = office("bench", "needy")
    assert said.code == 1
    assert said.answer == {"exit_codes": {"needy": 2}, "passed_over": {}}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        pytest.param(["no_such"], "no benchmark no_such", id="an unknown name"),
        pytest.param(["a", "b", "--", "--rows", "5"], "2 benchmarks", id="arguments for two"),
        pytest.param(["--", "--rows", "5"], "no benchmark --rows", id="arguments for none"),
    ],
)
def test_wrong_use_is_said(folder: Path, office: Office, given: list[str], told: str) -> None:
    for name in ("a", "b"):
        (folder / f"{name}.py").write_text(PLAIN, encoding="utf-8")
    said = office("bench", *given)
    assert said.code == 2
    assert told in said.err


def test_the_checkouts_own_scripts_are_read_right() -> None:
    scripts = {script.stem: script for script in benchmarks.BENCHMARKS.glob("*.py")}
    needs = {name: benchmarks.needed(script) for name, script in scripts.items()}
    assert needs.pop("ranking_quality") == ("--measure-data",)
    assert needs.pop("demo_quality") == ("WORKSPACE",)
    assert not any(needs.values())
