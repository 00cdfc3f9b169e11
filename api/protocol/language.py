"""In which language an answer speaks: the caller's wish, Chinese where there is none."""

from __future__ import annotations

from fastapi import Request

import matcher.domain

Language = matcher.domain.Language

LANGUAGE_COOKIE = "rengang_language"


def language_of(request: Request) -> Language:
    """The language chosen on a page, else `Accept-Language`: English where wished more."""
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    if chosen in ("zh", "en"):
        return "en" if chosen == "en" else "zh"
    return spoken(request.headers.get("accept-language", ""))


def spoken(header: str) -> Language:
    """The better wished of our two languages; the first named among equals, Chinese by default.

    Example:
        >>> spoken("en-GB,en;q=0.8"), spoken("zh-CN,en;q=0.5"), spoken("")
        ('en', 'zh', 'zh')
    """
    best: tuple[float, Language] = (0.0, "zh")
    for wish in header.split(","):
        name, _, quality = wish.strip().partition(";q=")
        kind = name.strip().lower().split("-")[0]
        weight = _weight(quality)
        if kind in ("zh", "en") and weight > best[0]:
            best = (weight, "en" if kind == "en" else "zh")
    return best[1]


def _weight(quality: str) -> float:
    try:
        return float(quality) if quality else 1.0
    except ValueError:
        return 0.0
