"""A verdict read out: each condition with its facts, its limit, its sentence and its source."""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from matcher.domain.decision import Citation, Finding, Outcome
from matcher.policy.catalogue import GROUPS
from matcher.policy.deciding.resolve import Part, Resolved
from matcher.policy.engine.days import day_of
from matcher.policy.engine.formulas import Choose, Named
from matcher.policy.engine.kleene import MET, NOT_MET, OUTCOMES, UNKNOWN
from matcher.policy.engine.scene import Node, Scene
from matcher.policy.reading.rules import Condition

NOT_ASKED = {"zh": "未询问", "en": "not asked"}
LEFT_OPEN = {"zh": "（原文未载明）", "en": "(not stated in the text)"}


def findings_of(resolved: Resolved) -> list[Finding]:
    """The findings of the one row, in the order of the text: cover first, then the conditions."""
    found: list[Finding] = []
    for part in resolved.parts:
        wanted = _named_in(part)
        if part.applies[0] == NOT_MET and part.in_force.rule.applies_when is not None:
            wanted = set(_names(part.in_force.rule.applies_when))
        conditions = part.in_force.rule.conditions
        found.extend(_finding(part, one) for name, one in conditions.items() if name in wanted)
        if part.applies[0] == MET and not part.in_force.rule.beside_wider:
            break
    return found


def citations_of(resolved: Resolved, findings: Iterable[Finding]) -> list[Citation]:
    """The sources of the answer, those of the conditions that settle it first.

    The rule's own sources always are cited. Nearer texts that were looked at and do not cover the
    subject come last; where no text at all covers it and nothing is decided, there are none.
    """
    outcome = OUTCOMES[int(resolved.outcome[0])]
    covering = [part for part in resolved.parts if part.applies[0] != NOT_MET]
    sources = {id(source) for part in covering for source in part.in_force.pack.sources.values()}
    decisive = sorted(findings, key=lambda finding: finding.outcome is not outcome)
    cited = [
        finding.citation
        for finding in decisive
        if finding.citation is not None and id(finding.citation) in sources
    ]
    for part in covering:
        rule = part.in_force.rule
        cited += [part.in_force.pack.sources[name] for name in (rule.source, *rule.cites)]
    if covering or resolved.outcome[0] != UNKNOWN:
        aside = [part.in_force for part in resolved.parts if part.applies[0] == NOT_MET]
        cited += [finding.citation for finding in findings if finding.citation is not None]
        cited += [one.pack.sources[one.rule.source] for one in aside]
    return list(dict.fromkeys(cited))


def review_of(resolved: Resolved, behind: Iterable[Part]) -> list[str]:
    """The rule ids of wider conditions that the met answer does not test and that are not met.

    Args:
        resolved: the answer for one row.
        behind: the wider texts in force behind the one that answers, held against the same row.
    """
    at = int(resolved.set_by[0])
    if resolved.outcome[0] != MET or at < 0:
        return []
    wanted = resolved.parts[at].in_force.rule.review
    found: list[str] = []
    for part in behind:
        conditions = part.in_force.rule.conditions
        found.extend(
            part.in_force.citation(conditions[name]).rule
            for name in wanted
            if name in conditions and part.scene.truth(conditions[name].test)[0] != MET
        )
    return list(dict.fromkeys(found))


def _named_in(part: Part) -> set[str]:
    rule = part.in_force.rule
    formulas: list[Node] = [node for node in (rule.applies_when, rule.met_when) if node is not None]
    formulas += [case.when for cases in rule.answers.values() for case in cases if case.when]
    return {name for formula in formulas for name in _names(formula)}


def _names(node: Node) -> Iterator[str]:
    if isinstance(node, Named):
        yield node.name
    for part in node.below():
        yield from _names(part)


def _finding(part: Part, condition: Condition) -> Finding:
    scene = part.scene
    truth = scene.truth(condition.test)[0]
    facts, limits = _used(condition.test, scene)
    shown = {name: _limit(part, name) for name in sorted(limits)}
    values = {name: scene.facts.value(name, 0) for name in sorted(facts - set(GROUPS))}
    for group, inside in _below(condition.test):
        values[group] = [*values.get(group, ()), *_listed(scene, group, inside)]
    limit = next(iter(shown.values())) if len(shown) == 1 else (shown or None)
    return Finding(
        condition=condition.name,
        outcome=OUTCOMES[int(truth)],
        zh=_sentence(condition.zh, "zh", part, values),
        en=_sentence(condition.en, "en", part, values),
        facts=values,
        limit=limit,
        citation=part.in_force.citation(condition),
        ask_for=condition.test.gap(scene).ask if truth == UNKNOWN else (),
    )


def _used(node: Node, scene: Scene) -> tuple[set[str], set[str]]:
    """The facts and limits that count for the one row: of a choice only the branch taken."""
    if isinstance(node, Choose):
        parts: Iterable[Node] = node.chosen(scene)
        facts, limits = {node.fact}, set[str]()
    else:
        parts = node.below()
        facts, limits = node.own()
    for part in parts:
        below = _used(part, scene)
        facts = facts if facts & set(GROUPS) else facts | below[0]
        limits = limits | below[1]
    return facts, limits


def _below(node: Node) -> Iterator[tuple[str, set[str]]]:
    """The lists that the node looks into, and the facts it looks at there."""
    groups = node.own()[0] & set(GROUPS)
    for part in node.below():
        if groups:
            yield groups.pop(), part.looks_at()[0]
        else:
            yield from _below(part)


def _listed(scene: Scene, group: str, facts: set[str]) -> list[dict[str, Any]]:
    """These facts, and no others, of each subject of the list below the one row."""
    found = scene.facts.groups.get(group)
    if found is None:
        return []
    return [
        {fact: found.facts.value(fact, int(row)) for fact in sorted(facts)}
        for row in found.rows_below(0)
    ]


def _limit(part: Part, name: str) -> Any:
    value = part.in_force.pack.value(name, part.scene.facts.on)
    if value is None or value.number is None:
        return None
    if value.unit == "date":
        return day_of(value.number)
    return int(value.number) if value.number == np.floor(value.number) else value.number


def _sentence(text: str, language: str, part: Part, values: dict[str, Any]) -> str:
    words: dict[str, str] = {"the_day": part.scene.facts.on.isoformat()}
    for _, name, _, _ in string.Formatter().parse(text):
        if name is None or name in words:
            continue
        if name in part.in_force.pack.values:
            limit = _limit(part, name)
            words[name] = LEFT_OPEN[language] if limit is None else str(limit)
        else:
            value = values.get(name, part.scene.facts.value(name, 0))
            words[name] = NOT_ASKED[language] if value is None else str(value)
    return text.format_map(words)


def outcome_of(resolved: Resolved) -> Outcome:
    """The outcome of the one row."""
    return OUTCOMES[int(resolved.outcome[0])]
