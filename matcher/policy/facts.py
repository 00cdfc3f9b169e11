"""Facts as people state them: nested subjects of law cases and requests, made into columns."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np

from matcher.errors import UnknownCode, WrongUse
from matcher.policy.catalogue import GROUPS, FactKind, fact_kind
from matcher.policy.engine.columns import NOT_THERE, Above, Column, Derived, Facts, Group
from matcher.policy.engine.days import MONTHS_A_YEAR, add_months, day_number, full_years
from matcher.policy.engine.kleene import MET, NOT_MET, UNKNOWN, Interval, Truth
from matcher.reference.retirement import CATEGORIES, RetirementCategory, retirement_dates

__all__ = ["Facts", "facts_from_given", "facts_from_many", "with_derived"]

RETIREMENT_INPUTS = ("birth_date", "retirement_category")
"""What the day of retirement and working age are worked out from."""

ASKED_AS = {
    "age": ("birth_date",),
    "retirement_date": RETIREMENT_INPUTS,
    "retirement_category": ("sex", "retirement_category"),
}
"""What is asked instead of what is worked out; a man's category follows from his sex."""

SUBJECTS = ("person", "household", "employer", "vacancy", "placement", "case", "refusals")


def facts_from_given(given: Mapping[str, Any], *, on: date) -> Facts:
    """The facts of one case, in one row.

    Args:
        given: facts by subject (`person`, `household` with `members`, `vacancy` with `candidates`,
            `employer`, `placement`, `case`), and `refusals`, a list. An absent fact, or None, was
            not asked; an empty list was asked and there are none.
        on: the day of the decision.

    Raises:
        UnknownCode: a subject, fact or value that the catalogue does not have.
        WrongUse: a value of another type than the fact's.

    Example:
        >>> given = {"person": {"sex": "female", "birth_date": "1968-07-01"}}
        >>> facts_from_given(given, on=date(2008, 7, 1)).value("age", 0)
        40
    """
    return facts_from_many([given], on=on)


def facts_from_many(givens: Sequence[Mapping[str, Any]], *, on: date) -> Facts:
    """The facts of several cases, a row each; see `facts_from_given`."""
    rows: list[dict[str, Any]] = []
    lists: dict[str, list[Sequence[Mapping[str, Any]] | None]] = {name: [] for name in GROUPS}
    for given in givens:
        row: dict[str, Any] = {}
        for subject, stated in given.items():
            _check_name(subject, SUBJECTS, "subjects")
            row.update({"refusals": stated} if subject == "refusals" else stated)
        for name in GROUPS:
            lists[name].append(row.pop(name, None))
        rows.append(row)
    top = with_derived(Facts(on=on, n=len(rows), columns=_columns(rows)))
    groups = {
        name: _group(listed, top)
        for name, listed in lists.items()
        if any(part is not None for part in listed)
    }
    return replace(top, groups=groups)


def _group(listed: Sequence[Sequence[Mapping[str, Any]] | None], top: Facts) -> Group:
    rows = [dict(one) for part in listed for one in part or ()]
    counts = [len(part or ()) for part in listed]
    parents = np.repeat(np.arange(len(listed)), counts)
    facts = Facts(on=top.on, n=len(rows), columns=_columns(rows), above=Above(top, parents))
    return Group(with_derived(facts), parents, np.array([part is not None for part in listed]))


def _check_name(name: str, known: Sequence[str], table: str) -> None:
    if name not in known:
        nearest = difflib.get_close_matches(name, known, n=3) or known
        raise UnknownCode(code=name, table=table, nearest=nearest)


def _columns(rows: Sequence[Mapping[str, Any]]) -> dict[str, Column]:
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: column_of(fact_kind(name), [row.get(name) for row in rows]) for name in names}


def column_of(kind: FactKind, cells: Sequence[Any]) -> Column:
    read = [_cell(kind, cell) for cell in cells]
    match kind.type:
        case "bool":
            return np.array(read, np.int8)
        case "enum":
            return np.array(read, np.int16)
        case "list":
            return np.array(read, np.int8).reshape(len(read), len(kind.values))
        case "text":
            return np.array(read, object)
        case _:
            return np.array(read, np.float64)


