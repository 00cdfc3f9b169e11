"""A cleaner and a cleaning post near her home, to be varied by each test."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from matcher.domain.decision import Citation, Finding, Outcome, Verdict
from matcher.market.arrays import Market
from matcher.reference.codes import code_list
from matcher.screening.welfare import WelfareEligibility
from tests.ranking.small_market import (
    jobs,
    make_jobseekers,
    make_market,
    make_standing,
    make_vacancies,
    places,
    terms,
)

CLEANER, COOK, FITTER = "4-09-08-01", "4-03-02-01", "6-22-02-01"
STREET, SAME_COUNTY, FAR_AWAY = "320613002", "320613003", "320682001"
HERE, THERE = (120.86, 32.01), (120.57, 32.39)

DAY = "datetime64[D]"


def forms(*codes: str) -> Any:
    """Forms of work as the bits of one person."""
    return np.array([sum(1 << code_list("work_form").position(code) for code in codes)], np.uint8)


def at(name: str, code: str) -> Any:
    """A code as the array of one row."""
    return np.array([code_list(name).position(code)], np.int8)


def cleaner(**changed: Any) -> Any:
    """A woman of 52 who has cleaned before, wants to again, and lives in Hepingqiao."""
    known = {
        "occupations_wanted": jobs([CLEANER]),
        "occupations_done": jobs([CLEANER]),
        "experience_months": np.array([26], np.int32),
        "skills": terms(["保洁"]),
        "certificates": terms(["健康证"]),
        "education": np.array([2], np.int8),
        "wage_wanted": np.array([2600], np.float32),
        "work_forms": forms("full_time"),
        "max_commute_km": np.array([10], np.float32),
        "places": places(STREET, lonlat=[HERE]),
    }
    return make_jobseekers(**known | changed)


def post(**changed: Any) -> Any:
    """A cleaning post in the same street, asking nothing she lacks."""
    stated = {
        "occupation": jobs([CLEANER]).values,
        "skills": terms(["保洁"]),
        "wage_min": np.array([2800], np.float32),
        "wage_max": np.array([3500], np.float32),
        "work_form": at("work_form", "full_time"),
        "education_min": np.array([0], np.int8),
        "experience_months_min": np.array([0], np.int32),
        "places": places(STREET, lonlat=[HERE]),
        "places_left": np.array([3], np.int32),
        "headcount": np.array([3], np.int32),
        "posted_on": np.array(["2026-11-12"], DAY),
        "expires_on": np.array(["2026-12-31"], DAY),
    }
    return make_vacancies(**stated | changed)


def woman(**changed: Any) -> Any:
    """The standing of the cleaner."""
    known = {
        "sex": at("sex", "female"),
        "birth_date": np.array(["1974-05-12"], DAY),
        "retirement_date": np.array(["2029-05-31"], DAY),
        "health": at("health", "able"),
        "disability": np.array([0], np.int8),
    }
    return make_standing(**known | changed)


def market_of(person: Any = None, vacancy: Any = None, standing: Any = None) -> Market:
    """One person and one post, by default the cleaner and her post."""
    return make_market(
        cleaner() if person is None else person,
        post() if vacancy is None else vacancy,
        woman() if standing is None else standing,
    )


def welfare_of(eligible: int | None = None, tier: int = 1) -> WelfareEligibility:
    """What policy says of the pair; None for an ordinary post."""
    if eligible is None:
        none = np.empty((1, 0), np.int8)
        return WelfareEligibility(none, none, np.array([-1], np.int32))
    table = np.array([[eligible]], np.int8)
    return WelfareEligibility(table, np.array([[tier]], np.int8), np.array([0], np.int32))


WELFARE_POST = {"public_welfare": np.array([1], np.int8)}
NOTICE = Citation("nat-1", "通知", "劳社部发〔2007〕24号", article="四")


def verdict(outcome: Outcome = Outcome.MET, **more: Any) -> Verdict:
    """The order by law of a member of a zero-employment household."""
    stated: dict[str, Any] = {
        "values": {"tier": 1},
        "findings": (
            Finding("post", Outcome.MET, "公益性岗位", "public-welfare post", citation=NOTICE),
            Finding(
                "member",
                outcome,
                "零就业家庭成员",
                "member of a zero-employment household",
                {"zef_member": outcome is Outcome.MET},
                citation=NOTICE,
            ),
        ),
        "citations": (NOTICE,),
    }
    return Verdict(
        decision="public_welfare_post_tier",
        place="cn",
        on=date(2026, 11, 22),
        outcome=outcome,
        **stated | more,
    )
