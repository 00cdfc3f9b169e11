"""Persons and posts as the pair kernel reads them: codes as bits, places as a small table."""

from __future__ import annotations

import csv
from datetime import date
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.domain.filters import Filter
from matcher.market.arrays import Csr, Market, Places
from matcher.reference.codes import code_list
from matcher.reference.paths import path
from matcher.screening.kernel import PERSON, PLACE, POST, PeopleRows, PostRows
from matcher.screening.welfare import WelfareEligibility

Positions = NDArray[np.int32]

EDUCATION_LEVELS = 7
_SECTION_BITS = {
    Filter.EXPIRED: 1,
    Filter.FULL: 1,
    Filter.EDUCATION: EDUCATION_LEVELS,
    Filter.SEX: len(code_list("sex").codes),
    Filter.WORK_FORM: len(code_list("work_form").codes),
    Filter.HEALTH: len(code_list("work_form").codes),
}
_FIRST_BIT = dict(
    zip(_SECTION_BITS, np.cumsum([0, *_SECTION_BITS.values()])[:-1].tolist(), strict=True)
)

_NO_AGE = np.iinfo(np.int16)
_BY_LAW = Filter.BELOW_WORKING_AGE | Filter.PAST_RETIREMENT


def people_rows(
    market: Market, welfare: WelfareEligibility, at: Positions, *, working_age_min: int | None
) -> PeopleRows:
    """The persons at these positions, one row each.

    Args:
        market: whose persons.
        welfare: policy's answers on public-welfare posts.
        at: (n,) int32 positions.
        working_age_min: full years from which work is lawful, as the law of the day says; None
            where no law was asked, and then nobody is too young.
    """
    seekers, standing = market.jobseekers, market.standing
    age = full_years(standing.birth_date[at], market.on)
    not_asked = age < 0
    table, place = place_table(seekers.places, at)
    certificates = seekers.certificates.take(at)
    row = np.zeros(len(at), PERSON)
    row["forbidden"] = _forbidden(market, at)
    row["max_km"], row["wage_wanted"] = seekers.max_commute_km[at], seekers.wage_wanted[at]
    row["certificates_from"] = certificates.offsets[:-1]
    row["certificates_to"] = certificates.offsets[1:]
    row["place"] = place
    row["age_for_min"] = np.where(not_asked, _NO_AGE.max, age)
    row["age_for_max"] = np.where(not_asked, _NO_AGE.min, age)
    row["failed"] = _failed_alone(market, at, age, working_age_min)
    row["unknown"] = _unknown(market, at, age, working_age_min)
    return PeopleRows(row, certificates.values, welfare.eligible[at], table)


def post_rows(market: Market, welfare: WelfareEligibility, at: Positions) -> PostRows:
    """The vacancies at these positions, one row each."""
    posts = market.vacancies
    certificates = posts.certificates.take(at)
    table, place = place_table(posts.places, at)
    age_min, age_max = posts.age_min[at], posts.age_max[at]
    sections, section_filter = _sections()
    row = np.zeros(len(at), POST)
    row["word"], row["limits"] = _words(market, at), _limits(market, at, certificates)
    row["certificates_from"] = certificates.offsets[:-1]
    row["certificates_to"] = certificates.offsets[1:]
    row["wage_max"], row["welfare_class"] = posts.wage_max[at], welfare.vacancy_class[at]
    row["place"] = place
    row["age_min"] = np.where(age_min < 0, _NO_AGE.min, age_min)
    row["age_max"] = np.where(age_max < 0, _NO_AGE.max, age_max)
    return PostRows(row, certificates.values, table, sections, section_filter)


def full_years(birth: NDArray[np.datetime64], on: date) -> NDArray[np.int16]:
    """(n,) int16 age in full years on the day, turned on the birthday; -1 where not asked.

    Example:
        >>> full_years(np.array(["1974-05-12", "NaT"], "datetime64[D]"), date(2026, 5, 11))
        array([51, -1], dtype=int16)
    """
    known = ~np.isnat(birth)
    day = np.where(known, birth, np.datetime64(on, "D")).astype("datetime64[D]")
    month = day.astype("datetime64[M]")
    of_month = (day - month).astype(np.int64) + 1
    month_at = month.astype(np.int64)
    years = on.year - 1970 - month_at // 12
    of_year = month_at % 12 + 1
    before = (of_year > on.month) | ((of_year == on.month) & (of_month > on.day))
    return np.where(known, years - before, -1).astype(np.int16)


