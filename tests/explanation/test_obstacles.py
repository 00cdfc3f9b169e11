from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from matcher.domain.decision import Outcome
from matcher.domain.filters import Filter
from matcher.explanation.obstacles import Obstacle, obstacles
from matcher.market.arrays import Market
from matcher.screening.results import explain_filters
from matcher.screening.welfare import WelfareEligibility
from tests.explanation.pairs import (
    DAY,
    FAR_AWAY,
    THERE,
    WELFARE_POST,
    at,
    cleaner,
    forms,
    market_of,
    post,
    verdict,
    welfare_of,
    woman,
)
from tests.ranking.small_market import places, terms

WORKING_AGE = 16


def found(
    market: Market, decided: Any = None, welfare: WelfareEligibility | None = None
) -> tuple[Obstacle, ...]:
    filters = explain_filters(market, welfare or welfare_of(), 0, 0, working_age_min=WORKING_AGE)
    return obstacles(filters, decided)


CASES = [
    pytest.param(
        {},
        {"expires_on": np.array(["2026-10-31"], DAY)},
        {},
        Filter.EXPIRED,
        "岗位截止日期已过（2026-10-31）",
        "等待续期，或请单位确认仍在招聘并更新日期",
        id="expired",
    ),
    pytest.param(
        {},
        {"places_left": np.array([0], np.int32)},
        {},
        Filter.FULL,
        "招聘名额已满",
        "请单位增加名额，或登记候补",
        id="full",
    ),
    pytest.param(
        {},
        {},
        {"birth_date": np.array(["2011-05-12"], DAY)},
        Filter.BELOW_WORKING_AGE,
        "现 15 岁，未满 16 周岁，依法不能推荐",
        "年龄未到，满 16 周岁后再推荐",
        id="below working age",
    ),
    pytest.param(
        {},
        {},
        {"retirement_date": np.array(["2026-05-31"], DAY)},
        Filter.PAST_RETIREMENT,
        "已过法定退休日期（2026-05-31）",
        "年龄不能改变，请转办养老待遇咨询",
        id="past retirement",
    ),
    pytest.param(
        {},
        {"age_min": np.array([18], np.int16), "age_max": np.array([45], np.int16)},
        {},
        Filter.AGE,
        "岗位限 18–45 岁，本人 52 岁",
        "年龄不能改变，可问单位能否放宽年龄限制",
        id="over the age limit",
    ),
    pytest.param(
        {},
        {"age_min": np.array([55], np.int16)},
        {},
        Filter.AGE,
        "岗位限 55 岁及以上，本人 52 岁",
        "满 55 周岁后再推荐",
        id="under the age limit",
    ),
    pytest.param(
        {},
        {"sex_required": at("sex", "male")},
        {},
        Filter.SEX,
        "岗位限男",
        "性别不能改变；不属国家规定禁忌劳动的，可请单位取消性别限制",
        id="sex",
    ),
    pytest.param(
        {},
        {"education_min": np.array([4], np.int8)},
        {},
        Filter.EDUCATION,
        "要求大专，本人初中",
        "学历短期内不能改变；可参加培训，改推不限学历的岗位，或问单位能否放宽",
        id="education",
    ),
    pytest.param(
        {},
        {"certificates": terms(["健康证", "电工证"])},
        {},
        Filter.CERTIFICATES,
        "需要健康证、电工证，缺电工证",
        "取得电工证",
        id="certificates",
    ),
    pytest.param(
        {"work_forms": forms("part_time")},
        {},
        {},
        Filter.WORK_FORM,
        "岗位是全日制，本人只愿做非全日制",
        "本人愿意做全日制，或单位改用非全日制",
        id="form of work",
    ),
    pytest.param(
        {},
        {},
        {"health": at("health", "cannot_go_out")},
        Filter.HEALTH,
        "身体状况不能外出，不能做全日制",
        "有新的体检结论可更新登记；否则改推居家岗位",
        id="health",
    ),
    pytest.param(
        {},
        {"places": places(FAR_AWAY, lonlat=[THERE])},
        {},
        Filter.DISTANCE,
        "直线约 50 公里，超过可接受的 10 公里",
        "可接受距离放宽到 51 公里，或单位提供班车、住宿",
        id="distance",
    ),
    pytest.param(
        {"wage_wanted": np.array([4000], np.float32)},
        {},
        {},
        Filter.WAGE_FLOOR,
        "最高月薪 3500 元，低于期望的 4000 元",
        "期望月薪降到 3500 元，或请单位提高待遇",
        id="wage",
    ),
]


