"""Why a course is proposed, as sentences of this room's own wording files."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from matcher.domain.match import Reason, Tone

_FOLDER = Path(__file__).parent / "wording"


class Said(StrEnum):
    """A sentence of the wording files; both languages have exactly these."""

    WISHED = "wished"
    OPENS_POSTS = "opens_posts"
    OPENS_NO_POST = "opens_no_post"
    GAIN = "gain"
    SEATS = "seats"
    SEATS_UNKNOWN = "seats_unknown"
    SAME_COUNTY = "same_county"
    OTHER_COUNTY = "other_county"
    FREE = "free"
    FREE_UNKNOWN = "free_unknown"
    NOT_FREE = "not_free"
    NOT_STATED = "not_stated"
    BEGINS = "begins"


TONES = {
    Said.OPENS_NO_POST: Tone.CAUTION,
    Said.OTHER_COUNTY: Tone.CAUTION,
    Said.NOT_FREE: Tone.CAUTION,
    Said.SEATS_UNKNOWN: Tone.ASK,
    Said.FREE_UNKNOWN: Tone.ASK,
    Said.NOT_STATED: Tone.ASK,
}
"""What a sentence does to the course; the others speak for it."""


@cache
def course_wording(language: str) -> Mapping[str, str]:
    """The sentences of a language by code."""
    with (_FOLDER / f"{language}.yaml").open(encoding="utf-8") as handle:
        read: Mapping[str, str] = yaml.safe_load(handle)
    return read


def course_reason(code: Said, **facts: Any) -> Reason:
    """The sentence of a code with these facts, in both languages.

    Example:
        >>> course_reason(Said.SEATS, seats=30).en
        '30 seats'
    """
    zh, en = (course_wording(language)[code.value].format(**facts) for language in ("zh", "en"))
    return Reason(
        code=code.value, tone=TONES.get(code, Tone.FOR), zh=zh, en=en, facts=facts, citation=None
    )
