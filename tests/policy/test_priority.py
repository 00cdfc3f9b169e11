"""Who goes first for public-welfare posts, in columns: against lists read out one by one."""

from __future__ import annotations

import csv
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.errors import UnknownCode
from matcher.policy.decisions import decide
from matcher.policy.engine.columns import Facts
from matcher.policy.facts import facts_from_given
from matcher.policy.law import Law, shipped_packs
from matcher.policy.priority.order import TIER_DECISION, Priority, priority
from matcher.policy.priority.settings import Basis, setting
from matcher.policy.priority.ties import tie_line, tie_ranks
from matcher.reference.paths import path

NATIONAL, HARBIN, ANKANG = "cn", "cn/heilongjiang/harbin", "cn/shaanxi/ankang"
ON = date(2007, 9, 1)
POST = {"is_public_welfare": True, "government_invested": True}
CODES = {None: 1, True: 2, False: 0}


def people(rows: list[dict[str, Any]], on: date = ON) -> Facts:
    """Persons beside a post developed with public money."""

    def truth(name: str) -> Any:
        return np.array([CODES[row.get(name)] for row in rows], np.int8)

    ages = np.array([row.get("age", np.nan) for row in rows], np.float64)
    names = ("zef_member", "in_hardship", "recognised_hard_to_employ")
    columns = {name: truth(name) for name in names} | {"age": ages}
    persons = Facts(on=on, n=len(rows), columns=columns)
    return persons.beside(facts_from_given({"vacancy": POST}, on=on))


def order(place: str, rows: list[dict[str, Any]], **setting_of_office: bool) -> Priority:
    """The order of these people in a place, by the source documents."""
    return priority(Law.on_day(place, ON, layer="source"), people(rows), **setting_of_office)


def member(**more: Any) -> dict[str, Any]:
    """A member of a recognised zero-employment household."""
    return {"zef_member": True, "in_hardship": True, **more}


def test_the_older_go_first_inside_a_tier_where_the_place_says_so() -> None:
    found = order(NATIONAL, [member(age=28), member(age=52), member(), member(age=28)])
    assert found.tier.tolist() == [1, 1, 1, 1]
    assert found.within.tolist() == [1, 0, 2, 1]
    assert not found.score_first
    assert "nat-public-post-older-hardship" in {each.rule for each in found.citations}


def test_a_place_that_orders_beside_the_wider_text_keeps_its_own_tier_first() -> None:
    found = order(HARBIN, [member(age=30), member(age=52), {"zef_member": False, "age": 60}])
    assert found.tier.tolist() == [1, 1, 2]
    assert np.lexsort((found.within, found.tier)).tolist() == [1, 0, 2]


def test_a_place_without_such_words_leaves_it_to_the_score() -> None:
    found = order(ANKANG, [member(age=28), member(age=52)])
    assert found.score_first
    assert found.within.tolist() == [0, 0]


PERSON = st.fixed_dictionaries(
    {
        "zef_member": st.booleans(),
        "in_hardship": st.just(True),  # else the tier is open: the national text gives no age
        "age": st.sampled_from([22, 35, 48, 48, 57]),
        "match_score": st.sampled_from([0.2, 0.4, 0.9]),
    }
)


@pytest.mark.parametrize("place", [NATIONAL, HARBIN, ANKANG])
@settings(max_examples=25, deadline=None)
@given(rows=st.lists(PERSON, min_size=1, max_size=6))
def test_the_columns_order_people_as_the_list_that_is_read_out(
    place: str, rows: list[dict[str, Any]]
) -> None:
    listed = [row | {"candidate_id": f"c{at}"} for at, row in enumerate(rows)]
    facts = facts_from_given({"vacancy": POST | {"candidates": listed}}, on=ON)
    law = Law.on_day(place, ON, layer="source")
    expected = decide(law, TIER_DECISION, facts).verdict(0).values["order"]
    found = order(place, rows)
    tier = np.where(found.tier > 0, found.tier, np.iinfo(np.int8).max)
    score = np.array([row["match_score"] for row in rows])
    in_line = np.lexsort((np.arange(len(rows)), -score, found.within, tier))
    assert [f"c{at}" for at in in_line] == expected


TWO = [member(age=40), member(age=41, recognised_hard_to_employ=True), {"zef_member": False}]


