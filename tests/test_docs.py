"""The documents cannot lie: commands run, outputs match, the reference is what the code says."""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [ROOT / "README.md", ROOT / "README.zh-CN.md"]
ANYTHING = "..."


@dataclass(frozen=True)
class Shown:
    """One command of a document with the output it claims."""

    document: str
    command: str
    output: tuple[str, ...]


def console_blocks(document: Path) -> Iterator[Shown]:
    """Every `$ command` of a document's console blocks, with the lines shown below it."""
    for block in re.findall(r"```console\n(.*?)```", document.read_text("utf-8"), re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, *output = part.rstrip("\n").split("\n")
            yield Shown(document.name, command, tuple(output))


def agrees(claimed: tuple[str, ...], said: list[str]) -> bool:
    """Do the claimed lines stand in what was said, in order; a line `...` skips any number.

    Example:
        >>> agrees(("a", "...", "c"), ["a", "b", "c"]), agrees(("a", "c"), ["a", "b", "c"])
        (True, False)
    """
    if not claimed:
        return not said
    if claimed[0] == ANYTHING:
        return any(agrees(claimed[1:], said[skip:]) for skip in range(len(said) + 1))
    return bool(said) and claimed[0].rstrip() == said[0].rstrip() and agrees(claimed[1:], said[1:])


def as_run(command: str) -> str:
    """What a documented command runs: `make demo` is replaced by the line that make shows."""
    if not command.startswith("make "):
        return command
    dry = subprocess.run(
        ["make", "-n", *command.split()[1:]], cwd=ROOT, capture_output=True, text=True, check=True
    )
    (line,) = [line for line in dry.stdout.splitlines() if ".venv/bin/rengang" in line]
    return line.strip().removeprefix(".venv/bin/")


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """What a command says in a folder of the documents' own; both begin with the same one."""
    folder = tmp_path_factory.mktemp("readme")
    binaries = str(Path(sys.executable).parent)
    clean = {name: value for name, value in os.environ.items() if not name.startswith("RENGANG_")}
    environment = clean | {"PATH": f"{binaries}:{os.environ['PATH']}"}

    @cache
    def run(command: str) -> str:
        words = shlex.split(command)
        done = subprocess.run(
            words, cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"$ {command}\n{done.stderr[-3000:]}"
        return done.stdout

    return run


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.xdist_group("docs")
@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_of_the_readme_says_what_it_claims(
    document: Path, said: Callable[[str], str]
) -> None:
    shown = list(console_blocks(document))
    assert len(shown) >= 2
    for item in shown:
        command = as_run(item.command)
        assert command.startswith("rengang "), f"{document.name}: cannot try '{command}'"
        told = said(command)
        assert agrees(item.output, told.splitlines()), f"$ {command}\n{told}"


def test_a_changed_output_is_noticed() -> None:
    assert not agrees(("10 passed",), ["11 passed"])
    assert not agrees(("a", ANYTHING, "z"), ["a", "b"])


def test_the_reference_page_is_what_the_code_says() -> None:
    spec = importlib.util.spec_from_file_location(
        "reference_page", ROOT / "docs/pages/reference.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    written = (ROOT / "docs" / "reference.md").read_text("utf-8")
    assert written == module.page(), "run: python docs/pages/reference.py"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_of_the_readme_leads_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)\)", document.read_text("utf-8"))
    assert targets
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_the_tour_names_files_that_exist() -> None:
    named = re.findall(r"`((?:matcher|api|tests|data|docs)/[\w./-]+)`", tour())
    assert len(named) >= 10
    assert [name for name in named if not (ROOT / name).exists()] == []


def tour() -> str:
    """The text of the tour."""
    return (ROOT / "docs" / "tour.md").read_text("utf-8")


def test_every_make_target_in_the_contributing_guide_exists() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    named = set(re.findall(r"^make ([a-z-]+)", (ROOT / "CONTRIBUTING.md").read_text("utf-8"), re.M))
    assert named
    assert [name for name in named if not re.search(rf"^{name}:", makefile, re.M)] == []


def test_the_page_of_features_is_what_the_register_says() -> None:
    spec = importlib.util.spec_from_file_location("features_page", ROOT / "docs/pages/features.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    written = (ROOT / "docs" / "features.md").read_text("utf-8")
    assert written == module.page(), "run: python docs/pages/features.py"
