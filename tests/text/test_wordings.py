"""Wordings as postings write them; public facts of form, none of the texts names a person."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.reference.codes import code_list
from matcher.text.wordings import (
    parse_age,
    parse_attainment,
    parse_education,
    parse_employer_size,
    parse_experience,
    parse_headcount,
    parse_sex,
    parse_wage,
)

ON = date(2025, 11, 1)


@pytest.mark.parametrize(
    ("text", "low", "high", "period"),
    [
        ("1-1.5万", 10000, 15000, "unstated"),
        ("6-8千·13薪", 6000, 8000, "unstated"),
        ("4-6千/月", 4000, 6000, "month"),
        ("20-40万/年", 16667, 33333, "year"),
        ("8千-1.2万", 8000, 12000, "unstated"),
        ("0.8-1万/月", 8000, 10000, "month"),
        ("1万以上", 10000, None, "unstated"),
        ("8千及以上", 8000, None, "unstated"),
        ("1.5千以下/月", None, 1500, "month"),
        ("3万及以下/年", None, 2500, "year"),
        ("100万以上/年", 83333, None, "year"),
        ("2800-3500元/月", 2800, 3500, "month"),
        ("3,500-4,000元/月", 3500, 4000, "month"),
        ("８０００－１.２万", 8000, 12000, "unstated"),
        ("3000", 3000, 3000, "unstated"),
        ("月薪4000~6000元", 4000, 6000, "month"),
        ("年薪10-15万", 8333, 12500, "year"),
        ("5k-8k·14薪", 5000, 8000, "unstated"),
        ("5k-8", 5000, 8000, "unstated"),
        ("底薪3000+提成", 3000, None, "month"),
        ("4500元/月，包吃住", 4500, 4500, "month"),
        ("不低于3000元/月", 3000, None, "month"),
    ],
)
def test_a_monthly_or_yearly_wage_is_read(
    text: str, low: int | None, high: int | None, period: str
) -> None:
    wage = parse_wage(text)
    assert wage is not None
    assert (wage.monthly_min, wage.monthly_max, wage.period) == (low, high, period)


@pytest.mark.parametrize(
    ("text", "low", "period"),
    [
        ("150元/天", 150, "day"),
        ("25元/小时", 25, "hour"),
        ("1.5千/天", 1500, "day"),
        ("日薪150", 150, "day"),
    ],
)
def test_a_daily_or_hourly_wage_is_never_turned_into_months(
    text: str, low: float, period: str
) -> None:
    wage = parse_wage(text)
    assert wage is not None
    assert (wage.low, wage.period, wage.note) == (low, period, "not_monthly")
    assert wage.monthly_min is None
    assert wage.monthly_max is None


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("面议", "negotiable"),
        ("薪资面议", "negotiable"),
        ("1-2万·13薪", "pay_months:13"),
        ("20-40万", "period_unclear"),
        ("5000元左右", "about"),
        ("200元/天（日结）", "paid_daily;not_monthly"),
    ],
)
def test_what_else_a_wage_says_is_noted(text: str, note: str) -> None:
    wage = parse_wage(text)
    assert wage is not None
    assert wage.note == note


@pytest.mark.parametrize(
    "text",
    [
        "",
        "优厚",
        "3-5",
        "12",
        "9\ufffd-1.5万·13薪",
        "9-1.5万",
        "8千-1万以上",
        "1.5-1万",
        "本科",
        "3000人",
    ],
)
def test_a_wage_that_is_unclear_is_not_guessed(text: str) -> None:
    assert parse_wage(text) is None


@given(st.integers(1, 99), st.integers(0, 99), st.sampled_from(["千", "万"]))
@settings(max_examples=60)
def test_a_range_of_one_unit_is_read_as_written(low: int, more: int, unit: str) -> None:
    wage = parse_wage(f"{low}-{low + more}{unit}/月")
    yuan = {"千": 1000, "万": 10000}[unit]
    assert wage is not None
    assert (wage.monthly_min, wage.monthly_max) == (low * yuan, (low + more) * yuan)


@given(st.text(max_size=12))
@settings(max_examples=200)
def test_no_text_breaks_a_parser(text: str) -> None:
    for parse in (parse_wage, parse_experience, parse_education, parse_headcount, parse_sex):
        parse(text)
    parse_age(text, ON)
    parse_employer_size(text)
    parse_attainment(text)


@pytest.mark.parametrize(
    ("text", "months", "up_to", "note"),
    [
        ("3-4年", 36, 48, None),
        ("1年及以上", 12, None, None),
        ("2年工作经验", 24, None, None),
        ("5-7年工作经验", 60, 84, None),
        ("10年以上工作经验", 120, None, None),
        ("三年以上相关工作经验", 36, None, None),
        ("6个月以上", 6, None, None),
        ("半年以上", 6, None, None),
        ("1年以下", 0, 12, None),
        ("无需经验", 0, None, "none"),
        ("无工作经验", 0, None, "none"),
        ("经验不限", 0, None, "none"),
        ("在校生/应届生", 0, None, "student"),
    ],
)
def test_experience_is_read(text: str, months: int, up_to: int | None, note: str | None) -> None:
    read = parse_experience(text)
    assert read is not None
    assert (read.months_min, read.months_max, read.note) == (months, up_to, note)


@pytest.mark.parametrize("text", ["", "本科", "英语熟练", "3", "4-3年", "丰富"])
def test_experience_that_is_not_stated_is_not_guessed(text: str) -> None:
    assert parse_experience(text) is None


@pytest.mark.parametrize(
    ("text", "code", "degree", "note"),
    [
        ("本科及以上", "bachelor", None, None),
        ("本科（学士）及以上", "bachelor", "bachelor", None),
        ("学历：本科及以上\n学位：学士及以上", "bachelor", "bachelor", None),
        ("学历：研究生及以上\n学位：硕士及以上", "master", "master", None),
        ("普通高等教育\n本科及以上", "bachelor", None, None),
        ("全日制普通高校本科及以上", "bachelor", None, None),
        ("大学本科及以上学历并取得学士及以上学位", "bachelor", "bachelor", None),
        ("硕士研究生及以上学历学位（本科阶段须取得学历学位）", "master", "master", "conditions"),
        ("专科学历或本科(学士)及以上学历（学位）", "junior_college", "bachelor", None),
        ("大学专科及以上学历，大学本科应取得学士学位。", "junior_college", None, "conditions"),
        ("高中（含中专、中技）及以上学历", "senior_high", None, None),
        ("中专、中技、高中及以上", "senior_high", None, None),
        ("中技/中专", "secondary_vocational", None, None),
        ("大专", "junior_college", None, None),
        ("大专及以上", "junior_college", None, None),
        ("博士", "doctor", None, None),
        ("初中及以下", "primary", None, "or_below:junior_high"),
        ("不限", "primary", None, "any"),
        ("无", "primary", None, "any"),
    ],
)
def test_an_education_asked_for_is_read(
    text: str, code: str, degree: str | None, note: str | None
) -> None:
    read = parse_education(text)
    assert read is not None
    assert (read.code, read.degree, read.note, read.is_exact) == (code, degree, note, False)


def test_an_education_that_must_be_exactly_so_says_it() -> None:
    read = parse_education("仅限硕士研究生学历学位")
    assert read is not None
    assert (read.code, read.is_exact) == ("master", True)


@pytest.mark.parametrize("wording", sorted(code_list("education").wordings))
def test_every_wording_of_the_code_list_is_understood(wording: str) -> None:
    assert parse_education(wording) is not None


@pytest.mark.parametrize(
    "text", ["", "英语熟练", "普通话良好", "本科及以上英语专业", "学历", "以上"]
)
def test_an_education_that_is_not_stated_is_not_guessed(text: str) -> None:
    assert parse_education(text) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("大学本科毕业", "bachelor"),
        ("初中", "junior_high"),
        ("初中及以下", "junior_high"),
        ("小学文化", "primary"),
        ("本科或硕士", None),
        ("未知", None),
    ],
)
def test_what_a_person_has_is_one_level_or_unknown(text: str, code: str | None) -> None:
    assert parse_attainment(text) == code


@pytest.mark.parametrize(
    ("text", "count", "note"),
    [
        ("1人", 1, None),
        ("10人", 10, None),
        ("招2名", 2, None),
        ("两名", 2, None),
        ("十五人", 15, None),
        ("3", 3, None),
        ("2.0", 2, None),
        ("3-5人", 3, "range:3-5"),
        ("10人以上", 10, "or_more"),
        ("若干人", None, "several"),
        ("若干", None, "several"),
        ("不限", None, "unlimited"),
    ],
)
def test_a_headcount_is_read(text: str, count: int | None, note: str | None) -> None:
    read = parse_headcount(text)
    assert read is not None
    assert (read.count, read.note) == (count, note)


@pytest.mark.parametrize("text", ["", "0", "0人", "-1", "2.5人", "5-3人", "很多"])
def test_a_headcount_that_is_none_is_not_guessed(text: str) -> None:
    assert parse_headcount(text) is None


@pytest.mark.parametrize(
    ("text", "low", "high", "number"),
    [
        ("150-500人", 150, 500, 325),
        ("少于50人", None, 49, 49),
        ("10000人以上", 10000, None, 10000),
        ("20人以下", None, 20, 20),
        ("120", 120, 120, 120),
    ],
)
def test_the_size_of_an_employer_is_read(
    text: str, low: int | None, high: int | None, number: int
) -> None:
    size = parse_employer_size(text)
    assert size is not None
    assert (size.low, size.high, size.representative) == (low, high, number)


@pytest.mark.parametrize("text", ["", "计算机软件", "500-150人", "很大"])
def test_a_text_that_is_no_size_is_not_guessed(text: str) -> None:
    assert parse_employer_size(text) is None


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("35周岁及以下", None, 35),
        ("35周岁以下", None, 35),
        ("35周及岁以下", None, 35),
        ("45岁以内", None, 45),
        ("45周岁（含）以下", None, 45),
        ("35周岁以下（不含35周岁）", None, 34),
        ("不满35周岁", None, 34),
        ("不超过30周岁", None, 30),
        ("18-45周岁", 18, 45),
        ("18至45岁", 18, 45),
        ("18周岁以上，45周岁以下", 18, 45),
        ("18周岁以上45周岁以下", 18, 45),
        ("年满18周岁", 18, None),
        ("无", None, None),
        ("年龄不限", None, None),
    ],
)
def test_an_age_limit_is_read_and_its_ends_count(
    text: str, low: int | None, high: int | None
) -> None:
    limit = parse_age(text, ON)
    assert limit is not None
    assert (limit.age_min, limit.age_max, limit.relaxations) == (low, high, ())


@pytest.mark.parametrize(
    ("text", "born_from", "age_max"),
    [
        pytest.param("1985年9月15日以后出生", date(1985, 9, 15), 40, id="birthday has passed"),
        pytest.param("1985年11月17日以后出生", date(1985, 11, 17), 39, id="birthday is to come"),
        pytest.param("1985年11月1日及以后出生。", date(1985, 11, 1), 40, id="birthday is today"),
        pytest.param("1986年1月1日（含）以后出生", date(1986, 1, 1), 39, id="said to be included"),
        pytest.param("1991年1月1日及以后生", date(1991, 1, 1), 34, id="short form"),
    ],
)
def test_a_birth_date_limit_is_kept_and_turned_into_an_age_for_the_day(
    text: str, born_from: date, age_max: int
) -> None:
    limit = parse_age(text, ON)
    assert limit is not None
    assert (limit.born_from, limit.age_max) == (born_from, age_max)


@pytest.mark.parametrize(
    ("text", "age_max"),
    [
        ("1985年9月15日以后出生，具备博士研究生学历学位可放宽至1975年9月15日以后出生", 40),
        ("35周岁及以下(具有工程师及以上职称资格的放宽到40周岁)", 35),
        ("30周岁及以下。具有硕士研究生及以上学历的可以放宽到35周岁", 30),
        ("本科：1991年1月1日及以后出生;研究生：1986年1月1日及以后出生", 34),
        ("本科：1991年1月1日及以后出生\n研究生：1986年1月1日及以后出生", 34),
        (
            "大学本科一般不超过30周岁（1991年1月1日及以后出生）；硕士研究生及以上，"
            "年龄可放宽到35岁以下（1986年1月1日及以后出生）。",
            34,
        ),
    ],
)
def test_a_relaxation_for_some_is_named_and_not_applied(text: str, age_max: int) -> None:
    limit = parse_age(text, ON)
    assert limit is not None
    assert (limit.age_max, limit.note) == (age_max, "relaxed")
    assert limit.relaxations


def test_limits_that_differ_by_sex_give_the_widest_and_say_so() -> None:
    limit = parse_age("男18-60岁，女18-55岁", ON)
    assert limit is not None
    assert (limit.age_min, limit.age_max, limit.note) == (18, 60, "differs_by_sex")


def test_a_wish_for_an_age_is_no_limit() -> None:
    limit = parse_age("35岁以下优先", ON)
    assert limit is not None
    assert (limit.age_max, limit.note) == (None, "preferred")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "35",
        "年轻",
        "45-18岁",
        "1985年13月40日以后出生",
        "2099年1月1日以后出生",
        "35岁以下，身高165",
    ],
)
def test_an_age_limit_that_is_unclear_is_not_guessed(text: str) -> None:
    assert parse_age(text, ON) is None


@pytest.mark.parametrize(
    ("text", "code", "note"),
    [
        ("限男性", "male", None),
        ("女", "female", None),
        ("仅限女性", "female", None),
        ("性别要求：男", "male", None),
        ("男女不限", None, "any"),
        ("不限", None, "any"),
        ("女性优先", None, "preferred"),
        ("适合男性", None, "preferred"),
    ],
)
def test_a_sex_limit_is_read(text: str, code: str | None, note: str | None) -> None:
    read = parse_sex(text)
    assert read is not None
    assert (read.code, read.note) == (code, note)


@pytest.mark.parametrize("text", ["", "男女各1名", "已婚"])
def test_a_text_that_is_no_sex_limit_is_not_guessed(text: str) -> None:
    assert parse_sex(text) is None
