"""The law cases of the project, and that a case notices when the law is changed."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from matcher.errors import UnreadableFile
from matcher.policy.cases import CaseResult, Status, read_cases, run_case, run_cases, summary
from matcher.policy.engine.scene import Node
from matcher.policy.law import SHIPPED_PACKS, Packs, read_packs
from matcher.policy.reading.rules import Pack, Rule, Value

CASES = sorted((Path(__file__).parent.parent / "cases" / "policy").glob("*.yaml"))
RESULTS = run_cases(CASES)
CURRENT_CASES = sorted(
    (Path(__file__).parent.parent / "cases" / "policy" / "current").glob("*.yaml")
)
CURRENT_RESULTS = run_cases(CURRENT_CASES, layer="current")


@pytest.mark.parametrize("result", RESULTS, ids=lambda result: result.id)
def test_the_law_case_is_answered_as_written(result: CaseResult) -> None:
    assert result.problems == ()


@pytest.mark.parametrize("result", CURRENT_RESULTS, ids=lambda result: result.id)
def test_the_case_of_later_law_is_answered_as_written(result: CaseResult) -> None:
    assert result.problems == ()


@pytest.mark.parametrize(
    ("layer", "results"), [("source", RESULTS), ("current", CURRENT_RESULTS)], ids=str
)
def test_every_place_with_a_pack_has_a_case(layer: str, results: list[CaseResult]) -> None:
    places = {pack.place for pack in read_packs().packs if pack.layer == layer}
    assert places <= {result.place for result in results}


@pytest.mark.parametrize(
    ("pack", "before", "after", "noticed_by"),
    [
        pytest.param(
            "cn/shanxi/hard_to_employ_aid.yaml",
            "value: 12, unit: months",
            "value: 13, unit: months",
            "hte-sx-long-term-exactly-a-year",
            id="a longer time without work",
        ),
        pytest.param(
            "cn/jiangsu/zero_employment_aid.yaml",
            "value: 2007-12-31",
            "value: 2008-12-31",
            "p4050-js-born-on-new-year",
            id="another fixed day",
        ),
        pytest.param(
            "cn/zero_employment_aid.yaml",
            "since: 2007-06-28\n      source: nat-zef",
            "since: 2007-06-29\n      source: nat-zef",
            "zeh-cn-couple-out-of-work",
            id="a later first day",
        ),
        pytest.param(
            "example/jiangxi-county/zero_employment_aid.yaml",
            "at_most, local_minimum_wage",
            "less_than, local_minimum_wage",
            "zeh-jx-income-at-the-wage",
            id="a strict bound",
        ),
        pytest.param(
            "cn/zhejiang/hangzhou/jingfang/community_practice.yaml",
            "source: jf-hte-groups\n          test: disabled",
            "source: jf-hte-groups\n          test: laid_off",
            "hte-jf-none-of-the-groups",
            id="another fact",
        ),
    ],
)
def test_a_change_planted_in_the_law_is_noticed_by_a_case(
    tmp_path: Path, pack: str, before: str, after: str, noticed_by: str
) -> None:
    folder = tmp_path / "packs"
    shutil.copytree(SHIPPED_PACKS, folder)
    file = folder / pack
    text = file.read_text(encoding="utf-8")
    assert text.count(before) >= 1
    file.write_text(text.replace(before, after), encoding="utf-8")
    results = run_cases(CASES, packs=read_packs(folder))
    assert noticed_by in {result.id for result in results if result.status is Status.FAILED}


def test_later_law_answers_first_in_the_current_layer_and_never_in_the_source_layer(
    tmp_path: Path,
) -> None:
    file = tmp_path / "current.yaml"
    file.write_text(
        """
- id: promotion-law
  name: The law of 2008 counts every member of working age
  place: cn
  "on": "2026-11-22"
  given:
    household:
      household_kind: urban
      business_income: false
      investment_income: false
      members:
        - {of_working_age: true, able_to_work: true, wants_to_work: false, employed: true}
        - {of_working_age: true, able_to_work: true, wants_to_work: true, employed: false}
  expect: {zero_employment_household: not_met}
  rules: [epl-art-56]
""",
        encoding="utf-8",
    )
    assert summary(run_cases([file], layer="current")) == (1, 0)
    assert summary(run_cases([file], layer="source")) == (0, 1)


def test_a_failing_case_that_is_not_sure_does_not_count(tmp_path: Path) -> None:
    file = tmp_path / "cases.yaml"
    file.write_text(
        """
- id: unsure
  name: A case that leaves room for another reading
  place: cn
  "on": "2008-03-13"
  given: {household: {household_kind: rural}}
  expect: {zero_employment_household: met}
  rules: []
  sure: false
