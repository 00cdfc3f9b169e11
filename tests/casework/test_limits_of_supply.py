"""Tables of benefits, vacancies, courses and layoffs name rules, facts and words that exist."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from matcher.casework.benefits.kinds import benefit, benefits
from matcher.casework.layoffs.hitting import couples
from matcher.casework.ledger.machine import reasons
from matcher.casework.limits import limit, office_limit
from matcher.casework.training.allocating import line_up, seated, tiers
from matcher.casework.vacancies.gate import gate, passing
from matcher.casework.vacancies.stock import counted, stock
from matcher.casework.vacancies.suiting import criteria
from matcher.errors import UnknownCode
from matcher.ingest.vacancies.compliance import concerns
from matcher.policy.catalogue import answer_catalogue, decision_catalogue, fact_catalogue
from matcher.policy.coverage.rules import later_law, source_rules
from matcher.reference.paths import path

ON = date(2026, 11, 2)
RULES = {rule.id for rule in (*source_rules(), *later_law())}


def table(name: str) -> pd.DataFrame:
    return pd.read_csv(path("casework", f"{name}.csv"), dtype=str, keep_default_na=False)


def test_benefits_name_decisions_and_words_that_exist() -> None:
    received = fact_catalogue()["benefits_already_received"].values
    for kind in benefits().values():
        assert kind.decision in decision_catalogue()
        assert kind.stacks_as is None or kind.stacks_as in received
        assert all(value in fact_catalogue()[fact].values for fact, value in kind.given.items())
    with pytest.raises(UnknownCode, match="post_subsidy"):
        benefit("post")


def test_papers_prove_facts_that_exist() -> None:
    assert set(table("evidence")["fact"]) <= set(fact_catalogue())
    assert set(table("evidence")["holder"]) == {"employer", "person", "office"}


def test_the_gate_knows_every_concern_and_its_reasons_are_coded() -> None:
    gated = table("vacancy_gate").set_index("code")
    assert set(gated.index) == set(concerns())
    codes = {code for group, code in reasons() if group == "vacancy_returned"}
    assert set(gated.loc[gated["gate"] == "return", "reason"]) <= codes
    unlawful = {code for code, each in concerns().items() if each.is_unlawful}
    assert (gated.loc[sorted(unlawful), "gate"] == "return").all(), "what the law forbids passes"


def test_limits_of_law_cite_a_rule_and_the_office_s_own_none() -> None:
    rows = table("limits")
    by_law = rows["basis"] == "law"
    assert set(rows.loc[by_law, "rule"]) <= RULES
    assert (rows.loc[~by_law, "rule"] == "").all()
    assert {each.rule for each in criteria()} <= RULES


def test_a_limit_holds_from_its_day_and_for_the_places_below() -> None:
    assert limit("post_tenure", "cn/jiangsu", date(2019, 12, 31)) is None
    found = limit("post_tenure", "cn/jiangsu/nantong", date(2020, 1, 1))
    assert found is not None
    assert (found.value, found.set_by) == (36, "cn")
    with pytest.raises(UnknownCode):
        office_limit("no_such_limit", "cn", ON)


def test_options_are_words_that_can_be_said() -> None:
    words = set(table("supply_words")["word"])
    assert {name for name in answer_catalogue() if name.startswith("option_")} <= words
    assert (table("supply_words")[["zh", "en"]] != "").all().all()


def test_every_reason_of_a_return_is_told() -> None:
    flags = {code: np.array([True]) for code in concerns()}
    found = gate(flags, 0)
    assert {*found.returned, *found.marked} == set(concerns())
    assert not found.passes
    assert passing({code: np.zeros(2, np.bool_) for code in concerns()}).all()


def test_the_tiers_end_with_everyone_else() -> None:
    assert [tier.number for tier in tiers()] == list(range(1, len(tiers()) + 1))
    assert tiers()[-1].fact == ""
    assert all(tier.fact in fact_catalogue() for tier in tiers()[:-1])


def test_a_line_orders_thousands_at_once_and_seats_never_exceed() -> None:
    rng = np.random.default_rng(7)
    n = 20_000
    ids = np.array([f"P{at}" for at in range(n)], object)
    tier = rng.integers(1, 4, n).astype(np.int8)
    since = np.where(rng.random(n) < 0.3, np.nan, rng.integers(14_000, 20_000, n))
    order = line_up(ids, tier, since, "C1")
    assert sorted(order.tolist()) == list(range(n))
    assert (np.diff(tier[order]) >= 0).all()
    has = seated(order, 300)
    assert has.sum() == 300
    assert tier[has].max() == 1
    assert seated(order, -1).sum() == 0
    shuffled = rng.permutation(n)
    again = ids[shuffled][line_up(ids[shuffled], tier[shuffled], since[shuffled], "C1")]
    assert (again == ids[order]).all()


@pytest.mark.parametrize(
    ("people", "places", "missing"),
    [
        pytest.param(5, 5, 0, id="as many"),
        pytest.param(5, 4, 1, id="one short"),
        pytest.param(0, 0, 0, id="nobody"),
    ],
)
def test_what_lacks_to_the_ratio_is_counted(people: int, places: int, missing: int) -> None:
    row = pd.Series(
        {
            **{"area_code": "320613", "vacancies": 1, "places": places},
            "registered_unemployed": people,
        }
    )
    found = stock(row, limit("stock_ratio", "cn/jiangsu", ON))
    assert (found.missing, found.holds) == (missing, missing == 0)


def test_areas_that_are_too_wide_are_left_out_of_the_count() -> None:
    posts = pd.DataFrame({"area_code": ["32", "320613001"], "places": [9, 2]})
    assert counted(posts, pd.Series([], dtype=object), 6)["places"].tolist() == [2]


def test_a_couple_is_a_head_and_a_spouse_of_one_household() -> None:
    people = pd.DataFrame(
        {
            "household_id": ["H1", "H1", "H2", "H2", "H3"],
            "relation": ["head", "child", "head", "spouse", "spouse"],
        }
    )
    listed = np.array([True, True, True, True, True])
    assert couples(people, listed) == {"H2"}
    assert couples(people, np.array([True, True, True, False, True])) == frozenset()
