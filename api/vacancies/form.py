"""The form of a vacancy: made, changed, and advised on while it is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from api.auth.callers import Allow, Caller
from api.auth.roles import SUPPLY
from api.deps import StoreDep, edit_of, today_of
from api.employers.own import own
from api.lists.places import workplaces
from api.protocol.language import Language, language_of
from api.records.resource import Id
from api.records.verbs import rows_of
from api.web import formats
from api.web.pages import back_to, is_part, page, pages_router
from api.web.words import said
from matcher.domain.decision import Outcome
from matcher.domain.kinds import Column, ColumnType, Kind
from matcher.domain.scope import Role
from matcher.errors import AlreadyThere, Conflict, NotFound, RowRefused
from matcher.ingest.vacancies.wording import Phrase, phrases
from matcher.pipeline.casework.supply.benefits.offering import Offer, offers_of_post
from matcher.pipeline.records import editing
from matcher.reference.codes import code_list
from matcher.reference.columns import columns
from matcher.store.lists.listing import Condition, Listing, Test
from matcher.store.store import Store

router: APIRouter = pages_router()

Writer = Annotated[Caller, Depends(Allow(SUPPLY, "edit vacancies"))]

GROUPS: Mapping[str, tuple[str, ...]] = {
    "work": ("title", "headcount", "work_form", "description"),
    "pay": ("wage_min", "wage_max", "contract_months", "insurance_offered"),
    "place": ("area_code", "area_name", "posted_on", "expires_on"),
    "asked": (
        *("education_min", "experience_months_min", "skills_wanted", "certificates_required"),
        *("age_min", "age_max", "sex_required"),
    ),
    "contact": ("employer_name", "employer_id", "contact", "contact_phone"),
    "welfare": ("public_welfare", "public_welfare_kind", "funder"),
}
"""The fields in the order in which an employer thinks of them."""

OF_OFFICES = ("employer_name", "employer_id", "public_welfare", "public_welfare_kind", "funder")
"""Fields that an employer's account does not fill in."""

FIELDS = tuple(name for names in GROUPS.values() for name in names)
COLUMNS = {each.name: each for each in columns(Kind.VACANCIES)}
PLACE = "area_code"
WAGES = ("wage_min", "wage_max")
MOST_DIGITS = 10
"""Of a version."""


@dataclass(frozen=True, slots=True)
class Advice:
    """What is said of a vacancy while it is written.

    Attributes:
        problems: (field, sentence) that refuse it.
        warnings: sentences with their legal basis.
        phrases: wordings that had better be others.
        offers: benefits that it could bring, whoever is taken on.
    """

    problems: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]
    phrases: tuple[Phrase, ...]
    offers: tuple[Offer, ...]


async def sent(request: Request) -> dict[str, str]:
    """A dependency: what a form says of a vacancy, without what was left empty."""
    form = await request.form()
    given = {name: form.getlist(name) for name in (*FIELDS, "key", "version")}
    said = {name: ";".join(str(each).strip() for each in held) for name, held in given.items()}
    return {name: value for name, value in said.items() if value}


SentDep = Annotated[dict[str, str], Depends(sent)]


@router.get("/vacancies/new")
def show_new(request: Request, caller: Writer, store: StoreDep) -> Response:
    """An empty form."""
    values = {"posted_on": today_of(store).isoformat()}
    return _form(request, caller, store, values)


@router.get("/vacancies/{key}/edit")
def show_edit(request: Request, caller: Writer, store: StoreDep, key: Id) -> Response:
    """The form of a vacancy that is there."""
    row = stored(store, caller, key)
    values = {name: _shown(name, row.get(name)) for name in FIELDS}
    values |= {"key": key, "version": str(row["version"])}
    return _form(request, caller, store, values)


@router.post("/vacancies/advice")
def advise(request: Request, caller: Writer, store: StoreDep, given: SentDep) -> Response:
    """What is said of the form as it stands; nothing is written."""
    advice = _advice(store, caller, given)
    if is_part(request):
        return page(request, "vacancies/advice.html", caller, advice=advice)
    return _form(request, caller, store, given, advice=advice)


@router.post("/vacancies")
def make(request: Request, caller: Writer, store: StoreDep, given: SentDep) -> Response:
    """Make the vacancy."""
    try:
        done = editing.make(edit_of(store, caller), Kind.VACANCIES, _values(caller, given))
    except RowRefused as refused:
        return _form(request, caller, store, given, faults=refused.problems)
    except AlreadyThere as there:
        told = said(language_of(request), "vacancies.there", key=there.key)
        return _form(request, caller, store, given, faults=(("title", told),))
    return back_to(f"/vacancies/{done.key}?done=made")


@router.post("/vacancies/{key}")
def change(request: Request, caller: Writer, store: StoreDep, key: Id, given: SentDep) -> Response:
    """Change what the form says otherwise than the record."""
    row = stored(store, caller, key)
    before = {name: _shown(name, row.get(name)) for name in FIELDS}
    may = [each for each in FIELDS if caller.account.employer_id is None or each not in OF_OFFICES]
    changes: dict[str, Any] = {
        name: given.get(name) for name in may if given.get(name, "") != before[name]
    }
    if changes.keys() & set(WAGES):
        changes = {"wage": None} | {name: given.get(name) for name in WAGES} | changes
    try:
        version = _version(given)
        if changes:
            editing.change(edit_of(store, caller), Kind.VACANCIES, key, changes, version)
    except RowRefused as refused:
        again = given | {"key": key}
        return _form(request, caller, store, again, faults=refused.problems)
    except Conflict:
        again = given | {"key": key, "version": str(row["version"])}
        return _form(request, caller, store, again, conflict=True)
    return back_to(f"/vacancies/{key}?done=changed")


