from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
import pytest
import xgboost

from matcher.domain.decision import Citation, Finding, Outcome
from matcher.domain.filters import Filter
from matcher.domain.match import Tone
from matcher.explanation.explain import (
    Listed,
    PairExplanation,
    employer_view,
    explain_pair,
    view_for,
)
from matcher.explanation.scored import scored
from matcher.explanation.sentences import Reader
from matcher.market.arrays import Market
from matcher.ranking.features import feature_names
from matcher.ranking.models.trees import Trees
from matcher.ranking.models.two_sided import TwoSidedRanker
from matcher.ranking.ranker import score_pairs
from matcher.ranking.rules import RulesRanker
from matcher.screening.results import explain_filters
from matcher.screening.welfare import WelfareEligibility
from tests.explanation.pairs import (
    CLEANER,
    COOK,
    DAY,
    FITTER,
    WELFARE_POST,
    at,
    cleaner,
    market_of,
    post,
    verdict,
    welfare_of,
    woman,
)
from tests.ranking.small_market import jobs, make_market, make_vacancies, terms

RANKER = RulesRanker()


def two_sided() -> TwoSidedRanker:
    """Both sides learnt from made-up answers; missing values among them."""
    names = feature_names()
    rng = np.random.default_rng(0)
    columns = rng.normal(size=(500, len(names))).astype(np.float32)
    columns[rng.random(columns.shape) < 0.2] = np.nan
    sides = {}
    for side, liked in (("interest", 0), ("success", 1)):
        label = (np.nan_to_num(columns[:, liked]) + rng.normal(size=500) > 0).astype(np.float32)
        learnt = xgboost.DMatrix(columns, label)
        settings = {"objective": "binary:logistic", "max_depth": 3, "nthread": 1}
        booster = xgboost.train(settings, learnt, num_boost_round=20)
        sides[side] = Trees(bytes(booster.save_raw("ubj")), 1.0, -0.5)
    return TwoSidedRanker("tried", names, sides, {})


def explained(market: Market, vacancy_at: int = 0, **more: Any) -> PairExplanation:
    none = np.empty((1, 0), np.int8)
    ordinary = WelfareEligibility(none, none, np.full(len(market.vacancies), -1, np.int32))
    filters = explain_filters(market, more.pop("welfare", ordinary), 0, vacancy_at)
    return explain_pair(market, RANKER, 0, vacancy_at, filters=filters, **more)


def test_contributions_sum_to_the_score_less_the_base() -> None:
    told = explained(market_of())
    assert sum(told.contributions.values()) == pytest.approx(told.score - told.base, abs=1e-6)
    assert told.proposable
    assert told.model == "rules"
    assert (told.person_id, told.vacancy_id) == ("P0", "V0")


def test_a_failed_pair_is_scored_but_neither_proposed_nor_ranked() -> None:
    market = market_of(vacancy=post(expires_on=np.array(["2026-10-31"], DAY)))
    told = explained(market)
    assert not told.proposable
    assert [each.filter for each in told.obstacles] == [Filter.EXPIRED]
    assert told.reasons[0].tone is Tone.AGAINST
    assert told.standing is not None
    assert told.standing.zh.startswith("不符合条件，不参加排名（如符合，得分 0.")
    assert any(each.code == "wants_this" for each in told.reasons)


def test_what_to_ask_stands_apart() -> None:
    told = explained(
        market_of(cleaner(certificates=terms([])), post(certificates=terms(["健康证"])))
    )
    assert [each.zh for each in told.ask] == ["需要健康证：未登记，请询问"]


def three_posts() -> tuple[Market, Listed]:
    """The wanted trade, a near one and a far one, listed by the rule score."""
    codes = [CLEANER, COOK, FITTER, FITTER]
    market = make_market(
        cleaner(),
        make_vacancies(4, occupation=jobs(*([code] for code in codes)).values),
        woman(),
    )
    posts = np.arange(3, dtype=np.int32)
    score = score_pairs(
        RANKER,
        market.jobseekers,
        market.vacancies,
        market.terms,
        np.zeros(3, np.int32),
        posts,
        on=market.on,
    )
    return market, Listed(posts, score)


@pytest.mark.parametrize(
    ("vacancy_at", "words"),
    [
        pytest.param(0, "在 3 个岗位中排第 1 位，得分 0.", id="the first"),
        pytest.param(1, "排第 2 位", id="behind the first"),
        pytest.param(3, "未列入 3 个候选岗位：得分 0.", id="not in the list"),
    ],
)
def test_the_place_in_the_list_is_told(vacancy_at: int, words: str) -> None:
    market, listed = three_posts()
    told = explained(market, vacancy_at, listed=listed)
    assert told.standing is not None
    assert words in told.standing.zh


def test_the_difference_to_the_post_before_names_the_group_that_made_it() -> None:
    market, listed = three_posts()
    told = explained(market, 1, listed=listed)
    assert told.standing is not None
    assert told.standing.facts["groups"] == ("occupation",)
    assert told.standing.zh.endswith("主要差在职业")
    gap = float(listed.score[0] - listed.score[1])
    assert told.standing.facts["gap"] == pytest.approx(gap)