def _cell(kind: FactKind, cell: Any) -> Any:
    """The cell in the form of its column; None is not asked."""
    match kind.type:
        case "bool":
            _check_type(kind, cell, bool, "true or false")
            return UNKNOWN if cell is None else (MET if cell else NOT_MET)
        case "enum":
            return NOT_THERE if cell is None else _position(kind, cell)
        case "list":
            return _flags(kind, cell)
        case "text":
            return None if cell is None else str(cell)
        case "date":
            return np.nan if cell is None else day_number(_day(kind, cell))
        case _:
            _check_type(kind, cell, (int, float), "a number")
            return np.nan if cell is None else float(cell)


def _flags(kind: FactKind, cell: Any) -> list[Any]:
    if cell is None:
        return [UNKNOWN] * len(kind.values)
    held = {_position(kind, value) for value in cell}
    return [MET if at in held else NOT_MET for at in range(len(kind.values))]


def _position(kind: FactKind, value: Any) -> int:
    _check_name(str(value), kind.values, f"values of {kind.name}")
    return kind.values.index(value)


def _check_type(kind: FactKind, cell: Any, wanted: type | tuple[type, ...], expected: str) -> None:
    if cell is None:
        return
    if not isinstance(cell, wanted) or (wanted is not bool and isinstance(cell, bool)):
        raise WrongUse(
            what=f"fact '{kind.name}' of type {kind.type} was given a {type(cell).__name__}",
            expected=expected,
            do="Correct the fact.",
        )


def _day(kind: FactKind, cell: Any) -> date:
    if isinstance(cell, date):
        return cell
    try:
        return date.fromisoformat(str(cell))
    except ValueError:
        raise WrongUse(
            what=f"fact '{kind.name}' is not a date",
            expected="an ISO date like 2008-05-28",
            do="Correct the fact.",
        ) from None


def with_derived(facts: Facts) -> Facts:
    """The facts with those worked out that follow from others; a stated fact always wins.

    Age follows from the date of birth, the registration of unemployment from its day, membership of
    a recognised zero-employment household from the household's recognition and the other way round,
    the day of retirement from birth, sex and category. Where only the age was stated, the date of
    birth is known to lie within a year.
    """
    columns = dict(facts.columns)
    derived = dict(facts.derived_from)
    bounds = dict(facts.bounds_of)
    today = facts.today
    born, stated_age = columns.get("birth_date"), columns.get("age")
    if born is not None:
        known = ~np.isnan(born)
        age = np.where(known, full_years(np.where(known, born, today), today), np.nan)
        columns["age"] = (
            age if stated_age is None else np.where(~np.isnan(stated_age), stated_age, age)
        )
        derived["age"] = Derived("birth_date", known & _not_stated(stated_age))
    if stated_age is not None:
        bounds["birth_date"] = _born_between(stated_age, today, born)
    for fact, source, truth in (
        ("registered_unemployed", "unemployment_registered_on", _begun(columns, today)),
        ("zef_member", "recognised_zero_employment", facts.column("recognised_zero_employment")),
        ("recognised_zero_employment", "zef_member", _own_membership(facts)),
    ):
        if truth is not None:
            stated = columns.get(fact, np.array([UNKNOWN]))
            columns[fact] = np.where(stated == UNKNOWN, truth, stated)
            derived[fact] = Derived(source, (stated == UNKNOWN) & (truth != UNKNOWN))
    asked_as = {**facts.asked_as, **ASKED_AS}
    read = replace(
        facts, columns=columns, derived_from=derived, bounds_of=bounds, asked_as=asked_as
    )
    return _with_retirement(read) if "birth_date" in columns or "sex" in columns else read


