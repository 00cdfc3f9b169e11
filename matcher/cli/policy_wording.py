"""How turnings and differences of law look, as text for people and as JSON for programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from matcher.cli.wording import Language, citation_text
from matcher.domain.decision import Citation
from matcher.pipeline.law.comparing import WorkspaceDifference
from matcher.policy.catalogue import decision_kind
from matcher.policy.comparing.people import COUNTED, PeopleDifference
from matcher.policy.comparing.rules import Amount, RuleDifference, Said
from matcher.policy.law import Law
from matcher.policy.turning.actions import Change
from matcher.policy.turning.search import Turning

NONE = {Language.ZH: "无", Language.EN: "none"}
COUNT_WORDS = {
    "gains": ("新符合或次序提前", "gain"),
    "loses": ("不再符合或次序后移", "lose"),
    "opened": ("变为待询问", "become unknown"),
    "settled": ("变为已明确", "become known"),
}
GROUP_WORDS = {
    "sex": "性别",
    "age": "年龄",
    "hukou_kind": "户籍类别",
    "household_kind": "家庭户籍类别",
    "county": "县区",
    "street": "街道",
}
VALUE_WORDS = {
    **{"female": "女", "male": "男", "urban": "城镇", "rural": "农村", "unknown": "不详"},
    **{"land_losing_farmer": "失地农民"},
}


def turning_text(turning: Turning, language: Language) -> str:
    """What would turn a decision, on one line."""
    return f"  {turning.zh if language is Language.ZH else turning.en}"


def turning_answer(turning: Turning) -> dict[str, Any]:
    """The same for programs."""
    return {
        "toward": turning.toward,
        "changes": [_change(each) for each in turning.changes],
        "changes_hold_from": turning.changes_hold_from,
        "others": [[_change(each) for each in one] for one in turning.others],
        "opens": [_change(each) for each in turning.opens],
        "then_ask": turning.then_ask,
        "date": turning.date,
        "until": turning.until,
        "zh": turning.zh,
        "en": turning.en,
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "fact": change.action.fact,
        "becomes": change.action.sets[0].value,
        "member": None if change.member is None else change.member + 1,
        "who": change.action.who,
        "zh": change.zh,
        "en": change.en,
    }


def diff_answer(
    a: Law, b: Law, rules: Sequence[RuleDifference], people: WorkspaceDifference | None
) -> dict[str, Any]:
    """Two laws' differences; `people` is None without a workspace."""
    counted = None
    if people is not None:
        counted = {
            "decisions": [_people_answer(each) for each in people.people],
            "left_out": people.left_out,
        }
    return {
        "a": {"place": a.place, "on": a.on, "layer": a.layer},
        "b": {"place": b.place, "on": b.on, "layer": b.layer},
        "rules": [asdict(each) for each in rules],
        "people": counted,
    }


def _people_answer(found: PeopleDifference) -> dict[str, Any]:
    return {
        "decision": found.decision,
        **found.counts,
        "transitions": found.transitions.tolist(),
        "groups": found.groups.to_dict(orient="records"),
    }


def diff_text(
    a: Law,
    b: Law,
    rules: Sequence[RuleDifference],
    people: WorkspaceDifference | None,
    language: Language,
) -> str:
    """The same as text: for each decision the rules, then the people."""
    chinese = language is Language.ZH
    lines = [f"A {a.place} · {a.on} · {a.layer}", f"B {b.place} · {b.on} · {b.layer}"]
    counted = {} if people is None else {each.decision: each for each in people.people}
    if not rules:
        lines.append("两者规则相同" if chinese else "the rules are the same")
    for each in rules:
        lines += ["", *_rule_lines(each, language)]
        if each.decision in counted:
            lines += _people_lines(counted.pop(each.decision), language)
    for found in counted.values():
        if any(found.counts.values()):
            lines += ["", _named(found.decision, language), *_people_lines(found, language)]
    return "\n".join(lines)


def _named(decision: str, language: Language) -> str:
    return f"{decision}  {decision_kind(decision).zh}" if language is Language.ZH else decision


def _rule_lines(found: RuleDifference, language: Language) -> list[str]:
    chinese = language is Language.ZH
    none = NONE[language]
    lines = [
        f"{_named(found.decision, language)}  "
        f"A: {found.set_by_a or none}  B: {found.set_by_b or none}"
    ]
    for condition in found.conditions:
        lines += _side_lines("A", condition.a, language) + _side_lines("B", condition.b, language)
    for value in found.values:
        lines.append(f"  = {value.name}: A {_amount(value.a)} · B {_amount(value.b)}")
    if found.joined and not found.conditions:
        lines.append(
            "  条件的组合方式不同" if chinese else "  the conditions are joined differently"
        )
    lines += _cited("A", found.citations_a) + _cited("B", found.citations_b)
    return lines


def _side_lines(side: str, said: Said | None, language: Language) -> list[str]:
    if said is None:
        return []
    return [f"  {side} {said.zh if language is Language.ZH else said.en} [{said.citation.rule}]"]


def _amount(amount: Amount | None) -> str:
    if amount is None:
        return "—"
    return f"{'?' if amount.number is None else amount.number} {amount.unit}"


def _cited(side: str, citations: Sequence[Citation]) -> list[str]:
    return [f"    {side} {citation_text(each)} [{each.rule}]" for each in citations]


def _people_lines(found: PeopleDifference, language: Language) -> list[str]:
    chinese = language is Language.ZH
    at = 0 if chinese else 1
    counts = found.counts
    total = int(found.transitions.sum())
    told = " · ".join(f"{COUNT_WORDS[name][at]} {counts[name]:,}" for name in COUNTED)
    lines = [f"  {'共' if chinese else 'of'} {total:,}: {told}"]
    for row in found.groups.to_dict(orient="records"):
        if any(row[name] for name in COUNTED):
            by = GROUP_WORDS[row["by"]] if chinese else row["by"]
            group = VALUE_WORDS.get(row["group"], row["group"]) if chinese else row["group"]
            told = " · ".join(f"{COUNT_WORDS[name][at]} {row[name]:,}" for name in COUNTED)
            lines.append(f"    {by} {group} ({row['n']:,}): {told}")
    return lines
