"""Steps 2 and 3 of a fair: which employers show which posts, and who is invited."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request, Response

from api.auth.callers import Caller
from api.deps import StoreDep
from api.fairs.standing import Booth, Head, Organiser, booths_text, change_fair, head_of
from api.lists.places import place_choices
from api.protocol.language import Language, language_of
from api.protocol.pages import cursor_of, place_of
from api.records.resource import Id
from api.records.verbs import rows_of
from api.web import formats
from api.web.pages import back_to, page, pages_router
from matcher.domain.kinds import Column, Kind
from matcher.reference.columns import columns
from matcher.reference.occupations import occupations
from matcher.store.lists.listing import Condition, Listing, Test
from matcher.store.store import Store

router: APIRouter = pages_router(prefix="/fairs/{key}")

PAGE = 50
FOUND = 20
"""Employers shown for one search."""

MOST = 20_000
"""Invitees of a fair."""

SHOWN = ("education", "occupations_wanted", "wage_wanted", "area_code", "experience_months")
FILTERS = {
    "area_code": Test.BEGINS,
    "education": Test.EQUAL,
    "occupations_wanted": Test.CONTAINS,
    "skills": Test.CONTAINS,
    # Who was not asked yet may well be looking.
    "seeks_work": Test.UNEQUAL,
}
Text = Annotated[str, Query(max_length=200)]
Sent = Annotated[list[str] | None, Form(max_length=1000)]


@router.get("/booths")
def show_booths(
    request: Request, caller: Organiser, store: StoreDep, key: Id, q: Text = "", of: Text = ""
) -> Response:
    """The booths with their posts; employers to add; with `of` the posts of one booth to choose."""
    head = head_of(store, caller, key)
    rows = _booth_rows(store, head)
    facts: dict[str, Any] = {"head": head, "step": "booths", "rows": rows, "q": q, "of": of}
    facts["posts"] = _posts_of(store, caller, of) if of else []
    facts["chosen"] = next((posts for owner, posts in head.booths if owner == of), ())
    facts["found"] = _employers(store, caller, head, q)
    facts["done"] = request.query_params.get("done")
    facts["n_posts"] = sum(row["posts"] for row in rows)
    facts["n_places"] = sum(row["places"] for row in rows)
    return page(request, "fairs/booths.html", caller, **facts)


@router.post("/booths")
def change_booths(
    caller: Organiser,
    store: StoreDep,
    key: Id,
    do: Annotated[str, Form(pattern="^(add|remove|up|posts)$")],
    employer: Sent = None,
    vacancy: Sent = None,
) -> Response:
    """Add, remove or move booths, or choose the posts that one shows."""
    head = head_of(store, caller, key)
    after = _changed(head.booths, do, employer or [], tuple(vacancy or ()))
    if after != head.booths:
        change_fair(store, caller, head, {"booths": booths_text(after) or None})
    return back_to(head.path("booths", done=do))


def _changed(
    booths: tuple[Booth, ...], do: str, employers: list[str], posts: tuple[str, ...]
) -> tuple[Booth, ...]:
    """The booths after one action.

    Example:
        >>> _changed((("E1", ()), ("E2", ())), "up", ["E2"], ())
        (('E2', ()), ('E1', ()))
    """
    if do == "remove":
        return tuple(each for each in booths if each[0] not in employers)
    if do == "posts":
        return tuple((own, posts if own in employers else had) for own, had in booths)
    if do == "up":
        moved = list(booths)
        for at in range(1, len(moved)):
            if moved[at][0] in employers:
                moved[at - 1], moved[at] = moved[at], moved[at - 1]
        return tuple(moved)
    there = {owner for owner, _ in booths}
    return (*booths, *((each, ()) for each in dict.fromkeys(employers) if each not in there))


def _booth_rows(store: Store, head: Head) -> list[dict[str, Any]]:
    owners = [owner for owner, _ in head.booths]
    names = store.frame(Kind.EMPLOYERS, owners, columns=["name"]).set_index("employer_id")["name"]
    named = [post for _, posts in head.booths for post in posts]
    shown = store.frame(Kind.VACANCIES, named, columns=["headcount"])
    places = shown.set_index("vacancy_id")["headcount"].fillna(1)
    return [
        {
            "number": at,
            "employer": owner,
            "name": str(names.get(owner) or owner),
            "posts": len(posts),
            "places": int(sum(places.get(post, 1) for post in posts)),
        }
        for at, (owner, posts) in enumerate(head.booths, start=1)
    ]


def _posts_of(store: Store, caller: Caller, employer: str) -> list[dict[str, Any]]:
    where = (Condition("employer_id", Test.EQUAL, employer),)
    listing = Listing(Kind.VACANCIES, where=where, limit=200)
    found = store.page(caller.scope, listing, at=caller.at)
    return [
        {
            "key": row["vacancy_id"],
            "title": row.get("title", row["vacancy_id"]),
            "headcount": row.get("headcount"),
            "wage": (row.get("wage_min"), row.get("wage_max")),
            "expires": row.get("expires_on"),
            "funded": row.get("public_welfare") is True,
        }
        for row in rows_of(found.rows)
    ]


def _employers(store: Store, caller: Caller, head: Head, q: str) -> list[tuple[str, str, str]]:
    """(number, name, place) of employers that could be added."""
    where = (Condition("name", Test.CONTAINS, q.strip()),) if q.strip() else ()
    limit = FOUND + len(head.booths)
    found = store.page(caller.scope, Listing(Kind.EMPLOYERS, where=where, limit=limit))
    there = {owner for owner, _ in head.booths}
    return [
        (
            str(row["employer_id"]),
            str(row.get("name", row["employer_id"])),
            formats.place(str(row["area_code"])) if "area_code" in row else formats.NOTHING,
        )
        for row in rows_of(found.rows)
        if row["employer_id"] not in there
    ][:FOUND]


@router.get("/invitees")
def show_invitees(
    request: Request,
    caller: Organiser,
    store: StoreDep,
    key: Id,
    area_code: Text = "",
    education: Text = "",
    occupations_wanted: Text = "",
    skills: Text = "",
    show: Annotated[str, Query(pattern="^(invited)?$")] = "",
    after: Annotated[str | None, Query(max_length=1000)] = None,
) -> Response:
    """Who fits a filter, to be invited all at once or one by one; or who is invited."""
    head, language = head_of(store, caller, key), language_of(request)
    given = {
        "area_code": area_code.strip(),
        "education": education.strip(),
        "occupations_wanted": _occupation(occupations_wanted.strip()),
        "skills": skills.strip(),
    }
    only = head.invitees if show else None
    listing = _people(given, after, PAGE, only, seeking=not show)
    found = store.page(caller.scope, listing, at=caller.at)
    shown = [each for each in columns(Kind.PERSONS) if each.name in SHOWN]
    cursor = cursor_of(found.after)
    facts: dict[str, Any] = {
        "head": head,
        "step": "invitees",
        "given": given,
        "show": show,
        "total": found.total,
        "heads": [(formats.head(each, language), formats.is_number(each)) for each in shown],
        "lines": [_line(row, shown, set(head.invitees), language) for row in rows_of(found.rows)],
        "places": place_choices(caller, store, language, given["area_code"]),
        "educations": _educations(language),
        "wants": occupations().names.get(given["occupations_wanted"], given["occupations_wanted"]),
        "next": head.path("invitees", show=show, after=cursor, **given) if cursor else None,
        "first": head.path("invitees", show=show, **given) if after else None,
        "done": request.query_params.get("done"),
        "n": request.query_params.get("n", "0"),
    }
    return page(request, "fairs/invitees.html", caller, **facts)


def _line(
    row: dict[str, Any], shown: list[Column], invited: set[str], language: Language
) -> dict[str, Any]:
    cells = [
        (formats.cell(each, row.get(each.name), language), formats.is_number(each))
        for each in shown
    ]
    return {"key": row["person_id"], "invited": row["person_id"] in invited, "cells": cells}


@router.post("/invitees")
def change_invitees(
    caller: Organiser,
    store: StoreDep,
    key: Id,
    do: Annotated[str, Form(pattern="^(add|add_all|remove|clear)$")],
    person: Sent = None,
    area_code: Annotated[str, Form(max_length=200)] = "",
    education: Annotated[str, Form(max_length=200)] = "",
    occupations_wanted: Annotated[str, Form(max_length=200)] = "",
    skills: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Invite those who were chosen or all whom the filter finds; take invitations back."""
    head, chosen = head_of(store, caller, key), list(person or [])
    given = {
        "area_code": area_code,
        "education": education,
        "occupations_wanted": occupations_wanted,
        "skills": skills,
    }
    if do == "add_all":
        found = store.page(caller.scope, _people(given, None, MOST, None, seeking=True))
        chosen = [str(each) for each in found.rows["person_id"]]
    kept = set(head.invitees)
    after = {"clear": set[str](), "remove": kept - set(chosen)}.get(do, kept | set(chosen))
    if after != kept:
        change_fair(store, caller, head, {"invitees": ";".join(sorted(after)) or None})
    show = "invited" if do in ("remove", "clear") else ""
    n = str(abs(len(after) - len(kept)))
    return back_to(head.path("invitees", done=do, n=n, show=show, **given))


def _people(
    given: dict[str, str],
    after: str | None,
    limit: int,
    only: tuple[str, ...] | None,
    *,
    seeking: bool,
) -> Listing:
    said = given | ({"seeks_work": "false"} if seeking else {})
    where = [Condition(name, FILTERS[name], value) for name, value in said.items() if value]
    return Listing(
        Kind.PERSONS, ("profile",), tuple(where), after=place_of(after), limit=limit, ids=only
    )


def _occupation(text: str) -> str:
    """The code of an occupation that is named whole or in part; a code, or what is none, stays.

    Example:
        >>> _occupation("保洁员"), _occupation("4-09-08-01"), _occupation("")
        ('4-09-08-01', '4-09-08-01', '')
    """
    names = occupations().names
    if not text or text in names:
        return text
    fitting = sorted((len(name), code) for code, name in names.items() if text in name)
    return fitting[0][1] if fitting else text


def _educations(language: Language) -> list[tuple[str, str]]:
    column = next(each for each in columns(Kind.PERSONS) if each.name == "education")
    return [("", ""), *formats.codes(column, language)]
