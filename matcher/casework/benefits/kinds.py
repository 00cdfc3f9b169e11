"""The kinds of benefit, the decision that answers each, and the papers that prove their facts."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from matcher.errors import UnknownCode
from matcher.reference.paths import path

EMPLOYER, OWNER, HOUSEHOLD = "employer", "owner", "household"


@dataclass(frozen=True, slots=True)
class Benefit:
    """One kind of benefit.

    Attributes:
        id: its name in the ledger.
        decision: of the law packs, which says whether and how much.
        payee: `employer`, `owner` (a person's own business, or an employer), `person`,
            `household`.
        stacks_as: its word in the decision on stacking; None where that decision has none.
        given: facts of the case that ask for this benefit among those of one decision.
    """

    id: str
    decision: str
    payee: str
    stacks_as: str | None
    given: Mapping[str, str]
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper that proves a fact; `holder` is who brings it: employer, person or office."""

    holder: str
    zh: str
    en: str


@cache
def benefits() -> Mapping[str, Benefit]:
    """Every kind of benefit by its id, in the order of the table.

    Example:
        >>> benefits()["post_subsidy"].decision
        'employer_post_subsidy'
    """
    with path("casework", "benefits.csv").open(encoding="utf-8", newline="") as handle:
        return {
            row["benefit"]: Benefit(
                id=row["benefit"],
                decision=row["decision"],
                payee=row["payee"],
                stacks_as=row["stacks_as"] or None,
                given=dict([row["given"].split("=")]) if row["given"] else {},
                zh=row["zh"],
                en=row["en"],
            )
            for row in csv.DictReader(handle)
        }


def benefit(name: str) -> Benefit:
    """The kind of this id.

    Raises:
        UnknownCode: there is none.
    """
    known = benefits()
    if name not in known:
        raise UnknownCode(code=name, table="benefits", nearest=tuple(known))
    return known[name]


@cache
def _papers() -> Mapping[str, Paper]:
    with path("casework", "evidence.csv").open(encoding="utf-8", newline="") as handle:
        return {
            row["fact"]: Paper(row["holder"], row["zh"], row["en"])
            for row in csv.DictReader(handle)
        }


def papers_for(facts: Iterable[str]) -> tuple[Paper, ...]:
    """The papers that prove these facts, each once; a fact without a paper needs none.

    Example:
        >>> [paper.zh for paper in papers_for(["contract_months", "has_labour_contract"])]
        ['劳动合同']
    """
    known = _papers()
    return tuple(dict.fromkeys(known[name] for name in facts if name in known))