""",
        encoding="utf-8",
    )
    (result,) = run_cases([file])
    assert result.status is Status.UNSURE
    assert summary([result]) == (0, 0)
    assert result.problems == ("zero_employment_household.outcome: expected met, found not_met",)


CASE = """
- id: broken
  name: A case that cannot be run as written
  place: {place}
  "on": "{on}"
  given: {given}
  expect: {expect}
  rules: [{rules}]
"""


@pytest.mark.parametrize(
    ("change", "told"),
    [
        pytest.param({"on": "13 March"}, "expected an ISO date", id="no date"),
        pytest.param({"place": "cn/atlantis"}, "no place 'cn/atlantis'", id="no such place"),
        pytest.param({"expect": "{height: met}"}, "no decision 'height'", id="no such decision"),
        pytest.param(
            {"given": "{household: {household_kind: urbane}}"},
            "'urbane' is not in the table 'values of household_kind'",
            id="no such value",
        ),
        pytest.param(
            {"given": "{household: {incom: 3}}"},
            "'incom' is not in the table 'facts'",
            id="no fact",
        ),
        pytest.param({"given": "{house: {}}"}, "not in the table 'subjects'", id="no such subject"),
        pytest.param(
            {"given": "{household: {business_income: 3}}"},
            "fact 'business_income' of type bool was given a int",
            id="a number for a yes or no",
        ),
        pytest.param(
            {"given": "{person: {birth_date: soon}}"},
            "fact 'birth_date' is not a date",
            id="no date as a fact",
        ),
        pytest.param(
            {"expect": "{}"}, "expected a mapping with at least one", id="nothing expected"
        ),
        pytest.param(
            {"rules": "sx-hte-4050"}, "expected one of sx-hte-4050", id="another citation"
        ),
    ],
)
def test_a_case_that_cannot_pass_says_why(
    tmp_path: Path, change: dict[str, str], told: str
) -> None:
    case = {
        "place": "cn",
        "on": "2008-03-13",
        "given": "{household: {household_kind: rural}}",
        "expect": "{zero_employment_household: not_met}",
        "rules": "",
    }
    file = tmp_path / "cases.yaml"
    file.write_text(CASE.format(**{**case, **change}), encoding="utf-8")
    (result,) = run_cases([file])
    assert result.status is Status.FAILED
    assert told in " ".join(result.problems)


@pytest.mark.parametrize(
    "text", ["just words", "{id: x}", "- id: x\n  id: y", "[", "- 3"], ids=lambda text: text
)
def test_a_file_that_is_no_list_of_cases_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "cases.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableFile, match=r"cases\.yaml: .*expected a"):
        run_cases([file])


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"nowhere\.yaml"):
        run_cases([tmp_path / "nowhere.yaml"])


def test_a_case_without_its_keys_names_each(tmp_path: Path) -> None:
    file = tmp_path / "cases.yaml"
    file.write_text("- {id: x, colour: red}", encoding="utf-8")
    (result,) = run_cases([file])
    assert [problem.split(";")[0] for problem in result.problems] == [
        "unknown key 'colour'",
        "no 'name'",
        "no 'place'",
        "no 'on'",
        "no 'given'",
        "no 'expect'",
        "no 'rules'",
    ]


@pytest.mark.parametrize(
    ("layer", "files"), [("source", CASES), ("current", CURRENT_CASES)], ids=["source", "current"]
)
def test_every_number_of_the_law_is_held_from_both_sides_by_a_case(
    layer: str, files: list[Path]
) -> None:
    packs = read_packs().packs
    cases = [case for path in files for case in read_cases(path)]
    assert all(run_case(case, "", layer, Packs(packs)).status is Status.PASSED for case in cases)
    loose = [
        f"{pack.file}: {name} {delta:+}"
        for at, pack in enumerate(packs)
        if pack.layer == layer
        for name, (value, *later) in pack.values.items()
        for delta in (1, -1)
        if value.number is not None
        and not noticed_when_moved(
            packs, at, name, (replace(value, number=value.number + delta), *later), cases, layer
        )
    ]
    assert loose == []


def noticed_when_moved(
    packs: tuple[Pack, ...],
    at: int,
    name: str,
    values: tuple[Value, ...],
    cases: list[Mapping[str, Any]],
    layer: str,
) -> bool:
    """Whether some case fails when one pack has other values under the name."""
    moved = replace(packs[at], values={**packs[at].values, name: values})
    law = Packs((*packs[:at], moved, *packs[at + 1 :]))
    touched = {
        decision
        for decision, rules in moved.rules.items()
        if any(name in node.looks_at()[1] for rule in rules for node in nodes(rule))
    }
    return any(
        run_case(case, "", layer, law).status is Status.FAILED
        for case in cases
        if set(case["expect"]) & touched
    )


def nodes(rule: Rule) -> list[Node]:
    """Every test and value of a rule."""
    values = [case.value for cases in rule.answers.values() for case in cases]
    return [*(condition.test for condition in rule.conditions.values()), *values]
