"""The slip of each person: when, at which booth, which post, why, what to bring, where it is."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from matcher.documents.printing.markup import Markup, element, joined
from matcher.documents.printing.page import a4, table
from matcher.documents.printing.qr import qr_svg
from matcher.domain.match import Reason, Tone
from matcher.explanation.codes import Code
from matcher.pipeline.fairs.papers.words import wage_words, words
from matcher.pipeline.fairs.programme import FairDay
from matcher.pipeline.matching import Ranked, explained_matches
from matcher.pipeline.snapshot import Snapshot
from matcher.ranking.ranker import Ranker
from matcher.retrieval.sources import Source

MOST_REASONS, MOST_CAUTIONS = 3, 2
KEPT_TO_THE_OFFICE = frozenset(
    code.value for code in (Code.HEALTH_LIMITED, Code.ALREADY_ACTED, Code.POSTING_MARKED)
)
"""Cautions that do not stand on a slip, since it is shown at booths; nor do tiers."""

Reasons = Mapping[tuple[str, str], Sequence[Reason]]


def reasons_of(
    snapshot: Snapshot, ranker: Ranker, talks: pd.DataFrame, declined: Collection[str] = ()
) -> Reasons:
    """What a slip says of each pairing, by person and vacancy id: favours, then cautions.

    Of `declined` people no profile is read, so that nothing is said.
    """
    market = snapshot.market
    person = np.searchsorted(market.jobseekers.ids, talks["person_id"].to_numpy(object))
    vacancy = np.searchsorted(market.vacancies.ids, talks["vacancy_id"].to_numpy(object))
    pairs = Ranked(
        person.astype(np.int32),
        vacancy.astype(np.int32),
        np.ones(len(talks), dtype=np.int32),
        talks["score"].to_numpy(np.float32),
        np.where(talks["person_id"].isin(declined), Source.NOT_PERSONALISED, 0).astype(np.uint16),
    )
    return {
        (match.person_id, match.vacancy_id): tuple(
            each
            for tone, most in ((Tone.FOR, MOST_REASONS), (Tone.CAUTION, MOST_CAUTIONS))
            for each in [
                reason
                for reason in match.reasons
                if reason.tone is tone and reason.code not in KEPT_TO_THE_OFFICE
            ][:most]
        )
        for match in explained_matches(snapshot, ranker, pairs)
    }


def slips(
    day: FairDay,
    *,
    names: Mapping[str, str],
    reasons: Reasons,
    certificates: Mapping[str, str],
    language: str,
) -> Markup:
    """A page for each person who has a talk, in order of their ids.

    Args:
        day: the fair's day.
        names: by person id.
        reasons: as `reasons_of` gives them.
        certificates: what a post asks to see, by vacancy id.
        language: "zh" or "en".
    """
    said = words(language)
    people = day.talks.groupby("person_id", sort=True)
    pages = (
        joined(*_slip(day, str(person), rows, names, reasons, certificates, language))
        for person, rows in people
    )
    blank = element("p", said["slip"]["nothing"])
    return a4(
        f"{said['slip']['title']} · {day.fair['name']}",
        said["language"],
        list(pages) or [blank],
    )


def _slip(  # noqa: PLR0913 - everything that stands on one page
    day: FairDay,
    person: str,
    rows: pd.DataFrame,
    names: Mapping[str, str],
    reasons: Reasons,
    certificates: Mapping[str, str],
    language: str,
) -> Iterator[Markup]:
    said = words(language)["slip"]
    yield element("h1", said["title"])
    yield element(
        "div",
        element(
            "p",
            element("span", said["name"].format(name=names.get(person, "")), class_="big"),
            element("br"),
            said["serial"].format(serial=person),
        ),
        element("p", said["fair"].format(fair=day.fair["name"], on=day.fair["on"])),
        class_="head",
    )
    yield element("p", said["hello"].format(talks=len(rows)))
    talks = rows.to_dict("records")
    yield table(said["headings"], [_row(talk, reasons, language) for talk in talks])
    yield element("h2", said["bring"])
    items = [item.format(copies=len(talks)) for item in said["items"]]
    asked = dict.fromkeys(filter(None, (certificates.get(talk["vacancy_id"]) for talk in talks)))
    items += [said["certificates"].format(certificates=each) for each in asked]
    yield element("ul", *(element("li", item) for item in items))
    yield element("h2", said["map"])
    yield element("div", _map(day, set(rows["booth_at"])), class_="map")
    yield element("p", said["late"])


def _row(talk: Mapping[Any, Any], reasons: Reasons, language: str) -> list[Markup]:
    said = words(language)
    told = reasons.get((talk["person_id"], talk["vacancy_id"]), ())
    return [
        element("td", element("span", talk["start"], class_="big"), class_="when"),
        element(
            "td",
            element("span", said["booth"].format(booth=talk["booth"]), class_="big when"),
            element("br"),
            talk["employer"],
        ),
        element(
            "td",
            element("b", talk["title"]),
            element("br"),
            wage_words(talk["wage_min"], talk["wage_max"], language),
            *_told(told, Tone.FOR, said["slip"]["why"], language),
            *_told(told, Tone.CAUTION, said["slip"]["ask"], language),
        ),
        element(
            "td",
            qr_svg(talk["pairing_id"], talk["pairing_id"]),
            element("span", talk["pairing_id"], class_="code"),
            class_="qr",
        ),
    ]


def _told(reasons: Sequence[Reason], tone: Tone, heading: str, language: str) -> Iterator[Markup]:
    kept = [each.zh if language == "zh" else each.en for each in reasons if each.tone is tone]
    if kept:
        colon = "：" if language == "zh" else ": "
        text = heading + colon + ("；" if language == "zh" else "; ").join(kept)
        yield element("p", text, class_="small")


def _map(day: FairDay, visited: set[int]) -> Markup:
    """The hall from above, every booth with its number, the person's own in black."""
    width, height = int(day.hall.x.max(initial=0)) + 3, int(day.hall.y.max(initial=0)) + 3
    boxes = []
    for at, number in enumerate(day.number):
        x, y, own = int(day.hall.x[at]), int(day.hall.y[at]), at in visited
        boxes.append(
            element(
                "rect",
                x=f"{x + 0.2}",
                y=f"{y + 0.2}",
                width="2.6",
                height="2.6",
                fill="#000" if own else "#fff",
                stroke="#000",
                stroke_width="0.12",
            )
        )
        boxes.append(
            element(
                "text",
                str(number),
                x=f"{x + 1.5}",
                y=f"{y + 1.95}",
                text_anchor="middle",
                font_size="1.3",
                fill="#fff" if own else "#000",
            )
        )
    return element("svg", *boxes, viewBox=f"0 0 {width} {height}", role="img")
