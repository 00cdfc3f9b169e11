from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from matcher.domain.decision import Outcome
from matcher.domain.match import Reason, Tone
from matcher.explanation.pair import Pair
from matcher.explanation.reasons import GROUP_REASONS, reasons_for
from matcher.market.arrays import Market
from matcher.ranking.features import FEATURES
from matcher.ranking.ranker import OF_THE_PAST
from matcher.screening.results import explain_filters
from matcher.screening.welfare import WelfareEligibility
from tests.explanation.pairs import (
    COOK,
    DAY,
    FAR_AWAY,
    FITTER,
    HERE,
    NOTICE,
    SAME_COUNTY,
    THERE,
    WELFARE_POST,
    at,
    cleaner,
    market_of,
    post,
    verdict,
    welfare_of,
    woman,
)
from tests.ranking.small_market import jobs, make_jobseekers, make_vacancies, places, terms

OF_THE_WORK = [group for group in GROUP_REASONS if group not in OF_THE_PAST]
LIKED = dict.fromkeys(OF_THE_WORK, 0.1)


def told(
    market: Market,
    parts: Any = LIKED,
    decided: Any = None,
    welfare: WelfareEligibility | None = None,
    may_take: Any = None,
) -> tuple[Reason, ...]:
    filters = explain_filters(market, welfare or welfare_of(), 0, 0)
    return reasons_for(Pair(market, 0, 0), parts, filters, decided, may_take)


def sentences(reasons: tuple[Reason, ...]) -> list[str]:
    return [each.zh for each in reasons]


def codes(reasons: tuple[Reason, ...], tone: Tone) -> list[str]:
    return [each.code for each in reasons if each.tone is tone]


def test_a_good_pair_is_told_in_office_words() -> None:
    assert sentences(told(market_of())) == [
        "想做保洁员",
        "做过保洁员，工作共 26 个月",
        "会保洁，岗位正需要",
        "月薪 2800–3500 元，达到期望的 2600 元",
        "离家近：同一街道（和平桥街道）",
        "不限学历",
        "不要求工作经验",
        "用工形式全日制，符合意向",
        "10 天前发布",
        "还招 3 人",
    ]


def test_the_largest_contribution_comes_first() -> None:
    parts = LIKED | {"distance": 0.5, "wage": 0.4}
    assert codes(told(market_of(), parts), Tone.FOR)[:2] == ["same_street", "wage_reached"]


def test_cautions_start_with_the_most_harmful() -> None:
    market = market_of(
        cleaner(experience_months=np.array([6], np.int32)),
        post(
            experience_months_min=np.array([12], np.int32),
            posted_on=np.array(["2026-08-01"], DAY),
            skills=terms(["保洁", "老人护理"]),
        ),
    )
    parts = LIKED | {"experience": -0.1, "freshness": -0.3}
    cautions = codes(told(market, parts), Tone.CAUTION)
    assert cautions == ["posted_long_ago", "experience_short", "skills_missing"]