def _with_retirement(facts: Facts) -> Facts:
    """The persons with their retirement category and date by the schedule in force on the day.

    A man's category follows from his sex; a woman's must be stated, and without it her date is
    known to lie between the dates of the categories she may be of.
    """
    columns, derived = dict(facts.columns), dict(facts.derived_from)
    sex = np.broadcast_to(facts.codes("sex"), (facts.n,))
    male = fact_kind("sex").values.index("male")
    given = np.broadcast_to(facts.codes("retirement_category"), (facts.n,))
    man = CATEGORIES.index(RetirementCategory.MAN)
    category = np.where((given < 0) & (sex == male), man, given).astype(np.int16)
    columns["retirement_category"] = category
    derived["retirement_category"] = Derived("sex", (given < 0) & (category >= 0))
    born = columns.get("birth_date", np.full(facts.n, np.nan))
    earliest, latest = _retirement_bounds(born, category, sex, facts.on)
    stated = columns.get("retirement_date", np.full(facts.n, np.nan))
    exact = np.where(earliest == latest, earliest, np.nan)
    columns["retirement_date"] = np.where(np.isnan(stated), exact, stated)
    derived["retirement_date"] = Derived("birth_date", np.isnan(stated) & ~np.isnan(exact))
    earliest = np.where(np.isnan(earliest), -np.inf, earliest)
    latest = np.where(np.isnan(latest), np.inf, latest)
    bounds = Interval(
        np.where(np.isnan(stated), earliest, stated), np.where(np.isnan(stated), latest, stated)
    )
    bounds_of = {**facts.bounds_of, "retirement_date": bounds}
    return replace(facts, columns=columns, derived_from=derived, bounds_of=bounds_of)


def _retirement_bounds(
    born: Column, category: Column, sex: Column, on: date
) -> tuple[Column, Column]:
    """The earliest and latest day of retirement over the categories a person may be of."""
    known = ~np.isnan(born)
    birth = np.where(known, born, 0.0).astype(np.int64).astype("datetime64[D]")
    birth[~known] = np.datetime64("NaT")
    female = fact_kind("sex").values.index("female")
    earliest, latest = np.full(len(born), np.inf), np.full(len(born), -np.inf)
    for at, name in enumerate(CATEGORIES):
        possible = (category == at) | ((category < 0) & ((sex < 0) | (name != "man")))
        possible &= (sex != female) | (name != "man") | (category == at)
        day = retirement_dates(birth, np.full(len(born), at, np.int8), on)
        day = np.where(np.isnat(day), np.nan, day.astype(np.int64).astype(np.float64))
        earliest = np.where(possible, np.fmin(earliest, day), earliest)
        latest = np.where(possible, np.fmax(latest, day), latest)
    return np.where(known, earliest, np.nan), np.where(known, latest, np.nan)


def _not_stated(stated: Column | None) -> Column:
    return np.array([True]) if stated is None else np.isnan(stated)


def _begun(columns: Mapping[str, Column], today: Column) -> Truth | None:
    """MET where the day of registration has come; without a day nothing follows."""
    day = columns.get("unemployment_registered_on")
    return None if day is None else np.where(day <= today, MET, UNKNOWN)


def with_own_recognition(facts: Facts) -> Facts:
    """People asked about for themselves: membership tells whether the household is recognised.

    Of people in a list of members this does not hold, so it is not part of `with_derived`.
    """
    truth = facts.columns.get("zef_member")
    if truth is None:
        return facts
    name = "recognised_zero_employment"
    found = facts.column(name)
    stated = np.broadcast_to(np.array([UNKNOWN]) if found is None else found, (facts.n,))
    columns = {**facts.columns, name: np.where(stated == UNKNOWN, truth, stated)}
    follows = Derived("zef_member", (stated == UNKNOWN) & (truth != UNKNOWN))
    return replace(facts, columns=columns, derived_from={**facts.derived_from, name: follows})


def _own_membership(facts: Facts) -> Truth | None:
    """Whether the person asked about is a member; one of a list tells nothing of the list's own."""
    return None if facts.above is not None else facts.columns.get("zef_member")


def _born_between(age: Column, today: Column, born: Column | None) -> Interval:
    """The days of birth of someone of this age in full years; exact where the day is known."""
    stated = ~np.isnan(age)
    months = np.where(stated, age, 0.0) * MONTHS_A_YEAR
    latest = np.where(stated, add_months(today, -months), np.inf)
    earliest = np.where(stated, add_months(today, -(months + MONTHS_A_YEAR)) + 1, -np.inf)
    if born is None:
        return Interval(earliest, latest)
    known = ~np.isnan(born)
    return Interval(np.where(known, born, earliest), np.where(known, born, latest))
