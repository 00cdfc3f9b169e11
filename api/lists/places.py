"""Places to choose from by name: those of a caller's own areas, and what lies around the chosen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from api.auth.callers import Caller
from api.employers.own import own
from api.protocol.language import Language
from api.web.formats import place
from api.web.words import said
from matcher.domain.kinds import Kind
from matcher.domain.scope import Role
from matcher.reference.areas import areas
from matcher.store.lists.listing import Listing
from matcher.store.store import Store

MOST = 600
"""The most places that are offered at once: a city with its streets, or a country's cities."""

COUNTY = 6
"""Digits of a county's code."""

STEP = "\u3000"
"""How far a place stands to the right of the one it lies in."""

Choice = tuple[str, str]


def place_choices(
    caller: Caller, store: Store, language: Language, chosen: str = "", first: str = "lists.any"
) -> list[Choice]:
    """What a filter of places may be, first all: codes with names, each below the one it lies in.

    An employer, who serves no area, chooses among the counties of its own vacancies.

    Args:
        caller: whose areas are offered.
        store: of an employer's vacancies.
        language: of the first line; places go by their Chinese names.
        chosen: the code that is asked for now; it is always among them.
        first: name of the words for no place.
    """
    every = ("", said(language, first))
    return [every, *places_below(_served(caller, store), chosen)]


def workplaces(
    caller: Caller, store: Store, language: Language, chosen: str, first: str
) -> list[Choice]:
    """Where a post may be, asked as `place_choices` is: an employer's in any city of the country.

    Of the place that is chosen, else of the first county of its vacancies, it finds also what lies
    in it and beside it.
    """
    served = _served(caller, store)
    if caller.account.role is Role.EMPLOYER:
        near = chosen or next(iter(served), "")
        return [("", said(language, first)), *places_below(("",), near)]
    return [("", said(language, first)), *places_below(served, chosen)]


def place_hints(caller: Caller, store: Store) -> tuple[Choice, ...]:
    """The places of a caller by their whole names, for fields in which a code may be typed too."""
    return _by_whole_name(_served(caller, store))


@lru_cache(maxsize=64)
def _by_whole_name(served: tuple[str, ...]) -> tuple[Choice, ...]:
    return tuple((code, place(code)) for code, _ in places_below(served))


def _served(caller: Caller, store: Store) -> tuple[str, ...]:
    if caller.account.role is not Role.EMPLOYER:
        return caller.scope.areas
    listing = Listing(Kind.VACANCIES, where=tuple(own(caller)))
    counted = store.facets(caller.scope, listing, "area_code", begins=COUNTY)
    return tuple(sorted(str(code) for code, _ in counted if code))


@lru_cache(maxsize=256)
def places_below(served: tuple[str, ...], chosen: str = "") -> tuple[Choice, ...]:
    r"""The places of some areas by code: as many levels of them as fit, and those around a place.

    Args:
        served: area codes; the empty one is the whole country.
        chosen: a code; the areas that it lies in, and what lies in it, are among the places, even
            outside of those served. What is no code is offered as it was written.

    Example:
        >>> places_below(("320613",))[:2]
        (('320613', '崇川区'), ('320613001', '\u3000城东街道'))
        >>> [words for code, words in places_below(("",), "320613002") if code[:6] == "320613"][:2]
        ['\u3000\u3000崇川区', '\u3000\u3000\u3000城东街道']
        >>> places_below(("320613",), "x")[-1]
        ('x', 'x')
    """
    known = areas()
    tops = sorted(known.canonical(code) or code if code else "" for code in served)
    tops = [code for at, code in enumerate(tops) if not any(map(code.startswith, tops[:at]))]
    wanted: set[str] = set()
    for level in _levels(tops):
        if len(wanted) + len(level) > MOST:
            break
        wanted.update(level)
    as_known = known.canonical(chosen) if chosen else None
    if as_known is not None:
        around = [code for code in (*known.ancestors(as_known), as_known) if code in known.names]
        within = [code for code in around if _is_in(code, tops)] or [as_known]
        wanted.update(within)
        for code in within:
            wanted.update(known.children(code))
    offered = sorted(code for code in wanted if code and _is_place(code))
    depth = _depths(offered)
    told = [(code, STEP * depth[code] + _name(code, depth[code])) for code in offered]
    if chosen and chosen not in depth:
        told.append((chosen, place(chosen)))
    return tuple(told)


def _levels(tops: Sequence[str]) -> Iterator[list[str]]:
    """The areas themselves, then what lies directly in them, and so on down."""
    known = areas()
    level = [code for code in tops if code in known.names or not code]
    while level:
        yield level
        level = [below for code in level for below in known.children(code or None)]


def _is_in(code: str, tops: Sequence[str]) -> bool:
    return any(code.startswith(top) for top in tops)


def _is_place(code: str) -> bool:
    """Does an address name the area? The city level of a municipality stands in none.

    Example:
        >>> _is_place("3101"), _is_place("3206")
        (False, True)
    """
    above = areas().parent(code)
    return above is None or areas().full_name(code) != areas().full_name(above)


def _depths(offered: Sequence[str]) -> dict[str, int]:
    """How many of the places offered each one lies in.

    Example:
        >>> _depths(["3206", "320613", "320613002"])
        {'3206': 0, '320613': 1, '320613002': 2}
    """
    depth: dict[str, int] = {}
    for code in offered:
        over = (each for each in areas().ancestors(code) if each in depth)
        depth[code] = 1 + depth[nearest] if (nearest := next(over, None)) else 0
    return depth


def _name(code: str, depth: int) -> str:
    """A place under another by its own name; the widest also by where it lies."""
    return areas().name(code) if depth else place(code)
