"""What must hold on real files that the repository may not contain: pass --measure-data DIR."""

from __future__ import annotations

import time
from pathlib import Path

import pandas as pd
import pytest

from tests.cli.commands import Office

MOST_SECONDS = 60
ACCEPTED = 0.95
JOBSEEKERS = 8_482


@pytest.mark.measure
@pytest.mark.slow
def test_everyone_of_the_scout_files_is_served_in_time_and_the_same_again(
    office: Office, measure_data: Path, tmp_path: Path
) -> None:
    for kind in ("persons", "vacancies", "outcomes"):
        said = office("import", kind, measure_data / "scout" / f"{kind}.csv")
        assert (said.code, said.answer["refused"]) == (0, 0)
    first, again = tmp_path / "1.csv", tmp_path / "2.csv"
    began = time.monotonic()
    assert office("match", "--all", "--top", 50, "--out", first).answer["served"] == JOBSEEKERS
    assert time.monotonic() - began < MOST_SECONDS
    office("match", "--all", "--top", 50, "--out", again)
    assert first.read_bytes() == again.read_bytes()


@pytest.mark.measure
@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["isixe_51job.csv", "cugwhzenith_51job_20190913_gbk.csv"], ids=["utf-8", "gbk"]
)
def test_crawled_files_are_accepted_with_their_wages(
    office: Office, measure_data: Path, tmp_path: Path, name: str
) -> None:
    said = office("import", "vacancies", measure_data / "vacancies" / name).answer
    assert said["created"] >= ACCEPTED * said["read"]
    office("export", "vacancies", "--out", tmp_path / "v.csv")
    vacancies = pd.read_csv(tmp_path / "v.csv", encoding="utf-8-sig")
    stated = vacancies["wage"].notna()
    monthly = vacancies["wage_min"].notna() | vacancies["wage_max"].notna()
    assert (stated & monthly).sum() >= ACCEPTED * stated.sum()
