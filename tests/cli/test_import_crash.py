"""An import killed with SIGKILL at any moment leaves the store as before or as after."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from matcher.cli.main import run
from tests.store.killing import command, fingerprint, fork, put_back, survive_kills

ROWS = 4_000
CLOCK = ("at", "updated_at", "import_id", "entry")
"""Columns that differ between two runs of the same import: its moments and its drawn name."""

PRELOAD = ["tests.cli.test_import_crash"]


def posts(file: Path, n: int, wage: int) -> Path:
    """A file of vacancies with employers, so that one import writes two tables."""
    rows = "\n".join(
        f"V{at:05d},保洁员{at % 50},（生成）单位{at % 200},{wage + at % 9},南通市崇川区,2"
        for at in range(n)
    )
    file.write_text(f"岗位编号,岗位名称,用人单位,薪资,工作地点,人数\n{rows}\n", encoding="utf-8")
    return file


def import_posts(workspace: Path, file: Path) -> None:
    """The command, in a process of its own."""
    with pytest.raises(SystemExit) as ended:
        run(["--workspace", str(workspace), "import", "vacancies", str(file)])
    sys.exit(ended.value.code)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.xdist_group("crash")
def test_an_import_killed_at_any_moment_is_all_or_nothing(tmp_path: Path, soak: bool) -> None:
    kept, used = tmp_path / "kept", tmp_path / "used"
    first, second = posts(tmp_path / "1.csv", 500, 2600), posts(tmp_path / "2.csv", ROWS, 3000)
    fork(import_posts, kept, first, preload=PRELOAD).wait()
    put_back(kept, used)
    url, n = f"sqlite:///{used / 'rengang.sqlite'}", 200 if soak else 50

    kills = survive_kills(
        lambda: fork(import_posts, used, second, preload=PRELOAD),
        reset=lambda: put_back(kept, used),
        look=lambda: fingerprint(url, but=CLOCK),
        n=n,
        seed=20261122,
    )
    assert len(kills.before) + len(kills.after) == n
    assert kills.before, "no kill came before the commit"
    assert kills.after, "no kill came after the commit"


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.xdist_group("crash")
def test_the_real_command_survives_kills_too(tmp_path: Path, soak: bool) -> None:
    kept, used = tmp_path / "kept", tmp_path / "used"
    first, second = posts(tmp_path / "1.csv", 500, 2600), posts(tmp_path / "2.csv", ROWS, 3000)
    rengang = Path(sys.executable).with_name("rengang")
    command(rengang, "--workspace", kept, "import", "vacancies", first).wait()
    put_back(kept, used)
    url = f"sqlite:///{used / 'rengang.sqlite'}"
    survive_kills(
        lambda: command(rengang, "--workspace", used, "import", "vacancies", second),
        reset=lambda: put_back(kept, used),
        look=lambda: fingerprint(url, but=CLOCK),
        n=50 if soak else 5,
        seed=20261123,
    )
