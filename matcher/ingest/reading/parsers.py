"""One parser per type of column: distinct words in, values out, None where not understood.

Lists and codes come out in the form frames carry. What a word of a vacancy means (wage,
experience, education) is read in `wordings`; this module knows types only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

import pyarrow.compute as pc
from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError

from matcher.domain.kinds import Column, ColumnType
from matcher.reference.areas import areas
from matcher.reference.codes import code_list
from matcher.reference.columns import LIST_SEPARATOR
from matcher.reference.occupations import occupations
from matcher.text.normalise import normalise, split_list
from matcher.text.places import resolve_areas

Values = list[Any]

FIRST_YEAR, LAST_YEAR = 1900, 2100
_DAY_ZERO = date(1899, 12, 30)  # Excel's day 0, its leap-year slip of 1900 included
_LONGEST_ID = 64
_LARGEST = 999_999_999

_TRUE = frozenset({"是", "有", "true", "1", "1.0", "yes", "y", "t", "对", "√", "✓", "✔"})
_FALSE = frozenset({"否", "无", "没有", "不是", "false", "0", "0.0", "no", "n", "f", "×", "✗", "x"})
_DATE = re.compile(
    r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*[日号]?"
    r"(?:[t\s]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:z|[+-]\d{2}:?\d{2})?)?"
)
_EIGHT_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
_UNITS = {
    "person": "人|名|位|个",
    "month": "个月|月",
    "year": "周岁|岁|年",
    "yuan/month": "元/月|元每月|元|块",
    "km": "公里|千米|km",
    "day": "日|天",
    "time": "次",
    "yuan": "元|块",
    "yuan/year": "元/年|元每年|元",
    "m2": "平方米|平米|㎡|m2",
}
_NUMBER = r"(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?"
_NOT_IN_ID = re.compile(r"[\s;；、,，\x00-\x1f]")
_PHONE = re.compile(r"\+?[\d()][\d\-()转 ]{3,30}(?:[;/,、][\d\-()转 ]{4,30})*")
_EIGHTEEN = re.compile(r"[0-9]{17}[0-9X]")
_FIVE_INSURANCES = ("五险", "五险一金", "社保", "社会保险")


def parse_bool(word: str) -> bool | None:
    """Yes or no, or None when the word is neither.

    Example:
        >>> parse_bool("是"), parse_bool("无"), parse_bool("TRUE"), parse_bool("不详")
        (True, False, True, None)
    """
    plain = normalise(word)
    return True if plain in _TRUE else False if plain in _FALSE else None


def parse_date(word: str) -> str | None:
    """The day as ISO text, or None: no day, or one that the calendar does not have.

    Takes `2008-07-01`, `2008.7.1`, `2008/7/1`, `2008年7月1日`, `20080701`, Excel serials from 1927
    on, each also with a time of day, which is dropped. A month alone is no day.

    Example:
        >>> parse_date("2008年7月1日"), parse_date("39630"), parse_date("2008-07-01 09:30:00")
        ('2008-07-01', '2008-07-01', '2008-07-01')
        >>> parse_date("2008-02-30"), parse_date("2008年7月"), parse_date("7.1.2008")
        (None, None, None)
    """
    plain = normalise(word)
    match = _DATE.fullmatch(plain) or _EIGHT_DIGITS.fullmatch(plain)
    if match:
        try:
            day = date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            return None
    elif serial := _SERIAL.fullmatch(plain):
        day = _DAY_ZERO + timedelta(days=int(serial[1]))
    else:
        return None
    return day.isoformat() if FIRST_YEAR <= day.year <= LAST_YEAR else None


def parse_number(word: str, unit: str | None) -> float | None:
    """The number, not negative, with or without its unit and thousands separators.

    Example:
        >>> parse_number("1,200元/月", "yuan/month"), parse_number("３人", "person")
        (1200.0, 3.0)
        >>> parse_number("-3", None), parse_number("3人", "month")
        (None, None)
    """
    match = _number_pattern(unit).fullmatch(normalise(word))
    if not match:
        return None
    value = float(match[1].replace(",", "") + (match[2] or ""))
    return value if value <= _LARGEST else None


@cache
def _number_pattern(unit: str | None) -> re.Pattern[str]:
    return re.compile(rf"[¥]?{_NUMBER}\s*(?:{_UNITS.get(unit or '', '')})?")


@cache
def wordings(codes: str) -> dict[str, str]:
    """Every normalised wording of a code list and its code."""
    return {normalise(wording): code for wording, code in code_list(codes).wordings.items()}


def parse_list(word: str, codes: str | None = None) -> str | None:
    """The items joined by `;`, as codes where a code list is given; None if one has no code.

    Example:
        >>> parse_list("保洁；老人护理、保洁"), parse_list("全日制；小时工", "work_form")
        ('保洁;老人护理', 'full_time;hourly')
        >>> parse_list("五险", "insurance")
        'pension;unemployment;medical;work_injury;maternity'
    """
    items = split_list(word)
    if codes is None:
        return LIST_SEPARATOR.join(item.replace(LIST_SEPARATOR, " ") for item in items) or None
    known = wordings(codes)
    found: dict[str, None] = {}
    for item in items:
        if codes == "insurance" and normalise(item) in _FIVE_INSURANCES:
            found.update(dict.fromkeys(code_list(codes).codes))
        elif normalise(item) in known:
            found[known[normalise(item)]] = None
        else:
            return None
    return LIST_SEPARATOR.join(found) or None


def parse_id_number(word: str) -> str | None:
    """The 18-digit citizen number when its date and check digit hold, else None.

    The area digits are not held against a table: they name where the number was issued, also
    under codes long withdrawn.

    Example:
        >>> parse_id_number("11010519491231002x"), parse_id_number("110105194912310021")
        ('11010519491231002X', None)
    """
    number: str = ric.compact(word)
    if len(number) != len("11010519491231002X") or not (
        number[:-1].isascii() and number[:-1].isdigit()
    ):
        return None
    try:
        ric.get_birth_date(number)
    except ValidationError:
        return None
    return number if number[-1] == ric.calc_check_digit(number) else None


def parse_booths(word: str) -> str | None:
    """The booths of a fair as `employer:vacancy、vacancy;employer`, or None.

    Example:
        >>> parse_booths("E1：V1，V2； E2"), parse_booths("E1:V1:V2")
        ('E1:V1、V2;E2', None)
    """
    made = []
    for booth in re.split(r"[;；\n]+", word.replace("：", ":")):
        employer, _, posts = booth.strip().partition(":")
        ids = [post.strip() for post in re.split(r"[、,，]+", posts) if post.strip()]
        if not booth.strip():
            continue
        if not employer.strip() or any(":" in post or _NOT_IN_ID.search(post) for post in ids):
            return None
        made.append(employer.strip() + (f":{'、'.join(dict.fromkeys(ids))}" if ids else ""))
    return LIST_SEPARATOR.join(made) or None


def has_bad_ids(words: Any) -> bool:
    """Is any of the words (a pyarrow string array) no id? The quick question before `_id`.

    Example:
        >>> import pyarrow as pa
        >>> has_bad_ids(pa.array(["V1", "V2"])), has_bad_ids(pa.array(["V1", "V 2"]))
        (False, True)
    """
    too_long = pc.greater(pc.utf8_length(words), _LONGEST_ID)
    odd = pc.match_substring_regex(words, _NOT_IN_ID.pattern)
    return bool(pc.any(pc.or_(too_long, odd)).as_py())


def _id(word: str) -> str | None:
    return None if len(word) > _LONGEST_ID or _NOT_IN_ID.search(word) else word


def _phone(word: str) -> str | None:
    plain = normalise(word)
    return plain if _PHONE.fullmatch(plain) else None


def _uscc(word: str) -> str | None:
    return str(uscc.compact(word)) if uscc.is_valid(word) else None


def _areas(words: Sequence[str]) -> Values:
    known = areas()
    found = [known.canonical(word) if word.isascii() else None for word in words]
    named = [at for at, word in enumerate(words) if not word.isascii()]
    for at, code in zip(named, resolve_areas([words[at] for at in named]), strict=True):
        found[at] = code
    return list(found)


def _occupations(words: Sequence[str]) -> Values:
    table = occupations()
    by_name = {name: code for code, name in table.names.items()}
    return [word if word in table.names else by_name.get(word) for word in words]


def _numbers(column: Column, words: Sequence[str]) -> Values:
    numbers = [parse_number(word, column.unit) for word in words]
    if column.type is ColumnType.DECIMAL:
        return list(numbers)
    return [int(n) if n is not None and n.is_integer() else None for n in numbers]


def _codes(column: Column, words: Sequence[str]) -> Values:
    known = wordings(str(column.codes))
    return [known.get(normalise(word)) for word in words]


_BY_COLUMN: dict[ColumnType, Callable[[Column, Sequence[str]], Values]] = {
    ColumnType.INT: _numbers,
    ColumnType.DECIMAL: _numbers,
    ColumnType.CODE: _codes,
    ColumnType.LIST: lambda column, words: [parse_list(word, column.codes) for word in words],
    ColumnType.AREA: lambda _, words: _areas(words),
    ColumnType.OCCUPATION: lambda _, words: _occupations(words),
}
_BY_WORD: dict[ColumnType, Callable[[str], Any]] = {
    ColumnType.ID: _id,
    ColumnType.TEXT: str,
    ColumnType.BOOL: parse_bool,
    ColumnType.DATE: parse_date,
    ColumnType.ID_NUMBER: parse_id_number,
    ColumnType.PHONE: _phone,
    ColumnType.USCC: _uscc,
    ColumnType.BOOTHS: parse_booths,
}


PARSED_TYPES = tuple(ColumnType)
"""Every type has its parser."""


def parse(column: Column, words: Sequence[str]) -> Values:
    """What each distinct word of a column means by the column's type, None where it does not.

    Example:
        >>> from matcher.domain.kinds import Kind
        >>> from matcher.reference.columns import columns
        >>> parse(next(c for c in columns(Kind.PERSONS) if c.name == "sex"), ["女", "男性", "?"])
        ['female', 'male', None]
    """
    if column.type in _BY_COLUMN:
        return _BY_COLUMN[column.type](column, words)
    return [_BY_WORD[column.type](word) for word in words]


_EXPECTED: dict[ColumnType, str] = {
    ColumnType.ID: "不是编号；应为不超过64个字符，不含空格、分号、逗号、顿号",
    ColumnType.TEXT: "不是文字",
    ColumnType.INT: "不是整数；应为 0 或正整数",
    ColumnType.DECIMAL: "不是数；应为 0 或正数，如 680 或 5.5",
    ColumnType.BOOL: "不是“是”或“否”；可写 是/否、有/无、true/false、1/0，未询问则留空",
    ColumnType.DATE: "不是日历上的日期；应为 2008-07-01、2008.7.1 或 2008年7月1日",
    ColumnType.CODE: "不在选项中",
    ColumnType.LIST: "有一项不在选项中",
    ColumnType.AREA: "不是行政区划；应为2至12位代码或可确定的地名",
    ColumnType.OCCUPATION: "不是职业代码；应为《职业分类大典（2022）》的代码或名称，如 4-09-08-01",
    ColumnType.ID_NUMBER: "不是公民身份号码；应为18位，出生日期和校验码须正确",
    ColumnType.PHONE: "不是电话号码；应为数字，如 0513-85500000",
    ColumnType.USCC: "不是统一社会信用代码；应为18位，校验码须正确",
    ColumnType.BOOTHS: "不是展位；应为 单位编号:岗位编号、岗位编号；单位编号:岗位编号",
}


def expected(column: Column) -> str:
    """What a cell of the column should have been, as the end of a sentence about its value.

    Example:
        >>> from matcher.domain.kinds import Kind
        >>> from matcher.reference.columns import columns
        >>> expected(next(c for c in columns(Kind.PERSONS) if c.name == "sex"))
        '不在选项中；应为 女、男'
    """
    told = _EXPECTED[column.type]
    if column.codes is None:
        return told
    listed = code_list(column.codes)
    return f"{told}；应为 {'、'.join(listed.zh[code] for code in listed.codes)}"
