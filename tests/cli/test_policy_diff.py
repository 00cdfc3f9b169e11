"""`rengang policy diff`, and what would turn a decision, from the outside."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from matcher.cli.main import run
from tests.cli.commands import Office

DAY = ("--on", "2010-01-01")


def as_text(captured: pytest.CaptureFixture[str], *arguments: str) -> str:
    captured.readouterr()
    with pytest.raises(SystemExit) as ended:
        run(list(arguments))
    assert not ended.value.code
    return captured.readouterr().out


def test_without_a_workspace_the_rules_are_told(office: Office) -> None:
    said = office("policy", "diff", "cn/shanxi", "cn/jiangsu", *DAY)
    assert said.code == 0
    assert said.answer["people"] is None
    older = {each["decision"]: each for each in said.answer["rules"]}["older_worker_4050"]
    assert (older["set_by_a"], older["set_by_b"]) == ("cn/shanxi", "cn/jiangsu")
    assert "holds_certificate" in {each["name"] for each in older["conditions"]}
    assert all(each["document"] for each in older["citations_a"])


def test_the_same_law_does_not_differ(office: Office) -> None:
    said = office("policy", "diff", "cn/shanxi@2010-01-01", "cn/shanxi", *DAY)
    assert said.answer["rules"] == []


def test_a_side_has_its_own_day(office: Office) -> None:
    answer = office("policy", "diff", "cn/shanxi@2008-05-27", "cn/shanxi@2008-05-28").answer
    assert (answer["a"]["on"], answer["b"]["on"]) == ("2008-05-27", "2008-05-28")
    first = next(each for each in answer["rules"] if each["decision"] == "older_worker_4050")
    assert first["set_by_b"] == "cn/shanxi"


def test_the_text_speaks_both_languages(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--workspace", str(office.workspace), "policy", "diff", "cn/shanxi", "cn/jiangsu"]
    asked += [*DAY, "--decision", "older_worker_4050"]
    chinese = as_text(capsys, *asked)
    english = as_text(capsys, *asked, "--lang", "en")
    assert "A 失业 [sx-hte-4050]" in chinese
    assert "A The person is unemployed. [sx-hte-4050]" in english
    assert "= age_counted_on: A — · B 2007-12-31 date" in english


@pytest.mark.slow
def test_the_people_of_the_workspace_are_counted(city_office: Office, tmp_path: Path) -> None:
    out = tmp_path / "ids.csv"
    decision = ("--decision", "older_worker_4050", "--decision", "zero_employment_household")
    said = city_office("policy", "diff", "cn/jiangsu", "cn/shanxi", *decision, "--out", out)
    assert said.code == 0
    counted = said.answer["people"]["decisions"]
    assert {each["decision"] for each in counted} == set(decision[1::2])
    ids = pd.read_csv(out)
    assert list(ids.columns) == ["decision", "subject", "id", "change"]
    for each in counted:
        changes = ids[ids["decision"] == each["decision"]]["change"].value_counts()
        assert changes.get("gains", 0) == each["gains"]
        assert changes.get("settled", 0) == each["settled"]
        for by in {row["by"] for row in each["groups"]}:
            rows = [row for row in each["groups"] if row["by"] == by]
            assert sum(row["gains"] for row in rows) == each["gains"]
            assert sum(row["n"] for row in rows) == sum(map(sum, each["transitions"]))
    assert sum(each["gains"] + each["settled"] for each in counted) > 0
    person = next(each for each in counted if each["decision"] == "older_worker_4050")
    assert {row["by"] for row in person["groups"]} == {
        *("sex", "age", "hukou_kind", "county", "street")
    }


def test_decisions_about_posts_are_named_as_left_out(city_office: Office) -> None:
    decision = ("--decision", "public_welfare_post_tier")
    people = city_office("policy", "diff", "cn", "cn/shanxi", *decision).answer["people"]
    assert people == {"decisions": [], "left_out": ["public_welfare_post_tier"]}


@pytest.mark.parametrize(
    ("arguments", "telling"),
    [
        pytest.param(["cn/atlantis", "cn"], "cn/atlantis", id="no such place"),
        pytest.param(["cn@2.11.", "cn"], "2.11.", id="no day"),
        pytest.param(["cn", "cn", "--decision", "luck"], "luck", id="no such decision"),
        pytest.param(["cn", "cn", "--layer", "later"], "later", id="no such layer"),
        pytest.param(["cn", "cn", "--out", "ids.csv"], "rengang demo", id="no people to list"),
    ],
)
def test_what_is_not_there_is_said(office: Office, arguments: list[str], telling: str) -> None:
    said = office("policy", "diff", *arguments)
    assert said.code == 2
    assert telling in said.err


@pytest.mark.slow
def test_decide_says_what_would_turn_it(
    city_office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["decide", "hard_to_employ", "--person", "P000001", "--place", "cn/shanxi"]
    turning = city_office(*asked).answer["turning"]
    assert set(turning) >= {"changes", "changes_hold_from", "date", "zh", "en", "toward"}
    text = as_text(capsys, "--workspace", str(city_office.workspace), *asked, "--lang", "en")
    assert turning["en"] in text
    for change in turning["changes"]:
        assert change["who"]
        assert change["zh"]
