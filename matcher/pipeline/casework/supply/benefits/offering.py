"""What a post could bring the employer, before anyone is named: conditions, sums, months."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from matcher.casework.benefits.kinds import EMPLOYER, OWNER, Benefit, benefits
from matcher.casework.benefits.quoting import Quote, quote
from matcher.domain.decision import Finding, Outcome, Verdict
from matcher.policy.catalogue import fact_kind
from matcher.policy.decisions import decide
from matcher.policy.facts import facts_from_given
from matcher.policy.law import Law

MOST_STEPS = 6
"""So often facts that are asked for are assumed: each answer may ask for more."""

Given = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Offer:
    """One benefit that a post could bring.

    Attributes:
        benefit: its kind.
        findings: the conditions of the law as the post alone meets them; unknown is what depends
            on who is taken on and how.
        quote: what it comes to where all of these hold; not met where the post rules it out.
    """

    benefit: Benefit
    findings: tuple[Finding, ...]
    quote: Quote


def offers_of_post(post: Mapping[str, Any], on: date) -> tuple[Offer, ...]:
    """The benefits of employers for taking somebody on for a post, by the law of its place.

    Nobody's records are read: the conditions are those of the law, for anyone who meets them.

    Args:
        post: cells of a vacancy; what is missing was not asked.
        on: the day of the law, and the first day of work.
    """
    area = post.get("area_code")
    law = Law.on_day(Law.place_of(None if area is None else str(area)), on)
    given = _of_post(post, on)
    kinds = [each for each in benefits().values() if each.payee in (EMPLOYER, OWNER)]
    return tuple(_offer(law, kind, given, on) for kind in kinds if law.rules(kind.decision))


def _offer(law: Law, kind: Benefit, given: Given, on: date) -> Offer:
    stated = _with(given, dict(kind.given))
    found = _verdict(law, kind, stated, on)
    hoped = found
    for _ in range(MOST_STEPS):
        wished = {name: True for name in hoped.ask_for if fact_kind(name).type == "bool"}
        if hoped.outcome is not Outcome.UNKNOWN or not wished:
            break
        stated = _with(stated, wished)
        hoped = _verdict(law, kind, stated, on)
    return Offer(kind, found.findings, quote(kind, hoped, on))


def _verdict(law: Law, kind: Benefit, given: Given, on: date) -> Verdict:
    return decide(law, kind.decision, facts_from_given(given, on=on)).verdict(0)


def _with(given: Given, stated: Mapping[str, Any]) -> Given:
    made = {subject: dict(facts) for subject, facts in given.items()}
    for name, value in stated.items():
        made.setdefault(fact_kind(name).subject, {})[name] = value
    return made


def _of_post(post: Mapping[str, Any], on: date) -> Given:
    """What taking somebody on for the post would make true of the work."""
    stated: dict[str, Any] = {
        "newly_hired": True,
        "employment_mode": "hired",
        "start_date": on,
        "contract_months": _whole(post.get("contract_months")),
        "wage_yuan_month": post.get("wage_min"),
        "public_welfare_post": post.get("public_welfare"),
        "is_public_welfare": post.get("public_welfare"),
    }
    return _with({}, {name: value for name, value in stated.items() if value is not None})


def _whole(value: Any) -> int | None:
    return None if value is None else int(value)
