"""Headings in every language and manner are recognised, the rest is kept."""

from __future__ import annotations

import csv

import pytest

from matcher.domain.kinds import Kind
from matcher.errors import WrongUse
from matcher.ingest.reading.headings import (
    WORDING_COLUMNS,
    Origin,
    check_mapping,
    facts_of,
    plan_of,
)
from matcher.reference.columns import columns
from matcher.reference.paths import path


@pytest.mark.parametrize("kind", list(Kind))
def test_every_column_is_known_by_its_english_and_its_chinese_name(kind: Kind) -> None:
    for column in columns(kind):
        for heading in (column.name, column.zh, f"{column.zh}*", column.name.upper()):
            plan = plan_of(kind, [heading], {})
            assert list(plan.columns) == [column.name], heading
            assert plan.columns[column.name][0].origin is Origin.OWN


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        *(("职位", "title"), ("岗位名称", "title"), ("jobName", "title"), ("job_name", "title")),
        *(("薪资", "wage"), ("salary", "wage"), ("公司", "employer_name"), ("name", "title")),
        *(
            ("companyName", "employer_name"),
            ("department", "employer_name"),
            ("学历", "education_min"),
        ),
        *(("degree", "education_min"), ("地区", "area_name"), ("area", "area_name")),
        *(("district", "area_name"), ("人数", "headcount"), ("positions", "headcount")),
        *(("工作经验", "experience"), ("workYear", "experience"), ("object", "target_group")),
        *(
            ("majors", "majors"),
            ("companyType", "employer_kind"),
            ("companySize", "employer_staff"),
        ),
        *(("issueDate", "posted_on"), ("公司信息", "employer_info"), ("公司地址", "address")),
        *(
            ("时间", "posted_on"),
            ("岗位信息", "description"),
            ("age", "age"),
            ("code", "vacancy_id"),
        ),
        *(("期望月薪", None), ("logo", None)),
    ],
)
def test_usual_foreign_headings_of_vacancies(heading: str, column: str | None) -> None:
    plan = plan_of(Kind.VACANCIES, [heading], {})
    assert list(plan.columns) == ([column] if column else [])
    assert plan.unknown == (() if column else (heading,))


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        *(("身份证号", "id_number"), ("手机号码", "phone"), ("文化程度", "education")),
        *(("最低月薪", None), ("期望月薪", "wage_wanted"), ("期望月薪（元）", "wage_wanted")),
    ],
)
def test_usual_foreign_headings_of_persons(heading: str, column: str | None) -> None:
    assert list(plan_of(Kind.PERSONS, [heading], {}).columns) == ([column] if column else [])


def test_the_own_name_wins_over_a_foreign_one_which_is_kept() -> None:
    plan = plan_of(Kind.VACANCIES, ["职位", "岗位名称"], {})
    assert plan.recognised == {"岗位名称": "title"}
    assert plan.unknown == ("职位",)


def test_several_headings_may_fill_one_list_or_text_together() -> None:
    plan = plan_of(Kind.VACANCIES, ["岗位职责", "任职要求", "福利", "标签"], {})
    assert [source.heading for source in plan.columns["description"]] == ["岗位职责", "任职要求"]
    assert [source.heading for source in plan.columns["tags"]] == ["标签", "福利"]


def test_a_fact_of_the_vocabulary_is_known_by_its_name_and_its_chinese() -> None:
    plan = plan_of(Kind.PERSONS, ["dibao_recipient", "一有一技", "有一技之长", "年龄"], {})
    assert plan.facts == {
        "dibao_recipient": "dibao_recipient",
        "has_skill": "有一技之长",
        "age": "年龄",
    }
    assert plan.unknown == ("一有一技",)


def test_facts_of_other_subjects_are_not_facts_of_the_kind() -> None:
    assert "homes_owned" in facts_of(Kind.HOUSEHOLDS)
    assert "homes_owned" not in facts_of(Kind.PERSONS)
    assert facts_of(Kind.COURSES) == {}


def test_the_users_mapping_comes_first() -> None:
    mapping = check_mapping(
        Kind.VACANCIES, {"职位": "description", "工种名": "岗位名称", "备注": "extra"}
    )
    plan = plan_of(Kind.VACANCIES, ["职位", "工种名", "备注"], mapping)
    assert plan.recognised == {"职位": "description", "工种名": "title"}
    assert plan.unknown == ("备注",)
    assert plan.columns["title"][0].origin is Origin.MAPPED


def test_a_mapping_to_a_column_that_does_not_exist_names_those_that_do() -> None:
    with pytest.raises(WrongUse, match=r"no column of vacancies.*vacancy_id, title"):
        check_mapping(Kind.VACANCIES, {"职位": "titel"})


def test_every_foreign_heading_leads_to_a_column_that_is_read() -> None:
    with path("schema", "headers.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        kind = Kind(row["kind"])
        known = {column.name for column in columns(kind)} | set(WORDING_COLUMNS.get(kind, ()))
        assert row["column"] in known, row
        assert list(plan_of(kind, [row["header"]], {}).columns) == [row["column"]], row


def test_the_column_of_reasons_is_passed_over() -> None:
    plan = plan_of(Kind.VACANCIES, ["岗位名称", "校验结果"], {})
    assert plan.unknown == ()


@pytest.mark.parametrize(
    ("column", "headings"),
    [
        pytest.param("area_name", "工作地 工作地点 上班地点 工作区域 就业地点 区县", id="place"),
        pytest.param("address", "地址 工作地址 上班地址 详细地址 单位地址", id="address"),
        pytest.param(
            "employer_name", "单位 单位名称 招聘单位 招工单位 用工单位 公司", id="employer"
        ),
        pytest.param(
            "wage", "工资 月薪 薪资 薪资待遇 工资标准 月工资 综合工资 薪酬范围", id="wage"
        ),
        pytest.param("title", "岗位 职位 工种 岗位名称 职位名称 招聘岗位 需求岗位", id="title"),
        pytest.param("headcount", "人数 招聘人数 需求人数 用工人数 缺工人数 名额", id="headcount"),
        pytest.param("education_min", "学历 学历要求 最低学历 文化程度 文化要求", id="education"),
        pytest.param("age", "年龄 年龄要求 年龄范围 年龄限制", id="age"),
        pytest.param("sex_required", "性别 性别要求 性别限制", id="sex"),
        pytest.param("contact", "联系人 联系人姓名 招聘联系人", id="contact"),
        pytest.param("contact_phone", "联系电话 电话 手机 手机号 手机号码 联系方式", id="phone"),
        pytest.param("description", "工作内容 岗位职责 岗位要求 任职条件 其他要求", id="work"),
        pytest.param("experience", "经验 工作经验 经验要求 工作年限", id="experience"),
        pytest.param("certificates_required", "证书 资格证书 证书要求 资格要求", id="papers"),
        pytest.param("expires_on", "截止日期 截止时间 有效期 有效期至 结束日期", id="until"),
        pytest.param("public_welfare", "公益性岗位 是否公益性岗位", id="welfare"),
    ],
)
def test_everyday_headings_of_vacancies_are_known(column: str, headings: str) -> None:
    for heading in headings.split():
        assert plan_of(Kind.VACANCIES, [heading], {}).recognised == {heading: column}
