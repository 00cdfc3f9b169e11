"""What to ask next settles what it says it settles."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from matcher.casework.register.asking import Open, what_to_ask
from matcher.policy.catalogue import decision_kind
from matcher.policy.decisions import decide
from matcher.policy.facts import facts_from_given
from matcher.policy.law import Law

ON = date(2026, 11, 2)
PLACES = ("cn/jiangsu/nantong", "cn/shaanxi/ankang", "cn/shanxi", "cn/heilongjiang/harbin")


def matters(place: str, given: dict[str, Any]) -> list[Open]:
    law, facts = Law.on_day(place, ON), facts_from_given(given, on=ON)
    kinds = ("person", "household")
    names = [name for name in law.decisions if decision_kind(name).subject in kinds]
    return [Open(law, name, facts) for name in names]


def test_an_answer_that_settles_for_sure_does() -> None:
    law = Law.on_day("cn/jiangsu/nantong", ON)
    facts = facts_from_given({"person": {}}, on=ON)
    found = what_to_ask([Open(law, "training_offer", facts)])
    sure = next(each for each in found.questions if each.settles)
    for answer in (True, False):
        given = facts_from_given({"person": {sure.facts[0]: answer}}, on=ON)
        assert decide(law, "training_offer", given).outcome[0] != 1


@pytest.mark.parametrize("place", PLACES)
def test_every_open_matter_has_a_question_or_is_beyond_asking(place: str) -> None:
    given = {"person": {"sex": "female"}, "household": {"members": [{"sex": "female"}]}}
    asked = matters(place, given)
    found = what_to_ask(asked)
    assert sorted((*found.decided, *found.open, *found.to_certify, *found.beyond)) == sorted(
        each.decision for each in asked
    )
    told = {name for each in found.questions for name in each.settles}
    told |= {name for each in found.questions for name, _ in each.may_settle}
    assert told == set(found.open)


@pytest.mark.parametrize("place", PLACES)
def test_the_most_useful_question_comes_first_and_nothing_known_is_asked(place: str) -> None:
    given = {"person": {"sex": "male", "birth_date": "1970-01-01", "able_to_work": True}}
    found = what_to_ask(matters(place, given))
    weights = [each.weight for each in found.questions]
    assert weights == sorted(weights, reverse=True)
    asked = {name for each in found.questions for name in each.facts}
    assert not asked & {"sex", "birth_date", "age", "able_to_work"}


def test_a_set_is_asked_only_where_no_single_fact_settles() -> None:
    for place in PLACES:
        found = what_to_ask(matters(place, {"person": {}, "household": {"members": []}}))
        alone = {
            name for each in found.questions if len(each.facts) == 1 for name in _touched(each)
        }
        together = {
            name for each in found.questions if len(each.facts) > 1 for name in _touched(each)
        }
        assert not alone & together


def _touched(question: Any) -> set[str]:
    return {*question.settles, *(name for name, _ in question.may_settle)}


def test_one_of_many_rows_is_asked_as_if_alone() -> None:
    law = Law.on_day("cn/jiangsu/nantong", ON)
    given = {"person": {"sex": "female"}}
    alone = facts_from_given(given, on=ON)
    both = replace(alone.take(np.array([0, 0])), n=2).take(np.array([1]))
    one = what_to_ask([Open(law, "older_worker_4050", alone)])
    assert one == what_to_ask([Open(law, "older_worker_4050", both)])


def test_nothing_to_decide_asks_nothing() -> None:
    assert what_to_ask([]).questions == ()
