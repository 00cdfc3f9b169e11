"""Every type of cell: what is understood, and what is never guessed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.domain.kinds import Column, ColumnType, Kind
from matcher.ingest.reading.parsers import (
    PARSED_TYPES,
    expected,
    parse,
    parse_bool,
    parse_booths,
    parse_date,
    parse_id_number,
    parse_list,
    parse_number,
)
from matcher.reference.columns import columns


def column(type_: ColumnType, *, codes: str | None = None, unit: str | None = None) -> Column:
    return Column(Kind.VACANCIES, "x", "某列", type_, False, codes, "vacancy", unit, None, None)


@pytest.mark.parametrize(
    "word", ["是", "有", "true", "TRUE", "True", "1", "1.0", "yes", "Y", "√", "１"]
)
def test_yes_is_yes(word: str) -> None:
    assert parse_bool(word) is True


@pytest.mark.parametrize("word", ["否", "无", "没有", "false", "0", "no", "N", "×"])
def test_no_is_no(word: str) -> None:
    assert parse_bool(word) is False


@pytest.mark.parametrize("word", ["不详", "待定", "2", "是否", "-1"])
def test_neither_is_neither(word: str) -> None:
    assert parse_bool(word) is None


@pytest.mark.parametrize(
    "word",
    [
        *("2008-07-01", "2008-7-1", "2008.7.1", "2008/07/01", "2008年7月1日", "2008 年 7 月 1 号"),
        *("20080701", "39630", "39630.5", "39630.0", "2008-07-01 09:30", "2008-07-01T09:30:00Z"),
        *(
            "2008-07-01 09:30:00.123",
            "２００８－７－１",
            " 2008.07.01 ",
            "2008-07-01T00:00:00+08:00",
        ),
    ],
)
def test_every_date_form_is_the_same_day(word: str) -> None:
    assert parse_date(word) == "2008-07-01"


@pytest.mark.parametrize(
    "word",
    [
        *("2008-02-30", "2008-13-01", "2008年7月", "2008", "7.1.2008", "08-07-01", "昨天"),
        *("1850-01-01", "2300-01-01", "99999", "123", "2008-07-01-02", "20081301"),
    ],
)
def test_what_is_no_day_is_not_guessed(word: str) -> None:
    assert parse_date(word) is None


@given(st.dates(date(1927, 5, 18), date(2099, 12, 31)))
def test_a_day_reads_the_same_in_every_form(day: date) -> None:
    serial = (day - date(1899, 12, 30)) // timedelta(days=1)
    forms = [
        day.isoformat(),
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day:%Y%m%d}",
        str(serial),
        f"{day.isoformat()} 23:59:59",
    ]
    assert {parse_date(form) for form in forms} == {day.isoformat()}


@given(st.text(max_size=20))
def test_no_text_breaks_the_parsers(word: str) -> None:
    for type_ in PARSED_TYPES:
        codes = "sex" if type_ in (ColumnType.CODE, ColumnType.LIST) else None
        assert len(parse(column(type_, codes=codes), [word])) == 1


@given(st.lists(st.sampled_from(["保洁", "老人护理", "电工证", "C++", "办公软件"]), max_size=6))
def test_a_list_reads_the_same_with_every_separator(items: list[str]) -> None:
    once = ";".join(dict.fromkeys(items)) or None
    for separator in ("；", ";", "、", " ； "):
        assert parse_list(separator.join(items)) == once


@pytest.mark.parametrize(
    ("word", "unit", "value"),
    [
        ("3", None, 3.0),
        ("1,200", None, 1200.0),
        ("１２人", "person", 12.0),
        ("2800元/月", "yuan/month", 2800.0),
        ("12个月", "month", 12.0),
        ("5.5公里", "km", 5.5),
        ("35周岁", "year", 35.0),
        ("12个月", "person", None),
        ("-3", None, None),
        ("三", None, None),
        ("1e5", None, None),
        ("99999999999", None, None),
    ],
)
def test_numbers_with_their_unit(word: str, unit: str | None, value: float | None) -> None:
    assert parse_number(word, unit) == value


def test_a_fraction_is_no_whole_number() -> None:
    assert parse(column(ColumnType.INT), ["3.0", "3.5"]) == [3, None]


def test_areas_take_codes_in_any_length_and_names_that_are_sure() -> None:
    words = ["320613", "320600", "320602", "32", "江苏省南通市崇川区", "999999", "某地"]
    assert parse(column(ColumnType.AREA), words) == [
        *("320613", "3206", "320613", "32", "320613", None, None)
    ]


def test_occupations_take_codes_and_official_names() -> None:
    assert parse(column(ColumnType.OCCUPATION), ["4-09-08-01", "汽车装调工", "9-99-99-99"]) == [
        *("4-09-08-01", "6-22-02-01", None)
    ]


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("11010519491231002X", "11010519491231002X"),
        ("11010519491231002x", "11010519491231002X"),
        ("110105194912310021", None),
        ("11010519490231002X", None),
        ("110105491231002", None),
        ("1.1010519491231E+17", None),
    ],
)
def test_citizen_numbers_need_their_date_and_check_digit(word: str, value: str | None) -> None:
    assert parse_id_number(word) == value


@pytest.mark.parametrize(
    ("word", "is_known"),
    [
        ("13800000000", True),
        ("0513-85500000", True),
        ("(0513)85500000转8", True),
        ("+86 138 0000 0000", True),
        ("13800000000/0513-85500000", True),
        ("不便透露", False),
        ("12", False),
    ],
)
def test_phones(word: str, is_known: bool) -> None:
    assert (parse(column(ColumnType.PHONE), [word])[0] is not None) is is_known


def test_credit_codes_need_their_check_digit() -> None:
    assert parse(column(ColumnType.USCC), ["91110000600037341L", "91110000600037341A"]) == [
        "91110000600037341L",
        None,
    ]


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("E1:V1、V2；E2:V3", "E1:V1、V2;E2:V3"),
        ("E1：V1，V1\nE2", "E1:V1;E2"),
        ("：V1", None),
        ("E1:V 1", None),
    ],
)
def test_booths(word: str, value: str | None) -> None:
    assert parse_booths(word) == value


@pytest.mark.parametrize("word", ["V 1", "V;1", "V、1", "x" * 65, "V\n1"])
def test_an_id_that_would_break_lists_is_none(word: str) -> None:
    assert parse(column(ColumnType.ID), [word]) == [None]


def test_a_code_is_read_in_chinese_english_and_as_code() -> None:
    words = ["女", "FEMALE", "限女", " 女性 ", "其他"]
    assert parse(column(ColumnType.CODE, codes="sex"), words) == ["female"] * 4 + [None]


def test_every_column_says_what_it_expects() -> None:
    for kind in Kind:
        for each in columns(kind):
            told = expected(each)
            assert (
                "应为" in told or "可写" in told or each.type in (ColumnType.TEXT, ColumnType.LIST)
            )
