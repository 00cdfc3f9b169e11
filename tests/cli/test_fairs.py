"""Papers of the demo fair by command."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tests.cli.commands import Office


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "file"),
    [("slips", "slips.html"), ("sheets", "sheets.html"), ("plan", "plan.xlsx")],
)
def test_the_papers_of_a_fair_are_written(
    city_office: Office, tmp_path: Path, command: str, file: str
) -> None:
    out = tmp_path / file
    given = ("--fair", "F0001", "--interviewers", 2, "--out", out, "--lang", "en")
    said = city_office("fair", command, *given)
    assert said.code == 0
    assert said.answer["slots"] == said.answer["fewest_slots"]
    assert out.stat().st_size > 10_000


@pytest.mark.slow
def test_the_papers_follow_a_plan_file(city_office: Office, tmp_path: Path) -> None:
    plan, out = tmp_path / "plan.csv", tmp_path / "slips.html"
    assert city_office("pair", "--fair", "F0001", "--out", plan).code == 0
    rows = pd.read_csv(plan).head(5)
    rows.to_csv(plan, index=False)
    given = ("fair", "slips", "--fair", "F0001", "--out", out, "--plan")
    said = city_office(*given, plan)
    assert (said.code, said.answer["talks"]) == (0, 5)
    rows.assign(person_id="P?").to_csv(plan, index=False)
    said = city_office(*given, plan)
    assert said.code == 2
    assert "5 pairing(s) of a person or vacancy that is not at this fair" in said.err


@pytest.mark.parametrize(
    ("options", "told"),
    [
        pytest.param(("--fair", "F9"), "no fair 'F9' here", id="no such fair"),
        pytest.param(("--fair", "F0001", "--start", "9 Uhr"), "not a time of day", id="time"),
        pytest.param(("--fair", "F0001", "--break", "12:00"), "not a time of day", id="break"),
        pytest.param(("--fair", "F0001", "--interviewers", "x"), "EMPLOYER=NUMBER", id="number"),
        pytest.param(("--fair", "F0001", "--until", "09:30"), "Shorten --minutes", id="short"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_one_line(
    city_office: Office, tmp_path: Path, options: tuple[str, ...], told: str
) -> None:
    said = city_office("fair", "slips", "--out", tmp_path / "x.html", *options)
    assert said.code == 2
    assert told in said.err
    assert said.err.count("\n") == 1
    assert not (tmp_path / "x.html").exists()


def test_a_plan_is_a_workbook(city_office: Office, tmp_path: Path) -> None:
    said = city_office("fair", "plan", "--fair", "F0001", "--out", tmp_path / "plan.pdf")
    assert (said.code, "no workbook" in said.err) == (2, True)


def test_results_need_a_pairing_that_was_kept(city_office: Office) -> None:
    said = city_office("fair", "result", "F0001-AAAAA-AAAAA", "--stage", "hired")
    assert (said.code, "no pairing 'F0001-AAAAA-AAAAA' here" in said.err) == (2, True)
    said = city_office("fair", "attend", "F0001-AAAAA-AAAAA")
    assert (said.code, "no pairing" in said.err) == (2, True)
