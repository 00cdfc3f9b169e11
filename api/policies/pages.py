"""The law to be read: in force on a day, one matter with its sources, two laws, coverage."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi import Path as InPath

from api.auth.callers import Allow, Caller
from api.auth.roles import OFFICE
from api.deps import StoreDep, today_of
from api.policies.reading import coverage_by_place, covered, matter_of, matters_of, place_name
from api.policies.routes import Layer
from api.protocol.language import Language, language_of
from api.web.pages import page, pages_router
from api.web.words import said
from matcher.errors import NotFound
from matcher.policy.catalogue import decision_kind, place_catalogue, value_words
from matcher.policy.comparing.rules import compare_rules
from matcher.policy.coverage.ledger import Status
from matcher.policy.law import Law
from matcher.store.store import Store

router: APIRouter = pages_router(prefix="/policies")

Reader = Annotated[Caller, Depends(Allow(OFFICE, "policies"))]
PlacePath = Annotated[str, Query(max_length=64)]
Words = Annotated[str, Query(max_length=100)]
Day = Annotated[str, Query(pattern=r"^(\d{4}-\d{2}-\d{2})?$")]


def _law(store: Store, caller: Caller, place: str, on: str, layer: Layer) -> Law:
    """The law asked for; of the caller's own area and today where nothing is said."""
    areas = caller.account.areas
    chosen = place or Law.place_of(areas[0] if areas else None)
    return Law.on_day(chosen, date.fromisoformat(on) if on else today_of(store), layer=layer)


def _asked_law(
    caller: Reader,
    store: StoreDep,
    place: PlacePath = "",
    on: Day = "",
    layer: Layer = "current",
) -> Law:
    """A dependency: the law of a place as of a day."""
    return _law(store, caller, place, on, layer)


LawDep = Annotated[Law, Depends(_asked_law)]


@router.get("")
def show_law(
    request: Request,
    caller: Reader,
    law: LawDep,
    q: Words = "",
) -> Response:
    """The decisions that the law of a place answers on a day, and by whose text."""
    language = language_of(request)
    found = [
        each
        for each in matters_of(law)
        if not q or q in each.kind.zh or q in each.kind.id or q in str(each.texts[0].pack.sources)
    ]
    lines = [
        {
            "name": each.kind.zh if language == "zh" else each.kind.en,
            "to": _address(f"/policies/{each.kind.id}", law),
            "set_by": place_name(each.set_by, language),
            "subject": each.kind.subject,
            "conditions": len(each.told.conditions) if each.told else 0,
            "citation": each.texts[0].pack.sources[each.texts[0].rule.source],
            "since": each.texts[0].rule.since,
            "layer": each.texts[0].pack.layer,
        }
        for each in found
    ]
    return page(request, "policies/law.html", caller, lines=lines, q=q, **_asked(law, language))


@router.get("/diff")
def show_difference(
    request: Request,
    caller: Reader,
    store: StoreDep,
    a: PlacePath = "",
    b: PlacePath = "",
    a_on: Day = "",
    b_on: Day = "",
    layer: Layer = "current",
) -> Response:
    """How the law of two places, or of two days, differs."""
    language = language_of(request)
    first = _law(store, caller, a, a_on, layer)
    second = _law(store, caller, b or first.place, b_on, layer)
    found = compare_rules(first, second)
    kinds = {each.decision: decision_kind(each.decision) for each in found}
    return page(
        request,
        "policies/diff.html",
        caller,
        found=found,
        names={name: kind.zh if language == "zh" else kind.en for name, kind in kinds.items()},
        a=first,
        b=second,
        place_name=lambda path: place_name(path, language),
        **_asked(first, language),
    )


@router.get("/coverage")
def show_coverage(
    request: Request, caller: Reader, place: PlacePath = "", status: Words = ""
) -> Response:
    """What became of each rule of the source documents: decided, kept on record, or neither."""
    language = language_of(request)
    statuses = [each.value for each in Status]
    by_place = coverage_by_place()
    chosen = [
        each
        for each in covered()
        if (each.rule.place == place or not place) and (each.status.value == status or not status)
    ]
    lines = [
        (path, place_name(path, language), [counted[each] for each in Status], counted.total())
        for path, counted in by_place.items()
    ]
    whole: Counter[Status] = sum(by_place.values(), Counter())
    return page(
        request,
        "policies/coverage.html",
        caller,
        lines=lines,
        whole=[whole[each] for each in Status],
        statuses=statuses,
        rules=chosen if place or status else [],
        place=place,
        became=status,
        place_words=place_name(place, language) if place in place_catalogue() else "",
    )


@router.get("/{decision}")
def show_matter(
    request: Request,
    caller: Reader,
    law: LawDep,
    decision: Annotated[str, InPath(max_length=64)],
) -> Response:
    """One matter: its conditions and values with document, number, article and locating words.

    Raises:
        NotFound: no text on it is in force there on that day.
    """
    language = language_of(request)
    found = matter_of(law, decision)
    if found is None:
        raise NotFound(kind="text in force", key=f"{decision} {law.place} {law.on}")
    return page(
        request,
        "policies/matter.html",
        caller,
        found=found,
        name=found.kind.zh if language == "zh" else found.kind.en,
        place_name=lambda path: place_name(path, language),
        diff=f"/policies/diff?{urlencode({'a': law.place, 'a_on': law.on.isoformat()})}",
        **_asked(law, language),
    )


def _asked(law: Law, language: Language) -> dict[str, Any]:
    """What the head of every page of the law repeats."""
    return {
        "law": law,
        "places": [(path, place_name(path, language)) for path in place_catalogue()],
        "place_words": place_name(law.place, language),
        "list_at": _address("/policies", law),
        "is_zh": language == "zh",
        "value_words": lambda name: value_words(name, language),
        "unit_words": lambda name, unit: said(language, f"policies.unit.{_unit(name, unit)}"),
    }


def _unit(name: str, unit: str) -> str:
    """Years of a life and years of time go by other words."""
    return "years_of_age" if unit == "years" and "age" in name.split("_") else unit


def _address(path: str, law: Law) -> str:
    asked = {"place": law.place, "on": law.on.isoformat(), "layer": law.layer}
    return f"{path}?{urlencode(asked)}"
