"""Decisions over columns: many rows as one by one, and more facts never turn a known answer."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.domain.decision import Outcome
from matcher.errors import UnknownDecision
from matcher.policy.catalogue import decision_catalogue
from matcher.policy.decisions import Decided, decide
from matcher.policy.facts import facts_from_given, facts_from_many
from matcher.policy.law import Law, shipped_packs
from tests.policy.people import fill, random_facts, random_given, random_person

ON = date(2009, 9, 22)
PLACES = (
    *("cn", "cn/jiangsu", "cn/shanxi", "cn/heilongjiang/harbin", "cn/shaanxi/ankang"),
    *("cn/zhejiang/hangzhou/jingfang", "example/jiangxi-county", "example/city-a"),
)
DECISIONS = (
    *("zero_employment_household", "older_worker_4050", "hard_to_employ"),
    *("public_welfare_post_tier", "public_welfare_post_eligible"),
)
LAYERS = ("source", "current")
RULED = sorted({pack.place for pack in shipped_packs().packs})


def decided(given: list[dict[str, Any]], place: str, decision: str, layer: str) -> Decided:
    law = Law.on_day(place, ON, layer=layer)
    return decide(law, decision, facts_from_many(given, on=ON))


@pytest.mark.parametrize("decision", DECISIONS)
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("layer", LAYERS)
def test_many_rows_are_answered_as_each_alone(place: str, decision: str, layer: str) -> None:
    rng = np.random.default_rng(2009)
    given = [random_given(rng, asked) for asked in (0.5, 0.9, 1.0) for _ in range(8)]
    together = decided(given, place, decision, layer)
    for row, one in enumerate(given):
        alone = decided([one], place, decision, layer)
        assert together.outcome[row] == alone.outcome[0]
        assert together.tier[row] == alone.tier[0]
        assert together.set_by[row] == alone.set_by[0]
        assert together.verdict(row) == alone.verdict(0)


@pytest.mark.parametrize("decision", sorted(decision_catalogue()))
def test_every_decision_answers_many_rows_as_each_alone(decision: str) -> None:
    rng = np.random.default_rng(len(decision))
    given = [random_facts(rng, asked) for asked in (0.3, 0.6, 0.9) for _ in range(2)]
    for place in RULED:
        together = decided(given, place, decision, "source")
        for row, one in enumerate(given):
            alone = decided([one], place, decision, "source")
            assert together.outcome[row] == alone.outcome[0]
            assert together.verdict(row) == alone.verdict(0)


@pytest.mark.parametrize("decision", sorted(decision_catalogue()))
def test_an_open_answer_says_what_to_ask_or_that_nothing_is_stated(decision: str) -> None:
    rng = np.random.default_rng(len(decision))
    for place in RULED:
        for asked in (0.0, 0.4):
            given = random_facts(rng, asked)
            given.get("household", {}).pop("members", None)
            known = {name for facts in given.values() if isinstance(facts, dict) for name in facts}
            verdict = decided([given], place, decision, "source").verdict(0)
            assert not known & set(verdict.ask_for)
            if verdict.outcome is Outcome.UNKNOWN:
                assert verdict.ask_for or verdict.reason


def test_a_million_rows_are_answered_as_their_few_kinds_are() -> None:
    rng = np.random.default_rng(7)
    persons = [{"person": random_person(rng, asked)} for asked in (0.7, 1.0) for _ in range(40)]
    people = facts_from_many(persons, on=ON)
    rows = rng.integers(0, people.n, 1_000_000)
    law = Law.on_day("cn/shanxi", ON, layer="source")
    few = decide(law, "hard_to_employ", people)
    many = decide(law, "hard_to_employ", people.take(rows))
    assert np.array_equal(many.outcome, few.outcome[rows])
    assert len(set(few.outcome.tolist())) > 1


@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from(PLACES),
    st.sampled_from(DECISIONS),
    st.sampled_from(LAYERS),
)
@settings(max_examples=150, deadline=None)
def test_more_facts_never_turn_a_known_answer(
    seed: int, place: str, decision: str, layer: str
) -> None:
    rng = np.random.default_rng(seed)
    little = random_given(rng, 0.6)
    more = fill(little, random_given(rng, 0.6))
    before = decided([little], place, decision, layer).verdict(0)
    after = decided([more], place, decision, layer).verdict(0)
    if before.outcome is not Outcome.UNKNOWN:
        assert after.outcome is before.outcome
        assert after.values.get("tier") == before.values.get("tier")


@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from(PLACES),
    st.sampled_from(DECISIONS),
    st.sampled_from(LAYERS),
)
@settings(max_examples=150, deadline=None)
def test_once_the_facts_asked_for_are_given_the_answer_is_known(
    seed: int, place: str, decision: str, layer: str
) -> None:
    rng = np.random.default_rng(seed)
    given, whole = random_given(rng, 0.5), random_given(rng, 1.0)
    for _ in range(20):
        verdict = decided([given], place, decision, layer).verdict(0)
        if not verdict.ask_for:
            break
        given = answered(given, whole, verdict.ask_for)
    assert verdict.outcome is not Outcome.UNKNOWN or verdict.reason is not None


def answered(
    given: dict[str, Any], whole: dict[str, Any], asked: tuple[str, ...]
) -> dict[str, Any]:
    """The facts with those asked for taken from someone of whom everything is known."""
    more = {
        subject: {name: value for name, value in facts.items() if name in asked}
        for subject, facts in whole.items()
    }
    members = given.get("household", {}).get("members")
    if members:
        known = whole["household"].get("members") or [whole["person"]]
        more["household"]["members"] = [
            {name: value for name, value in known[at % len(known)].items() if name in asked}
            for at in range(len(members))
        ]
    return fill(given, more)


@given(st.integers(0, 2**32 - 1), st.sampled_from(PLACES), st.sampled_from(DECISIONS))
@settings(max_examples=100, deadline=None)
def test_a_fact_is_asked_for_only_when_it_is_not_known(
    seed: int, place: str, decision: str
) -> None:
    one = random_given(np.random.default_rng(seed), 0.7)
    verdict = decided([one], place, decision, "source").verdict(0)
    if "members" not in one.get("household", {}):
        stated = {name for facts in one.values() for name in facts}
        assert not stated & set(verdict.ask_for)
    assert (verdict.outcome is Outcome.UNKNOWN) or verdict.ask_for == ()


def test_a_verdict_reads_out_each_condition_with_facts_limit_sentence_and_source() -> None:
    person = {"sex": "female", "birth_date": "1969-09-23", "employed": False}
    law = Law.on_day("cn/shanxi", ON, layer="source")
    verdict = decide(law, "older_worker_4050", facts_from_given({"person": person}, on=ON)).verdict(
        0
    )
    age, former, unemployed = verdict.findings
    assert (age.condition, age.outcome, age.limit) == ("old_enough", Outcome.NOT_MET, 40)
    assert age.facts == {"age": 39, "sex": "female"}
    assert age.zh == "女满40周岁、男满50周岁（当日39周岁）"
    assert age.en.startswith("A woman is 40 or a man 50 years old or more on the day (now 39)")
    assert age.citation is not None
    assert age.citation.rule == "sx-hte-4050"
    assert age.citation.since == date(2008, 5, 28)
    assert age.citation.article == "第一条第（一）项"
    assert (former.outcome, former.ask_for) == (Outcome.UNKNOWN, ("former_employer_ownership",))
    assert unemployed.outcome is Outcome.MET
    assert verdict.outcome is Outcome.NOT_MET
    assert verdict.ask_for == ()
    assert verdict.values["derived_from"] == {"age": "birth_date"}


def test_the_shortest_way_is_asked_for_first() -> None:
    person = dict.fromkeys(
        ("shanxi_urban_registration", "of_working_age", "able_to_work", "wants_to_work"), True
    )
    facts = facts_from_given({"person": {**person, "registered_unemployed": True}}, on=ON)
    law = Law.on_day("cn/shanxi", ON, layer="source")
    asked = decide(law, "hard_to_employ", facts).verdict(0).ask_for
    assert asked[:2] == ("zef_member", "city_added_group")
    assert set(asked[2:4]) == {"dibao_recipient", "unemployed_since"}


def test_columns_of_conditions_are_kept_for_all_rows() -> None:
    people = [{"person": {"sex": "male", "age": age}} for age in (49, 50)] + [{"person": {}}]
    found = decided(people, "cn/shanxi", "older_worker_4050", "source")
    assert found.criteria["cn/shanxi", "old_enough"].tolist() == [0, 2, 1]
    assert len(found) == 3


def test_a_vacancys_list_of_candidates_is_met_once_each_tier_is_known() -> None:
    candidates = [{"candidate_id": "A", "zef_member": True}, {"candidate_id": "B"}]
    post = {"is_public_welfare": True, "government_invested": True, "candidates": candidates}
    given = [
        {"vacancy": post},
        {"vacancy": {**post, "candidates": candidates[:1]}},
        {"vacancy": {**post, "candidates": []}},
    ]
    found = decided(given, "cn/heilongjiang/harbin", "public_welfare_post_tier", "source")
    assert found.outcome.tolist() == [1, 2, 0]
    assert found.verdict(0).ask_for == ("zef_member",)
    assert found.verdict(1).values["tiers"] == {"A": 1}
    assert found.verdict(2).values["order"] == []


def test_candidates_without_numbers_are_named_by_their_place() -> None:
    post = {"is_public_welfare": False, "candidates": [{"match_score": 0.1}, {"match_score": 0.2}]}
    verdict = decided([{"vacancy": post}], "cn", "public_welfare_post_tier", "source").verdict(0)
    assert verdict.values["order"] == ["2", "1"]


def test_an_unknown_decision_is_refused() -> None:
    with pytest.raises(UnknownDecision):
        decide(Law.on_day("cn", ON), "height", facts_from_given({"person": {}}, on=ON))


def test_further_answers_are_columns_with_nothing_where_they_are_not_known() -> None:
    given: list[dict[str, Any]] = [
        {"person": {"zef_member": True}, "placement": {"months_claimed": 12}},
        {"person": {"zef_member": True}},
        {"person": {"zef_member": False}, "placement": {"months_claimed": 12}},
    ]
    subsidy = decided(given, "cn/sichuan/nanchong", "employer_post_subsidy", "source")
    assert subsidy.outcome.tolist() == [2, 1, 0]
    assert subsidy.value("amount_yuan").tolist() == pytest.approx(
        [3120.0, np.nan, np.nan], nan_ok=True
    )
    assert np.isnan(subsidy.value("class")).all()


def test_a_rule_beside_the_wider_one_adds_to_its_answer_and_cites_both() -> None:
    given = {
        "person": {"zef_member": True},
        "placement": {"months_claimed": 12, "freed_post": True},
        "employer": {"employer_kind": "public_institution"},
    }
    subsidy = decided([given], "cn/sichuan/nanchong/yilong", "employer_post_subsidy", "source")
    verdict = subsidy.verdict(0)
    assert verdict.values["amount_yuan"] == 3120
    assert verdict.values["extra_yuan"] == 2000
    cited = {citation.rule for citation in verdict.citations}
    assert cited == {"nc-employer-post-subsidy", "ncyl-vacated-post-reward"}


def test_practice_told_in_a_case_report_is_inherited_by_nobody() -> None:
    given = {"person": {"recognised_hard_to_employ": True}, "case": {"last_visit_on": "2009-09-01"}}
    nantong = decided([given], "cn/jiangsu/nantong", "follow_up_due", "source").verdict(0)
    below = decided([given], "cn/jiangsu/nantong/demin", "follow_up_due", "source").verdict(0)
    assert nantong.set_by == "cn/jiangsu/nantong"
    assert below.set_by == "cn/jiangsu"
