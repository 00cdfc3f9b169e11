"""The built wheel, installed into an empty environment, works in an empty folder."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def run(*command: str | Path, cwd: Path, imported: Path | None = None) -> str:
    """Run and return standard output; on failure show what it said.

    `imported`: a folder that packages are looked for in, before all others.
    """
    ours = ("RENGANG_", "PYTHONPATH")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    if imported is not None:
        clean["PYTHONPATH"] = str(imported)
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=clean,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    run(
        *(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT),
        cwd=ROOT,
    )
    (built,) = folder.glob("*.whl")
    return built


@pytest.mark.slow
@pytest.mark.xdist_group("wheel")
def test_the_wheel_carries_code_packs_and_data_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"matcher", "api"}
    assert "matcher/_data/schema/columns.csv" in names
    assert any(name.startswith("matcher/policy/packs/cn/") for name in names)
    assert not [name for name in names if name.endswith((".pyc", ".sqlite", ".pkl"))]


NO_NETWORK = """
import socket


def refuse(*_):
    raise OSError("the network is off")


socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = refuse
"""


@pytest.mark.slow
@pytest.mark.xdist_group("wheel")
def test_titles_are_linked_from_the_wheel_with_the_network_off(wheel: Path, tmp_path: Path) -> None:
    unpacked = tmp_path / "unpacked"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(unpacked)
    (unpacked / "sitecustomize.py").write_text(NO_NETWORK, encoding="utf-8")
    (tmp_path / "titles.txt").write_text("小区保洁员（包吃住）\n急聘叉车司机\n", encoding="utf-8")
    asked = (sys.executable, "-c", "import matcher; print(matcher.__file__)")
    where = run(*asked, cwd=tmp_path, imported=unpacked)
    assert where.startswith(str(unpacked))
    command = ("-m", "matcher.cli.main", "link-titles", "titles.txt", "--out", "linked.csv")
    run(sys.executable, *command, cwd=tmp_path, imported=unpacked)
    lines = (tmp_path / "linked.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "title,occupation_code,confidence,backoff_code,alternatives"
    assert [line.split(",")[1] for line in lines[1:]] == ["4-09-08-01", "6-30-05-01"]


@dataclass(frozen=True)
class Installed:
    """The wheel in an environment that had nothing, in a folder that had nothing."""

    binaries: Path
    folder: Path
    demo: str
    """What the demo said."""

    def rengang(self, *words: str | Path) -> str:
        """What the installed command says."""
        return run(self.binaries / "rengang", *words, cwd=self.folder)


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel and what it is locked to, installed; then the network is off and the demo runs."""
    home = tmp_path_factory.mktemp("env")
    venv.create(home, with_pip=True)
    python = home / "bin" / "python"
    # What is never imported need not be compiled, and the rest is when it is.
    pip = (python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile")
    run(*pip, "--require-hashes", "-r", ROOT / "requirements.lock", cwd=home)
    run(*pip, "--no-deps", wheel, cwd=home)
    (packages,) = home.glob("lib/python*/site-packages")
    (packages / "sitecustomize.py").write_text(NO_NETWORK, encoding="utf-8")
    folder = tmp_path_factory.mktemp("empty")
    where = run(python, "-c", "import matcher; print(matcher.__file__)", cwd=folder)
    assert where.startswith(str(home))
    return Installed(home / "bin", folder, run(home / "bin" / "rengang", "demo", cwd=folder))


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.xdist_group("wheel")
def test_an_empty_environment_runs_the_demo_from_the_wheel(installed: Installed) -> None:
    assert "零就业家庭" in installed.demo
    assert "demo-city" in installed.demo
    assert (installed.folder / "rengang-data" / "rengang.sqlite").exists()


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.xdist_group("wheel")
def test_it_trains_matches_and_explains_from_the_wheel_with_the_network_off(
    installed: Installed,
) -> None:
    assert "trained" in installed.rengang("train", "--name", "trained")
    installed.rengang("match", "--all", "--top", "3", "--model", "trained", "--out", "m.csv")
    first = (installed.folder / "m.csv").read_text("utf-8").splitlines()[1].split(",")
    pair = ("--person", first[0], "--vacancy", first[1])
    assert "trained" in installed.rengang("explain", *pair, "--model", "trained")