@pytest.mark.parametrize(
    ("person", "vacancy", "sentence"),
    [
        pytest.param(
            {"occupations_wanted": jobs([FITTER])},
            {},
            "想做汽车装调工，岗位“保洁员”看来是另一类工作",
            id="another trade wanted",
        ),
        pytest.param(
            {"occupations_wanted": jobs(["4-03-02-02"])},
            {"occupation": jobs([COOK]).values},
            "想做中式面点师，与中式烹调师相近",
            id="a near trade wanted",
        ),
        pytest.param(
            {"occupations_done": jobs(["4-03-02-02"])},
            {"occupation": jobs([COOK]).values},
            "做过中式面点师，与中式烹调师相近",
            id="a near trade done",
        ),
        pytest.param(
            {"occupations_wanted": jobs(["4-01-02-03"])},
            {"occupation": jobs(["4-01-05-01"]).values},
            "想做商品营业员，与农产品购销员同属批发与零售服务人员",
            id="one field wanted",
        ),
        pytest.param(
            {"occupations_done": jobs(["4-01-02-03"])},
            {"occupation": jobs(["4-01-05-01"]).values},
            "做过商品营业员，与农产品购销员同属批发与零售服务人员",
            id="one field done",
        ),
        pytest.param(
            {"occupations_wanted": jobs(["4-01-02-03"])},
            {"occupation": jobs(["4-01-00-00"]).values},
            "想做商品营业员，与批发与零售服务人员相近",
            id="a field that holds the wish",
        ),
        pytest.param(
            {"experience_months": np.array([-1], np.int32)}, {}, "做过保洁员", id="months not asked"
        ),
        pytest.param(
            {"certificates": terms(["健康证", "电工证"])},
            {"certificates": terms(["健康证"])},
            "持有健康证",
            id="a certificate held",
        ),
        pytest.param(
            {"certificates": terms([])},
            {"certificates": terms(["健康证"])},
            "需要健康证：未登记，请询问",
            id="a certificate not recorded",
        ),
        pytest.param(
            {"education": np.array([-1], np.int8)},
            {"education_min": np.array([4], np.int8)},
            "要求大专：学历未登记，请询问",
            id="education not recorded",
        ),
        pytest.param(
            {"education": np.array([4], np.int8)},
            {"education_min": np.array([4], np.int8)},
            "学历大专，达到要求的大专",
            id="education met",
        ),
        pytest.param(
            {"wage_wanted": np.array([3000], np.float32)},
            {},
            "月薪 2800–3500 元，最高才达到期望的 3000 元，请先谈妥",
            id="only the top of the range",
        ),
        pytest.param(
            {"wage_wanted": np.array([3000], np.float32)},
            {"wage_max": np.array([np.nan], np.float32)},
            "月薪 2800 元起，低于期望的 3000 元，请先问清",
            id="open at the top",
        ),
        pytest.param(
            {},
            {
                "wage_max": np.array([np.nan], np.float32),
                "wage_min": np.array([np.nan], np.float32),
            },
            "岗位未写明工资，请向单位询问",
            id="pay not stated",
        ),
        pytest.param(
            {},
            {"places": places(SAME_COUNTY, lonlat=[HERE])},
            "同在崇川区",
            id="one county",
        ),
        pytest.param(
            {"max_commute_km": np.array([80], np.float32)},
            {"places": places(FAR_AWAY, lonlat=[THERE])},
            "直线约 50 公里，不超过可接受的 80 公里",
            id="within the way accepted",
        ),
        pytest.param({}, {"posted_on": np.array(["2026-11-22"], DAY)}, "今天发布", id="today"),
        pytest.param(
            {"experience_months": np.array([30], np.int32)},
            {"experience_months_min": np.array([24], np.int32)},
            "工作 30 个月，达到要求的 24 个月",
            id="experience met",
        ),
    ],
)
def test_facts_become_sentences(person: Any, vacancy: Any, sentence: str) -> None:
    assert sentence in sentences(told(market_of(cleaner(**person), post(**vacancy))))


def test_a_far_post_without_a_limit_is_a_caution_when_it_cost_score() -> None:
    market = market_of(
        cleaner(max_commute_km=np.array([np.nan], np.float32)),
        post(places=places(FAR_AWAY, lonlat=[THERE])),
    )
    assert "far" in codes(told(market, LIKED | {"distance": -0.1}), Tone.CAUTION)
    assert "near" in codes(told(market, LIKED | {"distance": 0.1}), Tone.FOR)


def test_words_in_common_are_told_without_repeating_skills() -> None:
    market = market_of(
        cleaner(text=terms(["保洁", "老人护理"])), post(text=terms(["保洁", "老人护理"]))
    )
    assert "资料与岗位都提到老人护理" in sentences(told(market))
    assert "words_alike" not in codes(told(market, LIKED | {"text": -0.1}), Tone.FOR)


def test_letters_cut_from_words_are_not_told() -> None:
    text = terms(["保洁", "健康证"])
    market = market_of(cleaner(text=text), post(text=text, certificates=terms(["健康证"])))
    assert "words_alike" not in codes(told(market), Tone.FOR)


def test_a_group_of_occupations_is_no_occupation() -> None:
    whole_field = {"occupations_wanted": jobs(["6-00-00-00"])}
    market = market_of(cleaner(**whole_field), post(occupation=jobs(["6-00-00-00"]).values))
    said = {each.code for each in told(market)}
    assert not said & {"wants_this", "wants_similar", "wants_same_field", "occupation_other"}
    far = told(market_of(cleaner(**whole_field), post()))
    assert "occupation_other" in codes(far, Tone.CAUTION)


