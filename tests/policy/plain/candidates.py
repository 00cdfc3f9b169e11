"""The order of one vacancy's candidates in plain Python."""

from __future__ import annotations

import math

from tests.policy.plain.answers import NO_TIER, Office, Part, Reply, combined, consulted
from tests.policy.plain.formulas import Truth, both, opposite
from tests.policy.plain.subjects import Span, Subject

TIER_DECISION = "public_welfare_post_tier"


def lacks_certificate(one: Subject) -> Truth:
    """Whether the post asks for a certificate that the candidate lacks; open only where hinted."""
    asked, held = one.get("requires_certificate"), one.get("holds_required_certificate")
    return False if asked is None and held is None else both([asked, opposite(held)])


def order(office: Office, vacancy: Subject) -> Reply:
    """Tiers, order and who is excluded, of a vacancy whose list of candidates is known."""
    listed = vacancy.lists["candidates"] or []
    names = [one.get("candidate_id") or str(at + 1) for at, one in enumerate(listed)]
    lacks = [lacks_certificate(one) for one in listed]
    parts = [office.parts(TIER_DECISION, one) for one in listed]
    used = _ordering(parts)
    keys = [_key(each, used, one) for each, one in zip(parts, listed, strict=True)]
    ranks = sorted(range(len(listed)), key=lambda at: keys[at])
    kept = [at for at in ranks if lacks[at] is not True]
    replies = {at: office.decide(TIER_DECISION, listed[at]) for at in kept}
    to_ask = {
        name
        for at, one in enumerate(listed)
        for name in ("requires_certificate", "holds_required_certificate")
        if lacks[at] is None and one.get(name) is None
    }
    outcomes = [reply.outcome for reply in replies.values()]
    outcome = None if to_ask or None in outcomes else True in outcomes
    places = {reply.set_by for reply in replies.values()}
    open_ones = [reply for reply in replies.values() if reply.outcome is None]
    own = {texts[at].text.rule["source"] for texts in parts[:1] for at in used}
    return Reply(
        outcome=outcome,
        set_by=places.pop() if len(places) == 1 else None,
        values={
            "tiers": {
                names[at]: reply.values["tier"]
                for at, reply in replies.items()
                if "tier" in reply.values
            },
            "order": [names[at] for at in kept],
            "excluded": [names[at] for at, truth in enumerate(lacks) if truth is True],
        },
        ask_for=frozenset(to_ask.union(*(reply.ask_for for reply in open_ones))),
        reason=next((reply.reason for reply in replies.values() if reply.reason), None),
        rules=frozenset(own.union(*(reply.rules for reply in replies.values()))),
        findings=tuple(one for reply in replies.values() for one in reply.findings),
    )


def _ordering(parts: list[list[Part]]) -> list[int]:
    """Which texts order inside a tier: those that cover the post, and the wider one beside."""
    heard = max((len(consulted(each)) for each in parts), default=0)
    used = [at for at in range(heard) if any(each[at].applies is not False for each in parts)]
    if used and "order_beside" in parts[0][used[0]].text.rule:
        used = [at for at in (used[0], used[0] + 1) if at < len(parts[0])]
    return used


def _key(parts: list[Part], used: list[int], one: Subject) -> list[float]:
    key = _tier(combined(TIER_DECISION, parts)[1].get("tier"))
    for behind, at in enumerate(used):
        part = parts[at]
        key += _tier(part.answers.get("tier")) if behind and "tier" in part.answers else []
        for raw in part.text.rule.get("order_within") or ():
            case = raw if isinstance(raw, dict) and "is" in raw else {"is": raw}
            counts = "when" not in case or part.reading.truth(case["when"], one) is True
            key.append(-float(part.reading.number(case["is"], one).low) if counts else math.inf)
    score = one.get("match_score")
    return [*key, math.inf if score is None else -float(score)]


def _tier(tier: object) -> list[float]:
    span = tier if isinstance(tier, Span) else NO_TIER
    return [float(span.low), float(span.high)]
