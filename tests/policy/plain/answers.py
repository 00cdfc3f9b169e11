"""One decision about one subject in plain Python: outcome, values, what to ask, what is cited."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from tests.policy.plain.days import DATA
from tests.policy.plain.formulas import NOT_STATED, Reading, Truth, both
from tests.policy.plain.packs import Text, texts
from tests.policy.plain.subjects import Span, Subject

Words = frozenset[Any]
Value = Span | Words | None
"""What may stand in an answer: a span of numbers, some words, or None: nothing stands there."""
OPEN = Span(-math.inf, math.inf)
NO_TIER = Span(Decimal(0), Decimal(0))
NEEDED = {"date": ("date", "month"), "count": ("count",), "class": ("class",)}
NEEDED |= {"amount": ("amount_yuan",)}


@cache
def table(file: str, key: str) -> dict[str, dict[str, str]]:
    """A table of the policy data by its first column."""
    with (DATA / file).open(encoding="utf-8", newline="") as handle:
        return {row[key]: row for row in csv.DictReader(handle)}


def answer_kind(name: str) -> dict[str, str]:
    return table("answers.csv", "answer")[name.partition(".")[0]]


@dataclass(frozen=True)
class Reply:
    """What is answered about one subject."""

    outcome: Truth
    set_by: str | None
    values: dict[str, Any] = field(default_factory=dict)
    ask_for: frozenset[str] = frozenset()
    reason: str | None = None
    rules: frozenset[str] = frozenset()
    findings: tuple[tuple[str, str, Truth], ...] = ()
    review: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Part:
    """One text held against the subject."""

    text: Text
    reading: Reading
    applies: Truth
    outcome: Truth
    answers: Mapping[str, Value]

    @property
    def beside(self) -> bool:
        return "beside" in self.text.rule

    @property
    def settles(self) -> bool:
        """Whether no wider text is asked."""
        return self.applies is True and not self.beside


@dataclass(frozen=True)
class Office:
    """Decides by the law of one place on one day."""

    place: str
    on: date
    layer: str

    def parts(self, decision: str, one: Subject) -> list[Part]:
        """The texts in force, the nearest first, each held against the subject."""
        found = texts(self.place, decision, self.on, self.layer)
        return [self._part(text, decision, one) for text in found]

    def _part(self, text: Text, decision: str, one: Subject) -> Part:
        reading, rule = Reading(text, self.on, self._other), text.rule
        answers = {
            name: _first_case(reading, name, cases, one) for name, cases in answers_of(rule).items()
        }
        met = reading.truth(rule["met_when"], one) if "met_when" in rule else True
        needed = [True if _known(answers[name]) else None for name in _needs(decision, rule)]
        cover = rule.get("applies_when")
        applies = True if cover is None else reading.truth(cover, one)
        return Part(text, reading, applies, both([met, *needed]), answers)

    def _other(self, decision: str, one: Subject) -> tuple[Truth, set[str]]:
        parts = self.parts(decision, one)
        outcome, _, _ = combined(decision, parts)
        return outcome, self.missing(decision, parts, one) if outcome is None else set()

    def missing(self, decision: str, parts: list[Part], one: Subject) -> set[str]:
        """What can still settle the outcome."""
        found: set[str] = set()
        for part in consulted(parts):
            rule, reading = part.text.rule, part.reading
            if part.applies is False:
                continue
            if part.applies is None:
                found |= reading.missing(rule["applies_when"], one)
            if part.outcome is False:
                continue
            if "met_when" in rule and reading.truth(rule["met_when"], one) is None:
                found |= reading.missing(rule["met_when"], one)
            for name, cases in answers_of(rule).items():
                if name in _needs(decision, rule) or name == "tier":
                    found |= _missing_of_cases(reading, name, cases, one)
        return found

    def decide(self, decision: str, one: Subject) -> Reply:
        """The answer about the subject."""
        parts = self.parts(decision, one)
        outcome, answers, set_by = combined(decision, parts)
        heard = consulted(parts)
        covering = [part for part in heard if part.applies is not False]
        missing = self.missing(decision, parts, one) if outcome is None else set()
        reason = "not_stated" if NOT_STATED in missing else None
        if outcome is None and not covering:
            reason = "no_rule_in_force"
        return Reply(
            outcome=outcome,
            set_by=None if set_by is None else set_by.text.place,
            values=told(decision, outcome, answers, covering),
            ask_for=frozenset(missing - {NOT_STATED}),
            reason=reason,
            rules=frozenset(_cited(heard if covering or outcome is not None else [])),
            findings=tuple(finding for part in heard for finding in _findings(part, one)),
            review=_review(set_by, parts, one) if outcome is True else frozenset(),
        )


def consulted(parts: list[Part]) -> list[Part]:
    """The texts up to the first that answers alone."""
    for at, part in enumerate(parts):
        if part.settles:
            return parts[: at + 1]
    return parts


def combined(decision: str, parts: list[Part]) -> tuple[Truth, dict[str, Value], Part | None]:
    """The outcome, the further answers and who answers: a wider text where a nearer is silent.

    A post that the texts in force do not cover has no tier; without any text it is open.
    """
    is_tier = table("decisions.csv", "id")[decision]["answer"] == "tier"
    outcome, answers, set_by = _from(parts, outside=False if is_tier and parts else None)
    if is_tier and parts:
        tier = answers.get("tier", NO_TIER)
        assert isinstance(tier, Span)
        outcome = (tier.low > 0) if tier.known else None
    return outcome, answers, set_by


def _from(parts: list[Part], outside: Truth) -> tuple[Truth, dict[str, Value], Part | None]:
    if not parts:
        return outside, {}, None
    part = parts[0]
    if part.settles:
        return part.outcome, dict(part.answers), part
    wider = _from(parts[1:], outside)
    if part.applies is False:
        return wider
    leaves_outcome = part.beside and "met_when" not in part.text.rule
    own = wider[0] if leaves_outcome else part.outcome
    answers = {**(wider[1] if part.beside else {}), **part.answers}
    if part.applies is True:
        return own, answers, part
    names = {*answers, *wider[1]}
    either = {
        name: _one_or_other(name, None, answers.get(name), wider[1].get(name)) for name in names
    }
    return (own if own is wider[0] else None), either, None


def answers_of(rule: Mapping[str, Any]) -> dict[str, Any]:
    """The cases of each answer; an item of a set or of days is an answer of its own."""
    found: dict[str, Any] = {}
    for name, cases in (rule.get("answers") or {}).items():
        match answer_kind(name)["kind"]:
            case "set":
                for item, when in cases.items():
                    yes: dict[str, Any] = {"is": True}
                    yes |= {} if when == "always" else {"when": when}
                    found[f"{name}.{item}"] = [yes, {"is": False}]
            case "dates":
                found |= {f"{name}.{item}": listed for item, listed in cases.items()}
            case _:
                found[name] = cases
    return found


def _needs(decision: str, rule: Mapping[str, Any]) -> list[str]:
    if rule.get("needs") is not None:
        return list(rule["needs"])
    usual = NEEDED.get(table("decisions.csv", "id")[decision]["answer"], ())
    return [name for name in usual if name in (rule.get("answers") or {})]


def _first_case(reading: Reading, name: str, cases: list[Any], one: Subject) -> Value:
    if not cases:
        return None
    case = cases[0]
    when = reading.truth(case["when"], one) if "when" in case else True
    here = _value(reading, name, case["is"], one)
    if when is True:
        return here
    return _one_or_other(name, when, here, _first_case(reading, name, cases[1:], one))


def _value(reading: Reading, name: str, raw: Any, one: Subject) -> Value:
    kind = answer_kind(name)
    words = kind["values"].split(";")
    if kind["kind"] == "word":
        return Words([raw]) if raw in words else Words(words)
    if isinstance(raw, bool):
        return Words([raw])
    if kind["kind"] == "flag":
        return Words([True, False])
    return reading.number(raw, one)


def _one_or_other(name: str, which: Truth, one: Value, other: Value) -> Value:
    """The one where `which` is true, the other where it is false, else whatever both leave open."""
    if name == "tier":
        one, other = one or NO_TIER, other or NO_TIER
    if which is not None:
        return one if which else other
    if one is None or other is None:
        return None if one is other else OPEN
    if isinstance(one, Span) and isinstance(other, Span):
        open_text = one.open_text or other.open_text
        return Span(min(one.low, other.low), max(one.high, other.high), open_text)
    if isinstance(one, Span) or isinstance(other, Span):
        return OPEN
    return one | other


def _known(value: Value) -> bool:
    if isinstance(value, Span):
        return value.known
    return value is not None and len(value) == 1


def _missing_of_cases(reading: Reading, name: str, cases: list[Any], one: Subject) -> set[str]:
    found: set[str] = set()
    for case in cases:
        when = reading.truth(case["when"], one) if "when" in case else True
        if when is None:
            found |= reading.missing(case["when"], one)
        value = _value(reading, name, case["is"], one)
        if when is not False and not _known(value):
            is_number = isinstance(value, Span)
            found |= reading.missing_of_number(case["is"], one) if is_number else {NOT_STATED}
        if when is True:
            break
    return found


def told(
    decision: str, outcome: Truth, answers: Mapping[str, Value], covering: list[Part]
) -> dict[str, Any]:
    """The values that are told of an answer with this outcome."""
    found: dict[str, Any] = {}
    if outcome is False and table("decisions.csv", "id")[decision]["answer"] == "amount":
        found["amount_yuan"] = 0
    kept = {name for part in covering for name in part.text.rule.get("kept_when_not_met") or ()}
    for name, value in answers.items():
        answer, _, item = name.partition(".")
        kind = answer_kind(name)
        if not _known(value) or (outcome is False and answer not in kept):
            continue
        if outcome is None and kind["shown"] == "met":
            continue
        if kind["kind"] == "set":
            listed = found.setdefault(answer, set())
            listed |= {item} if value == Words([True]) else set()
        elif kind["kind"] == "dates":
            found.setdefault(answer, {})[item] = _plain("date", value)
        elif name != "tier" or value != NO_TIER:
            found[answer] = _plain(kind["kind"], value)
    return found


def _plain(kind: str, value: Value) -> Any:
    if not isinstance(value, Span):
        return next(iter(value or ()))
    if kind in ("date", "month"):
        day = date.fromordinal(int(value.low))
        return day if kind == "date" else f"{day:%Y-%m}"
    return round(float(value.low), 2)


def _cited(heard: list[Part]) -> Iterator[str]:
    """The sources of the texts that cover the subject, and of nearer ones looked at in vain."""
    for part in heard:
        rule = part.text.rule
        yield rule["source"]
        yield from (rule.get("cites") or ()) if part.applies is not False else ()
        for name in _named(part):
            yield rule["conditions"][name]["source"]


def _findings(part: Part, one: Subject) -> Iterator[tuple[str, str, Truth]]:
    conditions = part.text.rule.get("conditions") or {}
    for name in _named(part):
        truth = part.reading.truth(conditions[name]["test"], one)
        yield name, conditions[name]["source"], truth


def _named(part: Part) -> set[str]:
    """The conditions that count: of a text that does not cover the subject, only its cover."""
    rule = part.text.rule
    cover = rule.get("applies_when")
    formulas = [cover]
    if part.applies is not False or cover is None:
        cases = [case for listed in answers_of(rule).values() for case in listed]
        formulas += [rule.get("met_when"), *(case.get("when") for case in cases)]
    return {word for raw in formulas for word in _words(raw)} & set(rule.get("conditions") or {})


def _words(raw: Any) -> Iterator[str]:
    if isinstance(raw, str):
        yield raw
    for part in raw.values() if isinstance(raw, dict) else (raw if isinstance(raw, list) else ()):
        yield from _words(part)


def _review(set_by: Part | None, parts: list[Part], one: Subject) -> frozenset[str]:
    """The rules of wider texts that a person should look at."""
    if set_by is None:
        return frozenset()
    behind = parts[[part is set_by for part in parts].index(True) + 1 :]
    return frozenset(
        source
        for part in behind
        for name, entry in (part.text.rule.get("conditions") or {}).items()
        for source in [entry["source"]]
        if name in (set_by.text.rule.get("review") or ())
        and part.reading.truth(entry["test"], one) is not True
    )
