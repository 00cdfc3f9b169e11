"""The letter of a referral and the registration form, each a page that is printed as it stands."""

from __future__ import annotations

import base64
import re
from datetime import date
from hashlib import sha256
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse

from api.auth.callers import Allow, Caller
from api.auth.roles import CASEWORK
from api.deps import StoreDep, today_of
from api.protocol.language import Language, language_of
from api.records.resource import Id
from api.records.verbs import rows_of
from api.web import formats
from api.web.files import address
from api.web.pages import POLICY, pages_router
from api.web.words import said
from matcher.casework.ledger.machine import machine
from matcher.casework.outreach.forms import (
    Referral,
    Registration,
    referral_page,
    registration_page,
)
from matcher.casework.privacy.masking import masked_id_number
from matcher.casework.referrals.referring import STREAM
from matcher.documents.printing.markup import Markup, element, joined
from matcher.domain.kinds import Kind
from matcher.errors import NotFound, WrongUse
from matcher.reference.areas import areas
from matcher.reference.columns import columns
from matcher.store.events.reading import Wanted
from matcher.store.store import Store

router: APIRouter = pages_router(prefix="/persons/{key}")

Reader = Annotated[Caller, Depends(Allow(CASEWORK, "letter"))]
BLANK = "＿＿＿＿＿＿＿＿"
PARTS = ("profile", "status", "identity")
FORM = {
    "who": (
        *("name", "sex", "id_number", "birth_date", "phone", "hukou_kind"),
        *("area_code", "registered_area_code", "address"),
    ),
    "seeks": (
        *("occupations_wanted", "wage_wanted", "work_forms_wanted", "max_commute_km"),
        *("training_wishes", "startup_wish"),
    ),
    "able": (
        *("education", "major", "graduate_year", "experience_months"),
        *("skills", "certificates", "occupations_done"),
    ),
    "stands": (
        *("employment_state", "unemployed_since", "unemployment_registered_on"),
        *("former_employer_ownership", "health", "certificate_no"),
    ),
}
"""What stands on the registration form, part by part."""

_STYLE = re.compile(r"<style>(.*?)</style>", re.S)


@router.get("/letter")
def print_letter(
    request: Request,
    caller: Reader,
    store: StoreDep,
    key: Id,
    referral: Annotated[str, Query(min_length=1, max_length=200)],
) -> Response:
    """The letter with which a person goes to an employer; open referrals alone have one."""
    person = _person(store, caller, key)
    found = store.states(caller.scope, Wanted([STREAM], ids=[referral]))
    found = found[found["person_id"] == key]
    if found.empty:
        raise NotFound(kind=STREAM, key=referral)
    state = rows_of(found)[0]
    if state["state"] not in machine(STREAM).open_states:
        raise WrongUse(
            what=f"referral {referral} has ended: {state['state']}",
            expected="one that is open",
            do="Refer the person again.",
        )
    letter = _letter(store, caller, person, state, language_of(request))
    above, script = _hands(key, language_of(request)), address("rengang.js")
    return _paper(referral_page(letter, language_of(request), above=above, script=script))


@router.get("/registration")
def print_registration(request: Request, caller: Reader, store: StoreDep, key: Id) -> Response:
    """The form that a person signs, filled in with what is on record."""
    language = language_of(request)
    person = _person(store, caller, key)
    by_name = {each.name: each for each in columns(Kind.PERSONS)}
    parts = [
        (
            said(language, f"letters.parts.{part}"),
            [
                (formats.head(by_name[name], language), _filled(by_name[name], person, language))
                for name in names
            ],
        )
        for part, names in FORM.items()
    ]
    form = Registration(key, today_of(store), parts)
    above, script = _hands(key, language), address("rengang.js")
    return _paper(registration_page(form, language, above=above, script=script))


def _person(store: Store, caller: Caller, key: str) -> dict[str, Any]:
    found = store.persons(caller.scope, [key], parts=PARTS, at=caller.at)
    if found.empty:
        raise NotFound(kind="person", key=key)
    return rows_of(found)[0]


def _filled(column: Any, person: dict[str, Any], language: Language) -> str:
    """A value in words; what nobody asked for is left to be filled in by hand."""
    told = formats.cell(column, person.get(column.name), language)
    return "" if told == formats.NOTHING else told


def _letter(
    store: Store, caller: Caller, person: dict[str, Any], state: dict[str, Any], language: Language
) -> Referral:
    posts = rows_of(store.frame(Kind.VACANCIES, [state["vacancy_id"]]))
    if not posts:
        raise NotFound(kind="vacancy", key=str(state["vacancy_id"]))
    post = posts[0]
    by_name = {each.name: each for each in columns(Kind.PERSONS)}
    told = {
        name: _filled(by_name[name], person, language)
        for name in ("name", "education", "certificates", "skills")
    }
    column = by_name["experience_months"]
    told |= {
        "id_number": masked_id_number(str(person["id_number"])) if "id_number" in person else "",
        "experience": _filled(column, person, language),
        "title": str(post.get("title", "")),
        "wage": _wage(post, language),
        "place": formats.place(str(post["area_code"])) if post.get("area_code") else "",
    }
    due = state.get("due_on")
    employer = str(post.get("employer_name") or post.get("employer_id") or BLANK)
    by = None if due is None else date.fromisoformat(str(due)[:10])
    number = str(state["subject_id"])
    return Referral(number, employer, _office(caller), today_of(store), by, told)


def _wage(post: dict[str, Any], language: Language) -> str:
    unit = said(language, "web.wage_unit")
    written = formats.wage(post.get("wage_min"), post.get("wage_max"), unit)
    return "" if written == formats.NOTHING else written


def _office(caller: Caller) -> str:
    """The office as its area is called; left to be filled in where it serves several."""
    served = caller.scope.areas
    known = len(served) == 1 and areas().exists(served[0])
    return areas().full_name(served[0]) if known else BLANK


def _hands(key: str, language: Language) -> Markup:
    back = element("a", said(language, "letters.back"), href=f"/persons/{quote(key)}")
    prints = element(
        "button",
        said(language, "letters.print"),
        type="button",
        data_print="",
        data_needs_script="",
        hidden="",
    )
    return joined(back, prints)


def _paper(made: Markup) -> Response:
    """The paper; its own style is let in by its content, and nothing else that stands in a page."""
    style = "".join(_STYLE.findall(made))
    digest = base64.b64encode(sha256(style.encode()).digest()).decode()
    policy = POLICY.replace("style-src 'self'", f"style-src 'sha256-{digest}'")
    return HTMLResponse(made, headers={"Content-Security-Policy": policy})
