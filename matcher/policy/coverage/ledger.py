"""What became of each rule: decided by a pack, kept in a record, or neither and why."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

from matcher.domain.decision import Citation
from matcher.domain.kinds import Kind
from matcher.policy.catalogue import decision_catalogue, fact_catalogue, place_catalogue
from matcher.policy.coverage.rules import (
    NOT_BUILT,
    UNKNOWN_DAY,
    LedgerRule,
    Reason,
    later_law,
    reasons,
)
from matcher.policy.law import Packs
from matcher.policy.reading.packs import GRADES, LONGEST_WORDS
from matcher.policy.reading.rules import Pack
from matcher.reference.columns import columns
from matcher.reference.paths import path

_DAY = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_FACTS = "facts."
_DATA = "data/"


class Status(StrEnum):
    """What became of a rule; computed, never typed."""

    MODELLED = "modelled"
    RECORDED = "recorded"
    NOT_MODELLED = "not modelled"


@dataclass(frozen=True, slots=True)
class Account:
    """One rule with what became of it.

    Attributes:
        packs: the files of the packs that cite it.
        decided: the decisions that rest on it in those packs.
        missing: decisions that are to rest on it and that no pack of its place takes yet.
        reason: why it is not decided; None unless the status is `not modelled`.
    """

    rule: LedgerRule
    status: Status
    packs: tuple[str, ...]
    decided: tuple[str, ...]
    missing: tuple[str, ...]
    reason: Reason | None


def unlisted_law(packs: Packs) -> list[LedgerRule]:
    """The sources of later law that packs cite and `data/policy/current_law.csv` does not list."""
    found: dict[str, LedgerRule] = {}
    for pack in packs.packs:
        for name, citation in pack.sources.items():
            if pack.layer == "source" or any(is_cited(rule, citation) for rule in later_law()):
                continue
            found[name] = LedgerRule(
                id=name,
                place=pack.place,
                zh="见规则包",
                en="See the pack.",
                document=citation.document,
                number=citation.number,
                date=citation.since.isoformat() if citation.since else UNKNOWN_DAY,
                article=citation.article,
                handled_by=(),
                kept_in=(),
                reason=None,
                note=None,
                words=citation.words or "",
                grade=citation.grade,
            )
    return list(found.values())


def is_kept(name: str) -> bool:
    """Whether a record or table of this name exists today.

    Example:
        >>> [is_kept(name) for name in ("persons.skills", "persons.shoe_size", "skills")]
        [True, False, False]
        >>> is_kept("facts.pension_paid"), is_kept("data/policy/minimum_wage.csv")
        (True, True)
    """
    if name.startswith(_DATA):
        return path(*name.removeprefix(_DATA).split("/")).is_file()
    if name.startswith(_FACTS):
        return name.removeprefix(_FACTS) in fact_catalogue()
    kind, _, column = name.partition(".")
    return kind in set(Kind) and column in {known.name for known in columns(Kind(kind))}


def is_cited(rule: LedgerRule, citation: Citation) -> bool:
    """Whether a pack's source is the rule: by its id or, for later law, by document and article."""
    if citation.rule == rule.id:
        return True
    if rule.kind:
        return False
    same = citation.document == rule.document
    if rule.number and citation.number:
        same = citation.number == rule.number
    return same and rule.article in (None, citation.article)


def _decided(pack: Pack, source: str) -> Iterator[str]:
    """The decisions of a pack in which a rule, or a condition of it, rests on the source."""
    for decision, rules in pack.rules.items():
        conditions = chain.from_iterable(rule.conditions.values() for rule in rules)
        if source in {rule.source for rule in rules} | {one.source for one in conditions}:
            yield decision


