"""`rengang simulate` on the demo city, from the outside."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tests.cli.commands import Office


@pytest.mark.slow
def test_policies_are_compared_and_every_replay_is_filed(
    city_office: Office, tmp_path: Path
) -> None:
    out = tmp_path / "runs.csv"
    said = city_office("simulate", "--months", 2, "--seeds", 2, "--people", 600, "--out", out)
    assert said.code == 0
    assert said.answer["generated"]
    assert said.answer["people"] == 600
    by_name = {row["policy"]: row for row in said.answer["policies"]}
    assert by_name["ranker_congestion"]["gini"] < by_name["ranker"]["gini"]
    assert all(0 < row["placements"] <= 600 for row in by_name.values())
    assert len(pd.read_csv(out)) == 2 * len(by_name)
    assert "simulate: " in said.err


def test_only_a_city_whose_truth_is_known_can_be_replayed(office: Office, tmp_path: Path) -> None:
    people = tmp_path / "persons.csv"
    people.write_text("person_id\nP1\n", "utf-8")
    office("import", "persons", people)
    said = office("simulate")
    assert said.code == 2
    assert "demo city" in said.err