def stored(store: Store, caller: Caller, key: str) -> dict[str, Any]:
    """The record, if the caller may see it.

    Raises:
        NotFound: none, or none of the caller's own.
    """
    named = Condition("vacancy_id", Test.EQUAL, key)
    where = (named, *own(caller))
    found = store.page(caller.scope, Listing(Kind.VACANCIES, (), where, limit=1), at=caller.at)
    if found.rows.empty:
        raise NotFound(kind=Kind.VACANCIES.value, key=key)
    return rows_of(found.rows)[0]


def _values(caller: Caller, given: Mapping[str, str]) -> dict[str, str]:
    """What is written: an employer's own number, whatever the form says."""
    # A title that was left empty is refused as a cell, not as a file that lacks its column.
    values = {"title": ""} | {name: value for name, value in given.items() if name in FIELDS}
    own_id = caller.account.employer_id
    if own_id is None:
        return values
    return {n: v for n, v in values.items() if n not in OF_OFFICES} | {"employer_id": own_id}


def _version(given: Mapping[str, str]) -> int:
    """The version that the form was opened with; 0, which none has, where it does not say."""
    told = given.get("version", "")
    return int(told) if told.isdecimal() and len(told) < MOST_DIGITS else 0


def _advice(store: Store, caller: Caller, given: Mapping[str, str]) -> Advice:
    values = _values(caller, given)
    checked = editing.check(edit_of(store, caller), Kind.VACANCIES, values)
    text = " ".join(values.get(name, "") for name in ("title", "description"))
    number = {n: int(v) for n, v in values.items() if n in _NUMBERS and v.isdecimal()}
    post: dict[str, Any] = {"area_code": values.get("area_code"), **number}
    post["public_welfare"] = True if values.get("public_welfare") == "true" else None
    offers = offers_of_post(post, today_of(store)) if post["area_code"] else ()
    hoped = tuple(each for each in offers if each.quote.outcome is not Outcome.NOT_MET)
    return Advice(checked.problems, checked.warnings, phrases(text), hoped)


_NUMBERS = ("wage_min", "contract_months")


def _form(
    request: Request,
    caller: Caller,
    store: Store,
    values: Mapping[str, str],
    *,
    advice: Advice | None = None,
    faults: tuple[tuple[str, str], ...] = (),
    conflict: bool = False,
) -> Response:
    language = language_of(request)
    is_employer = caller.account.role is Role.EMPLOYER
    groups = {
        group: [
            _place(caller, store, language, values.get(name, ""))
            if name == PLACE
            else _field(COLUMNS[name], language, values.get(name, ""))
            for name in names
            if not (is_employer and name in OF_OFFICES)
        ]
        for group, names in GROUPS.items()
    }
    return page(
        request,
        "vacancies/form.html",
        caller,
        status=422 if faults or conflict else 200,
        groups={group: fields for group, fields in groups.items() if fields},
        values=values,
        faults=faults,
        fault_of=dict(faults),
        conflict=conflict,
        advice=advice,
        today=today_of(store),
    )


def _place(caller: Caller, store: Store, language: Language, value: str) -> dict[str, Any]:
    options = workplaces(caller, store, language, value, "vacancies.no_place")
    return _field(COLUMNS[PLACE], language, value) | {"options": options}


def _field(column: Column, language: Language, value: str) -> dict[str, Any]:
    """How a column is filled in: written, chosen, or several codes ticked."""
    kind = column.type
    options = ticks = None
    if kind is ColumnType.LIST and column.codes is not None:
        listed = formats.codes(column, language)
        others = [each for each in value.split(";") if each and each not in dict(listed)]
        ticks = [(code, words, code in value.split(";")) for code, words in listed]
        ticks += [(each, each, True) for each in others]
    elif column.codes is not None:
        options = [("", ""), *formats.codes(column, language)]
    elif kind is ColumnType.BOOL:
        words = formats.cell(column, True, language), formats.cell(column, False, language)
        options = [("", ""), ("true", words[0]), ("false", words[1])]
    shown = {ColumnType.DATE: "date", ColumnType.INT: "number"}.get(kind, "text")
    more = {"placeholder": column.example} if column.example and shown == "text" else {}
    return {
        "name": column.name,
        "label": formats.head(column, language),
        "options": options,
        "ticks": ticks,
        "kind": shown,
        "required": column.required,
        "more": more,
        "is_long": column.name == "description",
    }


def _shown(name: str, value: Any) -> str:
    """A cell as a field holds it; codes in the order of their list, as the form sends them."""
    if value is None:
        return ""
    column = COLUMNS[name]
    if column.type is ColumnType.LIST and column.codes is not None:
        known = code_list(column.codes).codes
        parts = str(value).split(";")
        in_order = [code for code in known if code in parts]
        return ";".join([*in_order, *(part for part in parts if part not in known)])
    return str(value).lower() if isinstance(value, bool) else str(value)
