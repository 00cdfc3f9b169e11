"""The words of a pack one by one: what each answers for known and unknown facts."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.policy.engine.kleene import Interval, unknown_everywhere
from matcher.policy.engine.scene import Gap, Scene
from matcher.policy.facts import facts_from_given, facts_from_many
from matcher.policy.reading.grammar import Reader

ON = date(2008, 7, 10)
LIMITS = {
    "open": Interval(np.array([-np.inf]), np.array([np.inf]), stated=False),
    "most": Interval.exactly(np.array([36.0])),
    "each": Interval.exactly(np.array([200.0])),
    "first_day": Interval.exactly(np.array([14_000.0])),
}


def scene(given: dict[str, Any]) -> Scene:
    facts = facts_from_given(given, on=ON)
    return Scene(facts, LIMITS, {}, lambda *_: (unknown_everywhere(), Gap))


def reader() -> Reader:
    return Reader("test", frozenset(LIMITS))


BENEFITS = {"fact": "benefits_already_received", "includes": "loan"}
SEX = {"choose": "sex", "female": "laid_off", "male": {"fact": "laid_off", "is": False}}


@pytest.mark.parametrize(
    ("raw", "given", "expected", "asked"),
    [
        pytest.param("laid_off", {"person": {"laid_off": True}}, 2, (), id="a fact"),
        pytest.param("laid_off", {}, 1, ("laid_off",), id="a fact not asked"),
        pytest.param({"fact": "sex", "in": ["female", "male"]}, {}, 2, (), id="all values"),
        pytest.param({"fact": "sex", "is": "male"}, {}, 1, ("sex",), id="one value, not asked"),
        pytest.param(BENEFITS, {"case": {"benefits_already_received": ["loan"]}}, 2, (), id="held"),
        pytest.param(BENEFITS, {"case": {"benefits_already_received": []}}, 0, (), id="none held"),
        pytest.param(BENEFITS, {}, 1, ("benefits_already_received",), id="a list not asked"),
        pytest.param(SEX, {"person": {"sex": "male", "laid_off": True}}, 0, (), id="the branch"),
        pytest.param(SEX, {"person": {"laid_off": True}}, 1, ("sex",), id="branches disagree"),
        pytest.param(SEX, {"person": {"sex": "male"}}, 1, ("laid_off",), id="the branch is open"),
        pytest.param(SEX, {}, 1, ("laid_off", "sex"), id="branch and choice are open"),
        pytest.param(
            {"none": ["laid_off", "disabled"]}, {"person": {"disabled": True}}, 0, (), id="none of"
        ),
        pytest.param(
            {"any": [{"all": ["laid_off", "disabled"]}, "retired"]},
            {},
            1,
            ("retired", "laid_off", "disabled"),
            id="the shortest way first",
        ),
        pytest.param(
            {"compare": ["contract_months", "at_least", {"value": "open"}]},
            {"placement": {}},
            1,
            (),
            id="a limit left open cannot be asked for",
        ),
        pytest.param(
            {
                "compare": [
                    "other_income_yuan_month_average",
                    "more_than",
                    "local_minimum_wage_yuan_month",
                ]
            },
            {"household": {"other_income_yuan_month_average": 0}},
            0,
            (),
            id="nought is above no wage",
        ),
        pytest.param(
            {
                "compare": [
                    {"how_many": "members", "where": "employed"},
                    "at_least",
                    {"value": "most"},
                ]
            },
            {"household": {"members": [{"employed": True}]}},
            0,
            (),
            id="too few members",
        ),
        pytest.param({"some": "members", "where": "employed"}, {}, 1, ("members",), id="no list"),
        pytest.param({"decision": "hard_to_employ"}, {}, 1, (), id="another decision"),
    ],
)
def test_a_test_answers_and_asks(
    raw: Any, given: dict[str, Any], expected: int, asked: tuple[str, ...]
) -> None:
    formula = reader().formula(raw)
    assert formula is not None
    here = scene(given)
    truth = here.truth(formula)
    assert truth.tolist() == [expected]
    if expected == 1:
        assert formula.gap(here).ask == asked


@pytest.mark.parametrize(
    ("raw", "given", "low", "high"),
    [
        pytest.param({"value": "most"}, {}, 36, 36, id="a value"),
        pytest.param(
            {"times": [{"smaller_of": ["contract_months", {"value": "most"}]}, {"value": "each"}]},
            {"placement": {"contract_months": 60}},
            7200,
            7200,
            id="so much a month, so many months at most",
        ),
        pytest.param(
            {"smaller_of": ["contract_months", {"value": "most"}]}, {}, 0, 36, id="at most so many"
        ),
        pytest.param(
            {"larger_of": ["contract_months", {"value": "most"}]}, {}, 36, np.inf, id="at least"
        ),
        pytest.param(
            {"times": ["contract_months", "wage_yuan_month"]},
            {"placement": {"contract_months": 0}},
            0,
            0,
            id="nought times anything is nought",
        ),
        pytest.param(
            {"add_days": [{"value": "first_day"}, {"value": "most"}]}, {}, 14036, 14036, id="days"
        ),
        pytest.param(
            {"full_months": ["certified_on", "the_day"]},
            {"household": {"certified_on": "2008-04-11"}},
            2,
            2,
            id="months until the day",
        ),
        pytest.param(
            {"how_many": "members", "where": "employed"},
            {"household": {"members": [{"employed": True}, {}, {"employed": False}]}},
            1,
            2,
            id="one for sure, two perhaps",
        ),
    ],
)
def test_a_number_is_as_narrow_as_the_facts_allow(
    raw: Any, given: dict[str, Any], low: float, high: float
) -> None:
    expression = reader().expression(raw)
    assert expression is not None
    found = expression.interval(scene(given))
    assert (found.low.tolist(), found.high.tolist()) == ([low], [high])


def test_a_month_later_is_the_same_day_of_the_next() -> None:
    expression = reader().expression({"add_months": ["certified_on", {"value": "most"}]})
    assert expression is not None
    here = scene({"household": {"certified_on": "2008-02-29"}})
    later = expression.interval(here).low[0]
    assert date.fromordinal(int(later) + date(1970, 1, 1).toordinal()) == date(2011, 2, 28)
    assert expression.gap(scene({})).ask == ("certified_on",)


UNJUSTIFIED = {"all": [{"fact": "response", "is": "refused"}, {"fact": "just_cause", "is": False}]}
RUN = {
    "longest_run": "refusals",
    "where": UNJUSTIFIED,
    "broken_by": {"fact": "response", "is": "accepted"},
}
REFUSED = {"response": "refused", "just_cause": False}
EXCUSED = {"response": "refused", "just_cause": True}
ACCEPTED = {"response": "accepted"}


@pytest.mark.parametrize(
    ("offers", "low", "high"),
    [
        pytest.param([], 0, 0, id="none"),
        pytest.param([REFUSED] * 3, 3, 3, id="in a row"),
        pytest.param([REFUSED, REFUSED, ACCEPTED, REFUSED], 2, 2, id="broken"),
        pytest.param([REFUSED, EXCUSED, REFUSED], 2, 2, id="just cause is passed over"),
        pytest.param([REFUSED, {"response": "refused"}, REFUSED], 2, 3, id="cause not asked"),
        pytest.param([REFUSED, {"just_cause": False}, REFUSED], 1, 3, id="answer not asked"),
        pytest.param(None, 0, np.inf, id="no list"),
    ],
)
def test_the_longest_row_of_refusals(offers: list[Any] | None, low: float, high: float) -> None:
    run = reader().expression(RUN)
    assert run is not None
    found = run.interval(scene({} if offers is None else {"refusals": offers}))
    assert (found.low[0], found.high[0]) == (low, high)


@given(st.lists(st.lists(st.sampled_from([REFUSED, EXCUSED, ACCEPTED]), max_size=6), max_size=5))
def test_rows_of_many_lists_are_those_of_each(lists: list[list[dict[str, Any]]]) -> None:
    run = reader().expression(RUN)
    assert run is not None
    facts = facts_from_many([{"refusals": offers} for offers in (*lists, [REFUSED])], on=ON)
    many = run.interval(Scene(facts, LIMITS, {}, lambda *_: (unknown_everywhere(), Gap)))
    for row, offers in enumerate(lists):
        longest = length = 0
        for offer in offers:
            length = 0 if offer is ACCEPTED else length + (offer is REFUSED)
            longest = max(longest, length)
        assert many.low[row] == many.high[row] == longest


@pytest.mark.parametrize(
    ("raw", "given", "expected"),
    [
        pytest.param({"asked": "laid_off"}, {}, 0, id="not asked"),
        pytest.param({"asked": "laid_off"}, {"person": {"laid_off": False}}, 2, id="a no is known"),
        pytest.param({"asked": "sex"}, {"person": {"sex": "male"}}, 2, id="an enum"),
        pytest.param({"asked": "birth_date"}, {"person": {"birth_date": None}}, 0, id="no day"),
        pytest.param({"asked": "job_request"}, {"person": {"job_request": "x"}}, 2, id="a text"),
        pytest.param(
            {"asked": "benefits_already_received"},
            {"case": {"benefits_already_received": []}},
            2,
            id="an empty list is known",
        ),
        pytest.param(
            {"asked": "members"}, {"household": {"members": []}}, 2, id="an empty group is known"
        ),
        pytest.param({"surely": "laid_off"}, {}, 0, id="not sure"),
        pytest.param({"surely": "laid_off"}, {"person": {"laid_off": True}}, 2, id="sure"),
        pytest.param({"stated": "most"}, {}, 2, id="stated"),
        pytest.param({"stated": "open"}, {}, 1, id="left to the place"),
    ],
)
def test_what_is_known_and_what_is_stated(
    raw: dict[str, Any], given: dict[str, Any], expected: int
) -> None:
    formula = reader().formula(raw)
    assert formula is not None
    assert formula.truth(scene(given)).tolist() == [expected]


def test_a_setting_that_is_not_made_is_not_stated_and_a_local_amount_is_asked() -> None:
    for name, unstated in (("local_refusal_limit", True), ("local_minimum_wage_yuan_month", False)):
        number = reader().expression(name)
        assert number is not None
        assert number.gap(scene({})) == Gap(() if unstated else (name,), unstated)
