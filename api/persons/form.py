"""The form of a person's record: its fields, filled in, and what was changed in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from api.protocol.language import Language
from api.web import formats
from matcher.domain.kinds import Column, ColumnType, Kind
from matcher.reference.columns import columns

PARTS = {
    "who": (
        *("name", "id_number", "sex", "birth_date", "phone", "area_code", "address"),
        *("registered_area_code", "hukou_kind", "household_id", "relation", "consent"),
    ),
    "seeks": (
        *("seeks_work", "occupations_wanted", "wage_wanted", "work_forms_wanted"),
        *("max_commute_km", "training_wishes", "startup_wish", "not_choosy"),
    ),
    "able": (
        *("education", "major", "graduate_year", "experience_months"),
        *("skills", "certificates", "occupations_done"),
    ),
    "stands": (
        *("employment_state", "unemployed_since", "unemployment_registered_on", "laid_off"),
        *("former_employer_ownership", "health", "disability", "dibao"),
        *("able_to_work", "wants_to_work", "certificate_no"),
    ),
}
"""What the form asks, part by part."""

REQUIRED = ("name",)
_KINDS = {
    ColumnType.DATE: "date",
    ColumnType.INT: "number",
    ColumnType.DECIMAL: "number",
    ColumnType.PHONE: "tel",
}
YES, NO = "是", "否"
"""How an import reads a yes and a no."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its words, how it is filled in, and what is wrong with it."""

    name: str
    label: str
    kind: str
    value: str
    options: tuple[tuple[str, str], ...]
    help: str
    fault: str
    required: bool


def fields_of(
    given: Mapping[str, str], faults: Mapping[str, str], language: Language
) -> dict[str, list[Field]]:
    """The fields of each part, filled in as given."""
    by_name = {each.name: each for each in columns(Kind.PERSONS)}
    return {
        part: [_field(by_name[name], given, faults, language) for name in names]
        for part, names in PARTS.items()
    }


def _field(
    column: Column, given: Mapping[str, str], faults: Mapping[str, str], language: Language
) -> Field:
    options: tuple[tuple[str, str], ...] = ()
    if column.type is ColumnType.BOOL:
        words = {"zh": (YES, NO), "en": ("yes", "no")}[language]
        options = (("", formats.NOTHING), (YES, words[0]), (NO, words[1]))
    elif column.codes is not None and column.type is not ColumnType.LIST:
        options = (("", formats.NOTHING), *formats.codes(column, language))
    return Field(
        column.name,
        formats.head(column, language),
        _KINDS.get(column.type, "text"),
        given.get(column.name, ""),
        options,
        (column.help or "") if language == "zh" else "",
        faults.get(column.name, ""),
        column.name in REQUIRED,
    )


def told_of(record: Mapping[str, Any]) -> dict[str, str]:
    """A stored record as the form shows it: lists in words, codes as they are chosen from."""
    by_name = {each.name: each for each in columns(Kind.PERSONS)}
    names = [name for part in PARTS.values() for name in part]
    return {name: _told(by_name[name], record[name]) for name in names if name in record}


def _told(column: Column, value: Any) -> str:
    if column.type is ColumnType.BOOL:
        return YES if value else NO
    if column.type is ColumnType.LIST:
        return formats.cell(column, value, "zh").replace("、", "；")
    if column.type is ColumnType.AREA:
        return str(value)
    return formats.plain(value)


def changes_of(given: Mapping[str, str], before: Mapping[str, str]) -> dict[str, str | None]:
    """What somebody changed in the form; an emptied field takes its value away."""
    return {
        name: value.strip() or None
        for name, value in given.items()
        if value.strip() != before.get(name, "")
    }
