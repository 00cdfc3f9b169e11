"""Calendars that any office program opens: iCalendar, whole days, stable ids."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b
from pathlib import Path

from matcher.documents.writing import whole_file

PRODUCT = "-//Rengang//casework//ZH"
OCTETS_OF_A_LINE = 75
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": ""})


@dataclass(frozen=True, slots=True)
class DayEntry:
    """Something that falls on a day.

    Attributes:
        key: what tells it from all others; the same key on a later export moves the entry.
        on: the day.
        summary: one line.
        description: more, NA-free.
    """

    key: str
    on: date
    summary: str
    description: str = ""


def calendar_text(name: str, entries: Iterable[DayEntry], *, at: datetime) -> str:
    """The entries as an iCalendar file.

    Args:
        name: of the calendar.
        entries: in the order of the file.
        at: when it is made, with its zone.

    Source:
        RFC 5545: content lines of at most 75 octets, CRLF, DTEND exclusive.

    Example:
        >>> one = DayEntry("R-1", date(2026, 11, 2), "走访; 催办")
        >>> text = calendar_text("今日", [one], at=datetime(2026, 11, 2, tzinfo=UTC))
        >>> [line for line in text.splitlines() if line.startswith("DTSTART")]
        ['DTSTART;VALUE=DATE:20261102']
    """
    stamp = at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN"]
    lines.append(f"X-WR-CALNAME:{_escaped(name)}")
    for entry in entries:
        lines += _event(entry, stamp)
    lines.append("END:VCALENDAR")
    return "".join(f"{piece}\r\n" for line in lines for piece in _folded(line))


def write_calendar(path: Path, name: str, entries: Iterable[DayEntry], *, at: datetime) -> None:
    """Write a calendar whole or not at all."""
    with whole_file(path, "w", encoding="utf-8", newline="") as file:
        file.write(calendar_text(name, entries, at=at))


def _event(entry: DayEntry, stamp: str) -> list[str]:
    uid = blake2b(entry.key.encode(), digest_size=16).hexdigest()
    made = [
        "BEGIN:VEVENT",
        f"UID:{uid}@rengang",
        f"DTSTAMP:{stamp}",
        f"DTSTART;VALUE=DATE:{entry.on:%Y%m%d}",
        f"DTEND;VALUE=DATE:{entry.on + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_escaped(entry.summary)}",
    ]
    if entry.description:
        made.append(f"DESCRIPTION:{_escaped(entry.description)}")
    return [*made, "TRANSP:TRANSPARENT", "END:VEVENT"]


def _escaped(text: str) -> str:
    return text.translate(_ESCAPED)


def _folded(line: str) -> Iterator[str]:
    """Pieces of at most 75 octets, never inside a character; a blank begins all but the first."""
    piece, size = "", 0
    for character in line:
        octets = len(character.encode())
        if size + octets > OCTETS_OF_A_LINE:
            yield piece
            piece, size = " ", 1
        piece, size = piece + character, size + octets
    yield piece