def account(rule: LedgerRule, packs: Sequence[Pack]) -> Account:
    """What became of one rule.

    Args:
        rule: the rule.
        packs: the packs of the layer it belongs to.
    """
    citing = [
        (pack, name)
        for pack in packs
        for name, citation in pack.sources.items()
        if is_cited(rule, citation)
    ]
    built = {decision for pack in packs if pack.place == rule.place for decision in pack.rules}
    reason = None
    if citing:
        status = Status.MODELLED
    elif rule.kept_in and all(is_kept(name) for name in rule.kept_in):
        status = Status.RECORDED
    else:
        status = Status.NOT_MODELLED
        reason = reasons().get(rule.reason or "")
        if rule.reason is None and set(rule.handled_by) - built:
            reason = NOT_BUILT
    return Account(
        rule=rule,
        status=status,
        packs=tuple(sorted({pack.file for pack, _ in citing})),
        decided=tuple(sorted({one for pack, name in citing for one in _decided(pack, name)})),
        missing=tuple(one for one in rule.handled_by if one not in built),
        reason=reason,
    )


def accounts(rules: Sequence[LedgerRule], packs: Packs, layer: str = "source") -> list[Account]:
    """What became of each rule, in the order given; `layer` says which packs may cite them."""
    own = [pack for pack in packs.packs if pack.layer == layer]
    return [account(rule, own) for rule in rules]


def problems(rules: Sequence[LedgerRule], packs: Packs, layer: str = "source") -> list[str]:
    """What is wrong with the ledger, one sentence each; empty when all is accounted for.

    Checked: ids stand once; places, decisions, reasons and records exist; words are short; a rule
    that is not modelled says why; each source of the layer's packs is in the ledger, and with the
    document's number and day that the pack gives.
    """
    found: list[str] = []
    seen: set[str] = set()
    for line in accounts(rules, packs, layer):
        if line.rule.id in seen:
            found.append(f"{line.rule.id}: stands twice; expected once")
        seen.add(line.rule.id)
        found += [f"{line.rule.id}: {problem}" for problem in _wrong(line)]
    for pack in packs.packs:
        if pack.layer == layer == "source":
            found += _unaccounted(pack, {rule.id: rule for rule in rules})
    return found


def _wrong(line: Account) -> Iterator[str]:
    rule = line.rule
    if rule.place not in place_catalogue():
        yield f"unknown place '{rule.place}'; expected a place of data/policy/places.csv"
    if not (rule.zh and rule.en and rule.document):
        yield "no matter or document; expected both, and the matter in Chinese and English"
    if rule.date != UNKNOWN_DAY and not _DAY.fullmatch(rule.date):
        yield f"date '{rule.date}'; expected YYYY-MM-DD, as much as is known, or {UNKNOWN_DAY}"
    if rule.grade not in (*GRADES, "known"):
        yield f"grade '{rule.grade}'; expected read, told or known"
    if len(rule.words) > LONGEST_WORDS or (rule.kind and not rule.words):
        yield f"{len(rule.words)} locating characters; expected 1 to {LONGEST_WORDS}"
    for decision in rule.handled_by:
        if decision not in decision_catalogue():
            yield f"unknown decision '{decision}'; expected one of data/policy/decisions.csv"
    for name in rule.kept_in:
        if not is_kept(name):
            yield f"no record '{name}'; expected kind.column, facts.name or a file under data/"
    if rule.reason is not None and rule.reason not in reasons():
        yield f"unknown reason '{rule.reason}'; expected one of data/policy/reasons.csv"
    elif line.status is Status.NOT_MODELLED and line.reason is None:
        yield "not modelled, and no reason says why; cite it in a pack or give a reason"


def _unaccounted(pack: Pack, rules: Mapping[str, LedgerRule]) -> Iterator[str]:
    for name, citation in pack.sources.items():
        rule = rules.get(name)
        if rule is None:
            # A table of later law that law cases need, such as the retirement schedule.
            if not any(is_cited(later, citation) for later in later_law()):
                yield f"{name}: cited by {pack.file}, and not in the ledger"
            continue
        if citation.number != rule.number:
            yield f"{name}: number '{rule.number}', but {pack.file} says '{citation.number}'"
        day = citation.since.isoformat() if citation.since else UNKNOWN_DAY
        known = rule.date if len(rule.date) == len("YYYY-MM-DD") else UNKNOWN_DAY
        if day != known:
            yield f"{name}: date '{rule.date}', but {pack.file} says '{day}'"
