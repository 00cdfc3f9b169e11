"""The sheet at the door of a fair: who is expected, when, where first, with room to sign."""

from __future__ import annotations

from collections.abc import Mapping

from matcher.documents.printing.markup import Markup, element, joined
from matcher.documents.printing.page import a4, table
from matcher.pipeline.fairs.papers.words import masked, words
from matcher.pipeline.fairs.programme import FairDay

STYLE = Markup("""
td.sign { min-width: 30mm; height: 9mm; }
.foot { display: flex; justify-content: space-between; margin-top: 8mm; break-inside: avoid; }
.seal { width: 40mm; height: 40mm; border: 0.4pt dashed #000; border-radius: 50%;
  display: flex; align-items: center; justify-content: center; }
""")


def sign_in(day: FairDay, *, names: Mapping[str, str], language: str) -> Markup:
    """Everybody who has a talk, once, by the time of the first one, then by number.

    Args:
        day: the fair's day.
        names: by person id; printed with part of them hidden.
        language: "zh" or "en".
    """
    said = words(language)["signing"]
    first = day.talks.sort_values(["start", "booth", "person_id"]).drop_duplicates("person_id")
    counts = day.talks["person_id"].value_counts()
    rows = [
        [
            element("td", str(at), class_="number"),
            element("td", row["start"], class_="when"),
            element("td", row["person_id"]),
            element("td", masked(names.get(row["person_id"], ""))),
            element("td", said["booth"].format(booth=row["booth"]), class_="when"),
            element("td", str(counts[row["person_id"]]), class_="number"),
            element("td", "", class_="sign"),
        ]
        for at, row in enumerate(first.to_dict("records"), start=1)
    ]
    page = joined(
        element("h1", said["title"]),
        element(
            "div",
            element("p", said["fair"].format(fair=day.fair["name"], on=day.fair["on"])),
            element("p", said["serial"].format(serial=f"{day.fair['fair_id']}-QD")),
            class_="head",
        ),
        table(said["headings"], rows) if rows else element("p", said["nobody"]),
        element(
            "div",
            element("p", said["sum"].format(people=len(rows), talks=len(day.talks))),
            element("div", said["seal"], class_="seal"),
            class_="foot",
        ),
    )
    title = f"{said['title']} · {day.fair['name']}"
    return a4(title, words(language)["language"], [page], style=STYLE)
