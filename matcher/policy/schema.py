"""The lint of the law packs: all mistakes of all files, one sentence each."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

from matcher.policy.catalogue import wider_places
from matcher.policy.engine.formulas import Decision
from matcher.policy.engine.scene import Node
from matcher.policy.law import SHIPPED_PACKS, pack_files
from matcher.policy.reading.packs import read_pack
from matcher.policy.reading.rules import Pack, Rule


def check_packs(folder: Path = SHIPPED_PACKS) -> list[str]:
    """What is wrong with the packs below a folder; empty when all is well.

    Each problem is one sentence: file, key path, what stands there, what was expected. Beside the
    mistakes inside a file it reports what only shows between files: two packs of one place and
    layer with a rule on the same matter for the same days, and references to nothing.

    Example:
        >>> check_packs()
        []
    """
    problems: list[str] = []
    packs: list[Pack] = []
    for file in pack_files(folder):
        pack, found = read_pack(file, file.relative_to(folder).as_posix())
        problems.extend(found)
        if pack is not None:
            packs.append(pack)
    if not problems:
        problems.extend(_clashes(packs))
        problems.extend(_dangling(packs))
        problems.extend(_unused(packs))
    return problems


def _clashes(packs: list[Pack]) -> Iterator[str]:
    for one, other in combinations(packs, 2):
        if (one.place, one.layer) != (other.place, other.layer):
            continue
        for decision in sorted(set(one.rules) & set(other.rules)):
            if any(_overlap(a, b) for a in one.rules[decision] for b in other.rules[decision]):
                yield (
                    f"{other.file}: decisions.{decision}: also in {one.file} for the same days; "
                    "expected one file per place, layer and matter"
                )


def _overlap(one: Rule, other: Rule) -> bool:
    starts = [rule.since for rule in (one, other) if rule.since is not None]
    return not starts or (one.in_force(max(starts)) and other.in_force(max(starts)))


def _dangling(packs: list[Pack]) -> Iterator[str]:
    for pack in packs:
        for decision, rules in pack.rules.items():
            for rule in rules:
                for condition in rule.conditions.values():
                    yield from _no_such_decision(pack, decision, condition.test, packs)
                yield from _no_such_review(pack, rule, packs)


def _no_such_decision(pack: Pack, decision: str, node: Node, packs: list[Pack]) -> Iterator[str]:
    if isinstance(node, Decision):
        here = set(wider_places(pack.place))
        if not any(node.decision in other.rules and other.place in here for other in packs):
            yield (
                f"{pack.file}: decisions.{decision}: refers to '{node.decision}', on which no pack "
                f"has a rule for {pack.place}; expected a decision with a rule there"
            )
    for part in node.below():
        yield from _no_such_decision(pack, decision, part, packs)


def _no_such_review(pack: Pack, rule: Rule, packs: list[Pack]) -> Iterator[str]:
    around = set(wider_places(pack.place))
    known = {
        name
        for other in packs
        if other is not pack and other.place in around
        for behind in other.rules.get(rule.decision, ())
        for name in behind.conditions
    }
    for name in rule.review:
        if name not in known:
            yield (
                f"{pack.file}: decisions.{rule.decision}: review of '{name}'; expected a condition "
                "of the wider place's rule on the same matter"
            )


def _unused(packs: list[Pack]) -> Iterator[str]:
    for pack in packs:
        used: set[str] = set()
        for rules in pack.rules.values():
            for rule in rules:
                for condition in rule.conditions.values():
                    used |= condition.test.looks_at()[1]
                for formula in (rule.applies_when, rule.met_when):
                    used |= set() if formula is None else formula.looks_at()[1]
                for cases in rule.answers.values():
                    for case in cases:
                        used |= case.value.looks_at()[1]
                        used |= set() if case.when is None else case.when.looks_at()[1]
        for name in sorted(set(pack.values) - used):
            yield (
                f"{pack.file}: values.{name}: no condition or answer uses it; "
                "expected a value that some rule needs"
            )
