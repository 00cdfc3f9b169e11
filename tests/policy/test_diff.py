"""Two laws held against each other: what their rules say, and who gains or loses."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.domain.decision import Outcome
from matcher.errors import UnknownDecision, WrongUse
from matcher.policy.comparing.people import COUNTED, compare_people
from matcher.policy.comparing.rules import RuleDifference, compare_rules
from matcher.policy.decisions import decide
from matcher.policy.facts import facts_from_many
from matcher.policy.law import Law, Packs
from matcher.policy.reading.packs import read_pack
from tests.policy.people import random_given
from tests.policy.test_decisions import DECISIONS, PLACES

ON = date(2009, 9, 22)
OPINION = """
place: cn/hebei
area_code: "13"
programme: test
layer: source
inheritable: true
documents:
  order: {title: 测试用文件, number: null, date: 2008-01-01, grade: read}
sources:
  order-1: {document: order, article: 第一条, words: 满}
  order-2: {document: order, article: 第二条, words: 满}
values:
  least_age:
    - {value: 45, unit: years, since: 2008-01-01, source: order-1}
    - {value: 40, unit: years, since: 2012-01-01, source: order-2}
decisions:
  older_worker_4050:
    - since: 2008-01-01
      source: order-1
      conditions:
        old_enough:
          zh: 年满{least_age}周岁（{age}）
          en: The person is {least_age} years old ({age}).
          source: order-1
          test: {compare: [age, at_least, {value: least_age}]}
      met_when: old_enough
  status_loss:
    - since: 2008-01-01
      source: order-1
      conditions:
        young:
          zh: 未满{least_age}周岁
          en: The person is not {least_age} years old.
          source: order-1
          test: {compare: [age, less_than, {value: least_age}]}
      met_when: young
