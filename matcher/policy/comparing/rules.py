"""How the rules of two laws differ: conditions, values, how they are joined, and sources."""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from matcher.domain.decision import Citation
from matcher.policy.catalogue import decision_kind, fact_catalogue
from matcher.policy.engine.days import day_of
from matcher.policy.law import InForce, Law
from matcher.policy.reading.rules import Condition, Value

LEFT_OPEN = {"zh": "（原文未载明）", "en": "(not stated in the text)"}


@dataclass(frozen=True, slots=True)
class Said:
    """A condition as one law has it, its limits filled in."""

    set_by: str
    zh: str
    en: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class ConditionDifference:
    """A condition that one law lacks (None), or that the two test in other ways."""

    name: str
    a: Said | None
    b: Said | None


@dataclass(frozen=True, slots=True)
class Amount:
    """A value of the law on its day; `number` is None where the text leaves it open."""

    number: float | date | None
    unit: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class ValueDifference:
    """A value that one law lacks (None), or that differs."""

    name: str
    a: Amount | None
    b: Amount | None


@dataclass(frozen=True, slots=True)
class RuleDifference:
    """How two laws differ on one decision.

    Attributes:
        decision: its id.
        set_by_a, set_by_b: whose text answers in each; None where no text is in force.
        conditions: those that differ, in the order of the text.
        values: those that differ, by name.
        joined: whether conditions are joined, or answers given, in another way.
        citations_a, citations_b: sources that only one of them rests on.
    """

    decision: str
    set_by_a: str | None
    set_by_b: str | None
    conditions: tuple[ConditionDifference, ...]
    values: tuple[ValueDifference, ...]
    joined: bool
    citations_a: tuple[Citation, ...]
    citations_b: tuple[Citation, ...]


def compare_rules(a: Law, b: Law, decisions: Iterable[str] | None = None) -> list[RuleDifference]:
    """The decisions on which two laws differ, in order; empty where they say the same.

    Args:
        a: one law: a place on a day.
        b: the other.
        decisions: only these; None is every decision on which either has a rule.

    Raises:
        UnknownDecision: the catalogue has no such decision.

    Example:
        >>> a, b = (Law.on_day(place, date(2010, 1, 1)) for place in ("cn/shanxi", "cn/jiangsu"))
        >>> [each.decision for each in compare_rules(a, b, ["older_worker_4050"])]
        ['older_worker_4050']
        >>> compare_rules(a, a)
        []
    """
    asked = sorted({*a.decisions, *b.decisions}) if decisions is None else decisions
    found = (_difference(a, b, decision) for decision in asked)
    return [each for each in found if each is not None]


def _difference(a: Law, b: Law, decision: str) -> RuleDifference | None:
    decision_kind(decision)
    texts_a, texts_b = answering(a, decision), answering(b, decision)
    conditions = _conditions(a, b, texts_a, texts_b)
    values = _values(a, b, texts_a, texts_b)
    joined = [_joined(text) for text in texts_a] != [_joined(text) for text in texts_b]
    sources_a, sources_b = _sources(texts_a), _sources(texts_b)
    if sources_a == sources_b and not (conditions or values or joined):
        return None
    return RuleDifference(
        decision=decision,
        set_by_a=texts_a[0].set_by if texts_a else None,
        set_by_b=texts_b[0].set_by if texts_b else None,
        conditions=conditions,
        values=values,
        joined=joined,
        citations_a=tuple(each for each in sources_a if each not in sources_b),
        citations_b=tuple(each for each in sources_b if each not in sources_a),
    )


def answering(law: Law, decision: str) -> list[InForce]:
    """The texts that can answer: the nearest, and the wider ones behind texts for some only."""
    found: list[InForce] = []
    for text in law.rules(decision):
        found.append(text)
        if text.rule.applies_when is None:
            break
    return found


def _joined(text: InForce) -> tuple[object, ...]:
    rule = text.rule
    answers = {name: cases for name, cases in rule.answers.items() if cases}
    return (rule.applies_when, rule.met_when, answers, rule.order_within, rule.order_beside_wider)


