"""What the words under a heading of a vacancy or person mean, as values of one or more columns.

Each reader takes one word and answers what it makes of every column it fills, or None: not
understood. `keep` says that the wording says more than the values, so it stays in `extra`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa

from matcher.domain.kinds import Kind
from matcher.ingest.reading.cells import Cells
from matcher.ingest.reading.parsers import parse_number, wordings
from matcher.text.normalise import normalise
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


@dataclass(frozen=True, slots=True)
class Meaning:
    """The values of one word, in the order of the reading's columns."""

    values: tuple[Any, ...]
    keep: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """How the words of one column are read.

    Attributes:
        fills: the columns that get the values; text, Int64 by the catalogue's dtype.
        read: word to meaning, or None.
        expected: the end of the sentence about a word that is not understood.
    """

    fills: tuple[str, ...]
    read: Callable[[str], Meaning | None]
    expected: str


def _wage(word: str) -> Meaning | None:
    wage = parse_wage(word)
    return None if wage is None else Meaning((wage.monthly_min, wage.monthly_max, wage.note))


def _wage_wanted(word: str) -> Meaning | None:
    bare = parse_number(word, "yuan/month")
    if bare is not None:
        return Meaning((int(bare),)) if bare.is_integer() else None
    wage = parse_wage(word)
    return None if wage is None else Meaning((wage.monthly_min,), keep=True)


def _headcount(word: str) -> Meaning | None:
    found = parse_headcount(word)
    return None if found is None else Meaning((found.count,), keep=found.note is not None)


def _education(word: str) -> Meaning | None:
    found = parse_education(word)
    if found is None:
        return None
    more = found.is_exact or found.degree is not None or found.note not in (None, "any")
    return Meaning((found.code,), keep=more)


def _attainment(word: str) -> Meaning | None:
    code = parse_attainment(word)
    return None if code is None else Meaning((code,))


def _experience(word: str) -> Meaning | None:
    found = parse_experience(word)
    if found is None:
        return None
    return Meaning(
        (found.months_min,), keep=found.months_max is not None or found.note == "student"
    )


def _months(word: str) -> Meaning | None:
    """Of a column whose unit is months: a bare number counts months."""
    bare = parse_number(word, "month")
    if bare is not None and bare.is_integer():
        return Meaning((int(bare),))
    return _experience(word)


def _age(word: str, on: date) -> Meaning | None:
    limit = parse_age(word, on)
    if limit is None:
        return None
    more = limit.note not in (None, "any") or bool(limit.born_from or limit.born_until)
    return Meaning((limit.age_min, limit.age_max), keep=more)


def _sex(word: str) -> Meaning | None:
    limit = parse_sex(word)
    return None if limit is None else Meaning((limit.code,), keep=limit.note == "preferred")


def _staff(word: str) -> Meaning | None:
    size = parse_employer_size(word)
    if size is None:
        return None
    return Meaning((size.representative,), keep=size.low != size.high)


def _employer_kind(word: str) -> Meaning | None:
    code = wordings("employer_kind").get(normalise(word))
    return None if code is None else Meaning((code,))


def _employer_info(word: str) -> Meaning | None:
    """`民营公司| 500-1000人| 教育/培训`: kind, staff and trade of the employer, each may lack."""
    kind = staff = trade = None
    for part in (part.strip() for part in word.split("|")):
        size = parse_employer_size(part)
        if size is not None:
            staff = size.representative
        elif kind is None and normalise(part) in wordings("employer_kind"):
            kind = wordings("employer_kind")[normalise(part)]
        elif part and trade is None:
            trade = part
    return Meaning((kind, staff, trade), keep=True)


