"""The answers of a rule beside its outcome, read into cases by the answer catalogue.

    date: [{when: conditions joined, is: a day}, {is: not_stated}]     # the first that is met
    unit: [{is: household}]                                            # a word, or true / false
    consequences: {lose_aid: always, cut_dibao: conditions joined}     # a set: item and when
    promises: {feedback: [{is: a day}]}                                # days by name

Every answer becomes numbers, so that it is worked out over columns: words by their place in the
catalogue, yes as one, and each item of a set as an answer of its own, `consequences.lose_aid`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from matcher.policy.catalogue import AnswerKind, answer_catalogue, decision_catalogue
from matcher.policy.engine.expressions import Literal
from matcher.policy.engine.scene import Expression
from matcher.policy.reading.grammar import Reader
from matcher.policy.reading.rules import Answer

ALWAYS = "always"
NEEDED = {
    "date": ("date", "month"),
    "count": ("count",),
    "class": ("class",),
    "amount": ("amount_yuan",),
}
"""Without these a decision of the kind is not answered, where its rule has them."""


def needed_answers(decision: str) -> tuple[str, ...]:
    """The answers that a decision of this kind needs unless its rule says otherwise."""
    kind = decision_catalogue().get(decision)
    return () if kind is None else NEEDED.get(kind.answer, ())


def read_answers(reader: Reader, raw: Any) -> dict[str, tuple[Answer, ...]]:
    """The cases of each answer; mistakes go to the reader's problems."""
    found: dict[str, tuple[Answer, ...]] = {}
    if not isinstance(raw, dict):
        reader.problem(f"answers '{raw}'", "a mapping of answers by name")
        return found
    for name, cases in raw.items():
        at = reader.at(f"answers.{name}")
        kind = answer_catalogue().get(name)
        if kind is None:
            at.problem(f"unknown answer '{name}'", f"one of {', '.join(answer_catalogue())}")
        elif kind.kind in ("set", "dates"):
            found.update(_items(at, kind, cases))
        else:
            found[name] = _cases(at, kind, cases)
    return found


def read_order(reader: Reader, raw: Any) -> tuple[Answer, ...]:
    """The numbers that order a tier from within: `age`, or {when: conditions joined, is: age}."""
    at = reader.at("order_within")
    if not isinstance(raw, list):
        at.problem(f"'{raw}'", "a list of facts")
        return ()
    numbers = replace(at, facts_by_name=True)
    found: list[Answer] = []
    for part in raw:
        case = part if isinstance(part, Mapping) and set(part) == {"when", "is"} else {"is": part}
        value = numbers.expression(case["is"])
        when = at.formula(case["when"]) if "when" in case else None
        if value is not None:
            found.append(Answer(value, when))
    return tuple(found)


def _items(at: Reader, kind: AnswerKind, raw: Any) -> dict[str, tuple[Answer, ...]]:
    found: dict[str, tuple[Answer, ...]] = {}
    if not isinstance(raw, dict) or not raw:
        at.problem(f"'{raw}'", "a mapping of items, each with its condition")
        return found
    for item, when in raw.items():
        if item not in kind.values:
            at.problem(f"unknown item '{item}'", f"one of {', '.join(kind.values)}")
        elif kind.kind == "dates":
            found[f"{kind.answer}.{item}"] = _cases(at.at(item), kind, when)
        else:
            found[f"{kind.answer}.{item}"] = _membership(at.at(item), when)
    return found


def _membership(at: Reader, when: Any) -> tuple[Answer, ...]:
    if when == ALWAYS:
        return (Answer(Literal(1.0)),)
    formula = at.formula(when)
    return () if formula is None else (Answer(Literal(1.0), formula), Answer(Literal(0.0)))


def _cases(at: Reader, kind: AnswerKind, cases: Any) -> tuple[Answer, ...]:
    if not isinstance(cases, list) or not cases:
        at.problem(f"'{cases}'", "a list of cases {when: ..., is: ...}")
        return ()
    read = [_case(at.at(number), kind, case) for number, case in enumerate(cases)]
    return tuple(case for case in read if case is not None)


def _case(at: Reader, kind: AnswerKind, raw: Any) -> Answer | None:
    if not isinstance(raw, Mapping) or "is" not in raw or not set(raw) <= {"when", "is"}:
        at.problem(f"'{raw}'", "{when: conditions joined, is: value}")
        return None
    value = _value(at.at("is"), kind, raw["is"])
    when = at.at("when").formula(raw["when"]) if "when" in raw else None
    return None if value is None else Answer(value, when)


def _value(at: Reader, kind: AnswerKind, raw: Any) -> Expression | None:
    if kind.kind == "word" and raw in kind.values:
        return Literal(float(kind.values.index(raw)))
    if kind.kind == "flag" and isinstance(raw, bool):
        return Literal(float(raw))
    if kind.kind in ("word", "flag") and raw != "not_stated":
        known = kind.values if kind.kind == "word" else ("true", "false")
        at.problem(f"'{raw}'", f"one of {', '.join(known)}, or not_stated")
        return None
    reader = replace(at, facts_by_name=True, literals=kind.answer == "tier")
    return reader.expression(raw)
