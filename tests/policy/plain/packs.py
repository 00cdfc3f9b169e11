"""Which texts answer a matter in a place on a day, from the YAML files themselves."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import yaml

from tests.policy.plain.days import DATA

FOLDER = DATA.parents[1] / "matcher" / "policy" / "packs"
Rule = Mapping[str, Any]


@dataclass(frozen=True)
class Text:
    """A rule of one file, with the file."""

    file: str
    pack: Mapping[str, Any]
    rule: Rule

    @property
    def place(self) -> str:
        return str(self.pack["place"])

    def value(self, name: str, on: date) -> Any:
        """The value on the day; None where there is none, or none any more, or none is stated."""
        begun = [entry for entry in self.pack["values"][name] if _since(entry) <= on]
        found = max(begun, key=_since)["value"] if begun else None
        return None if found == "not_stated" else found


def _since(entry: Mapping[str, Any]) -> date:
    return date.min if entry["since"] in ("unknown", None) else entry["since"]


@cache
def packs() -> tuple[tuple[str, Mapping[str, Any]], ...]:
    """Every pack of the project with its file."""
    return tuple(
        (file.relative_to(FOLDER).as_posix(), yaml.safe_load(file.read_text(encoding="utf-8")))
        for file in sorted(FOLDER.rglob("*.yaml"))
    )


@cache
def parents() -> dict[str, str]:
    """Each place with the next wider one, the empty text for none."""
    with (DATA / "places.csv").open(encoding="utf-8", newline="") as handle:
        return {row["place"]: row["parent"] for row in csv.DictReader(handle)}


@cache
def texts(place: str, decision: str, on: date, layer: str) -> tuple[Text, ...]:
    """The texts in force on a matter, the one that answers first.

    The place's own come first, the wider places' behind; of one place the later law of the current
    layer goes before the source documents. A repeal ends a place's say on the matter.
    """
    found: list[Text] = []
    at = place
    while at:
        found.extend(_own(at, place, decision, on, layer))
        at = parents()[at]
    return tuple(found)


def _own(at: str, asked: str, decision: str, on: date, layer: str) -> Iterator[Text]:
    for one in ("current", "source") if layer == "current" else ("source",):
        for file, pack in packs():
            if pack["place"] != at or pack["layer"] != one:
                continue
            if at != asked and not pack["inheritable"]:
                continue
            rules = [
                rule
                for rule in (pack.get("decisions") or {}).get(decision, ())
                if _since(rule) <= on <= (rule.get("until") or date.max)
            ]
            if not rules:
                continue
            rule = max(rules, key=_since)
            if rule.get("repealed"):
                return
            yield Text(file, pack, rule)
