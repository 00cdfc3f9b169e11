"""Cards, letters and sign-off sheets as A4 pages: from verdicts that were kept, number and seal.

Margins are those of GB/T 9704-2012 for official papers: 37 mm above, 28 mm at the binding, a type
area of 156 by 225 mm.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from matcher.casework.outreach.words import (
    asked_lines,
    cited,
    day_words,
    documents_of,
    matter_name,
    value_lines,
    why_lines,
    words,
)
from matcher.documents.printing.markup import Markup, element, joined
from matcher.documents.printing.page import a4, table
from matcher.domain.decision import Outcome, Verdict
from matcher.policy.catalogue import decision_kind

EMPLOYER_CARD, PROMISE_CARD, NOTICE = "employer_card", "promise_card", "notice"
NO_RULE = "no_rule_in_force"
SHORT = ("policy_card", EMPLOYER_CARD, PROMISE_CARD)
"""Papers that tell what does not hold in a few words; a notice tells it in full."""

STYLE = """
@page { size: A4; margin: 37mm 26mm 35mm 28mm; }
body { font-size: 11pt; line-height: 1.4; }
h1 { font-size: 22pt; margin: 0 0 3mm; }
.top { display: flex; justify-content: space-between; font-size: 10.5pt; margin: 0; }
.to { margin: 0 0 2mm; font-size: 14pt; }
.text { text-indent: 2em; margin: 0 0 3mm; text-align: justify; }
.verdicts { margin-bottom: 3mm; }
.verdicts td:first-child { width: 34mm; }
.verdicts td:nth-child(2) { width: 25mm; white-space: nowrap; }
.verdicts td { padding: 1mm 2mm; }
.verdicts p { margin: 0 0 .5mm; }
.verdicts .source { font-size: 9pt; line-height: 1.35; margin: 0; }
.verdicts > .source { margin-top: 1mm; }
.verdicts .short { margin: 1.5mm 0 0; font-size: 10.5pt; line-height: 1.4; }
.met { font-family: SimHei, "Noto Sans CJK SC", sans-serif; }
.end { break-inside: avoid; display: flex; justify-content: flex-end; margin-top: 3mm; }
.end div { text-align: center; min-width: 62mm; position: relative; }
.end .sealed { padding: 7mm 0 8mm; }
.end p { margin: 0; }
.seal { position: absolute; left: 0; right: 0; bottom: 0; top: 0; margin: auto; width: 36mm;
  height: 34mm; border: 0.3pt dashed #999; border-radius: 50%; color: #777; font-size: 8pt;
  line-height: 60mm; }
.receipt { break-inside: avoid; margin-top: 5mm; }
.cut { border-top: 0.8pt dashed #000; font-size: 9pt; text-align: center; padding-top: 1mm;
  margin: 0 0 1mm; }