"""


@pytest.fixture
def packs(tmp_path: Path) -> Packs:
    file = tmp_path / "order.yaml"
    file.write_text(OPINION, "utf-8")
    pack, problems = read_pack(file, "cn/hebei/test.yaml")
    assert problems == []
    assert pack is not None
    return Packs((pack,))


def only(found: list[RuleDifference]) -> RuleDifference:
    (one,) = found
    return one


@pytest.mark.parametrize("place", PLACES)
def test_a_law_does_not_differ_from_itself(place: str) -> None:
    law = Law.on_day(place, ON)
    assert compare_rules(law, law) == []


def test_a_value_that_changes_with_the_day(packs: Packs) -> None:
    a, b = (Law.on_day("cn/hebei", date(year, 6, 1), packs=packs) for year in (2009, 2013))
    found = only(compare_rules(a, b, ["older_worker_4050"]))
    (value,) = found.values
    assert value.a is not None
    assert value.b is not None
    assert (value.name, value.a.number, value.b.number) == ("least_age", 45, 40)
    assert value.b.citation.rule == "order-2"
    (condition,) = found.conditions
    assert condition.a is not None
    assert condition.b is not None
    assert (condition.a.zh, condition.b.en) == (
        "年满45周岁（〔年龄〕）",
        "The person is 40 years old (<age>).",
    )
    assert not found.joined


def test_a_place_without_a_text_has_nothing_on_its_side(packs: Packs) -> None:
    a, b = (Law.on_day(place, ON, packs=packs) for place in ("cn", "cn/hebei"))
    found = only(compare_rules(a, b, ["older_worker_4050"]))
    assert (found.set_by_a, found.set_by_b) == (None, "cn/hebei")
    assert [each.a for each in found.conditions] == [None]
    assert [each.rule for each in found.citations_b] == ["order-1"]
    assert found.citations_a == ()


def test_the_sides_mirror_each_other() -> None:
    shanxi, jiangsu = (Law.on_day(place, ON) for place in ("cn/shanxi", "cn/jiangsu"))
    there, back = compare_rules(shanxi, jiangsu), compare_rules(jiangsu, shanxi)
    assert [each.decision for each in there] == [each.decision for each in back]
    for one, other in zip(there, back, strict=True):
        assert (one.set_by_a, one.citations_a) == (other.set_by_b, other.citations_b)
        names = [{each.name for each in side.conditions} for side in (one, other)]
        assert names[0] == names[1]
        assert {each.name: each.a for each in one.values} == {
            each.name: each.b for each in other.values
        }


def test_an_unknown_decision_is_refused() -> None:
    law = Law.on_day("cn", ON)
    with pytest.raises(UnknownDecision):
        compare_rules(law, law, ["luck"])


def test_who_gains_and_who_loses_by_groups(packs: Packs) -> None:
    ages = [38, 41, 44, 46, None, 42]
    people = facts_from_many([{"person": {"age": age}} for age in ages], on=ON)
    a, b = (Law.on_day("cn/hebei", date(year, 6, 1), packs=packs) for year in (2009, 2013))
    labels = pd.DataFrame({"sex": ["male", "female", "female", "male", "male", None]})
    first, second = (decide(law, "older_worker_4050", people) for law in (a, b))
    found = compare_people(first, second, labels)
    assert np.flatnonzero(found.gains).tolist() == [1, 2, 5]
    assert found.counts == {"gains": 3, "loses": 0, "opened": 0, "settled": 0}
    assert found.transitions.tolist() == [[1, 0, 3], [0, 1, 0], [0, 0, 1]]
    told = found.groups.set_index("group")[["n", "gains"]].to_dict(orient="index")
    assert told == {
        "female": {"n": 2, "gains": 2},
        "male": {"n": 3, "gains": 0},
        "unknown": {"n": 1, "gains": 1},
    }
    back = compare_people(second, first, labels)
    assert np.array_equal(back.loses, found.gains)


def test_to_lose_the_status_no_longer_is_a_gain(packs: Packs) -> None:
    people = facts_from_many([{"person": {"age": age}} for age in (38, 41, 46)], on=ON)
    a, b = (Law.on_day("cn/hebei", date(year, 6, 1), packs=packs) for year in (2009, 2013))
    found = compare_people(decide(a, "status_loss", people), decide(b, "status_loss", people))
    assert found.gains.tolist() == [False, True, False]
    assert found.groups.empty


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_every_subject_stands_where_its_two_answers_put_it(seed: int) -> None:
    rng = np.random.default_rng(seed)
    people = facts_from_many([random_given(rng, 0.9) for _ in range(12)], on=ON)
    decision = str(rng.choice(DECISIONS[:3]))
    a, b = (decide(Law.on_day(str(rng.choice(PLACES)), ON), decision, people) for _ in range(2))
    labels = pd.DataFrame({"half": np.arange(people.n) % 2})
    found = compare_people(a, b, labels)
    for row in range(people.n):
        before, after = a.verdict(row).outcome, b.verdict(row).outcome
        expected = {
            "gains": (before, after) == (Outcome.NOT_MET, Outcome.MET),
            "loses": (before, after) == (Outcome.MET, Outcome.NOT_MET),
            "opened": before is not Outcome.UNKNOWN and after is Outcome.UNKNOWN,
            "settled": before is Outcome.UNKNOWN and after is not Outcome.UNKNOWN,
        }
        assert {name: bool(getattr(found, name)[row]) for name in COUNTED} == expected
    assert found.transitions.sum() == people.n
    assert found.groups[list(COUNTED)].sum().to_dict() == found.counts


def test_nobody_is_compared_with_other_people(packs: Packs) -> None:
    law = Law.on_day("cn/hebei", ON, packs=packs)
    one = facts_from_many([{"person": {"age": 40}}], on=ON)
    two = facts_from_many([{"person": {"age": 40}}] * 2, on=ON)
    with pytest.raises(WrongUse, match="same subjects"):
        compare_people(decide(law, "older_worker_4050", one), decide(law, "older_worker_4050", two))