def place_table(places: Places, at: Positions) -> tuple[NDArray[Any], NDArray[np.int32]]:
    """The distinct places of some rows, to the county, and which of them each row has.

    Returns:
        (n_places,) of `PLACE`; (n,) int32 rows of it.
    """
    county, city, province = places.county[at], places.city[at], places.province[at]
    finest = np.where(county >= 0, county, np.where(city >= 0, city, province))
    _, first, place = np.unique(finest, return_index=True, return_inverse=True)
    table = np.zeros(len(first), PLACE)
    table["lon"], table["lat"] = places.lonlat[at[first]].T
    table["province"], table["city"], table["county"] = province[first], city[first], county[first]
    return table, place.astype(np.int32)


@cache
def health_work_forms() -> dict[str, frozenset[str]]:
    """Which forms of work each state of health leaves open.

    Source:
        `data/screening/health_work_forms.csv`, an assumption of this project.

    Example:
        >>> sorted(health_work_forms()["cannot_go_out"])
        ['home_based']
    """
    every = frozenset(code_list("work_form").codes)
    with path("screening", "health_work_forms.csv").open(encoding="utf-8", newline="") as handle:
        return {
            row["health"]: frozenset(row["work_forms"].split(";")) if row["work_forms"] else every
            for row in csv.DictReader(handle)
        }


def _sections() -> tuple[NDArray[np.uint64], NDArray[np.uint16]]:
    masks = [((1 << bits) - 1) << _FIRST_BIT[each] for each, bits in _SECTION_BITS.items()]
    return np.array(masks, np.uint64), np.array([int(each) for each in _SECTION_BITS], np.uint16)


def _bit(section: Filter, at: NDArray[np.integer], stated: NDArray[np.bool_]) -> NDArray[np.uint64]:
    """One bit of the section where something is stated, none elsewhere."""
    place = np.where(stated, at, 0).astype(np.uint64) + np.uint64(_FIRST_BIT[section])
    return np.where(stated, np.uint64(1) << place, np.uint64(0))


def _words(market: Market, at: Positions) -> NDArray[np.uint64]:
    posts, on = market.vacancies, np.datetime64(market.on, "D")
    form, level, sex = posts.work_form[at], posts.education_min[at], posts.sex_required[at]
    left = posts.places_left[at]
    word = _bit(Filter.EXPIRED, np.zeros(len(at), np.int8), posts.expires_on[at] < on)
    word |= _bit(Filter.FULL, np.zeros(len(at), np.int8), left == 0)
    word |= _bit(Filter.EDUCATION, level - 1, level > 0)
    word |= _bit(Filter.SEX, sex, sex >= 0)
    word |= _bit(Filter.WORK_FORM, form, form >= 0)
    word |= _bit(Filter.HEALTH, form, form >= 0)
    return word


def _forbidden(market: Market, at: Positions) -> NDArray[np.uint64]:
    """Bits no post may have for this person; looked up by code, as the code lists are short."""
    seekers, standing = market.jobseekers, market.standing
    always = (1 << _FIRST_BIT[Filter.EXPIRED]) | (1 << _FIRST_BIT[Filter.FULL])
    return (
        np.uint64(always)
        | _by_level()[seekers.education[at]]
        | _by_sex()[standing.sex[at]]
        | _by_wish()[seekers.work_forms[at]]
        | _by_health()[standing.health[at]]
    )


def _by_level() -> NDArray[np.uint64]:
    """By level held, 0 upward; the last entry, at -1, is for a level not asked."""
    first = _FIRST_BIT[Filter.EDUCATION]
    full = (1 << EDUCATION_LEVELS) - 1
    above = [full & ~((1 << level) - 1) for level in range(EDUCATION_LEVELS + 1)]
    return np.array([*(bits << first for bits in above), 0], np.uint64)


