from __future__ import annotations

import ast
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
import yaml

import matcher.explanation
from matcher.domain.decision import Citation
from matcher.domain.kinds import Kind
from matcher.domain.match import Tone
from matcher.explanation.codes import FOR_EMPLOYERS, Code
from matcher.explanation.sentences import (
    LANGUAGES,
    SHOWN,
    Reader,
    Words,
    cite,
    group_name,
    policy_facts,
    reason,
    retold,
    say,
    sentences_for,
    wording,
)
from matcher.ranking.features import FEATURES
from matcher.reference.columns import columns

PLAIN = Reader.CASEWORKER
ROOM = Path(matcher.explanation.__file__).parent


def placeholders(sentence: str) -> set[tuple[str, str]]:
    return {
        (name, spec or "") for _, name, spec, _ in Formatter().parse(sentence) if name is not None
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_its_sentence_and_no_sentence_is_unused(language: str) -> None:
    assert sorted(wording(language)["reasons"]) == sorted(Code)


@pytest.mark.parametrize("code", Code)
def test_both_languages_tell_the_same_facts_in_the_same_form(code: Code) -> None:
    zh, en = (placeholders(wording(language)["reasons"][code]) for language in LANGUAGES)
    assert zh == en
    assert {spec for _, spec in zh} <= {"", *SHOWN}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_code_stands_twice_in_a_file(language: str) -> None:
    text = (ROOM / "wording" / f"{language}.yaml").read_text(encoding="utf-8")
    tree = yaml.compose(text)
    for section in (value for _, value in tree.value):
        keys = [key.value for key, _ in section.value]
        assert len(keys) == len(set(keys))


def test_every_code_is_said_somewhere() -> None:
    named = {
        node.attr
        for file in ROOM.glob("*.py")
        if file.name != "codes.py"
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "Code"
    }
    assert named == {code.name for code in Code}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_group_of_features_has_a_word(language: str) -> None:
    groups = {entry.group for entry in FEATURES.values()}
    assert set(wording(language)["groups"]) == groups
    assert group_name("a_group_of_some_other_model", language) == "a_group_of_some_other_model"


def test_both_languages_rename_the_same_columns() -> None:
    zh, en = (wording(language)["columns"] for language in LANGUAGES)
    assert sorted(zh) == sorted(en)
    known = {column.name for column in columns(Kind.PERSONS)} | {*policy_facts()}
    known |= {f"vacancies.{column.name}" for column in columns(Kind.VACANCIES)}
    assert set(zh) <= known


def test_chinese_sentences_are_short_enough_to_read_out() -> None:
    for code, sentence in wording("zh")["reasons"].items():
        bare = "".join(text for text, *_ in Formatter().parse(sentence))
        assert len(bare) <= 45, code
        assert "," not in bare
        assert not bare.endswith("。")


@pytest.mark.parametrize(
    ("code", "facts", "zh", "en"),
    [
        pytest.param(
            Code.WAGE_REACHED,
            {"wage": (2800, 3500), "wanted": 2600},
            "月薪 2800–3500 元，达到期望的 2600 元",
            "Pays 2800–3500 yuan a month, reaching the 2600 wanted",
            id="a range of pay",
        ),
        pytest.param(
            Code.WAGE_REACHED,
            {"wage": (None, 3000.0), "wanted": 3000.0},
            "月薪 3000 元，达到期望的 3000 元",
            "Pays 3000 yuan a month, reaching the 3000 wanted",
            id="one end of pay",
        ),
        pytest.param(
            Code.DID_THIS_MONTHS,
            {"offered": "4-09-08-01", "months": 26},
            "做过保洁员，工作共 26 个月",
            "Has worked as 保洁员; 26 months of work in all",
            id="work done",
        ),
        pytest.param(
            Code.EDUCATION_MET,
            {"held": 3, "asked": 2},
            "学历高中或中专，达到要求的初中",
            "Education senior high school or secondary vocational school, meeting the "
            "junior high school asked",
            id="a rung with two names",
        ),
        pytest.param(
            Code.ASK_CERTIFICATES,
            {"limit": ("健康证", "电工证")},
            "需要健康证、电工证：未登记，请询问",
            "健康证, 电工证 needed: not recorded, please ask",
            id="certificates not recorded",
        ),
        pytest.param(
            Code.ASK_FACTS,
            {"facts": ("birth_date", "retirement_category", "vacancies.area_code")},
            "出生日期、退休类别、工作地点未登记，请询问",
            "Not recorded, please ask: birth date, category for retirement, place of work",
            id="facts by their names",
        ),
        pytest.param(
            Code.FAILED_AGE,
            {"limit": (None, 45), "fact": 52},
            "岗位限 45 岁及以下，本人 52 岁",
            "The post is for up to 45 years; this person is 52",
            id="only an upper age",
        ),
        pytest.param(
            Code.ASK_AGE,
            {"limit": (18, None)},
            "岗位限 18 岁及以上：出生日期未登记，请询问",
            "The post is for from 18 years: birth date not recorded, please ask",
            id="only a lower age",
        ),
        pytest.param(
            Code.SAME_STREET,
            {"area": "320613002"},
            "离家近：同一街道（和平桥街道）",
            "Near home, in the same street office (和平桥街道)",
            id="a street",
        ),
        pytest.param(
            Code.FAILED_WORK_FORM,
            {"limit": "full_time", "fact": ("part_time", "hourly")},
            "岗位是全日制，本人只愿做非全日制、小时工",
            "The work is full time; this person only accepts part time, hourly",
            id="forms of work",
        ),
        pytest.param(
            Code.FAILED_SEX,
            {"limit": "male", "fact": "female"},
            "岗位限男",
            "The post is limited to one sex (male)",
            id="sex",
        ),
        pytest.param(
            Code.NEAR_ENOUGH,
            {"km": 3.456, "accepted": 12.0},
            "直线约 3.5 公里，不超过可接受的 12 公里",
            "About 3.5 km as the crow flies, within the 12 km accepted",
            id="kilometres",
        ),
        pytest.param(
            Code.CHANGE_WELFARE_BECAUSE,
            {"conditions": (Words("已登记失业", "registered"), Words("本市户籍", "local"))},
            "具备后再推荐：已登记失业、本市户籍",
            "Refer once this holds: registered, local",
            id="words of their own",
        ),
    ],
)
def test_a_sentence_reads_as_it_should(code: Code, facts: Any, zh: str, en: str) -> None:
    assert say(code, "zh", facts) == zh
    assert say(code, "en", facts) == en


def test_a_reason_keeps_its_facts_and_its_source() -> None:
    citation = Citation("js-1", "通知", "苏劳社就〔2008〕1号", article="三")
    made = reason(Code.PRIORITY_TIER, citation=citation, tier=1)
    assert made.zh == "公益性岗位次序第 1 档（依据：苏劳社就〔2008〕1号 第三条）"
    assert made.citation == citation
    assert made.facts == {"tier": 1}
    assert made.tone is Tone.PRIORITY


@pytest.mark.parametrize(
    ("citation", "expected"),
    [
        pytest.param(Citation("r", "办法", "1号", article="2"), "1号 第2条", id="digits"),
        pytest.param(Citation("r", "办法", "1号", article="第二条"), "1号 第二条", id="in full"),
        pytest.param(Citation("r", "办法", "1号", article="三(一)"), "1号 三(一)", id="a point"),
        pytest.param(Citation("r", "办法", "1号"), "1号", id="no article"),
        pytest.param(Citation("r", "办法"), "办法", id="no number"),
    ],
)
def test_a_source_is_named_by_number_and_article(citation: Citation, expected: str) -> None:
    assert cite(citation) == expected


def test_employers_read_nothing_of_law_health_or_the_wage_wanted() -> None:
    for code in FOR_EMPLOYERS:
        assert code.tone is not Tone.PRIORITY
        for word in ("wage", "health", "welfare", "policy", "age", "sex", "retire", "street"):
            assert word not in code.value.split("_")


@pytest.mark.parametrize("reader", [Reader.JOBSEEKER, Reader.EMPLOYER])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reader_s_words_tell_the_same_facts_in_the_same_form(
    reader: Reader, language: str
) -> None:
    plain, own = wording(language)["reasons"], sentences_for(language, reader)
    assert set(own) == set(plain)
    other = {code for code in Code if placeholders(own[code]) != placeholders(plain[code])}
    assert other == set()


@pytest.mark.parametrize("reader", [Reader.JOBSEEKER, Reader.EMPLOYER])
def test_both_languages_change_the_same_sentences(reader: Reader) -> None:
    changed = [
        {
            code
            for code in Code
            if sentences_for(each, reader)[code] != sentences_for(each, PLAIN)[code]
        }
        for each in LANGUAGES
    ]
    assert changed[0] == changed[1]


def test_an_employer_has_words_of_its_own_for_all_it_may_read() -> None:
    for language in LANGUAGES:
        own, plain = sentences_for(language, Reader.EMPLOYER), sentences_for(language, PLAIN)
        assert not [code for code in FOR_EMPLOYERS if own[code] == plain[code]]


def test_a_jobseeker_is_spoken_to() -> None:
    told = retold(reason(Code.SKILLS_FIT, skills=("保洁",)), Reader.JOBSEEKER)
    assert (told.zh, told.en) == ("您会保洁，岗位正需要", "You can do 保洁, which the post needs")
    assert told.facts == {"skills": ("保洁",)}
