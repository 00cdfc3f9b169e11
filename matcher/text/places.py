"""Place names to area codes: "江苏省南通市崇川区", "上海-浦东新区", "深圳深圳宝安区宝安".

Names are read from the left, each inside the area before it, with or without 省, 市, 区, 县. What
no table knows (a business quarter, a development zone) ends the reading: the answer is the last
area that is sure, never the likeliest one.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from matcher.reference.areas import areas
from matcher.reference.paths import path
from matcher.text.normalise import distinct, normalise

_PLACES = re.compile(r"[、;；,，|]+")
_GAP = "-"
_GAPS = re.compile(r"[\s\-—–·/>()（）:：.]+")
_NO_AREA = re.compile("^(?:市辖区|县|.*直辖县级行政区划)$")
_SAME_WORD = ("市", "区", "县", "新区")  # "长乐市" is still written for 长乐区
_TINY = 2  # characters; a shorter name without its suffix is no name


def resolve_areas(texts: Sequence[str | None]) -> list[str | None]:
    """The most precise area code that is sure for each text; None where none is.

    Equal texts are worked on once. A text may also be a code of the table. Several places parted by
    commas give the area that contains them all.

    Example:
        >>> resolve_areas(["上海-浦东新区", "湖北武汉东湖开发区", "鼓楼区", "省直属", None])
        ['310115', '4201', None, None, None]
    """
    codes, texts_once = distinct(texts)
    found = [*(_resolve(text) for text in texts_once), None]
    return [found[code] for code in codes]


@dataclass(frozen=True, slots=True)
class _Step:
    code: str | None
    used: int


def _resolve(text: str) -> str | None:
    plain = normalise(text)
    if plain.isascii() and plain.isdigit():
        return areas().canonical(plain)
    answer: str | None = None
    for at, piece in enumerate(filter(None, _PLACES.split(_without_label(plain)))):
        place = _GAPS.sub(_GAP, piece).strip(_GAP)
        code = _read(place, answer)
        if at == 0 or code is None or answer is None:
            answer = code if at == 0 or answer is None else answer
        else:
            answer = _common(answer, code)
    return answer


def _without_label(plain: str) -> str:
    for word in _words("label"):
        plain = plain.removeprefix(word).lstrip(" :")
    return plain


def _common(one: str, other: str) -> str | None:
    """The finer of two areas where one holds the other, else the area that holds both."""
    if one.startswith(other) or other.startswith(one):
        return max(one, other, key=len)
    return next((one[:n] for n in (6, 4, 2) if one[:n] == other[:n] and _is_named(one[:n])), None)


def _is_named(code: str) -> bool:
    return code in areas().names and not _NO_AREA.match(areas().names[code])


def _read(place: str, inside: str | None) -> str | None:
    """The reading that uses most of the text, at first inside the area before, then anywhere."""
    best = _furthest(place, 0, inside)
    if inside and best.used == 0:
        best = _furthest(place, 0, None)
    code = best.code
    while code is not None and not _is_named(code):
        code = code[: {9: 6, 6: 4, 4: 2}[len(code)]]
    return code


def _furthest(place: str, start: int, code: str | None) -> _Step:
    best = _Step(code, start)
    if start >= len(place) or (code is not None and len(code) >= 9):
        return best
    starts = {start, start + (place[start] == _GAP)}
    if code is not None:
        starts.add(_skip_repeated(place, start, code))
    for at in sorted(starts):
        for found, end in _matches(place, at, code):
            step = _furthest(place, end, found)
            if step.used > best.used:
                best = step
    return best


def _skip_repeated(place: str, start: int, code: str) -> int:
    """Past the name of the area itself where it stands a second time: "北京北京海淀区"."""
    at = start + (place[start : start + 1] == _GAP)
    for name in _names_of(code):
        if place.startswith(name, at):
            end = at + len(name)
            return end + (place[end : end + 1] == _GAP)
    return start


def _names_of(code: str) -> list[str]:
    name = areas().names[code]
    if _NO_AREA.match(name):
        return _names_of(code[:2])
    return sorted({name, *_short_forms(name, code)}, key=len, reverse=True)


def _matches(place: str, start: int, code: str | None) -> Iterator[tuple[str, int]]:
    index = _index(code)
    for length in range(min(index.longest, len(place) - start), 0, -1):
        name = place[start : start + length]
        end = start + length
        if name in index.full and not _is_road(place, end, name):
            yield index.full[name], end
        elif name in index.short and _may_end_here(place, end, index.needs_end, name):
            yield index.short[name], end


def _may_end_here(place: str, end: int, needs_end: bool, name: str) -> bool:
    if needs_end:
        return end == len(place) or place[end] == _GAP
    return not _is_road(place, end, name)


@cache
def _road() -> re.Pattern[str]:
    return re.compile("[东西南北中]?(?:" + "|".join(_words("road")) + ")")


def _is_road(place: str, end: int, name: str) -> bool:
    return name[-1] not in "省市区县州盟旗镇乡道" and _road().match(place, end) is not None


@dataclass(frozen=True, slots=True)
class _Index:
    """Which names mean one area inside another; a name that means two is in neither table."""

    full: dict[str, str]
    short: dict[str, str]
    longest: int
    needs_end: bool


@cache
def _index(code: str | None) -> _Index:
    """The names that may follow an area: all of the country, of a province, city or county."""
    full: dict[str, set[str]] = defaultdict(set)
    short: dict[str, set[str]] = defaultdict(set)
    for below in _candidates(code):
        name = areas().names[below]
        if _NO_AREA.match(name):
            continue
        full[name].add(below)
        if len(below) < 9 or len(code or "") == 6:
            for form in _short_forms(name, below):
                short[form].add(below)
    for former in areas().former.values():
        below = areas().canonical(former.code) or former.code
        if below in areas().names and former.code.startswith(code or "") and len(code or "") < 6:
            full.setdefault(former.name, {below})
    sure_full = {name: one for name, codes in full.items() if (one := _one_of(codes))}
    sure_short = {
        name: one
        for name, codes in short.items()
        if name not in full and (one := _one_of(codes) if code else _one_anywhere(codes))
    }
    longest = max(map(len, [*sure_full, *sure_short]), default=0)
    return _Index(sure_full, sure_short, longest, needs_end=len(code or "") == 6)


def _candidates(code: str | None) -> Iterator[str]:
    """Areas that may be named next: levels may be skipped, but a street needs its city."""
    if code is None:
        yield from (below for below in areas().names if len(below) <= 6)
        return
    finest = 9 if len(code) >= 4 or _is_municipality(code) else 6
    for below in _by_prefix().get(code, ()):
        if len(below) <= finest:
            yield below


@cache
def _by_prefix() -> dict[str, list[str]]:
    below: dict[str, list[str]] = defaultdict(list)
    for code in areas().names:
        for digits in (2, 4, 6):
            if len(code) > digits:
                below[code[:digits]].append(code)
    return below


def _one_of(codes: set[str]) -> str | None:
    """The one area meant: the widest, where it holds the others."""
    widest = min(codes, key=lambda code: (len(code), code))
    return widest if all(code.startswith(widest) for code in codes) else None


def _one_anywhere(codes: set[str]) -> str | None:
    """The one area meant by a short form with nothing before it.

    A province goes before all. Districts of ordinary cities are not called so without their city,
    those of the municipalities are: "海淀" is sure, "朝阳" may be Beijing's district or a city.
    """
    provinces = {code for code in codes if len(code) == 2}
    if provinces:
        return _one_of(provinces)
    districts = {code for code in codes if len(code) == 6 and _is_district(areas().names[code])}
    own_name = codes - districts
    if own_name:
        rivals = {code for code in districts if _is_municipality(code[:2])}
        return _one_of(own_name | rivals)
    return _one_of(codes) if all(_is_municipality(code[:2]) for code in codes) else None


def _is_municipality(province: str) -> bool:
    return areas().names[province].endswith("市")


def _is_district(name: str) -> bool:
    return name.endswith("区")


def _short_forms(name: str, code: str) -> set[str]:
    """How the area is also written: without its suffix, without the peoples of its autonomy."""
    kind = {2: "province_suffix", 4: "city_suffix", 6: "county_suffix"}.get(len(code))
    suffixes = _words(kind or "street_suffix")
    suffix = next((word for word in suffixes if name.endswith(word)), "")
    base = name.removesuffix(suffix)
    bare = base
    while people := next((word for word in _words("ethnic") if bare.endswith(word)), ""):
        bare = bare.removesuffix(people)
    forms = {base, bare}
    if suffix == "自治州":
        forms |= {bare + "州", bare + "自治州"}
    if suffix == "自治县":
        forms |= {bare + "县", bare + "自治县"}
    if kind == "county_suffix":
        forms |= {bare + word for word in _SAME_WORD}
    return {form for form in forms if len(form) >= _TINY and form != name}


@cache
def _words(kind: str) -> tuple[str, ...]:
    """The words of one kind, longest first, from `data/text/place_words.csv`."""
    with path("text", "place_words.csv").open(encoding="utf-8", newline="") as file:
        words = [row["word"] for row in csv.DictReader(file) if row["kind"] == kind]
    return tuple(sorted(words, key=len, reverse=True))
