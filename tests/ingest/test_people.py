"""Persons, households, outcomes, fairs, courses: every reason of a refusal, known ids, facts."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from matcher.domain.kinds import KEYS, Kind
from matcher.errors import UnreadableFile, WrongUse
from matcher.ingest import read_files
from matcher.reference.columns import columns
from tests.ingest.files_of_offices import ON, csv_file, one, read

GOOD_NUMBER = "11010519491231002X"  # the check-digit example of the standard: a woman


def test_a_person_is_read_whole(tmp_path: Path) -> None:
    text = (
        "人员编号,姓名,公民身份号码,联系电话,居住地,家庭编号,与户主关系,求职登记,户籍类别,学历,毕业年份,技能特长,"
        "工作月数,求职意向,期望月薪(元),期望用工形式,可接受通勤距离,身体状况,残疾,失业时间,原单位性质,劳动能力,"
        "低保,就业状态,授权\n"
        f"P1,（生成）王,{GOOD_NUMBER},13800000000,江苏省南通市崇川区,H1,妻,,非农业,中专,1968,缝纫、烹饪,"
        "10年,缝纫工；厨师,2800元/月,全日制；小时工,5公里,良好,否,39630,国企,有,是,待业,是\n"
    )
    record = one(read(tmp_path, Kind.PERSONS, text))
    assert (record["birth_date"], record["sex"]) == ("1949-12-31", "female")
    assert record["area_code"] == "320613"
    assert (record["relation"], record["hukou_kind"]) == ("spouse", "urban")
    assert record["education"] == "secondary_vocational"
    assert record["skills"] == "缝纫;烹饪"
    assert record["experience_months"] == 120
    assert record["wage_wanted"] == 2800
    assert record["work_forms_wanted"] == "full_time;hourly"
    assert record["max_commute_km"] == 5.0
    assert record["unemployed_since"] == "2008-07-01"
    assert record["former_employer_ownership"] == "state_owned"
    assert (record["able_to_work"], record["dibao"], record["disability"]) == (True, True, False)
    assert record["employment_state"] == "unemployed"
    assert record["seeks_work"] is True


def test_empty_is_not_asked_and_never_no(tmp_path: Path) -> None:
    record = one(read(tmp_path, Kind.PERSONS, "人员编号,低保,残疾,劳动能力\nP1,,,\n"))
    assert [record[name] for name in ("dibao", "disability", "able_to_work")] == [None] * 3


def test_all_problems_of_a_row_come_at_once_and_show_no_personal_value(tmp_path: Path) -> None:
    text = (
        "人员编号,姓名,公民身份号码,出生日期,学历,低保,联系电话\n"
        "P1,王某,110105194912310021,1990-02-30,飞行员,也许,保密\n"
        "P2,李某,,1990-02-28,初中,是,13800000000\n"
    )
    batch = read(tmp_path, Kind.PERSONS, text)
    assert batch.accepted["person_id"].tolist() == ["P2"]
    assert batch.counts == {"files": 1, "read": 2, "refused": 1, "warnings": 0}
    reason = batch.refused["reason"][0]
    assert batch.refused["row"].tolist() == [2]
    for heading in ("公民身份号码", "出生日期", "学历", "低保", "联系电话"):
        assert f"{heading}：" in reason
    assert "110105194912310021" not in reason
    assert "1990-02-30" not in reason
    assert len(batch.problems) == 5
    assert set(batch.problems["code"]) == {
        *("bad_id_number", "bad_birth_date", "bad_education", "bad_dibao", "bad_phone")
    }


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        pytest.param(
            f"P1,{GOOD_NUMBER},1950-01-01,女",
            "出生日期：与公民身份号码中的出生日期不一致",
            id="birth",
        ),
        pytest.param(
            f"P1,{GOOD_NUMBER},1949-12-31,男", "性别：与公民身份号码中的性别不一致", id="sex"
        ),
        pytest.param("P1,,2026-11-03,男", "出生日期：晚于导入日期", id="born tomorrow"),
        pytest.param(",,1990-01-01,男", "人员编号：必填，不能为空", id="no id"),
    ],
)
def test_contradictions_refuse_the_row(tmp_path: Path, row: str, reason: str) -> None:
    batch = read(tmp_path, Kind.PERSONS, f"人员编号,公民身份号码,出生日期,性别\n{row}\n")
    assert batch.refused["reason"].tolist() == [reason]


def test_a_citizen_number_that_agrees_is_accepted(tmp_path: Path) -> None:
    text = f"人员编号,公民身份号码,出生日期,性别\nP1,{GOOD_NUMBER},1949.12.31,女\n"
    assert one(read(tmp_path, Kind.PERSONS, text))["birth_date"] == "1949-12-31"


def test_the_same_row_twice_is_read_once_and_another_under_the_same_id_is_refused(
    tmp_path: Path,
) -> None:
    text = "人员编号,学历\nP1,初中\nP2,高中\nP1,初中\nP2,大专\n"
    batch = read(tmp_path, Kind.PERSONS, text)
    assert batch.accepted["person_id"].tolist() == ["P1", "P2"]
    assert batch.accepted["education"].tolist() == ["junior_high", "senior_high"]
    assert batch.refused["row"].tolist() == [5]
    assert batch.refused["reason"].tolist() == ["“第3行”的编号已经用过，内容不同；请核对哪一行正确"]
    assert batch.warning_counts == {"repeated_row": 1}


def test_ids_repeated_over_files_name_the_file(tmp_path: Path) -> None:
    files = [
        csv_file(tmp_path, "人员编号,学历\nP1,初中\n", name="a.csv"),
        csv_file(tmp_path, "人员编号,学历\nP1,大专\nP2,大专\n", name="b.csv"),
    ]
    batch = read_files(Kind.PERSONS, files, on=ON)
    assert batch.accepted["person_id"].tolist() == ["P1", "P2"]
    assert batch.refused[["file", "row"]].values.tolist() == [["b.csv", 2]]
    assert "a.csv 第2行" in batch.refused["reason"][0]


def test_facts_of_the_vocabulary_are_kept_with_their_types(tmp_path: Path) -> None:
    text = (
        "人员编号,有一技之长,age,法定退休类别,stable_since,特困职工,职工养老保险待遇\n"
        "P1,是,52,woman_50,2025.3.1,,1200.5\n"
    )
    record = one(read(tmp_path, Kind.PERSONS, text))
    assert json.loads(record["facts"]) == {
        "has_skill": True,
        "age": 52,
        "retirement_category": "woman_50",
        "stable_since": "2025-03-01",
        "employee_pension_yuan_month": 1200.5,
    }


def test_a_fact_that_is_no_value_refuses_the_row_and_names_the_values(tmp_path: Path) -> None:
    batch = read(tmp_path, Kind.PERSONS, "人员编号,法定退休类别\nP1,六十\n")
    assert "man、woman_55、woman_50" in batch.refused["reason"][0]


def test_facts_of_households_stand_with_the_household(tmp_path: Path) -> None:
    text = (
        "家庭编号,家庭人均收入,双下岗失业家庭,income_items,备注\n"
        "H1,680,是,rent_or_sale；farm_labour,x\n"
    )
    record = one(read(tmp_path, Kind.HOUSEHOLDS, text))
    assert record["per_capita_income"] == 680.0
    assert json.loads(record["facts"]) == {
        "both_spouses_laid_off": True,
        "income_items": ["rent_or_sale", "farm_labour"],
    }
    assert json.loads(record["extra"]) == {"备注": "x"}


def test_an_unknown_household_is_a_warning(tmp_path: Path) -> None:
    known = {Kind.HOUSEHOLDS: ["H1"]}
    batch = read(tmp_path, Kind.PERSONS, "人员编号,家庭编号\nP1,H1\nP2,H9\nP3,\n", known=known)
    assert len(batch.accepted) == 3
    assert batch.warnings[["row", "code"]].values.tolist() == [[3, "unknown_household_id"]]


def test_outcomes_about_unknown_people_or_vacancies_are_refused(tmp_path: Path) -> None:
    known = {Kind.PERSONS: {"P1", "P2"}, Kind.VACANCIES: {"V1"}}
    text = (
        "人员编号,岗位编号,阶段,日期\n"
        "P1,V1,推荐,2026-10-08\nP9,V9,上岗,\nP2,V1,hired,\nP1,V1,想去,\n"
    )
    batch = read(tmp_path, Kind.OUTCOMES, text, known=known)
    assert batch.accepted["stage"].tolist() == ["referred", "hired"]
    assert batch.refused["row"].tolist() == [3, 5]
    assert batch.refused["reason"][0].count("没有登记") == 2


def test_one_outcome_may_pass_through_many_stages_and_days(tmp_path: Path) -> None:
    text = (
        "人员编号,岗位编号,阶段,日期\nP1,V1,推荐,2026-10-08\nP1,V1,推荐,2026-10-09\n"
        "P1,V1,上岗,2026-10-09\nP1,V1,推荐,\nP1,V1,推荐,\n"
    )
    batch = read(tmp_path, Kind.OUTCOMES, text)
    assert len(batch.accepted) == 4
    assert batch.warning_counts == {"repeated_row": 1}


def test_outcomes_without_a_key_column_are_no_outcomes(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="阶段"):
        read(tmp_path, Kind.OUTCOMES, "人员编号,岗位编号\nP1,V1\n")


def test_a_fair_is_read_and_its_unknown_ids_are_refused(tmp_path: Path) -> None:
    text = (
        "招聘会编号,招聘会名称,举办日期,展位,邀请人员\n"
        "F1,冬季招聘会,2026-12-05,E1：V1，V2；E2,P1；P2\n"
        "F2,春季招聘会,2027-03-05,E1:V9,P1\n"
        "F3,夏季招聘会,2027-06-05,E9:V1,P1\n"
        "F4,秋季招聘会,2027-09-05,E1:V1,P1；P9\n"
    )
    known = {
        Kind.EMPLOYERS: {"E1", "E2"},
        Kind.VACANCIES: {"V1", "V2"},
        Kind.PERSONS: {"P1", "P2"},
    }
    batch = read(tmp_path, Kind.FAIRS, text, known=known)
    record = one(batch)
    assert record["booths"] == "E1:V1、V2;E2"
    assert record["invitees"] == "P1;P2"
    assert batch.refused["row"].tolist() == [3, 4, 5]


def test_courses_and_employers_are_read(tmp_path: Path) -> None:
    course = one(
        read(
            tmp_path,
            Kind.COURSES,
            "课程编号,课程名称,教授技能,名额\nC1,养老护理,老人护理、急救,30人\n",
        )
    )
    assert (course["skills_taught"], course["seats"]) == ("老人护理;急救", 30)
    employer = one(
        read(
            tmp_path,
            Kind.EMPLOYERS,
            "企业名称,企业性质,企业规模,信用代码\n甲,民营,50-150人,91110000600037341L\n",
        )
    )
    assert employer["employer_id"].startswith("E")
    assert (employer["employer_kind"], employer["staff_total"]) == ("enterprise", 100)


# A pairing's id is printed on its papers before any file: a file without it says nothing of whose.
OWN_IDS = [kind for kind in Kind if len(KEYS[kind]) == 1 and kind is not Kind.PAIRINGS]


@pytest.mark.parametrize("kind", OWN_IDS)
def test_a_file_without_ids_gets_stable_ones(tmp_path: Path, kind: Kind) -> None:
    plain = [c for c in columns(kind) if c.name not in KEYS[kind] and c.example]
    text = ",".join(c.zh for c in plain) + "\n" + ",".join(f'"{c.example}"' for c in plain) + "\n"
    first = one(read(tmp_path, kind, text))
    assert first[KEYS[kind][0]] == one(read(tmp_path, kind, text))[KEYS[kind][0]]


def test_rows_of_another_width_are_refused_with_their_number(tmp_path: Path) -> None:
    batch = read(tmp_path, Kind.PERSONS, "人员编号,学历\nP1,初中\nP2,高中,多余\nP3\n")
    assert batch.accepted["person_id"].tolist() == ["P1", "P3"]
    assert batch.counts["read"] == 3
    assert batch.refused[["row", "reason"]].values.tolist() == [
        [3, "该行有 3 个单元格，表头只有 2 个；请检查分隔符和引号"]
    ]


def test_no_files_is_wrong_use() -> None:
    with pytest.raises(WrongUse, match="no files"):
        read_files(Kind.PERSONS, [], on=ON)


def test_one_unreadable_file_stops_all(tmp_path: Path) -> None:
    good = csv_file(tmp_path, "人员编号,学历\nP1,初中\n", name="a.csv")
    with pytest.raises(UnreadableFile, match=r"b\.csv"):
        read_files(Kind.PERSONS, [good, csv_file(tmp_path, "", name="b.csv")], on=ON)


def test_the_batch_says_how_every_heading_was_read(tmp_path: Path) -> None:
    batch = read(tmp_path, Kind.PERSONS, "人员编号,文化程度,备注\nP1,初中,x\n")
    assert batch.recognised == {"t.csv": {"人员编号": "person_id", "文化程度": "education"}}
    assert isinstance(batch.warnings, pd.DataFrame)
    assert [(each.code, each.zh) for each in batch.noticed] == [
        ("unused", "这些列没有用上，原样保留在“其他”里：备注")
    ]


def test_only_what_the_file_says_is_stated(tmp_path: Path) -> None:
    plain = read(tmp_path, Kind.PERSONS, "人员编号,学历\nP1,初中\n")
    assert plain.stated == ("person_id", "education")
    assert one(plain)["seeks_work"] is True
    full = read(tmp_path, Kind.PERSONS, f"人员编号,公民身份号码,年龄,备注\nP1,{GOOD_NUMBER},76,x\n")
    assert set(full.stated) == {"person_id", "id_number", "sex", "birth_date", "facts", "extra"}


def test_a_vacancy_file_states_what_its_wordings_fill(tmp_path: Path) -> None:
    batch = read(tmp_path, Kind.VACANCIES, "岗位编号,职位,薪资,工作经验\nV1,保洁员,3千/月,1年\n")
    assert set(batch.stated) == {
        *("vacancy_id", "title", "wage", "wage_min", "wage_max", "wage_note", "warnings"),
        *("experience_months_min", "occupation_code", "occupation_confidence", "duplicate_of"),
        "extra",  # what the title says of skills; merged key by key
    }
