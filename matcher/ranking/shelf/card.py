"""The model card: what a model was made from, what it reached and for whom, what it is not for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import yaml

from matcher.domain import Language

VERSION = 1
WORDING = Path(__file__).with_name("card.yaml")
EVERYONE = "everyone"


@dataclass(frozen=True, slots=True)
class Data:
    """What a model was made from.

    Attributes:
        first_day, last_day: of the outcomes learned from, ISO; None where none has a day.
        persons, vacancies, outcomes: how many there were.
        pairs, positives: how many pairs were trained on, and how many of them were wanted.
        generated: is all of it made up.
        sampling: how the pairs that count as not wanted were found.
        split: how what is measured was kept apart.
    """

    first_day: str | None
    last_day: str | None
    persons: int
    vacancies: int
    outcomes: int
    pairs: int
    positives: int
    generated: bool
    sampling: str
    split: str


@dataclass(frozen=True, slots=True)
class Row:
    """One measure of one model for everyone or a group, with its interval.

    Attributes:
        model: whose it is; a baseline's name or the model's own.
        attribute, group: `everyone`, or whom it is about.
        measure: its name.
        people: how many it counts.
        value, low, high: NaN is told as null.
    """

    model: str
    attribute: str
    group: str
    measure: str
    people: int
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Origin:
    """From which code and law, and how it can be made again.

    Attributes:
        made_on: the day of the market that it was made on.
        seed: of everything drawn.
        code_version: of the package.
        code_sha256: of the source that makes features and models.
        law_sha256: of the law packs that screened the pairs.
        parameters: of the training.
    """

    made_on: date
    seed: int
    code_version: str
    code_sha256: str
    law_sha256: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Card:
    """The card of one model.

    Attributes:
        name: of the model.
        data, origin: what it was made from, and how.
        features: the columns it sees, in order.
        cautions: keys of the wording file, the worst first.
        pool_size: how many posts each list was drawn from.
        level: of the intervals.
        rows: what it and the baselines reached.
    """

    name: str
    data: Data
    origin: Origin
    features: tuple[str, ...]
    cautions: tuple[str, ...]
    pool_size: int
    level: float
    rows: tuple[Row, ...]

    def content(self) -> bytes:
        """The card as the bytes of `card.json`; the same card gives the same bytes."""
        raw = {"version": VERSION, **asdict(self)}
        options = orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY
        return orjson.dumps(raw, option=options) + b"\n"


@cache
def wording(language: Language) -> Mapping[str, Any]:
    """The words of a card in a language."""
    with WORDING.open(encoding="utf-8") as handle:
        words: Mapping[str, Any] = yaml.safe_load(handle)[language]
    return words


def card_markdown(card: Mapping[str, Any], language: Language) -> str:
    """A card as a page that people read.

    Args:
        card: what `card.json` holds.
        language: of the page.

    Returns:
        Markdown, ending in a line break.
    """
    words = wording(language)
    lines = [f"# {words['title'].format(name=card['name'])}", ""]
    lines += _uses(card, words)
    lines += [f"## {words['headings']['data']}", "", *_data(card, words), ""]
    level = f"{card['level']:.0%}"
    heading = words["headings"]["quality"].format(pool=card["pool_size"], level=level)
    own = [row for row in card["rows"] if row["model"] == card["name"]]
    lines += [f"## {heading}", "", *_table(_of(own, everyone=True), ("measure",), words), ""]
    others = [row for row in card["rows"] if row["model"] != card["name"]]
    others = _of(others, everyone=True)
    heads = words["headings"]
    lines += [f"## {heads['baselines']}", "", *_table(others, ("model", "measure"), words), ""]
    groups = _of(own, everyone=False)
    lines += [f"## {heads['groups']}", "", *_table(groups, ("group", "measure"), words), ""]
    lines += [f"## {heads['features']}", "", words["labels"]["blind"], ""]
    lines += [", ".join(f"`{name}`" for name in card["features"]), ""]
    lines += [f"## {heads['origin']}", "", *_origin(card, words)]
    return "\n".join(lines) + "\n"


def _uses(card: Mapping[str, Any], words: Mapping[str, Any]) -> Iterator[str]:
    heads = words["headings"]
    yield from (f"## {heads['use']}", "", words["use"], "")
    yield from (f"## {heads['not_for']}", "", *(f"- {each}" for each in words["not_for"]), "")
    if card["cautions"]:
        told = (f"- {words['cautions'][each]}" for each in card["cautions"])
        yield from (f"## {heads['cautions']}", "", *told, "")


def _data(card: Mapping[str, Any], words: Mapping[str, Any]) -> Iterator[str]:
    data, labels = card["data"], words["labels"]
    span = f"{data['first_day']} – {data['last_day']}" if data["first_day"] else labels["no_dates"]
    yield f"- {labels['span']}: {span}"
    for name in ("persons", "vacancies", "outcomes", "pairs", "positives"):
        yield f"- {labels[name]}: {data[name]:,}"
    yield f"- {labels['sampling']}: {data['sampling']}"
    yield f"- {labels['split']}: {data['split']}"


def _origin(card: Mapping[str, Any], words: Mapping[str, Any]) -> Iterator[str]:
    origin, labels = card["origin"], words["labels"]
    yield f"- {labels['made_on']}: {origin['made_on']}"
    yield f"- {labels['seed']}: {origin['seed']}"
    yield f"- {labels['code']}: {origin['code_version']} ({origin['code_sha256'][:12]})"
    yield f"- {labels['law']}: {origin['law_sha256'][:12]}"
    yield from (f"- `{name}`: {value}" for name, value in sorted(origin["parameters"].items()))


def _of(rows: Sequence[Mapping[str, Any]], *, everyone: bool) -> list[Mapping[str, Any]]:
    return [row for row in rows if (row["attribute"] == EVERYONE) is everyone]


def _table(
    rows: Sequence[Mapping[str, Any]], keys: Sequence[str], words: Mapping[str, Any]
) -> Iterator[str]:
    labels = words["labels"]
    heads = [*(labels[key] for key in keys), labels["people"], labels["value"]]
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    for row in rows:
        named = {**row, "group": f"{row['attribute']}: {row['group']}"}
        cells = [str(named[key]) for key in keys]
        yield f"| {' | '.join(cells)} | {row['people']:,} | {_number(row)} |"


def _number(row: Mapping[str, Any]) -> str:
    if row["value"] is None:
        return "–"
    ends = "" if row["low"] is None else f" ({row['low']:.4f}–{row['high']:.4f})"
    return f"{row['value']:.4f}{ends}"
