"""One pack file read into rules, with every problem found in it.

The shape of a file is told in `matcher/policy/__init__.py`; each check has a broken file in the
tests.
"""

from __future__ import annotations

import string
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from matcher.domain.decision import Citation
from matcher.policy.catalogue import (
    decision_catalogue,
    fact_catalogue,
    place_catalogue,
)
from matcher.policy.engine.days import day_number
from matcher.policy.engine.scene import Formula
from matcher.policy.reading.answers import needed_answers, read_answers, read_order
from matcher.policy.reading.grammar import Reader
from matcher.policy.reading.rules import LAYERS, Condition, Pack, Rule, Value

UNITS: tuple[str, ...] = ("years", "months", "days", "working_days", "times", "persons", "homes")
UNITS += ("households", "day_of_month", "yuan", "yuan/month", "yuan/year", "m2", "share", "date")
GRADES = ("read", "told")
AREAS = ("residence", "registration", "post")
LONGEST_WORDS = 20

PACK_KEYS = ("place", "area_code", "programme", "layer", "inheritable", "documents", "sources")
MAY_HAVE = ("values", "decisions")
RULE_KEYS: tuple[str, ...] = (
    "since",
    "until",
    "source",
    "repealed",
    "governed_by",
    "conditions",
    "applies_when",
)
RULE_KEYS += ("met_when", "answers", "needs", "kept_when_not_met", "beside")
RULE_KEYS += ("cites", "order_within", "order_beside", "review")


