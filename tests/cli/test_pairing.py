"""Pairing from bare files on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.cli.commands import Office

PERSONS = """person_id,tier,household_id,zero_employment,cap
P1,1,H1,1,1
P2,2,H2,0,1
P3,,,0,2
"""
VACANCIES = """vacancy_id,places,public_welfare
V1,1,1
V2,2,0
"""
EDGES = """person_id,vacancy_id,score
P1,V1,3000
P2,V1,9000
P2,V2,4000
P3,V2,5000
"""
GOOD = {"persons": PERSONS, "vacancies": VACANCIES, "edges": EDGES}


def files(folder: Path, **texts: str) -> list[Any]:
    """The three files as options; what is not given is good."""
    arguments: list[Any] = []
    for name, text in (GOOD | texts).items():
        path = folder / f"{name}.csv"
        path.write_text(text, encoding="utf-8")
        arguments += [f"--{name}", path]
    return arguments


def test_the_plan_and_its_certificate_stand_beside_each_other(
    office: Office, tmp_path: Path
) -> None:
    out = tmp_path / "plan.csv"
    said = office("pair", *files(tmp_path), "--out", out)
    assert said.code == 0
    assert out.read_text(encoding="utf-8").splitlines() == [
        "person_id,vacancy_id,score",
        *("P1,V1,3000", "P2,V2,4000", "P3,V2,5000"),
    ]
    stated = json.loads((tmp_path / "plan.certificate.json").read_text(encoding="utf-8"))
    assert stated == said.answer
    assert stated["welfare_places_filled_by_tier"] == {"1": 1, "2": 0}
    assert stated["total_score"] == 12_000
    assert stated["upper_bounds"].keys() == {
        "welfare_places_filled_by_tier",
        "zero_employment_households_with_a_place",
        "total_score",
    }
    assert (stated["envy"], stated["proved"]) == ([], True)

    reasons = pd.read_csv(tmp_path / "plan.left_out.csv")
    assert list(reasons.columns) == ["vacancy_id", "person_id", "tier", "why"]

    checked = office("pair", "check", out, *files(tmp_path))
    assert (checked.code, checked.answer) == (0, {"violations": [], "proved": True})


def test_a_plan_that_was_changed_is_told_so(office: Office, tmp_path: Path) -> None:
    out = tmp_path / "plan.csv"
    office("pair", *files(tmp_path), "--out", out)
    plan = pd.read_csv(out)
    plan.loc[0] = ["P2", "V1", 9000]
    plan.drop(index=1).to_csv(out, index=False)
    said = office("pair", "check", out, *files(tmp_path))
    assert said.code == 1
    assert any("P1 (tier 1) holds no public-welfare place" in v for v in said.answer["violations"])


def test_the_same_rows_in_another_order_give_the_same_bytes(office: Office, tmp_path: Path) -> None:
    def turned(text: str) -> str:
        head, *rows = text.splitlines()
        return "\n".join([head, *reversed(rows)]) + "\n"

    one, other = tmp_path / "one.csv", tmp_path / "other.csv"
    office("pair", *files(tmp_path), "--out", one)
    office("pair", *files(tmp_path, **{k: turned(v) for k, v in GOOD.items()}), "--out", other)
    assert one.read_bytes() == other.read_bytes()
    certificates = [p.with_name(f"{p.stem}.certificate.json").read_bytes() for p in (one, other)]
    assert certificates[0] == certificates[1]


@pytest.mark.parametrize(
    ("changed", "telling"),
    [
        pytest.param({"edges": EDGES + "P1,V1,3000\n"}, "list a pair twice: P1", id="twice"),
        pytest.param({"edges": EDGES + "P9,V1,10\n"}, "person_id that is not listed: P9", id="who"),
        pytest.param({"edges": EDGES + "P3,V9,10\n"}, "vacancy_id that is not listed: V9", id="v"),
        pytest.param({"edges": EDGES + "P3,V1,-5\n"}, "score is not a whole number", id="negative"),
        pytest.param({"edges": EDGES + "P3,V1,0.5\n"}, "score is not a whole number", id="part"),
        pytest.param({"edges": EDGES + "P3,V1,\n"}, "score is empty: P3", id="no score"),
        pytest.param({"persons": PERSONS + "P1,1,,0,1\n"}, "person_id is listed twice", id="again"),
        pytest.param(
            {"persons": PERSONS.replace("H1,1,1", "H1,maybe,1")},
            "zero_employment is neither yes nor no: P1",
            id="neither yes nor no",
        ),
        pytest.param(
            {"persons": "person_id,tier,household_id,zero_employment,cap,tie\nP1,1,,0,1,1001\n"},
            "tie is not a whole number from 0 to 1000: P1",
            id="tie rank",
        ),
        pytest.param({"vacancies": "vacancy_id,places\nV1,1\n"}, "public_welfare", id="no column"),
    ],
)
def test_what_is_wrong_in_the_files_is_said_and_nothing_is_written(
    office: Office, tmp_path: Path, changed: dict[str, str], telling: str
) -> None:
    out = tmp_path / "plan.csv"
    said = office("pair", *files(tmp_path, **changed), "--out", out)
    assert said.code == 2
    assert telling in said.err
    assert not out.exists()


def test_nobody_eligible_makes_an_empty_plan(office: Office, tmp_path: Path) -> None:
    out = tmp_path / "plan.csv"
    said = office("pair", *files(tmp_path, edges="person_id,vacancy_id,score\n"), "--out", out)
    assert (said.code, said.answer["pairings"]) == (0, 0)
    assert office("pair", "check", out, *files(tmp_path, edges=EDGES.splitlines()[0])).code == 0


def test_the_longest_unemployed_go_first_among_equals(office: Office, tmp_path: Path) -> None:
    persons = (
        "person_id,tier,household_id,zero_employment,cap,unemployed_since\n"
        "P1,,,0,1,2025-06-01\nP2,,,0,1,2019-03-01\nP3,,,0,1,\n"
    )
    edges = "person_id,vacancy_id,score\n" + "".join(f"P{at},V1,5000\n" for at in (1, 2, 3))
    out = tmp_path / "plan.csv"
    said = office("pair", *files(tmp_path, persons=persons, edges=edges), "--out", out)
    assert said.code == 0
    assert pd.read_csv(out)["person_id"].tolist() == ["P2"]


@pytest.mark.parametrize(
    ("arguments", "telling"),
    [
        pytest.param(["pair"], "it is not said what to pair", id="nothing"),
        pytest.param(
            ["pair", "--fair", "F1", "--pin", "P1"], "'P1' names no pair", id="half a pin"
        ),
    ],
)
def test_what_is_missing_is_said(office: Office, arguments: list[str], telling: str) -> None:
    said = office(*arguments)
    assert said.code == 2
    assert telling in said.err
