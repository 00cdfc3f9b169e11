"""The law of a place on a day: which text answers each decision, and who set it.

Inheritance is per matter, and a matter is one decision: a place's own text in force that day
answers, else the next wider place's. Practice told in case reports is nobody's but the place's own.
The current layer lies on top of the source layer: at each place it answers first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from pathlib import Path

import numpy as np

from matcher.domain.decision import Citation
from matcher.errors import PolicyFileError
from matcher.policy.catalogue import decision_kind, place_catalogue, wider_places
from matcher.policy.engine.kleene import Interval
from matcher.policy.reading.packs import read_pack
from matcher.policy.reading.rules import LAYERS, Condition, Pack, Rule, Value

SHIPPED_PACKS = Path(__file__).resolve().parent / "packs"
WHOLE_COUNTRY = "cn"


@dataclass(frozen=True)
class Packs:
    """All packs of a folder."""

    packs: tuple[Pack, ...]

    @cached_property
    def by_place(self) -> dict[tuple[str, str], tuple[Pack, ...]]:
        """The packs of each place and layer."""
        found: dict[tuple[str, str], tuple[Pack, ...]] = {}
        for pack in self.packs:
            key = (pack.place, pack.layer)
            found[key] = (*found.get(key, ()), pack)
        return found

    def decisions(self, layer: str) -> frozenset[str]:
        """The decisions on which any pack of the layer, or of one below it, has a rule."""
        layers = LAYERS[LAYERS.index(layer) :]
        return frozenset(name for pack in self.packs if pack.layer in layers for name in pack.rules)


def pack_files(folder: Path) -> list[Path]:
    """The pack files below a folder, in order of their paths."""
    return sorted(folder.rglob("*.yaml"))


def read_packs(folder: Path = SHIPPED_PACKS) -> Packs:
    """All packs below a folder.

    Raises:
        PolicyFileError: a pack has a mistake; the message carries all mistakes of that file.
    """
    read = []
    for file in pack_files(folder):
        name = file.relative_to(folder).as_posix()
        pack, problems = read_pack(file, name)
        if pack is None:
            raise PolicyFileError(file=name, problems=problems)
        read.append(pack)
    return Packs(tuple(read))


@cache
def shipped_packs() -> Packs:
    """The packs that travel with the package, read once."""
    return read_packs()


@dataclass(frozen=True, slots=True)
class InForce:
    """A rule that holds, with the pack it stands in and the place that set it."""

    rule: Rule
    pack: Pack

    @property
    def set_by(self) -> str:
        """The place whose text it is."""
        return self.pack.place

    def citation(self, condition: Condition) -> Citation:
        """Where the condition stands."""
        return self.pack.sources[condition.source]

    def limits(self, on: date) -> dict[str, Interval]:
        """The pack's values on the day as one-row columns; open where not stated or repealed."""
        return {name: _as_interval(self.pack.value(name, on)) for name in self.pack.values}


def _as_interval(value: Value | None) -> Interval:
    if value is None or value.number is None:
        return Interval(np.array([-np.inf]), np.array([np.inf]), stated=False)
    return Interval.exactly(np.array([value.number]))


@dataclass(frozen=True)
class Law:
    """The law in force in one place on one day.

    Attributes:
        place: path of the place asked for.
        on: the day.
        layer: `source` (the source documents alone) or `current` (later law on top).
        packs: the packs it is drawn from.
    """

    place: str
    on: date
    layer: str
    packs: Packs

    @classmethod
    def on_day(
        cls, place: str, on: date, *, layer: str = "current", packs: Packs | None = None
    ) -> Law:
        """The law of a place on a day.

        Args:
            place: a path such as `cn/jiangsu/nantong`; see `Law.place_of` for an area code.
            on: the day of the decision.
            layer: `current` for service, `source` for the source documents alone.
            packs: other packs than the shipped ones.

        Raises:
            UnknownPlace: no such place; the message lists those there are.
            PolicyFileError: a pack cannot be read.

        Example:
            >>> law = Law.on_day("cn/jiangsu/nantong", date(2010, 3, 17), layer="source")
            >>> [found.set_by for found in law.rules("zero_employment_household")]
            ['cn/jiangsu', 'cn']
        """
        wider_places(place)
        return cls(place, on, layer, packs or shipped_packs())

    def rules(self, decision: str) -> tuple[InForce, ...]:
        """The rules on a matter, the one that answers first, then the wider ones behind it.

        Raises:
            UnknownDecision: no such decision.
        """
        decision_kind(decision)
        found: list[InForce] = []
        for place in wider_places(self.place):
            found.extend(self._own_rules(place, decision))
        return tuple(found)

    def _own_rules(self, place: str, decision: str) -> list[InForce]:
        found: list[InForce] = []
        for layer in LAYERS[LAYERS.index(self.layer) :]:
            for pack in self.packs.by_place.get((place, layer), ()):
                rule = pack.rule(decision, self.on)
                if rule is None or not (pack.inheritable or place == self.place):
                    continue
                if rule.repealed:
                    return found
                found.append(InForce(rule, pack))
        return found

    @staticmethod
    def place_of(area_code: str | None) -> str:
        """The nearest place of the packs around an area; the whole country when none is nearer.

        Args:
            area_code: GB/T 2260, 2 to 12 digits, or None.

        Example:
            >>> [Law.place_of(code) for code in ("320602001", "320200", "510104", None)]
            ['cn/jiangsu/nantong', 'cn/jiangsu', 'cn', 'cn']
        """
        known = _place_by_area()
        code = area_code or ""
        for length in range(len(code), 1, -1):
            if code[:length] in known:
                return known[code[:length]]
        return WHOLE_COUNTRY

    @property
    def decisions(self) -> tuple[str, ...]:
        """The decisions on which some rule holds here on this day, in order."""
        return tuple(one for one in sorted(self.packs.decisions(self.layer)) if self.rules(one))


@cache
def _place_by_area() -> dict[str, str]:
    return {
        place.area_code: place.path
        for place in place_catalogue().values()
        if place.area_code is not None
    }


def places_of(area_codes: Sequence[str | None]) -> list[str]:
    """`Law.place_of` for many areas; each distinct code is looked up once."""
    found = {code: Law.place_of(code) for code in set(area_codes)}
    return [found[code] for code in area_codes]