Named = Mapping[str, tuple[InForce, Condition]]


def _named(texts: Iterable[InForce]) -> Named:
    """The conditions by name; of the same name the nearer one."""
    found: dict[str, tuple[InForce, Condition]] = {}
    for text in texts:
        for name, condition in text.rule.conditions.items():
            found.setdefault(name, (text, condition))
    return found


def _conditions(
    a: Law, b: Law, texts_a: list[InForce], texts_b: list[InForce]
) -> tuple[ConditionDifference, ...]:
    ours, theirs = _named(texts_a), _named(texts_b)
    found: list[ConditionDifference] = []
    for name in dict.fromkeys((*ours, *theirs)):
        one, other = ours.get(name), theirs.get(name)
        if one is not None and other is not None and _tested(a, *one) == _tested(b, *other):
            continue
        said_a = None if one is None else _said(a, *one)
        said_b = None if other is None else _said(b, *other)
        found.append(ConditionDifference(name, said_a, said_b))
    return tuple(found)


def _tested(law: Law, text: InForce, condition: Condition) -> tuple[object, ...]:
    """The test with the numbers that its limits have on the day."""
    limits = sorted(condition.test.looks_at()[1])
    return (condition.test, *(_number(text.pack.value(name, law.on)) for name in limits))


def _said(law: Law, text: InForce, condition: Condition) -> Said:
    zh = _sentence(law, text, condition.zh, "zh")
    en = _sentence(law, text, condition.en, "en")
    return Said(text.set_by, zh, en, text.citation(condition))


def _sentence(law: Law, text: InForce, sentence: str, language: str) -> str:
    """The sentence with the limits filled in; facts of a subject are named, not told."""
    words = {"the_day": law.on.isoformat()}
    for _, name, _, _ in string.Formatter().parse(sentence):
        if name is None or name in words:
            continue
        if name in text.pack.values:
            number = _number(text.pack.value(name, law.on))
            words[name] = LEFT_OPEN[language] if number is None else f"{number}"
        else:
            kind = fact_catalogue()[name]
            words[name] = f"〔{kind.zh}〕" if language == "zh" else f"<{name}>"
    return sentence.format_map(words)


def _number(value: Value | None) -> float | date | None:
    if value is None or value.number is None:
        return None
    if value.unit == "date":
        return day_of(value.number)
    return int(value.number) if value.number.is_integer() else value.number


def _values(
    a: Law, b: Law, texts_a: list[InForce], texts_b: list[InForce]
) -> tuple[ValueDifference, ...]:
    ours, theirs = _amounts(a, texts_a), _amounts(b, texts_b)
    found: list[ValueDifference] = []
    for name in sorted({*ours, *theirs}):
        one, other = ours.get(name), theirs.get(name)
        if one is None or other is None or (one.number, one.unit) != (other.number, other.unit):
            found.append(ValueDifference(name, one, other))
    return tuple(found)


def _amounts(law: Law, texts: Iterable[InForce]) -> dict[str, Amount]:
    found: dict[str, Amount] = {}
    for text in texts:
        for name in _limits_of(text):
            value = text.pack.value(name, law.on)
            if value is not None and not value.repealed:
                source = text.pack.sources[value.source]
                found.setdefault(name, Amount(_number(value), value.unit, source))
    return found


def _limits_of(text: InForce) -> list[str]:
    """The values that the rule's conditions and answers use."""
    rule = text.rule
    nodes = [condition.test for condition in rule.conditions.values()]
    used = {name for node in nodes for name in node.looks_at()[1]}
    answers = [case.value for cases in rule.answers.values() for case in cases]
    used |= {name for node in answers for name in node.looks_at()[1]}
    return sorted(used)


def _sources(texts: Iterable[InForce]) -> list[Citation]:
    found: dict[Citation, None] = {}
    for text in texts:
        ids = [text.rule.source, *(one.source for one in text.rule.conditions.values())]
        found |= dict.fromkeys(text.pack.sources[each] for each in ids)
    return list(found)
