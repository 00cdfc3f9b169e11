"""Vacancy files, ours and foreign: wordings, marks, employers, duplicates, ids."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from matcher.domain.kinds import Kind
from matcher.errors import UnreadableFile
from matcher.ingest import read_files
from matcher.ingest.vacancies.compliance import concerns
from matcher.ingest.vacancies.duplicates import duplicates
from matcher.reference.columns import columns, conform, dtype_of
from tests.factories import make_frame
from tests.ingest.files_of_offices import ON, csv_file, one, read

CRAWL = "\n".join(
    [
        "职位,薪资,公司,公司信息,公司地址,地区,工作经验,学历,人数,时间,岗位信息",
        "['保洁领班'],['4-6千/月'],['甲物业公司'],['民营公司| 150-500人| 物业管理'],"
        "['上班地址 : 世纪大道1号'],['上海-浦东新区'],['1年工作经验'],['大专'],['2人'],"
        "['2019-09-13'],",
        "['护理员'],['150元/天'],['乙养老院'],['国企'],[],['北京'],['本科'],[],['若干人'],"
        "['2019-09-12'],照护",
        "['翻译'],[],['丙公司'],[],[],['深圳-南山区'],['硕士'],['英语熟练'],['1人'],[],",
        "[],[],[],[],[],[],[],[],[],[],",
        "",
    ]
)


def test_a_crawl_in_gbk_with_bracketed_values_is_read(tmp_path: Path) -> None:
    path = csv_file(tmp_path, CRAWL, encoding="gbk")
    batch = read_files(Kind.VACANCIES, [path], on=ON)
    accepted = batch.accepted
    assert accepted["title"].tolist() == ["保洁领班", "护理员", "翻译"]
    assert accepted["wage_min"].tolist()[:1] == [4000]
    assert accepted["wage"].isna().tolist() == [False, False, True]
    assert accepted["area_code"].tolist() == ["310115", "11", "440305"]
    assert accepted["experience_months_min"].tolist()[0] == 12
    assert accepted["headcount"].tolist()[0] == 2
    assert accepted["headcount"].isna().tolist() == [False, True, False]
    assert batch.counts["refused"] == 1
    assert batch.refused["row"].tolist() == [5]
    assert batch.refused["reason"].tolist() == ["职位：必填，不能为空"]


def test_education_words_in_the_experience_column_are_moved_and_told(tmp_path: Path) -> None:
    batch = read_files(Kind.VACANCIES, [csv_file(tmp_path, CRAWL)], on=ON)
    assert batch.accepted["education_min"].tolist() == ["junior_college", "bachelor", "master"]
    assert batch.accepted["experience_months_min"].isna().tolist() == [False, True, True]
    assert batch.warning_counts["moved_education"] == 2
    assert json.loads(batch.accepted["extra"][2])["学历"] == "英语熟练"


def test_a_wage_that_is_not_monthly_is_reported_and_not_guessed(tmp_path: Path) -> None:
    batch = read_files(Kind.VACANCIES, [csv_file(tmp_path, CRAWL)], on=ON)
    row = batch.accepted.iloc[1]
    assert pd.isna(row["wage_min"])
    assert row["wage"] == "150元/天"
    assert row["wage_note"] == "not_monthly"
    assert batch.warning_counts["wage_not_monthly"] == 1


def test_the_employer_is_told_apart_from_its_information(tmp_path: Path) -> None:
    batch = read_files(Kind.VACANCIES, [csv_file(tmp_path, CRAWL)], on=ON)
    employers = batch.employers
    assert employers is not None
    assert employers["name"].tolist() == ["甲物业公司", "乙养老院", "丙公司"]
    assert employers["employer_kind"].tolist()[:2] == ["enterprise", "enterprise"]
    assert batch.accepted["employer_staff"].tolist()[0] == 325
    assert batch.accepted["industry"].tolist()[0] == "物业管理"
    assert batch.accepted["employer_id"].tolist() == employers["employer_id"].tolist()
    assert "employer_kind" not in batch.accepted


def test_posts_of_public_institutions_in_json_are_read_as_they_are(tmp_path: Path) -> None:
    posts = [
        {
            **{
                "code": "90001",
                "name": "综合管理",
                "district": "绵阳",
                "department": "某县水务中心",
            },
            **{"positions": 2, "object": "不限", "age": "18-35周岁", "degree": "大专及以上"},
            "majors": ["会计学", "审计学。"],
        },
        {
            **{"code": "90002", "name": "工作员", "district": "无", "department": "某县水务中心"},
            **{
                "positions": 1,
                "object": "退役军人",
                "age": "看情况",
                "degree": "学历：本科及以上\n学位：学士",
            },
            "majors": ["专业不限"],
        },
    ]
    path = tmp_path / "posts.json"
    path.write_text(json.dumps(posts, ensure_ascii=False), encoding="utf-8")
    batch = read_files(Kind.VACANCIES, [path], on=ON)
    accepted = batch.accepted
    assert accepted["vacancy_id"].tolist() == ["90001", "90002"]
    assert accepted["employer_name"].tolist() == ["某县水务中心"] * 2
    assert accepted["headcount"].tolist() == [2, 1]
    assert accepted["age_min"].tolist()[0] == 18
    assert accepted["age_max"].isna().tolist() == [False, True]
    assert accepted["education_min"].tolist() == ["junior_college", "bachelor"]
    assert accepted["tags"].tolist() == ["会计学;审计学", "退役军人"]
    assert batch.warning_counts["unread_age"] == 1
    assert json.loads(accepted["extra"][1])["age"] == "看情况"
    assert accepted["warnings"].tolist() == ["no_pay;age_limit", "no_place;no_pay"]


def test_our_own_form_is_read_whole(tmp_path: Path) -> None:
    text = (
        "岗位编号*,岗位名称*,用人单位,招聘人数,最低月薪(元),最高月薪(元),工作地区划,用工形式,学历要求,"
        "工作经验要求(月),技能要求,证书要求,最低年龄,最高年龄,性别要求,合同期限(月),社会保险,公益性岗位,"
        "公益性岗位类别,发布日期,截止日期,标签\n"
        "V1,保洁员,甲所,3,2800,3500,320613,非全日制,不限,12,保洁；消毒,健康证,18,55,限女,12个月,"
        "养老；医疗,是,公共服务类,2026.11.1,2026年12月31日,五险；包吃\n"
    )
    record = one(read(tmp_path, Kind.VACANCIES, text))
    assert record["work_form"] == "part_time"
    assert record["education_min"] == "primary"
    assert record["experience_months_min"] == 12
    assert record["skills_wanted"] == "保洁;消毒"
    assert (record["age_min"], record["age_max"], record["sex_required"]) == (18, 55, "female")
    assert (record["wage_min"], record["wage_max"], record["contract_months"]) == (2800, 3500, 12)
    assert record["insurance_offered"] == "pension;medical"
    assert record["public_welfare"] is True
    assert record["public_welfare_kind"] == "public_service"
    assert (record["posted_on"], record["expires_on"]) == ("2026-11-01", "2026-12-31")
    assert record["occupation_code"] == "4-09-08-01"
    assert 0 < record["occupation_confidence"] <= 1
    assert record["warnings"] == "sex_limit;age_limit"
    assert record["extra"] is None


def test_the_frame_is_conformed(tmp_path: Path) -> None:
    accepted = read(tmp_path, Kind.VACANCIES, "岗位名称,薪资\n保洁员,2800元/月\n").accepted
    names = [column.name for column in columns(Kind.VACANCIES)]
    assert accepted.columns.tolist()[: len(names)] == names
    for column in columns(Kind.VACANCIES):
        assert str(accepted[column.name].dtype) == dtype_of(column), column.name
    pd.testing.assert_frame_equal(accepted, conform(Kind.VACANCIES, accepted))


def test_a_given_occupation_code_has_no_confidence(tmp_path: Path) -> None:
    text = "岗位名称,职业代码\n随便写的岗位,6-22-02-01\n"
    record = one(read(tmp_path, Kind.VACANCIES, text))
    assert (record["occupation_code"], record["occupation_confidence"]) == ("6-22-02-01", None)


def test_own_wage_columns_win_over_the_wage_text(tmp_path: Path) -> None:
    text = "岗位名称,最低月薪,薪资\n保洁员,3000,2-4千/月\n"
    record = one(read(tmp_path, Kind.VACANCIES, text))
    assert (record["wage_min"], record["wage_max"]) == (3000, 4000)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("岗位名称,最低月薪,最高月薪\n保洁员,4000,3000\n", "最低月薪高于最高月薪"),
        ("岗位名称,最低年龄,最高年龄\n保洁员,50,18\n", "最低年龄高于最高年龄"),
        ("岗位名称,发布日期,截止日期\n保洁员,2026-11-02,2026-11-01\n", "截止日期早于发布日期"),
    ],
)
def test_ranges_that_run_backwards_refuse_the_row(tmp_path: Path, text: str, reason: str) -> None:
    assert read(tmp_path, Kind.VACANCIES, text).refused["reason"].tolist() == [reason]


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ("岗位名称,招聘人数,薪资,工作地点\n保洁员,1,3千/月,江苏省南通市\n", "no_employer"),
        ("岗位名称,用人单位,薪资,工作地点\n保洁员,甲,3千/月,江苏省南通市\n", "no_headcount"),
        ("岗位名称,用人单位,招聘人数,薪资\n保洁员,甲,1,3千/月\n", "no_place"),
        ("岗位名称,用人单位,招聘人数,工作地点\n保洁员,甲,1,江苏省南通市\n", "no_pay"),
        ("岗位名称,用人单位,招聘人数,工作地点,薪资\n保洁员,甲,1,江苏省南通市,面议\n", "no_pay"),
        (
            "岗位名称,用人单位,招聘人数,工作地点,薪资\n保洁员,甲,1,江苏省南通市,1500元/月\n",
            "below_minimum_wage",
        ),
        (
            "岗位名称,用人单位,招聘人数,工作地点,薪资,用工形式\n保洁员,甲,1,江苏省南通市,1500元/月,非全日制\n",
            None,
        ),
        ("岗位名称,用人单位,招聘人数,工作地点,薪资\n保洁员,甲,1,江苏省南通市,3千/月\n", None),
        (
            "岗位名称,用人单位,招聘人数,工作地点,薪资,性别\n保洁员,甲,1,南通市,3千/月,女\n",
            "sex_limit",
        ),
        ("岗位名称,用人单位,招聘人数,工作地点,薪资,性别\n保洁员,甲,1,南通市,3千/月,不限\n", None),
        (
            "岗位名称,用人单位,招聘人数,工作地点,薪资,年龄\n保洁员,甲,1,南通市,3千/月,50岁以下\n",
            "age_limit",
        ),
    ],
)
def test_what_the_law_asks_is_marked_and_never_refused(
    tmp_path: Path, text: str, warning: str | None
) -> None:
    batch = read(tmp_path, Kind.VACANCIES, text)
    assert one(batch)["warnings"] == warning
    assert batch.counts["warnings"] == (0 if warning is None else 1)


def test_every_mark_has_a_sentence_in_both_languages_and_a_legal_basis() -> None:
    for concern in concerns().values():
        assert concern.zh
        assert concern.en
        assert concern.basis
        assert concern.grade in ("read", "told")
    assert not concerns()["age_limit"].is_unlawful
    assert "第三条" in concerns()["sex_limit"].sentence


def make_posts(rows: list[dict[str, str]]) -> pd.Series:
    return duplicates(make_frame(Kind.VACANCIES, rows))


def test_the_same_post_twice_is_linked_to_the_first() -> None:
    same = {"employer_name": "甲公司", "area_code": "320613"}
    found = make_posts(
        [
            {**same, "title": "仓库管理员（夜班、包吃住）"},
            {**same, "title": "仓库管理员（夜班，包吃住）"},
            {**same, "title": "仓库管理员（夜班、包吃住）"},
            {**same, "title": "电工"},
        ]
    )
    assert found.tolist()[1:3] == ["vacancies-0", "vacancies-0"]
    assert found.isna().tolist() == [True, False, False, True]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"employer_name": "乙公司"}, id="another employer"),
        pytest.param({"area_code": "320614"}, id="another place"),
        pytest.param({"title": "普工2号线"}, id="another number"),
        pytest.param({"title": "厨师"}, id="another title"),
    ],
)
def test_posts_that_differ_are_not_linked(other: dict[str, str]) -> None:
    post = {"employer_name": "甲公司", "area_code": "320613", "title": "普工1号线"}
    assert make_posts([post, {**post, **other}]).isna().all()


@pytest.mark.parametrize("lacking", ["employer_name", "area_code"])
def test_nothing_is_linked_on_an_empty_key(lacking: str) -> None:
    post = {"employer_name": "甲公司", "area_code": "320613", "title": "普工"}
    del post[lacking]
    assert make_posts([post, post | {"vacancy_id": "V9"}]).isna().all()


FOREIGN = (
    "职位,公司,地区,薪资\n保洁员,甲,南通市,3千/月\n保安,乙,南通市,4千/月\n保洁员,甲,南通市,3千/月\n"
)


def test_ids_come_from_the_content_and_stay_the_same(tmp_path: Path) -> None:
    first = read(tmp_path, Kind.VACANCIES, FOREIGN).accepted
    again = read(tmp_path, Kind.VACANCIES, FOREIGN).accepted
    assert first["vacancy_id"].tolist() == again["vacancy_id"].tolist()
    assert first["vacancy_id"].is_unique
    assert first["vacancy_id"][2] == first["vacancy_id"][0] + "-2"
    assert first["duplicate_of"].tolist()[2] == first["vacancy_id"][0]


def test_ids_do_not_depend_on_headings_order_or_form(tmp_path: Path) -> None:
    first = read(tmp_path, Kind.VACANCIES, FOREIGN).accepted["vacancy_id"].tolist()
    turned = "薪资;companyName;area;jobName\n3千/月;甲;南通市;保洁员\n4千/月;乙;南通市;保安\n"
    assert read(tmp_path, Kind.VACANCIES, turned).accepted["vacancy_id"].tolist() == first[:2]


def test_employers_on_record_are_not_made_again(tmp_path: Path) -> None:
    employers = read(tmp_path, Kind.VACANCIES, FOREIGN).employers
    assert employers is not None
    known = {Kind.EMPLOYERS: employers["employer_id"].tolist()[:1]}
    fresh = read(tmp_path, Kind.VACANCIES, FOREIGN, known=known).employers
    assert fresh is not None
    assert fresh["name"].tolist() == ["乙"]


def test_a_file_without_titles_is_refused_as_a_whole(tmp_path: Path) -> None:
    with pytest.raises(
        UnreadableFile, match=r"岗位名称 \(title\).*薪资=wage.*--map 'heading=title'"
    ):
        read(tmp_path, Kind.VACANCIES, "薪资,公司\n3000,甲\n")


def test_a_mapping_makes_any_file_readable(tmp_path: Path) -> None:
    batch = read(
        tmp_path,
        Kind.VACANCIES,
        "干啥,给多少\n保洁员,3千/月\n",
        mapping={"干啥": "title", "给多少": "wage"},
    )
    assert one(batch)["wage_min"] == 3000


def test_unknown_columns_are_kept_and_told(tmp_path: Path) -> None:
    batch = read(tmp_path, Kind.VACANCIES, '岗位名称,备注,logo\n保洁员,"说""急""",\n保安,,x.png\n')
    assert [json.loads(text) for text in batch.accepted["extra"]] == [
        {"备注": '说"急"', "skills_from_text": "日常保洁"},
        {"logo": "x.png", "skills_from_text": "保安"},
    ]
    assert batch.unknown_columns == {"t.csv": ("备注", "logo")}


