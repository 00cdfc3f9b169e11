"""What each hard filter says of one pair, with the fact and the limit it was held against."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.domain.filters import Filter
from matcher.market.arrays import Csr, Market, Places
from matcher.reference.codes import code_list
from matcher.screening.kernel import distance, failures_of_pairs, unknowns_of_pairs
from matcher.screening.rows import (
    full_years,
    health_work_forms,
    people_rows,
    place_table,
    post_rows,
)
from matcher.screening.welfare import NO_CLASS, WelfareEligibility


class FilterOutcome(StrEnum):
    """What a filter says: unknown never excludes."""

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class FilterResult:
    """One filter of one pair.

    Attributes:
        filter: which.
        outcome: passed, failed, or unknown because a fact is missing.
        fact: the person's side (the post's for EXPIRED and FULL), as code, number, ISO date or
            tuple of codes; None not known.
        limit: what it is held against, likewise; None where nothing is asked or stated.
        gap: how far the fact is from the limit (years, months, km, yuan, levels), above 0 only
            where it failed; None where that is no number.
        ask: columns of persons that would settle an unknown outcome; `vacancies.` in front of
            those of the post. Empty for WELFARE_POLICY: its decision names its own facts.
    """

    filter: Filter
    outcome: FilterOutcome
    fact: Any
    limit: Any
    gap: float | None = None
    ask: tuple[str, ...] = ()


class _Side(NamedTuple):
    """What a filter compares: the fact, the limit, their gap and who to ask when one lacks."""

    fact: Any
    limit: Any
    gap: float | None = None
    ask: tuple[str, ...] = ()
    post_open: bool = False


class _Pair(NamedTuple):
    market: Market
    welfare: WelfareEligibility
    person: int
    vacancy: int
    working_age_min: int | None


def explain_filters(
    market: Market,
    welfare: WelfareEligibility,
    person_at: int,
    vacancy_at: int,
    *,
    working_age_min: int | None = None,
) -> tuple[FilterResult, ...]:
    """Every hard filter of one pair, in the order of `Filter`, with its fact and limit.

    The outcomes are the masks of `screen_pairs` and `to_ask`, by the same compiled function. Where
    the post leaves out what the person's own limit would be held against (its place, pay or form
    of work), the outcome is unknown as well and `ask` names the post's column.
    """
    one = _one(person_at), _one(vacancy_at)
    return explain_filters_of(market, welfare, *one, working_age_min=working_age_min)[0]


def explain_filters_of(
    market: Market,
    welfare: WelfareEligibility,
    person_at: NDArray[np.int32],
    vacancy_at: NDArray[np.int32],
    *,
    working_age_min: int | None = None,
) -> list[tuple[FilterResult, ...]]:
    """`explain_filters` of each of some shown pairs, the masks worked out for all at once."""
    rows = (
        people_rows(market, welfare, person_at, working_age_min=working_age_min),
        post_rows(market, welfare, vacancy_at),
    )
    own = np.arange(len(person_at), dtype=np.int32)
    failed, asked = failures_of_pairs(*rows, own, own), unknowns_of_pairs(*rows, own, own)
    told = []
    for at in range(len(own)):
        person, vacancy = int(person_at[at]), int(vacancy_at[at])
        pair = _Pair(market, welfare, person, vacancy, working_age_min)
        masks = int(failed[at]), int(asked[at])
        told.append(tuple(_result(each, side(pair), *masks) for each, side in _SIDES.items()))
    return told


def _result(each: Filter, side: _Side, failed: int, asked: int) -> FilterResult:
    if failed & each:
        return FilterResult(each, FilterOutcome.FAILED, side.fact, side.limit, side.gap)
    if asked & each:
        ask = tuple(column for column in side.ask if not column.startswith("vacancies."))
        return FilterResult(each, FilterOutcome.UNKNOWN, side.fact, side.limit, ask=ask)
    if side.post_open:
        ask = tuple(column for column in side.ask if column.startswith("vacancies."))
        return FilterResult(each, FilterOutcome.UNKNOWN, side.fact, side.limit, ask=ask)
    return FilterResult(each, FilterOutcome.PASSED, side.fact, side.limit, side.gap)


def _one(at: int) -> NDArray[np.int32]:
    return np.array([at], np.int32)


def _known(value: Any) -> Any:
    """A plain Python value; None for -1, NaN and NaT."""
    if isinstance(value, np.datetime64):
        return None if np.isnat(value) else str(value)
    number = value.item()
    return None if number == -1 or math.isnan(number) else number


def _gap(over: Any, under: Any) -> float | None:
    return None if over is None or under is None else float(over - under)


def _words(market: Market, rows: Csr, at: int) -> tuple[str, ...]:
    return tuple(market.terms.words[term] for term in rows.row(at))


def _code(name: str, value: Any) -> str | None:
    at = _known(value)
    return None if at is None else code_list(name).codes[at]


def _expired(pair: _Pair) -> _Side:
    last = _known(pair.market.vacancies.expires_on[pair.vacancy])
    on = np.datetime64(pair.market.on, "D")
    late = None if last is None else float((on - np.datetime64(last, "D")).astype(int))
    return _Side(str(on), last, late)


def _full(pair: _Pair) -> _Side:
    posts = pair.market.vacancies
    return _Side(_known(posts.places_left[pair.vacancy]), _known(posts.headcount[pair.vacancy]))


def _age_of(pair: _Pair) -> int | None:
    born = pair.market.standing.birth_date[pair.person : pair.person + 1]
    years: int | None = _known(full_years(born, pair.market.on)[0])
    return years


def _below_working_age(pair: _Pair) -> _Side:
    age = _age_of(pair)
    return _Side(age, pair.working_age_min, _gap(pair.working_age_min, age), ("birth_date",))


def _past_retirement(pair: _Pair) -> _Side:
    standing, on = pair.market.standing, np.datetime64(pair.market.on, "D")
    last = standing.retirement_date[pair.person]
    gap = None if np.isnat(last) else float((on - last).astype(int))
    missing = [
        ("birth_date", np.isnat(standing.birth_date[pair.person])),
        ("sex", standing.sex[pair.person] < 0),
    ]
    ask = tuple(column for column, lacks in missing if lacks) or ("retirement_category",)
    return _Side(str(on), _known(last), gap, ask)


def _age(pair: _Pair) -> _Side:
    posts, age = pair.market.vacancies, _age_of(pair)
    low, high = _known(posts.age_min[pair.vacancy]), _known(posts.age_max[pair.vacancy])
    gaps = [gap for gap in (_gap(low, age), _gap(age, high)) if gap is not None]
    limit = None if low is None and high is None else (low, high)
    return _Side(age, limit, max(gaps, default=None), ("birth_date",))


def _sex(pair: _Pair) -> _Side:
    fact = _code("sex", pair.market.standing.sex[pair.person])
    return _Side(fact, _code("sex", pair.market.vacancies.sex_required[pair.vacancy]), ask=("sex",))


def _education(pair: _Pair) -> _Side:
    held = _known(pair.market.jobseekers.education[pair.person])
    asked = _known(pair.market.vacancies.education_min[pair.vacancy])
    return _Side(held, asked, _gap(asked, held), ("education",))


def _certificates(pair: _Pair) -> _Side:
    held = _words(pair.market, pair.market.jobseekers.certificates, pair.person)
    required = _words(pair.market, pair.market.vacancies.certificates, pair.vacancy)
    missing = float(len(set(required) - set(held))) if held else None
    return _Side(held or None, required or None, missing, ("certificates",))


def _work_form(pair: _Pair) -> _Side:
    bits = int(pair.market.jobseekers.work_forms[pair.person])
    wished = tuple(code for at, code in enumerate(code_list("work_form").codes) if bits >> at & 1)
    offered = _code("work_form", pair.market.vacancies.work_form[pair.vacancy])
    ask = ("work_forms_wanted", "vacancies.work_form")
    return _Side(wished or None, offered, ask=ask, post_open=bool(wished) and offered is None)


def _health(pair: _Pair) -> _Side:
    health = _code("health", pair.market.standing.health[pair.person])
    offered = _code("work_form", pair.market.vacancies.work_form[pair.vacancy])
    every = len(code_list("work_form").codes)
    bound = health is not None and len(health_work_forms()[health]) < every
    ask = ("health", "vacancies.work_form")
    return _Side(health, offered, ask=ask, post_open=bound and offered is None)


def _distance(pair: _Pair) -> _Side:
    seekers, posts = pair.market.jobseekers, pair.market.vacancies
    home, _ = place_table(seekers.places, _one(pair.person))
    there, _ = place_table(posts.places, _one(pair.vacancy))
    km = distance(home[0], there[0])
    fact = None if math.isnan(km) else round(km, 1)
    limit = _known(seekers.max_commute_km[pair.person])
    missing = [
        ("area_code", _coarse(seekers.places, pair.person)),
        ("max_commute_km", limit is None),
        ("vacancies.area_code", _coarse(posts.places, pair.vacancy)),
    ]
    ask = tuple(column for column, lacks in missing if lacks)
    gap = None if fact is None or limit is None else km - limit
    return _Side(fact, limit, gap, ask, post_open=limit is not None and fact is None)


def _coarse(places: Places, at: int) -> bool:
    return bool(places.county[at] < 0 or np.isnan(places.lonlat[at]).any())


def _wage_floor(pair: _Pair) -> _Side:
    wanted = _known(pair.market.jobseekers.wage_wanted[pair.person])
    offered = _known(pair.market.vacancies.wage_max[pair.vacancy])
    ask = ("wage_wanted", "vacancies.wage_max")
    open_ = wanted is not None and offered is None
    return _Side(wanted, offered, _gap(wanted, offered), ask, post_open=open_)


def _welfare_policy(pair: _Pair) -> _Side:
    of_class = int(pair.welfare.vacancy_class[pair.vacancy])
    if of_class == NO_CLASS:
        return _Side(None, None)
    eligible = int(pair.welfare.eligible[pair.person, of_class])
    return _Side({1: "eligible", 0: "not_eligible"}.get(eligible), "eligible")


_SIDES: dict[Filter, Callable[[_Pair], _Side]] = {
    Filter.EXPIRED: _expired,
    Filter.FULL: _full,
    Filter.BELOW_WORKING_AGE: _below_working_age,
    Filter.PAST_RETIREMENT: _past_retirement,
    Filter.AGE: _age,
    Filter.SEX: _sex,
    Filter.EDUCATION: _education,
    Filter.CERTIFICATES: _certificates,
    Filter.WORK_FORM: _work_form,
    Filter.HEALTH: _health,
    Filter.DISTANCE: _distance,
    Filter.WAGE_FLOOR: _wage_floor,
    Filter.WELFARE_POLICY: _welfare_policy,
}