@pytest.mark.parametrize(
    ("place", "on", "keeps", "basis", "cited"),
    [
        pytest.param(NATIONAL, ON, "yes", Basis.LAW, "nat-zef-exit", id="until the exit"),
        pytest.param(HARBIN, ON, "yes", Basis.LAW, "hrb-three-month-placement", id="each member"),
        pytest.param(ANKANG, ON, "yes", Basis.LAW, "nat-zef-exit", id="from the wider place"),
        pytest.param(NATIONAL, date(2007, 1, 1), "no", Basis.OFFICE_SETTING, None, id="no text"),
    ],
)
def test_whether_a_second_member_keeps_the_tier_is_cited_or_marked_as_the_offices(
    place: str, on: date, keeps: str, basis: Basis, cited: str | None
) -> None:
    found = setting(Law.on_day(place, on, layer="source"), "second_member_keeps_tier")
    assert (found.value, found.basis) == (keeps, basis)
    assert (found.citation.rule if found.citation else None) == cited


def test_a_second_member_keeps_the_tier_while_the_household_keeps_its_status() -> None:
    found = order(HARBIN, TWO)
    assert found.tier_once_placed.tolist() == found.tier.tolist() == [1, 1, 2]


@pytest.mark.parametrize(
    ("place", "keeps", "expected"),
    [
        pytest.param(ANKANG, False, [2, 2, 2], id="members alone go first"),
        pytest.param("cn/jiangsu", False, [2, 1, 2], id="the hard to employ still do"),
        pytest.param("cn/jiangsu", True, [1, 1, 2], id="the office keeps the tier"),
    ],
)
def test_without_a_text_the_offices_setting_decides_and_other_grounds_remain(
    place: str, keeps: bool, expected: list[int]
) -> None:
    # Before the national notice of 28 June 2007 only these undated texts speak.
    law = Law.on_day(place, date(2007, 1, 1), layer="source")
    post = facts_from_given({"vacancy": POST | {"public_post_class": "public_service"}}, on=law.on)
    rows = [row | {"recognised_hard_to_employ": False} | row for row in TWO]
    found = priority(law, people(rows, law.on).beside(post), second_member_keeps=keeps)
    assert found.tier.tolist() == [1, 1, 2]
    assert found.second_member.basis is Basis.OFFICE_SETTING
    assert found.tier_once_placed.tolist() == expected


def test_an_office_may_not_set_aside_what_a_text_says() -> None:
    assert order(HARBIN, TWO, second_member_keeps=False).second_member.value == "yes"


def test_every_cited_row_of_the_table_stands_in_a_pack() -> None:
    known = {rule for pack in shipped_packs().packs for rule in pack.sources}
    with path("policy", "priority.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert all((row["rule"] in known) == (row["basis"] == "law") for row in rows)
    assert all(row["zh"] and row["en"] for row in rows)


def test_an_unknown_setting_names_those_there_are() -> None:
    with pytest.raises(UnknownCode, match="order_of_ties"):
        setting(Law.on_day("cn", ON), "nonesuch")


def test_nobody_has_an_empty_order() -> None:
    found = order(NATIONAL, [])
    assert (found.tier.shape, found.within.shape, found.tier_once_placed.shape) == ((0,),) * 3


IDS = np.array([f"P{at}" for at in range(6)], dtype=object)


def test_the_longest_without_work_go_first_among_equals_and_those_not_asked_last() -> None:
    since = np.array([15_000.0, 14_000.0, np.nan, 16_000.0, np.nan, 15_000.0])
    line = tie_line(IDS, since, "2026-11-22")
    assert line[1] == 0
    assert sorted(line[[0, 5]].tolist()) == [1, 2]
    assert line[3] == 3


def test_another_published_key_is_another_draw_and_the_row_order_none() -> None:
    same = np.full(len(IDS), 15_000.0)
    draws = {tuple(tie_line(IDS, same, f"2026-11-{day}").tolist()) for day in range(10, 20)}
    assert len(draws) > 1
    backwards = tie_line(IDS[::-1], same, "2026-11-10")[::-1]
    assert backwards.tolist() == tie_line(IDS, same, "2026-11-10").tolist()


@pytest.mark.parametrize("n", [0, 1, 2, 1_001, 5_000])
def test_tie_ranks_are_whole_numbers_to_a_thousand_in_the_same_order(n: int) -> None:
    line = np.random.default_rng(7).permutation(n).astype(np.int32)
    ranks = tie_ranks(line)
    assert ranks.dtype == np.int16
    assert (np.diff(ranks[np.argsort(line)]) <= 0).all()
    assert n == 0 or (ranks.min() >= 0 and ranks.max() == 1_000)
    assert n > 1_001 or len(set(ranks.tolist())) == n