.receipt h2 { text-align: center; margin: 0 0 1mm; font-size: 13pt; }
.receipt .text { margin: 0 0 1mm; }
.receipt td { height: 8mm; vertical-align: middle; white-space: nowrap; }
.parties { break-inside: avoid; margin-top: 3mm; }
.parties td { height: 22mm; width: 33.3%; }
.sheet td { height: 10mm; vertical-align: middle; }
"""


@dataclass(frozen=True, slots=True)
class Paper:
    """One card or letter.

    Attributes:
        number: its serial number, which is its subject in the ledger.
        kind: of the wording file's `kinds`.
        name: whom it is addressed to.
        on: its day.
        office: who issues it.
        verdicts: what it tells, as they were kept.
    """

    number: str
    kind: str
    name: str
    on: date
    office: str
    verdicts: tuple[Verdict, ...]


def pages(papers: Sequence[Paper], language: str) -> Markup:
    """A page or more for each paper, each with its own receipt."""
    said = words(language)
    kinds = dict.fromkeys(said["kinds"][each.kind]["title"] for each in papers)
    shown = [joined(*_paper(each, language)) for each in papers]
    title = said["join"].join(kinds) or said["sign_off"]["title"]
    blank = [element("p", said["paper"]["none"])]
    return a4(title, said["language"], shown or blank, style=Markup(STYLE))


def _paper(each: Paper, language: str) -> Iterator[Markup]:
    said, own = words(language)["paper"], words(language)["kinds"][each.kind]
    yield element(
        "p",
        element("span", said["printed"].format(on=day_words(each.on, language))),
        element("span", said["number"].format(number=each.number)),
        class_="top",
    )
    yield element("h1", own["title"])
    yield element("p", said["addressee"].format(name=each.name), class_="to")
    yield element("p", own["intro"], class_="text")
    told = [verdict for verdict in each.verdicts if verdict.reason != NO_RULE]
    yield (
        _verdicts(told, each.kind, language) if told else element("p", said["none"], class_="text")
    )
    for part in ("promise", "own", "contest", "nothing"):
        if part in own:
            yield element("p", own[part], class_="text")
    if each.kind == PROMISE_CARD:
        cells = (element("td", party) for party in own["parties"])
        yield element("table", element("tr", *cells), class_="parties")
    yield _end(each, language)
    yield _receipt(each, own["title"], language)


def _verdicts(told: Sequence[Verdict], kind: str, language: str) -> Markup:
    """What holds first, then what is still to be asked; what does not hold, in short below."""
    ranked = [
        verdict
        for outcome in (Outcome.MET, Outcome.UNKNOWN, Outcome.NOT_MET)
        for verdict in told
        if verdict.outcome is outcome
    ]
    short = [each for each in ranked if each.outcome is Outcome.NOT_MET and kind in SHORT]
    marks = documents_of(ranked)
    rows = [_row(each, kind, marks, language) for each in ranked if each not in short]
    sources = words(language)["paper"]["semicolon"].join(
        f"{mark}{name}" for name, mark in marks.items()
    )
    return element(
        "div",
        table(words(language)["paper"]["headings"], rows) if rows else None,
        _not_met(short, marks, language) if short else None,
        element("p", sources, class_="source") if sources else None,
        class_="verdicts",
    )


def _not_met(short: Sequence[Verdict], marks: Mapping[str, str], language: str) -> Markup:
    said = words(language)["paper"]
    semicolon = said["semicolon"]
    lines = [
        said["not_met_of"].format(
            matter=matter_name(each.decision, language),
            why=semicolon.join(why_lines(each, language)),
            source=cited(each, marks, language),
        )
        for each in short
    ]
    return element("p", said["not_met"].format(matters=semicolon.join(lines)), class_="short")


def _row(verdict: Verdict, kind: str, marks: Mapping[str, str], language: str) -> list[Markup]:
    said = words(language)
    outcomes, paper = said[_outcomes(verdict, kind)], said["paper"]
    semicolon = paper["semicolon"]
    lines = []
    values = list(value_lines(verdict, language)) if verdict.outcome is Outcome.MET else []
    if values:
        lines.append(semicolon.join(values))
    why = why_lines(verdict, language)
    if verdict.outcome is Outcome.NOT_MET and why:
        lines.append(paper["why"].format(why=semicolon.join(why)))
    asked = asked_lines(verdict, language)
    if verdict.outcome is Outcome.UNKNOWN and asked:
        lines.append(paper["ask"].format(ask=said["join"].join(asked)))
    if verdict.review_against:
        lines.append(paper["review"])
    source = cited(verdict, marks, language)
    if source:
        lines.append(paper["source"].format(source=source))
    told = semicolon.join(lines)
    return [
        element("td", matter_name(verdict.decision, language)),
        element("td", outcomes[str(verdict.outcome)], class_=str(verdict.outcome)),
        element("td", told),
    ]


def _outcomes(verdict: Verdict, kind: str) -> str:
    """A matter that one qualifies for is told otherwise than a day or a list that applies."""
    if decision_kind(verdict.decision).answer not in ("verdict", "amount"):
        return "answers"
    return "employer_outcomes" if kind == EMPLOYER_CARD else "outcomes"


def _end(each: Paper, language: str) -> Markup:
    """Who issues it, the day, and the place for the seal over both; a promise has its own."""
    said = words(language)["paper"]
    sealed = each.kind != PROMISE_CARD
    inner = element(
        "div",
        element("span", said["seal"], class_="seal") if sealed else None,
        element("p", said["office"].format(office=each.office)),
        element("p", day_words(each.on, language)),
        class_="sealed" if sealed else None,
    )
    return element("div", inner, class_="end")


def _receipt(each: Paper, title: str, language: str) -> Markup:
    said = words(language)["paper"]
    blanks = (said["signature"], said["signed_on"], said["agent"], said["phone"])
    rows = [
        element("tr", *_blank(first, said), *_blank(second, said))
        for first, second in (blanks[:2], blanks[2:])
    ]
    return element(
        "div",
        element("p", said["cut"], class_="cut"),
        element("h2", said["receipt"]),
        element("p", said["received"].format(number=each.number, title=title), class_="text"),
        element("table", *rows),
        class_="receipt",
    )


def _blank(label: str, said: dict[str, str]) -> tuple[Markup, Markup]:
    day = said["blank_day"] if label == said["signed_on"] else ""
    return element("td", label, style="width: 22%"), element("td", day, style="width: 28%")


def sign_off(issued: pd.DataFrame, *, area: str, on: date, language: str) -> Markup:
    """The sheet on which people of an area sign for what they were given.

    Args:
        issued: `number`, `name`, `kind`, `issued_on`, `signed_on` (empty where nobody signed yet),
            a row per paper in the order of the sheet.
        area: in words.
        on: the day of the sheet.
        language: "zh" or "en".
    """
    said, kinds = words(language)["sign_off"], words(language)["kinds"]
    signed = int((issued["signed_on"] != "").sum())
    told = {"all": len(issued), "signed": signed, "open": len(issued) - signed}
    rows = [
        [
            element("td", str(at), class_="number"),
            element("td", row["number"], class_="when"),
            element("td", row["name"]),
            element("td", kinds[row["kind"]]["title"]),
            element("td", row["issued_on"], class_="when"),
            element("td", style="width: 32mm"),
            element("td", row["signed_on"], class_="when", style="width: 24mm"),
        ]
        for at, row in enumerate(issued.to_dict("records"), 1)
    ]
    body = table(said["headings"], rows) if rows else element("p", said["nothing"])
    sheet = joined(
        element("h1", said["title"]),
        element("p", said["place"].format(area=area, on=day_words(on, language))),
        element("p", said["count"].format(**told)),
        element("div", body, class_="sheet"),
        element("p", said["sign"], style="margin-top: 8mm"),
    )
    return a4(said["title"], words(language)["language"], [sheet], style=Markup(STYLE))