def test_cells_of_our_own_form_are_refused_where_a_foreign_file_is_only_reported(
    tmp_path: Path,
) -> None:
    own = read(tmp_path, Kind.VACANCIES, "岗位名称,学历要求\n翻译,英语熟练\n")
    foreign = read(tmp_path, Kind.VACANCIES, "职位,学历\n翻译,英语熟练\n")
    assert own.refused["reason"].tolist() == [
        "学历要求：“英语熟练”不是学历要求；应如 初中、大专及以上、不限"
    ]
    assert json.loads(one(foreign)["extra"])["学历"] == "英语熟练"
    assert foreign.warning_counts["unread_education_min"] == 1


def test_an_empty_column_more_makes_no_other_record(tmp_path: Path) -> None:
    bare, wider = "职位,公司\n保洁员,甲\n", "职位,公司,学历\n保洁员,甲,\n"
    ids = [read(tmp_path, Kind.VACANCIES, text).accepted["vacancy_id"][0] for text in (bare, wider)]
    assert ids[0] == ids[1]


def test_a_title_that_says_no_occupation_is_kept_open_and_reported(tmp_path: Path) -> None:
    batch = read(tmp_path, Kind.VACANCIES, "岗位名称,用人单位\n???,甲厂\n保洁员,乙厂\n")
    assert batch.accepted["occupation_code"].isna().tolist() == [True, False]
    told = batch.warnings[batch.warnings["code"] == "unread_title"]
    assert told["row"].tolist() == [2]


def test_what_texts_ask_for_is_kept_apart_from_what_is_stated(tmp_path: Path) -> None:
    text = (
        "岗位名称,岗位描述,技能要求,证书要求\n"
        "焊工,持焊工证，无需电工证,,\n"
        "焊工,持焊工证、飞船证，持飞船证者优先,氩弧焊,健康证\n"
        "普工,持有飞船证,,\n"
    )
    text = text.replace("证，", "证；")
    batch = read(tmp_path, Kind.VACANCIES, text)
    accepted = batch.accepted
    assert json.loads(accepted["extra"][0]) == {
        "skills_from_text": "焊接",
        "certificates_from_text": "焊工证",
    }
    assert accepted["skills_wanted"].isna().tolist() == [True, False, True]
    assert accepted["certificates_required"].isna().tolist() == [True, False, True]
    assert accepted["extra"].isna()[1]
    assert batch.warning_counts["unknown_certificate"] == 1
    assert "飞船证" in batch.warnings["message"].str.cat()