@pytest.mark.parametrize(("person", "vacancy", "standing", "failed", "because", "change"), CASES)
def test_each_filter_says_what_fails_and_what_would_change_it(
    person: Any, vacancy: Any, standing: Any, failed: Filter, because: str, change: str
) -> None:
    market = market_of(cleaner(**person), post(**vacancy), woman(**standing))
    (only,) = found(market)
    assert (only.filter, only.because.zh, only.change.zh) == (failed, because, change)
    assert only.because.en
    assert only.change.en


def test_every_filter_but_policy_has_a_case_here() -> None:
    tested = {case.values[3] for case in CASES}
    assert tested == {*Filter} - {Filter.NONE, Filter.WELFARE_POLICY}


def test_a_pair_that_fails_much_is_told_all_of_it() -> None:
    market = market_of(
        cleaner(wage_wanted=np.array([4000], np.float32)),
        post(
            sex_required=at("sex", "male"),
            education_min=np.array([5], np.int8),
            expires_on=np.array(["2026-10-31"], DAY),
            certificates=terms(["电工证"]),
        ),
    )
    assert [each.filter for each in found(market)] == [
        *(Filter.EXPIRED, Filter.SEX, Filter.EDUCATION, Filter.CERTIFICATES, Filter.WAGE_FLOOR),
    ]


def test_nobody_is_advised_to_change_age_or_sex() -> None:
    for case in CASES:
        person, vacancy, standing, failed = case.values[:4]
        (only,) = found(market_of(cleaner(**person), post(**vacancy), woman(**standing)))
        fixed = failed in {
            *(Filter.AGE, Filter.SEX, Filter.PAST_RETIREMENT, Filter.BELOW_WORKING_AGE),
        }
        assert only.can_change is not fixed


def test_doing_what_is_advised_removes_the_obstacle() -> None:
    market = market_of(
        cleaner(
            wage_wanted=np.array([4000], np.float32),
            work_forms=forms("part_time"),
            max_commute_km=np.array([3], np.float32),
        ),
        post(places=places(FAR_AWAY, lonlat=[THERE]), certificates=terms(["电工证"])),
    )
    advice = {each.filter: each.change.facts for each in found(market)}
    assert len(advice) == 4
    seekers = replace(
        market.jobseekers,
        wage_wanted=np.array([advice[Filter.WAGE_FLOOR]["limit"]], np.float32),
        work_forms=forms(advice[Filter.WORK_FORM]["limit"]),
        max_commute_km=np.array([advice[Filter.DISTANCE]["need"]], np.float32),
        certificates=terms(["健康证", *advice[Filter.CERTIFICATES]["missing"]]),
    )
    assert found(replace(market, jobseekers=seekers)) == ()


def test_a_refused_welfare_post_names_the_condition_and_its_source() -> None:
    market = market_of(vacancy=post(**WELFARE_POST))
    (only,) = found(market, verdict(Outcome.NOT_MET, values={}), welfare_of(0))
    assert only.because.zh == (
        "不符合公益性岗位安排条件：零就业家庭成员（依据：劳社部发〔2007〕24号 第四条）"
    )
    assert only.change.zh == "具备后再推荐：零就业家庭成员"
    assert only.can_change


def test_a_refused_welfare_post_without_a_verdict_still_says_what_to_do() -> None:
    (only,) = found(market_of(vacancy=post(**WELFARE_POST)), None, welfare_of(0))
    assert only.because.zh == "不符合公益性岗位安排条件"
    assert only.change.zh == "先核对认定和登记情况，符合条件后再推荐"


def test_a_pair_that_passes_has_no_obstacle() -> None:
    assert found(market_of()) == ()
