"""The built wheel, installed into an empty environment, works in an empty folder."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def run(*command: str | Path, cwd: Path) -> str:
    """Run and return standard output; on failure show what it said."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("RENGANG_")}
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


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.xdist_group("wheel")
def test_an_empty_environment_runs_the_demo_from_the_wheel(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "env"
    venv.create(home, with_pip=True)
    python = home / "bin" / "python"
    pip = (python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    run(*pip, "--require-hashes", "-r", ROOT / "requirements.lock", cwd=tmp_path)
    run(*pip, "--no-deps", wheel, cwd=tmp_path)
    folder = tmp_path / "empty"
    folder.mkdir()
    shown = run(home / "bin" / "rengang", "demo", cwd=folder)
    assert "零就业家庭" in shown
    assert (folder / "rengang-data" / "rengang.sqlite").exists()
