"""The best combination never holds two that clash, and no other choice brings more."""

from __future__ import annotations

from datetime import date
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.casework.benefits.combining import Clash, best_combination
from matcher.casework.benefits.kinds import benefits, papers_for
from matcher.casework.benefits.quoting import Quote, quote
from matcher.domain.decision import Outcome, Verdict

NAMES = ("post_subsidy", "social_insurance_subsidy", "loan", "start_up_grant", "school_subsidy")
PAIRS = tuple(combinations(NAMES, 2))
ON = date(2026, 11, 2)


def quoted(name: str, yuan: float | None) -> Quote:
    return Quote(benefits()[name], Outcome.MET, ON, "cn", yuan=yuan, per="once" if yuan else None)


@given(
    st.lists(st.integers(1, 9000), min_size=5, max_size=5),
    st.sets(st.sampled_from(PAIRS), max_size=6),
    st.sets(st.sampled_from(NAMES), max_size=2),
)
@settings(max_examples=60, deadline=None)
def test_the_best_combination_is_lawful_and_best(
    sums: list[int], pairs: set[tuple[str, str]], had: set[str]
) -> None:
    worth = dict(zip(NAMES, map(float, sums), strict=True))
    clashes = [Clash(*pair, ()) for pair in pairs] + [Clash(name, name, ()) for name in had]
    best = best_combination([quoted(name, worth[name]) for name in NAMES], clashes)
    free = [name for name in NAMES if name not in had]
    most = max(
        sum(worth[name] for name in choice)
        for size in range(len(free) + 1)
        for choice in combinations(free, size)
        if not any(set(pair) <= set(choice) for pair in pairs)
    )
    assert best.yuan == most
    assert not set(best.benefits) & had
    assert not any(set(pair) <= set(best.benefits) for pair in pairs)
    assert set(best.benefits) | set(best.left_out) == set(NAMES)


def test_what_the_text_leaves_open_is_told_apart() -> None:
    open_sum = Quote(
        benefits()["social_insurance_subsidy"], Outcome.MET, ON, "cn", amount_not_stated=True
    )
    best = best_combination([quoted("start_up_grant", 1000.0), open_sum], [])
    assert (best.yuan, best.open) == (1000.0, ("social_insurance_subsidy",))


def test_what_is_not_met_or_not_known_is_in_no_combination() -> None:
    no = Quote(benefits()["loan"], Outcome.NOT_MET, ON, "cn")
    maybe = Quote(benefits()["start_up_grant"], Outcome.UNKNOWN, ON, "cn")
    assert best_combination([no, maybe], []).benefits == ()


@pytest.mark.parametrize(
    ("values", "ends"),
    [
        pytest.param({"date": date(2011, 8, 8)}, date(2011, 8, 8), id="a day"),
        pytest.param({"month": "2026-02"}, date(2026, 2, 28), id="a month to its end"),
        pytest.param({"months": 1}, date(2026, 12, 1), id="months to the day before"),
        pytest.param({}, None, id="nothing said"),
    ],
)
def test_the_last_day_is_the_answer_s(values: dict[str, object], ends: date | None) -> None:
    verdict = Verdict("near_retirement_extension", "cn", ON, Outcome.MET, values=values)
    found = quote(benefits()["near_retirement_extension"], verdict, date(2026, 11, 2))
    assert found.ends_on == ends


def test_a_paper_proves_several_facts_and_is_asked_for_once() -> None:
    assert len(papers_for(["wage_yuan_month", "has_payroll", "nobody_knows"])) == 1
