"""Quotes say what the sources say, grants never stand beside what they clash with."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
import pytest

from matcher.casework.benefits.quoting import for_employer
from matcher.domain.decision import Outcome
from matcher.domain.kinds import Kind
from matcher.errors import IllegalMoves, NotEntitled, NotFound, WrongUse
from matcher.pipeline.casework.supply.benefits.granting import (
    apply_for,
    change,
    grant,
    granted_list,
    matters,
    pay,
    prolong,
)
from matcher.pipeline.casework.supply.benefits.quoting import Hire, Quoted, quoted
from matcher.store.store import Store
from tests.pipeline.casework.supply.office import NANTONG, SCOPE, act, fill

JIANGXI, JIANGSU, NANCHONG = "example/jiangxi-county", "cn/jiangsu", "cn/sichuan/nanchong"
DAY = date(2008, 6, 2)

MEMBER = {"person_id": "P1", "household_id": "H1", "area_code": NANTONG}
HIRED = {
    **{"placement_id": "L1", "person_id": "P1", "employer_id": "E1", "start_date": "2008-06-01"},
    **{"newly_hired": True, "contract_months": 24, "social_insurance_paid": True},
    **{"wages_paid_normally": True, "wage_yuan_month": 520, "employment_mode": "hired"},
}
CASE = {
    **{"case_id": "C1", "person_id": "P1", "opened_on": "2008-05-01"},
    **{"local_minimum_wage_yuan_month": 360, "verified_by_labour_department": True},
    "benefits_already_received": "none",
}


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open("sqlite://") as opened:
        yield opened


def a_life(
    store: Store,
    person: dict[str, Any] | None = None,
    work: dict[str, Any] | None = None,
    case: dict[str, Any] | None = None,
    employer: dict[str, Any] | None = None,
) -> Store:
    facts = {"zef_member": True} | (person or {})
    return fill(
        store,
        {
            Kind.HOUSEHOLDS: [{"household_id": "H1", "area_code": NANTONG}],
            Kind.PERSONS: [{**MEMBER, "facts": json.dumps(facts)}],
            Kind.EMPLOYERS: [{"employer_id": "E1", "name": "（生成）厂", **(employer or {})}],
            Kind.VACANCIES: [
                {
                    **{"vacancy_id": "V1", "title": "保洁员", "employer_id": "E1"},
                    **{"contract_months": 18, "wage_min": 2800, "public_welfare": False},
                    "area_code": NANTONG,
                }
            ],
            Kind.PLACEMENTS: [HIRED | (work or {})],
            Kind.CASES: [CASE | (case or {})],
        },
    )


def ask(store: Store, place: str, on: date = DAY, **more: Any) -> Quoted:
    return quoted(store, SCOPE, Hire("P1", on, place=place, layer="source", **more))


def read(found: Quoted, kind: str) -> Any:
    return next(each for each in found.quotes if each.benefit.id == kind)


NO_CASE = {"benefits_already_received": None}


@pytest.mark.parametrize(
    ("place", "person", "work", "kind", "expected"),
    [
        pytest.param(
            *(JIANGXI, {}, {}, "post_subsidy"),
            {"yuan": 200 * 24, "yuan_month": 200, "months": 24, "ends_on": date(2010, 5, 31)},
            id="200 yuan a month for a contract of 24 months",
        ),
        pytest.param(
            *(JIANGXI, {}, {"contract_months": 60}, "post_subsidy"),
            {"yuan": 200 * 36, "months": 36, "ends_on": date(2011, 5, 31)},
            id="three years at most",
        ),
        pytest.param(
            *(JIANGXI, {}, {"contract_months": 11}, "post_subsidy"),
            {"outcome": Outcome.NOT_MET, "yuan": None, "ends_on": None},
            id="a contract under a year brings nothing",
        ),
        pytest.param(
            *(JIANGXI, {}, {"social_insurance_paid": None}, "post_subsidy"),
            {"outcome": Outcome.UNKNOWN, "ask_for": ("social_insurance_paid",)},
            id="what nobody asked is asked for",
        ),
        pytest.param(
            *(NANCHONG, {}, {"months_claimed": 7}, "post_subsidy"),
            {"yuan": 260 * 7, "yuan_month": 260, "months": 7},
            id="Nanchong pays 260 yuan a month claimed",
        ),
        pytest.param(
            *(NANCHONG, {"self_employed": True, "holds_business_licence": True}, {}),
            *("start_up_grant", {"yuan": 1000, "per": "once", "months": None}),
            id="Nanchong gives 1000 yuan once to start",
        ),
        pytest.param(
            *(JIANGSU, {}, {"contract_months": 18}, "social_insurance_subsidy"),
            {"months": 18, "yuan": None, "ends_on": date(2009, 11, 30)},
            id="Jiangsu follows the contract",
        ),
    ],
)
def test_a_quote_says_what_the_source_says(
    store: Store,
    place: str,
    person: dict[str, Any],
    work: dict[str, Any],
    kind: str,
    expected: dict[str, Any],
) -> None:
    quote = read(ask(a_life(store, person, work), place), kind)
    assert {name: getattr(quote, name) for name in expected} == expected
    assert quote.citations
    assert quote.as_of == DAY


def test_a_hire_for_a_vacancy_is_quoted_by_the_vacancy_and_not_by_present_work(
    store: Store,
) -> None:
    found = ask(a_life(store), JIANGSU, vacancy_id="V1")
    quote = read(found, "social_insurance_subsidy")
    assert (quote.months, quote.starts_on) == (18, DAY)
    assert found.assumed["contract_months"] == 18
    open_facts = read(ask(store, JIANGXI, vacancy_id="V1"), "post_subsidy").ask_for
    assert "social_insurance_paid" in open_facts, "the present work's insurance tells nothing"
    assumed = {"social_insurance_paid": True, "wages_paid_normally": True}
    told = ask(store, JIANGXI, vacancy_id="V1", assumed=assumed)
    assert read(told, "post_subsidy").yuan == 200 * 18


def test_options_clash_and_the_larger_one_is_named(store: Store) -> None:
    firm = {
        "employer_kind": "individual_business",
        "facts": json.dumps(
            {"certificate_holders_hired": 3, "owner_holds_reemployment_certificate": True}
        ),
    }
    found = ask(a_life(store, employer=firm), JIANGSU)
    assert read(found, "tax_relief").options == (
        ("option_a_max_yuan", 8000.0),
        ("option_b_max_yuan_per_year", 14400.0),
    )
    assert "tax_relief:option_b_max_yuan_per_year" in found.best.benefits
    assert "tax_relief:option_a_max_yuan" in found.best.left_out
    assert [each.citations[0].rule for each in found.clashes] == ["js-self-employed-tax-relief"]


def test_an_employer_sees_sums_and_own_papers_and_no_status(store: Store) -> None:
    found = ask(a_life(store), JIANGXI)
    seen = for_employer(found.quotes)
    assert [each.benefit.id for each in seen] == ["post_subsidy"]
    only = seen[0]
    assert (only.yuan, only.months) == (4800, 24)
    assert (only.citations, only.ask_for, only.reason) == ((), (), None)
    assert {paper.holder for paper in only.papers} == {"employer"}
    assert "零就业" not in str(only)
    assert "zef" not in str(only)


def test_a_person_without_a_household_is_quoted_all_the_same(store: Store) -> None:
    fill(store, {Kind.PERSONS: [{"person_id": "P1", "area_code": NANTONG}]})
    found = ask(store, NANCHONG)
    assert "dibao_after_job" in found.silent
    assert found.best.benefits == ()
    assert next(iter(found.ask_for)) == "zef_member"


def test_somebody_unknown_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        ask(store, JIANGXI)


HIRE = Hire("P1", DAY, place=JIANGXI, layer="source")


def granted(store: Store, kind: str = "post_subsidy") -> str:
    subject = apply_for(store, act(DAY), HIRE, kind, "E1")
    grant(store, act(DAY), subject, HIRE)
    return subject


def test_months_are_paid_once_each_and_never_beyond_the_term(store: Store) -> None:
    subject = granted(a_life(store, work={"contract_months": 12}))
    for at in range(12):
        day = date(2008 + (5 + at) // 12, (5 + at) % 12 + 1, 28)
        now = pay(store, act(day), subject)
        assert now.remaining == 11 - at
    assert now.yuan_paid == 2400
    assert now.paid[0], now.paid[-1] == ("2008-06", "2009-05")
    with pytest.raises(WrongUse, match="every month"):
        pay(store, act(date(2009, 6, 28)), subject)


@pytest.mark.parametrize(
    ("month", "said"),
    [
        pytest.param("2008-05", "not in its term", id="before"),
        pytest.param("2010-06", "not in its term", id="after"),
        pytest.param("2008-07", "not begun", id="not begun"),
        pytest.param("2008-06", "paid before", id="twice"),
    ],
)
def test_a_month_out_of_order_is_refused(store: Store, month: str, said: str) -> None:
    subject = granted(a_life(store))
    pay(store, act(DAY), subject)
    with pytest.raises(WrongUse, match=said):
        pay(store, act(DAY), subject, month=month)


def test_the_same_benefit_is_never_granted_twice_and_the_refusal_cites_the_rule(
    store: Store,
) -> None:
    first = granted(a_life(store))
    again = apply_for(store, act(DAY), HIRE, "post_subsidy", "E1")
    assert again != first
    with pytest.raises(NotEntitled) as refused:
        grant(store, act(DAY), again, HIRE)
    assert "jxc-no-double-benefit" in refused.value.rules
    change(store, act(DAY), again, "refuse", "already_received")
    change(store, act(DAY), first, "reclaim", "false_papers")
    third = apply_for(store, act(DAY), HIRE, "post_subsidy", "E1")
    grant(store, act(DAY), third, HIRE)
    assert matters(store, act(DAY), "P1")["state"].tolist() == ["reclaimed", "refused", "granted"]


def test_where_no_text_forbids_it_one_of_a_kind_runs_at_a_time(store: Store) -> None:
    a_life(store, work={"months_claimed": 3})
    hire = Hire("P1", DAY, place=NANCHONG, layer="source")
    one, other = (apply_for(store, act(DAY), hire, "post_subsidy", "E1") for _ in range(2))
    grant(store, act(DAY), one, hire)
    with pytest.raises(NotEntitled, match="runs already"):
        grant(store, act(DAY), other, hire)


def test_nothing_is_granted_while_a_fact_is_missing(store: Store) -> None:
    a_life(store, case={"verified_by_labour_department": None})
    subject = apply_for(store, act(DAY), HIRE, "post_subsidy", "E1")
    with pytest.raises(NotEntitled, match="verified_by_labour_department"):
        grant(store, act(DAY), subject, HIRE)
    assert matters(store, act(DAY), "P1")["state"].tolist() == ["applied"]


def test_a_subsidy_goes_on_to_retirement_where_the_law_says_so(store: Store) -> None:
    person = {"recognised_hard_to_employ": True, "retirement_date": "2011-08-08", "employed": True}
    a_life(store, person, {"public_welfare_post": True, "months_claimed": 6})
    subject = apply_for(store, act(DAY), HIRE, "post_subsidy", "E1")
    grant(store, act(DAY), subject, Hire("P1", DAY, place=NANCHONG, layer="source"))
    with pytest.raises(NotEntitled):
        prolong(store, act(DAY), subject, HIRE)
    now = prolong(store, act(DAY), subject, Hire("P1", DAY, place="cn/shanxi", layer="source"))
    assert now.last_month == "2011-08"


@pytest.mark.parametrize("seed", range(4))
def test_random_walks_keep_the_ledger_whole(store: Store, seed: int) -> None:
    rng = np.random.default_rng(seed)
    a_life(store, work={"contract_months": 14})
    subjects: list[str] = []
    reasons = {
        **{"suspend": "wages_unpaid", "end": "work_ended", "reclaim": "not_working"},
        **{"refuse": "other", "resume": None, "withdraw": None},
    }
    day = DAY
    for _ in range(30):
        day = date.fromordinal(day.toordinal() + int(rng.integers(0, 40)))
        step = str(rng.choice(["apply", "grant", "pay", *reasons]))
        try:
            if step == "apply":
                subjects.append(apply_for(store, act(day), HIRE, "post_subsidy", "E1"))
            elif not subjects:
                continue
            elif step == "grant":
                grant(store, act(day), str(rng.choice(subjects)), HIRE)
            elif step == "pay":
                pay(store, act(day), str(rng.choice(subjects)))
            else:
                change(store, act(day), str(rng.choice(subjects)), step, reasons[step])
        except (IllegalMoves, NotEntitled, WrongUse):
            continue
    every = granted_list(store, act(day))
    assert len(every) == len(subjects)
    had = [each for each in every if each.state in ("granted", "suspended", "ended")]
    assert len(had) <= 1, "conflicting grants stand together"
    for each in every:
        assert len(set(each.paid)) == len(each.paid) <= (each.months or 0)
        assert each.yuan_paid == 200 * len(each.paid)