def test_level_scores_are_told_as_level() -> None:
    market, listed = three_posts()
    level = Listed(np.array([2, 3], np.int32), np.repeat(listed.score[2:], 2))
    told = explained(market, 3, listed=level)
    assert told.standing is not None
    assert told.standing.code == "ranked_level"
    assert "V2" in told.standing.zh


def test_without_a_list_no_place_is_claimed() -> None:
    assert explained(market_of()).standing is None
    empty = Listed(np.array([], np.int32), np.array([], np.float32))
    assert explained(market_of(), listed=empty).standing is None


MARK = "秘密标记"


def marked() -> tuple[Market, dict[str, Any]]:
    """A pair whose every sensitive fact carries a mark or a value found nowhere else."""
    market = market_of(
        cleaner(wage_wanted=np.array([7777], np.float32)),
        post(
            **WELFARE_POST,
            education_min=np.array([4], np.int8),
            sex_required=at("sex", "male"),
            age_max=np.array([33], np.int16),
        ),
        woman(health=at("health", "cannot_go_out")),
    )
    citation = Citation("r", f"{MARK}办法", f"{MARK}1号")
    finding = Finding(
        "zef_member",
        Outcome.MET,
        f"{MARK}零就业家庭成员",
        MARK,
        {"zef_member": MARK},
        citation=citation,
    )
    decided = verdict(findings=(finding,), values={"tier": 1, "household": MARK})
    return market, {"verdict": decided, "welfare": welfare_of(1)}


def text_of(told: PairExplanation) -> str:
    return repr(asdict(told))


HIDDEN = (
    *(MARK, "零就业", "低保", "dibao", "household", "第 1 档", "tier", "优先", "7777", "52 岁"),
    *("cannot_go_out", "不能外出", "health", "female", "320613", "和平桥", "limited to one sex"),
    *("崇川", "公里", "期望", "想做"),
)


def test_an_employer_reads_nothing_of_status_tier_household_health_or_benefit() -> None:
    market, more = marked()
    told = text_of(explained(market, **more, for_employer=True))
    assert [word for word in HIDDEN if word in told] == []


def test_the_caseworker_reads_all_of_it() -> None:
    market, more = marked()
    told = text_of(explained(market, **more))
    assert [
        word for word in (MARK, "7777", "52 岁", "cannot_go_out", "第 1 档") if word not in told
    ] == []


def test_an_employer_still_reads_what_the_person_can_do() -> None:
    market, more = marked()
    told = explained(market, **more, for_employer=True)
    words = [each.zh for each in told.reasons]
    assert "候选人做过保洁员，工作共 26 个月" in words
    assert "候选人会贵单位需要的保洁" in words
    assert [each.filter for each in told.obstacles] == [Filter.EDUCATION]
    assert told.obstacles[0].change.zh == "可考虑放宽学历要求"
    assert all(each.facts == {} and each.citation is None for each in told.reasons)
    assert "wage" not in told.contributions


def test_both_chances_stand_beside_their_product_and_an_employer_sees_neither() -> None:
    market = market_of()
    filters = explained(market).filters
    told = explain_pair(market, two_sided(), 0, 0, filters=filters)
    assert told.interest is not None
    assert told.success is not None
    assert told.score == pytest.approx(told.interest * told.success, rel=1e-6)
    assert sum(told.contributions.values()) == pytest.approx(told.score - told.base, abs=1e-6)
    open_to = employer_view(told)
    assert (open_to.interest, open_to.success) == (None, None)


def test_the_rules_tell_no_chances() -> None:
    told = explained(market_of())
    assert (told.interest, told.success) == (None, None)


def test_a_list_asked_at_once_says_of_each_pair_what_it_says_alone() -> None:
    market, _ = three_posts()
    ranker, posts = two_sided(), np.arange(3, dtype=np.int32)
    together = scored(market, ranker, np.zeros(3, np.int32), posts)
    filters = explained(market).filters
    for row in range(3):
        alone = explain_pair(market, ranker, 0, row, filters=filters)
        listed = explain_pair(market, ranker, 0, row, filters=filters, said=together.row(row))
        assert asdict(listed) == asdict(alone)


def test_three_readers_get_the_same_facts_in_their_own_words() -> None:
    market, more = marked()
    told = explained(market, **more)
    own = view_for(told, Reader.JOBSEEKER)
    assert [each.code for each in own.reasons] == [each.code for each in told.reasons]
    assert [each.facts for each in own.reasons] == [each.facts for each in told.reasons]
    assert "您做过保洁员，工作共 26 个月" in [each.zh for each in own.reasons]
    assert own.obstacles[0].change.facts == told.obstacles[0].change.facts
    assert view_for(told, Reader.CASEWORKER) is told
    assert asdict(view_for(told, Reader.EMPLOYER)) == asdict(employer_view(told))
