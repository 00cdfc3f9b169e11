"""The words of cards and letters, and verdicts said in them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from matcher.domain.decision import Citation, Finding, Outcome, Verdict
from matcher.policy.catalogue import decision_kind, fact_catalogue

_FOLDER = Path(__file__).parent / "wording"
HIDDEN = ("derived_from",)


@cache
def words(language: str) -> Mapping[str, Any]:
    """The wording file of a language."""
    with (_FOLDER / f"{language}.yaml").open(encoding="utf-8") as handle:
        read: Mapping[str, Any] = yaml.safe_load(handle)
    return read


def day_words(day: date, language: str) -> str:
    """A day as it stands on a letter.

    Example:
        >>> day_words(date(2026, 11, 2), "zh"), day_words(date(2026, 11, 2), "en")
        ('2026年11月2日', '2 November 2026')
    """
    if language == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {words('en')['months'][day.month - 1]} {day.year}"


def matter_name(decision: str, language: str) -> str:
    """What a decision is called on paper."""
    kind = decision_kind(decision)
    return kind.zh if language == "zh" else kind.en.capitalize()


def value_lines(verdict: Verdict, language: str) -> Iterator[str]:
    """The further parts of an answer in words, one line each; what has no words is left out."""
    said = words(language)
    for name, value in verdict.values.items():
        label = said["values"].get(name)
        if label is None or value is None or name in HIDDEN:
            continue
        text = _value(value, language)
        if name in ("date", "due") and _has_passed(value, verdict.on):
            text = said["passed"].format(value=text)
        yield label.format(value=text)


def _has_passed(value: Any, on: date) -> bool:
    return str(value) < on.isoformat()


def _value(value: Any, language: str) -> str:
    said = words(language)
    if isinstance(value, bool):
        text: str = said["yes"] if value else said["no"]
        return text
    if isinstance(value, date):
        return day_words(value, language)
    if isinstance(value, Mapping):
        parts = [_promise(key, each, language) for key, each in value.items()]
        return str(said["join"].join(parts))
    if isinstance(value, list | tuple):
        return str(said["join"].join(str(said["words"].get(each, each)) for each in value))
    return str(said["words"].get(value, _day_or(value, language)))


def _promise(key: str, value: Any, language: str) -> str:
    said = words(language)
    return str(said["until"]).format(what=said["words"].get(key, key), day=_day_or(value, language))


def _day_or(value: Any, language: str) -> str:
    try:
        return day_words(date.fromisoformat(value), language)
    except (TypeError, ValueError):
        return str(value)


def why_lines(verdict: Verdict, language: str) -> list[str]:
    """The conditions that decide against the person; none where nothing speaks against them."""
    against = [each for each in verdict.findings if each.outcome is Outcome.NOT_MET]
    return [each.zh if language == "zh" else each.en for each in against]


def asked_lines(verdict: Verdict, language: str) -> list[str]:
    """What would have to be told, by the names people know."""
    known = fact_catalogue()
    return [
        known[name].zh if language == "zh" and name in known else name.replace("_", " ")
        for name in verdict.ask_for
    ]


MARKS = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


def documents_of(verdicts: Iterable[Verdict]) -> dict[str, str]:
    """The documents that verdicts rest on and the mark of each, in the order they first come."""
    named = dict.fromkeys(_document(each) for verdict in verdicts for each in verdict.citations)
    return {name: _mark(at) for at, name in enumerate(named)}


def _mark(at: int) -> str:
    return MARKS[at] if at < len(MARKS) else f"[{at + 1}]"


def _document(each: Citation) -> str:
    return " ".join(part for part in (f"《{each.document}》", each.number) if part)


def cited(verdict: Verdict, marks: Mapping[str, str], language: str) -> str:
    """Where the law stands: the mark of each document, and the articles in it."""
    join = str(words(language)["join"])
    articles: dict[str, dict[str, None]] = {}
    for each in verdict.citations:
        told = {each.article: None} if each.article else {}
        articles.setdefault(marks[_document(each)], {}).update(told)
    return join.join(mark + join.join(told) for mark, told in articles.items())


def verdict_of(text: str) -> Verdict:
    """The verdict that was kept as text.

    Example:
        >>> kept = '{"decision":"aided_member","place":"cn","on":"2026-11-02","outcome":"unknown"}'
        >>> verdict_of(kept).outcome
        <Outcome.UNKNOWN: 'unknown'>
    """
    told = json.loads(text)
    findings = tuple(
        Finding(
            **{
                **each,
                "outcome": Outcome(each["outcome"]),
                "citation": _citation(each.get("citation")),
                "ask_for": tuple(each.get("ask_for", ())),
            }
        )
        for each in told.get("findings", ())
    )
    citations = tuple(cite for each in told.get("citations", ()) if (cite := _citation(each)))
    return Verdict(
        decision=told["decision"],
        place=told["place"],
        on=date.fromisoformat(told["on"]),
        outcome=Outcome(told["outcome"]),
        set_by=told.get("set_by"),
        findings=findings,
        citations=citations,
        ask_for=tuple(told.get("ask_for", ())),
        reason=told.get("reason"),
        review_against=tuple(told.get("review_against", ())),
        values=told.get("values", {}),
    )


def _citation(told: Mapping[str, Any] | None) -> Citation | None:
    if told is None:
        return None
    since = told.get("since")
    return Citation(**{**told, "since": date.fromisoformat(since) if since else None})