def test_a_failed_filter_is_told_once_and_first() -> None:
    market = market_of(cleaner(wage_wanted=np.array([4000], np.float32)))
    reasons = told(market)
    assert reasons[0].zh == "最高月薪 3500 元，低于期望的 4000 元"
    assert [each.tone for each in reasons].count(Tone.AGAINST) == 1
    assert not {"wage_reached", "wage_top_only"} & {each.code for each in reasons}


def test_limited_health_is_a_caution_for_the_caseworker() -> None:
    reasons = told(market_of(standing=woman(health=at("health", "limited"))))
    assert "health_limited" in codes(reasons, Tone.CAUTION)


def test_what_was_never_asked_is_asked_once() -> None:
    market = market_of(
        make_jobseekers(),
        post(age_max=np.array([55], np.int16)),
        woman(
            birth_date=np.array(["NaT"], DAY),
            retirement_date=np.array(["NaT"], DAY),
            health=np.array([-1], np.int8),
        ),
    )
    asked = [each.zh for each in told(market) if each.tone is Tone.ASK]
    assert asked[0] == "岗位限 55 岁及以下：出生日期未登记，请询问"
    assert sum("出生日期" in sentence for sentence in asked) == 1
    assert any("期望用工形式" in sentence for sentence in asked)


def test_priority_names_the_finding_the_tier_and_the_source() -> None:
    market = market_of(vacancy=post(**WELFARE_POST))
    reasons = told(market, decided=verdict(), welfare=welfare_of(1))
    first = reasons[0]
    assert first.zh == "优先：零就业家庭成员，第 1 档（依据：劳社部发〔2007〕24号 第四条）"
    assert first.tone is Tone.PRIORITY
    assert first.citation == NOTICE


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        pytest.param(
            {"findings": ()},
            "公益性岗位次序第 1 档（依据：劳社部发〔2007〕24号 第四条）",
            id="cited",
        ),
        pytest.param(
            {"findings": (), "citations": ()}, "公益性岗位次序第 1 档", id="without a source"
        ),
    ],
)
def test_a_tier_without_a_finding_names_what_it_has(more: Any, sentence: str) -> None:
    market = market_of(vacancy=post(**WELFARE_POST))
    assert told(market, decided=verdict(**more))[0].zh == sentence


def test_who_may_not_take_a_post_is_told_of_no_priority_in_it() -> None:
    market = market_of(vacancy=post(**WELFARE_POST))
    reasons = told(market, decided=verdict(), welfare=welfare_of(0))
    assert codes(reasons, Tone.PRIORITY) == []
    assert codes(reasons, Tone.AGAINST) == ["failed_welfare_policy"]


def test_an_ordinary_post_knows_no_priority() -> None:
    assert codes(told(market_of(), decided=verdict()), Tone.PRIORITY) == []


def test_an_open_policy_question_names_what_to_ask() -> None:
    market = market_of(vacancy=post(**WELFARE_POST))
    open_ = verdict(Outcome.UNKNOWN, values={}, ask_for=("household_id", "dibao"))
    asked = codes(told(market, may_take=open_, welfare=welfare_of(-1)), Tone.ASK)
    assert asked == ["ask_policy"]
    asked = codes(told(market, welfare=welfare_of(-1)), Tone.ASK)
    assert asked == ["ask_policy_first"]


def test_a_pair_of_unknowns_has_only_questions() -> None:
    reasons = told(market_of(make_jobseekers(), make_vacancies()))
    assert {each.tone for each in reasons} <= {Tone.ASK}


@pytest.mark.parametrize(
    ("group", "sentence"),
    [
        pytest.param("history", "经历相近的人选过这个岗位或类似岗位", id="people alike"),
        pytest.param("record", "该单位以往的推荐结果较好", id="employer"),
    ],
)
def test_past_outcomes_are_a_reason_only_where_they_counted(group: str, sentence: str) -> None:
    market = market_of()
    assert sentence in [each.zh for each in told(market, {group: 0.1})]
    assert sentence not in [each.zh for each in told(market, {group: 0.001})]
    assert sentence not in [each.zh for each in told(market, {group: -0.1})]


def test_every_group_of_features_has_something_to_say() -> None:
    assert set(GROUP_REASONS) == {entry.group for entry in FEATURES.values()}
