"""Facts written as text say after reading exactly what they said before."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from matcher.policy.catalogue import decision_catalogue
from matcher.policy.decisions import decide
from matcher.policy.facts import facts_from_given
from matcher.policy.law import Law
from matcher.policy.recorded.written import facts_of, law_hash, text_of

ON = date(2026, 11, 22)
GIVEN: list[dict[str, Any]] = [
    {},
    {"person": {"sex": "female", "age": 47, "skill_level": "初级"}},
    {
        "household": {
            "household_kind": "urban",
            "per_capita_income_yuan_month": 680.1,
            "members": [
                {"sex": "male", "birth_date": "1974-05-12", "employed": False},
                {"relation": "child", "able_to_work": True},
            ],
        },
        "refusals": [{"offered_on": "2026-10-01", "response": "refused", "just_cause": False}],
        "case": {"benefits_already_received": ["loan"], "local_refusal_limit": 3},
    },
    {"person": {"not_choosy": True}, "refusals": [], "case": {"benefits_already_received": []}},
    {"vacancy": {"is_public_welfare": True, "candidates": [{"candidate_id": "a", "age": 50}]}},
]


@pytest.mark.parametrize("given", GIVEN, ids=lambda given: "-".join(given) or "nothing")
def test_every_decision_says_the_same_of_written_facts(given: dict[str, Any]) -> None:
    facts = facts_from_given(given, on=ON)
    text = text_of(facts)
    back = facts_of(text)
    assert text_of(back) == text
    for place in ("cn/jiangsu/nantong", "cn/shanxi"):
        law = Law.on_day(place, ON)
        for decision in decision_catalogue():
            said, again = (decide(law, decision, each).verdict(0) for each in (facts, back))
            assert said == again, (place, decision)


def test_the_hash_is_that_of_the_law_of_the_place() -> None:
    nantong, jiangsu, shanxi = (
        law_hash(Law.on_day(place, ON))
        for place in ("cn/jiangsu/nantong", "cn/jiangsu", "cn/shanxi")
    )
    assert jiangsu != shanxi
    assert nantong == law_hash(Law.on_day("cn/jiangsu/nantong", date(2010, 1, 1)))