class _Loader(yaml.CSafeLoader):
    """Safe YAML that refuses a key given twice, which YAML would silently overwrite."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Hashable, Any]:
    seen: set[Hashable] = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node)
        if key in seen:
            line = key_node.start_mark.line + 1
            raise yaml.constructor.ConstructorError(None, None, f"line {line}: key '{key}' twice")
        seen.add(key)
    return yaml.CSafeLoader.construct_mapping(loader, node, deep=True)


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read_yaml(text: str) -> Any:
    """The YAML of a text, keys unique.

    Raises:
        yaml.YAMLError: the text is no YAML, or gives a key twice.
    """
    return yaml.load(text, Loader=_Loader)  # noqa: S506 -- _Loader is a safe loader


def read_pack(file: Path, name: str) -> tuple[Pack | None, list[str]]:
    """The pack in a file and what is wrong with it.

    Args:
        file: the YAML file.
        name: what to call it in messages: its path under the pack folder.

    Returns:
        The pack, None when any problem was found; and the problems, each one sentence that names
        file, key, what stands there and what was expected.
    """
    try:
        raw = read_yaml(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        return None, [f"{name}: not readable as YAML: {' '.join(str(error).split())}"]
    reading = _Reading(name)
    pack = reading.pack(raw)
    return (None if reading.problems else pack), reading.problems


@dataclass
class _Reading:
    """One file being read; `problems` grows as it goes."""

    file: str
    problems: list[str] = field(default_factory=list)
    sources: dict[str, Citation] = field(default_factory=dict)
    values: dict[str, tuple[Value, ...]] = field(default_factory=dict)

    def problem(self, where: str, found: str, expected: str) -> None:
        self.problems.append(f"{self.file}: {where}: {found}; expected {expected}")

    def keys(self, where: str, raw: Any, known: Iterable[str], needed: Iterable[str] = ()) -> bool:
        """Whether `raw` is a mapping; unknown and missing keys are noted."""
        if not isinstance(raw, dict):
            self.problem(where, f"'{raw}'", "a mapping")
            return False
        known = tuple(known)
        for key in raw:
            if key not in known:
                self.problem(where, f"unknown key '{key}'", f"one of {', '.join(known)}")
        missing = [key for key in needed if key not in raw]
        for key in missing:
            self.problem(where, f"no '{key}'", f"the key '{key}'")
        return not missing

    def day(self, where: str, raw: Any, *, unknown: bool = True) -> date | None:
        """The date; `unknown` and None become None where allowed."""
        if unknown and raw in ("unknown", None):
            return None
        if isinstance(raw, date):
            return raw
        expected = "an ISO date like 2008-05-28" + (" or 'unknown'" if unknown else "")
        self.problem(where, f"'{raw}'", expected)
        return None

    def one_of(self, where: str, raw: Any, known: Iterable[str]) -> str:
        known = tuple(known)
        if raw not in known:
            self.problem(where, f"'{raw}'", f"one of {', '.join(known)}")
        return str(raw)

    def source(self, where: str, raw: Any) -> str:
        """The id of a source that the file has."""
        if raw is None:
            self.problem(where, "no source", "the id of a source of this file")
        elif raw not in self.sources:
            self.problem(where, f"no source '{raw}'", f"one of {', '.join(self.sources)}")
        return str(raw)

    def pack(self, raw: Any) -> Pack | None:
        if not self.keys("file", raw, (*PACK_KEYS, *MAY_HAVE), PACK_KEYS):
            return None
        self._place(raw)
        self.one_of("layer", raw["layer"], LAYERS)
        if not isinstance(raw["inheritable"], bool):
            self.problem("inheritable", f"'{raw['inheritable']}'", "true or false")
        documents = self._documents(raw["documents"])
        self.sources = self._sources(raw["sources"], documents)
        self.values = self._values(raw.get("values") or {})
        rules = self._rules(raw.get("decisions") or {})
        return Pack(
            file=self.file,
            place=str(raw["place"]),
            area_code=raw["area_code"],
            programme=str(raw["programme"]),
            layer=str(raw["layer"]),
            inheritable=bool(raw["inheritable"]),
            sources=self.sources,
            values=self.values,
            rules=rules,
        )

    def _place(self, raw: Mapping[str, Any]) -> None:
        places = place_catalogue()
        place = raw["place"]
        if place not in places:
            self.problem("place", f"unknown place '{place}'", "a place of data/policy/places.csv")
            return
        parent = places[place].parent
        if parent is not None and parent not in places:
            self.problem("place", f"'{place}' has no parent '{parent}'", "a parent in places.csv")
        if not self.file.startswith(f"{place}/"):
            self.problem("place", f"'{place}' in another folder", f"a file under {place}/")
        if raw["area_code"] != places[place].area_code:
            expected = f"'{places[place].area_code}' as in places.csv"
            self.problem("area_code", f"'{raw['area_code']}'", expected)

    def _documents(self, raw: Any) -> dict[str, Citation]:
        found: dict[str, Citation] = {}
        if not self.keys("documents", raw, raw if isinstance(raw, dict) else ()):
            return found
        for name, entry in raw.items():
            where = f"documents.{name}"
            if self.keys(where, entry, ("title", "number", "date", "grade"), ("title", "date")):
                found[name] = Citation(
                    rule=name,
                    document=str(entry["title"]),
                    number=entry.get("number"),
                    since=self.day(f"{where}.date", entry["date"]),
                    grade=self.one_of(f"{where}.grade", entry.get("grade", "read"), GRADES),
                )
        return found

    def _sources(self, raw: Any, documents: Mapping[str, Citation]) -> dict[str, Citation]:
        found: dict[str, Citation] = {}
        if not self.keys("sources", raw, raw if isinstance(raw, dict) else ()):
            return found
        for name, entry in raw.items():
            where = f"sources.{name}"
            if not self.keys(where, entry, ("document", "article", "words"), ("document",)):
                continue
            words = entry.get("words")
            if words is not None and len(str(words)) > LONGEST_WORDS:
                expected = f"at most {LONGEST_WORDS} characters that locate the passage"
                self.problem(f"{where}.words", f"{len(str(words))} characters", expected)
            if entry["document"] not in documents:
                expected = f"one of {', '.join(documents)}"
                self.problem(f"{where}.document", f"no document '{entry['document']}'", expected)
                continue
            article = entry.get("article")
            found[name] = replace(
                documents[entry["document"]],
                rule=name,
                article=None if article is None else str(article),
                words=None if words is None else str(words),
            )
        return found

    def _values(self, raw: Any) -> dict[str, tuple[Value, ...]]:
        found: dict[str, tuple[Value, ...]] = {}
        if not self.keys("values", raw, raw if isinstance(raw, dict) else ()):
            return found
        for name, entries in raw.items():
            if not isinstance(entries, list) or not entries:
                self.problem(f"values.{name}", f"'{entries}'", "a list of dated values")
                continue
            read = [self._value(f"values.{name}[{at}]", entry) for at, entry in enumerate(entries)]
            dated = tuple(value for value in read if value is not None)
            self._no_overlap(f"values.{name}", [(value.since, None) for value in dated])
            found[name] = dated
        return found

    def _value(self, where: str, raw: Any) -> Value | None:
        needed = ("value", "unit", "since", "source")
        if not self.keys(where, raw, needed, needed):
            return None
        value = raw["value"]
        number: float | None = None
        if isinstance(value, date):
            number = day_number(value)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            number = float(value)
        elif value not in (None, "not_stated"):
            expected = "a number, a date, 'not_stated', or null for a repeal"
            self.problem(f"{where}.value", f"'{value}'", expected)
        return Value(
            number=number,
            unit=self.one_of(f"{where}.unit", raw["unit"], UNITS),
            since=self.day(f"{where}.since", raw["since"]),
            source=self.source(f"{where}.source", raw["source"]),
            stated=value != "not_stated",
            repealed=value is None,
        )

    def _rules(self, raw: Any) -> dict[str, tuple[Rule, ...]]:
        found: dict[str, tuple[Rule, ...]] = {}
        if not self.keys("decisions", raw, raw if isinstance(raw, dict) else ()):
            return found
        for decision, entries in raw.items():
            where = f"decisions.{decision}"
            if decision not in decision_catalogue():
                expected = "a decision of data/policy/decisions.csv"
                self.problem(where, f"unknown decision '{decision}'", expected)
            if not isinstance(entries, list) or not entries:
                self.problem(where, f"'{entries}'", "a list of dated rules")
                continue
            read = [self._rule(decision, f"{where}[{at}]", rule) for at, rule in enumerate(entries)]
            rules = tuple(rule for rule in read if rule is not None)
            self._no_overlap(where, [(rule.since, rule.until) for rule in rules])
            found[decision] = rules
        return found

    def _no_overlap(self, where: str, spans: list[tuple[date | None, date | None]]) -> None:
        """Entries follow each other in time; two that begin on one day cannot both hold."""
        for (since, until), (after, _) in pairwise(spans):
            if after is None or (since is not None and after <= since):
                self.problem(where, f"'{after}' after '{since}'", "later first days, in order")
            elif until is not None and after <= until:
                self.problem(where, f"'{after}' before the end {until}", "no overlap of dates")

    def _rule(self, decision: str, where: str, raw: Any) -> Rule | None:
        if not self.keys(where, raw, RULE_KEYS, ("since", "source")):
            return None
        until = raw.get("until")
        rule = Rule(
            decision=decision,
            since=self.day(f"{where}.since", raw["since"]),
            until=None if until is None else self.day(f"{where}.until", until, unknown=False),
            source=self.source(f"{where}.source", raw["source"]),
            repealed=bool(raw.get("repealed", False)),
        )
        if rule.repealed:
            return rule
        if not _is_answered(decision, raw):
            needed = "answers" if _answer_of(decision) == "tier" else "met_when"
            self.problem(where, f"no '{needed}'", f"'{needed}', or repealed: true")
        if raw.get("governed_by") is not None:
            self.one_of(f"{where}.governed_by", raw["governed_by"], AREAS)
        reader = Reader(where, frozenset(self.values), problems=[])
        conditions = self._conditions(where, raw.get("conditions") or {}, reader)
        joins = replace(reader, conditions=frozenset(conditions), facts_by_name=False)
        read = replace(
            rule,
            governed_by=raw.get("governed_by"),
            conditions=conditions,
            applies_when=self._join(joins, raw, "applies_when"),
            met_when=self._join(joins, raw, "met_when"),
            order_within=read_order(joins, raw.get("order_within") or []),
            answers=read_answers(joins, raw.get("answers") or {}),
            needs=self._answer_names(f"{where}.needs", raw, needed_answers(decision)),
            kept_when_not_met=self._answer_names(f"{where}.kept_when_not_met", raw),
            beside_wider=self._beside(f"{where}.beside", raw, "beside"),
            cites=tuple(self.source(f"{where}.cites", one) for one in raw.get("cites") or ()),
            order_beside_wider=self._beside(f"{where}.order_beside", raw, "order_beside"),
            review=tuple(raw.get("review") or ()),
        )
        self.problems.extend(f"{self.file}: {problem}" for problem in reader.problems)
        return read

    def _beside(self, where: str, raw: Mapping[str, Any], key: str) -> bool:
        if key in raw:
            self.one_of(where, raw[key], ("wider",))
        return key in raw

    def _answer_names(
        self, where: str, raw: Mapping[str, Any], usual: tuple[str, ...] = ()
    ) -> tuple[str, ...]:
        """Names of answers under the last key of `where`; the usual ones that the rule has."""
        given, has = raw.get(where.rsplit(".", maxsplit=1)[-1]), list(raw.get("answers") or {})
        for name in has.copy():
            if isinstance(raw["answers"][name], dict):
                has += [f"{name}.{item}" for item in raw["answers"][name]]
        if given is None:
            return tuple(name for name in usual if name in has)
        return tuple(self.one_of(where, name, has) for name in given)

    def _join(self, reader: Reader, raw: Mapping[str, Any], key: str) -> Formula | None:
        return reader.at(key).formula(raw[key]) if key in raw else None

    def _conditions(self, where: str, raw: Any, reader: Reader) -> dict[str, Condition]:
        found: dict[str, Condition] = {}
        if not self.keys(f"{where}.conditions", raw, raw if isinstance(raw, dict) else ()):
            return found
        for name, entry in raw.items():
            at = f"{where}.conditions.{name}"
            needed = ("zh", "en", "source", "test")
            if not self.keys(at, entry, needed, needed):
                continue
            for language in ("zh", "en"):
                self._sentence(f"{at}.{language}", entry[language])
            source = self.source(f"{at}.source", entry["source"])
            test = reader.at(f"conditions.{name}.test").formula(entry["test"])
            if test is not None:
                found[name] = Condition(name, str(entry["zh"]), str(entry["en"]), source, test)
        return found

    def _sentence(self, where: str, text: Any) -> None:
        try:
            names = [name for _, name, _, _ in string.Formatter().parse(str(text)) if name]
        except ValueError as error:
            self.problem(where, f"'{text}' ({error})", "a sentence with names in single braces")
            return
        for name in names:
            if name not in self.values and name not in fact_catalogue() and name != "the_day":
                self.problem(where, f"unknown name '{{{name}}}'", "a value of this file or a fact")


def _answer_of(decision: str) -> str | None:
    kind = decision_catalogue().get(decision)
    return None if kind is None else kind.answer


def _is_answered(decision: str, raw: Mapping[str, Any]) -> bool:
    """Whether the rule says anything: a test, or values alone where that is an answer."""
    alone = ("date", "count", "class", "list")
    by_values = _answer_of(decision) in alone or "beside" in raw
    if _answer_of(decision) == "tier" or (by_values and "met_when" not in raw):
        return bool(raw.get("answers"))
    return "met_when" in raw