def _by_sex() -> NDArray[np.uint64]:
    first, n = _FIRST_BIT[Filter.SEX], _SECTION_BITS[Filter.SEX]
    others = [((1 << n) - 1) & ~(1 << sex) for sex in range(n)]
    return np.array([*(bits << first for bits in others), 0], np.uint64)


def _by_wish() -> NDArray[np.uint64]:
    first, n = _FIRST_BIT[Filter.WORK_FORM], _SECTION_BITS[Filter.WORK_FORM]
    full = (1 << n) - 1
    unwished = [full & ~wished if wished else 0 for wished in range(256)]
    return np.array([bits << first for bits in unwished], np.uint64)


def _by_health() -> NDArray[np.uint64]:
    forms, first = code_list("work_form").codes, _FIRST_BIT[Filter.HEALTH]
    closed = [
        sum(1 << at for at, form in enumerate(forms) if form not in health_work_forms()[health])
        for health in code_list("health").codes
    ]
    return np.array([*(bits << first for bits in closed), 0], np.uint64)


def _failed_alone(
    market: Market, at: Positions, age: NDArray[np.int16], working_age_min: int | None
) -> NDArray[np.uint16]:
    failed = {
        Filter.PAST_RETIREMENT: market.standing.retirement_date[at] <= np.datetime64(market.on, "D")
    }
    if working_age_min is not None:
        failed[Filter.BELOW_WORKING_AGE] = (age >= 0) & (age < working_age_min)
    return _joined(failed, len(at))


def _unknown(
    market: Market, at: Positions, age: NDArray[np.int16], working_age_min: int | None
) -> NDArray[np.uint16]:
    seekers, standing = market.jobseekers, market.standing
    retires = standing.retirement_date[at]
    certificates = np.diff(seekers.certificates.offsets)[at]
    past = retires < np.datetime64(market.on, "D")
    missing = {
        Filter.PAST_RETIREMENT: np.isnat(retires) | (~standing.retirement_sure[at] & ~past),
        Filter.AGE: age < 0,
        Filter.SEX: standing.sex[at] < 0,
        Filter.EDUCATION: seekers.education[at] < 0,
        Filter.CERTIFICATES: certificates == 0,
        Filter.WORK_FORM: seekers.work_forms[at] == 0,
        Filter.HEALTH: standing.health[at] < 0,
        Filter.DISTANCE: np.isnan(seekers.max_commute_km[at])
        | np.isnan(seekers.places.lonlat[at]).any(axis=1),
        Filter.WAGE_FLOOR: np.isnan(seekers.wage_wanted[at]),
    }
    if working_age_min is not None:
        missing[Filter.BELOW_WORKING_AGE] = age < 0
    return _joined(missing, len(at))


def _limits(market: Market, at: Positions, certificates: Csr) -> NDArray[np.uint16]:
    """What the post asks of a person, or a person may ask of the post because it is stated."""
    posts = market.vacancies
    form = posts.work_form[at]
    closed_to_some = np.bitwise_or.reduce(_by_health()) >> np.uint64(_FIRST_BIT[Filter.HEALTH])
    stated = {
        Filter.AGE: (posts.age_min[at] >= 0) | (posts.age_max[at] >= 0),
        Filter.SEX: posts.sex_required[at] >= 0,
        Filter.EDUCATION: posts.education_min[at] > 1,
        Filter.CERTIFICATES: np.diff(certificates.offsets) > 0,
        Filter.WORK_FORM: form >= 0,
        Filter.HEALTH: (form >= 0) & (closed_to_some >> form.astype(np.uint64) & 1).astype(bool),
        Filter.DISTANCE: ~np.isnan(posts.places.lonlat[at]).any(axis=1),
        Filter.WAGE_FLOOR: ~np.isnan(posts.wage_max[at]),
    }
    return _joined(stated, len(at)) | np.uint16(_BY_LAW)


def _joined(flags: dict[Filter, NDArray[np.bool_]], n: int) -> NDArray[np.uint16]:
    mask = np.zeros(n, np.uint16)
    for each, flag in flags.items():
        mask |= np.where(flag, np.uint16(each), np.uint16(0))
    return mask
