"""Papers of a single case: the letter that refers somebody to an employer, the registration form.

The letter goes to an employer: it says who comes, for which post, and what they can do; never why
the office helps them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from matcher.casework.outreach.papers import STYLE as PAPERS
from matcher.casework.outreach.words import day_words, words
from matcher.documents.printing.markup import Markup, element, joined
from matcher.documents.printing.page import a4
from matcher.documents.printing.qr import qr_svg

STYLE = """
.letter { font-size: 14pt; line-height: 1.6; }
.letter .no { font-size: 10.5pt; text-align: right; margin: 0; }
.letter .text { text-indent: 2em; margin: 0 0 2mm; }
.letter table { font-size: 11pt; line-height: 1.4; margin: 2mm 0 3mm; }
.letter th, .form th, .slip th { width: 30mm; vertical-align: middle; }
.letter td, .form td { height: 8mm; vertical-align: middle; }
.letter .end { font-size: 12pt; }
.letter .seal { color: #555; }
.slip { break-inside: avoid; margin-top: 4mm; font-size: 11pt; line-height: 1.5; }
.slip h2 { text-align: center; margin: 0 0 1mm; font-size: 14pt; }
.slip p { margin: 0 0 1mm; }
.slip .text { text-indent: 2em; }
.slip .qr { float: right; width: 20mm; margin: 0 0 0 3mm; }
.slip table { margin: 2mm 0 0; clear: both; }
.slip table { table-layout: fixed; }
.slip td { height: 9mm; vertical-align: middle; }
.form { font-size: 11pt; }
.form h2 { font-size: 12pt; margin: 3mm 0 1mm; }
.form table { table-layout: fixed; }
.form td { overflow-wrap: anywhere; }
.form .consent { margin: 4mm 0 2mm; }
.form .signs { break-inside: avoid; }
.form .signs td { height: 14mm; }
.above { max-width: 210mm; margin: 0 auto; padding: 4mm 26mm 0 28mm; display: flex; gap: 4mm;
  font: 14px/28px "Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC", sans-serif; }
.above button { font: inherit; min-height: 28px; padding: 0 12px; border: 1px solid #1456c8;
  border-radius: 3px; background: #1456c8; color: #fff; cursor: pointer; }
.above a { color: #1456c8; }
@media print { .above { display: none; } }
"""


@dataclass(frozen=True, slots=True)
class Referral:
    """A letter of referral.

    Attributes:
        number: of the referral, its serial.
        employer: to whom.
        office: who refers.
        on: its day.
        answer_by: until when the employer answers; None where no day is set.
        told: what it says of the person and the post, by the keys of the wording's headings.
    """

    number: str
    employer: str
    office: str
    on: date
    answer_by: date | None
    told: dict[str, str]


@dataclass(frozen=True, slots=True)
class Registration:
    """A registration form: parts with a title, each of labels and values; "" is left to be filled.

    Attributes:
        number: of the person.
        on: the day of the print.
        parts: what it says.
    """

    number: str
    on: date
    parts: Sequence[tuple[str, Sequence[tuple[str, str]]]]


def referral_page(
    letter: Referral, language: str, *, above: Markup | None = None, script: str | None = None
) -> Markup:
    """The letter on one page, with the answer to tear off below."""
    said = words(language)["referral"]
    shown = element("div", *_letter(letter, said, language), class_="letter")
    style = Markup(PAPERS + STYLE)
    return a4(
        said["title"].replace("　", ""),
        words(language)["language"],
        [joined(shown, _slip(letter, said, language))],
        style=style,
        above=above,
        script=script,
    )


def _letter(letter: Referral, said: dict[str, Any], language: str) -> Iterator[Markup]:
    told = letter.told
    yield element("p", said["number"].format(number=letter.number), class_="no")
    yield element("h1", said["title"])
    yield element("p", said["to"].format(employer=letter.employer))
    yield element("p", said["text"].format(name=told["name"], title=told["title"]), class_="text")
    pairs = [(head, told.get(key) or said["nothing"]) for key, head in said["headings"].items()]
    yield _pairs(pairs)
    by = letter.answer_by
    asks = said["soon"] if by is None else said["answer"].format(day=day_words(by, language))
    yield element("p", asks, class_="text")
    sealed = element(
        "div",
        element("span", words(language)["paper"]["seal"], class_="seal"),
        element("p", letter.office),
        element("p", day_words(letter.on, language)),
        class_="sealed",
    )
    yield element("div", sealed, class_="end")


def _slip(letter: Referral, said: dict[str, Any], language: str) -> Markup:
    told, day = letter.told, day_words(letter.on, language)
    result = said["result"].format(
        day=day, name=told["name"], number=letter.number, title=told["title"]
    )
    blanks = (("employer", "agent"), ("phone", "date"))
    rows = [
        element(
            "tr", *(each for name in pair for each in (element("th", said[name]), element("td")))
        )
        for pair in blanks
    ]
    return element(
        "div",
        element("p", words(language)["paper"]["cut"], class_="cut"),
        element("h2", said["receipt"]),
        element("div", qr_svg(letter.number, letter.number), class_="qr"),
        element("p", said["back"].format(office=letter.office)),
        element("p", result, class_="text"),
        *(element("p", said[name]) for name in ("hired", "waits", "refused")),
        element("table", *rows),
        class_="slip",
    )


def registration_page(
    form: Registration, language: str, *, above: Markup | None = None, script: str | None = None
) -> Markup:
    """The form, with the statement that the person signs."""
    said = words(language)["registration"]
    top = element(
        "p",
        element("span", said["printed"].format(on=day_words(form.on, language))),
        element("span", said["number"].format(number=form.number)),
        class_="top",
    )
    parts = (joined(element("h2", title), _pairs(list(pairs))) for title, pairs in form.parts)
    signs = element(
        "tr",
        *(
            each
            for name in ("person", "agent", "date")
            for each in (element("th", said[name]), element("td"))
        ),
    )
    shown = element(
        "div",
        top,
        element("h1", said["title"]),
        *parts,
        element("p", said["consent"], class_="consent"),
        element("table", signs, class_="signs"),
        class_="form",
    )
    style = Markup(PAPERS + STYLE)
    language_tag = words(language)["language"]
    return a4(said["title"], language_tag, [shown], style=style, above=above, script=script)


def _pairs(pairs: list[tuple[str, str]]) -> Markup:
    """Labels and values, two beside each other; the last of an odd number over the whole row."""
    rows = []
    for first in range(0, len(pairs), 2):
        row = pairs[first : first + 2]
        wide = "3" if len(row) == 1 else None
        cells = (
            each
            for head, value in row
            for each in (
                element("th", head, scope="row"),
                element("td", value, colspan=wide),
            )
        )
        rows.append(element("tr", *cells))
    return element("table", element("tbody", *rows))