_OF_VACANCIES: dict[str, Reading] = {
    "wage": Reading(
        ("wage_min", "wage_max", "wage_note"),
        _wage,
        "读不出月薪；应如 4-6千/月、2800-3500元/月、面议",
    ),
    "headcount": Reading(("headcount",), _headcount, "读不出人数；应如 3、3人、若干"),
    "education_min": Reading(
        ("education_min",), _education, "不是学历要求；应如 初中、大专及以上、不限"
    ),
    "experience": Reading(
        ("experience_months_min",), _experience, "读不出年限；应如 3-4年、1年以上、无需经验"
    ),
    "experience_months_min": Reading(
        ("experience_months_min",), _months, "读不出月数；应如 12、1年以上"
    ),
    "sex_required": Reading(("sex_required",), _sex, "不是性别要求；应为 男、女 或 不限"),
    "employer_staff": Reading(("employer_staff",), _staff, "读不出规模；应如 120、50-150人"),
    "employer_info": Reading(
        ("employer_kind", "employer_staff", "industry"), _employer_info, "读不出"
    ),
    "employer_kind": Reading(("employer_kind",), _employer_kind, "不是已知的单位类别"),
}
_AGE = "读不出年龄；应如 18-45周岁、35周岁及以下"

_OF_PERSONS: dict[str, Reading] = {
    "education": Reading(("education",), _attainment, "不是学历；应如 初中、高中、大专、本科"),
    "experience_months": Reading(("experience_months",), _months, "读不出月数；应如 120、10年"),
    "wage_wanted": Reading(("wage_wanted",), _wage_wanted, "读不出月薪；应如 2800"),
}

_OF_EMPLOYERS: dict[str, Reading] = {
    "staff_total": Reading(("staff_total",), _staff, "读不出人数；应如 120、50-150人"),
}


def readings(kind: Kind, on: date) -> dict[str, Reading]:
    """The columns of a kind that are read as wordings.

    Args:
        kind: of the file.
        on: the day for which birth dates are turned into ages.
    """
    if kind is Kind.VACANCIES:
        age = Reading(("age_min", "age_max"), partial(_age, on=on), _AGE)
        return _OF_VACANCIES | {"age": age}
    return {Kind.PERSONS: _OF_PERSONS, Kind.EMPLOYERS: _OF_EMPLOYERS}.get(kind, {})


_ADDRESS_LABEL = re.compile(r"^(?:上班|工作|公司|单位)?(?:地址|地点)\s*[:：]\s*")
_NOTHING_ASKED = re.compile("^(?:无|不限|无要求|不限专业|专业不限|专业|均可)[。.]?$")


def move_shifted_education(experience: Cells, education: Cells | None) -> tuple[Cells, Cells, Any]:
    """Experience and education with education words moved out of the experience column.

    A crawl that found no experience wrote the next item, the education, into its place. A cell
    under education that says no education gives way; the caller keeps what it said.

    Returns:
        experience, education, and the flags (n_rows,) of the moved cells.
    """
    is_education = [
        parse_experience(word) is None and parse_education(word) is not None
        for word in experience.words
    ]
    moved = experience.flags(is_education)
    if education is None:
        heading = experience.heading
        empty = np.full(len(experience.codes), -1, np.int32)
        education = Cells(heading, empty, pa.array([], pa.string()))
    moved &= ~education.flags([parse_education(word) is not None for word in education.words])
    if not moved.any():
        return experience, education, moved
    dictionary = pa.concat_arrays([education.dictionary, experience.dictionary])
    shift = np.int32(len(education.dictionary))
    codes = np.where(moved, experience.codes + shift, education.codes).astype(np.int32)
    return experience.without(moved), Cells(education.heading, codes, dictionary), moved


def address_words(cells: Cells) -> list[str | None]:
    """The distinct addresses without a label such as "上班地址 :" in front."""
    return [_ADDRESS_LABEL.sub("", word).strip(" .。") or None for word in cells.words]


def asked_items(word: str) -> list[str]:
    """The items of a list of majors or groups, without words for "anything goes".

    Example:
        >>> asked_items("专业;会计学；审计学。"), asked_items("不限")
        (['会计学', '审计学'], [])
    """
    items = [item.strip().rstrip("。.") for item in re.split(r"[;；、\n]+", word)]
    return [item for item in dict.fromkeys(items) if item and not _NOTHING_ASKED.match(item)]
