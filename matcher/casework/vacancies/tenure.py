"""How long somebody may hold a public-welfare post: the term by law, and who holds it longer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from matcher.casework.benefits.quoting import months_later
from matcher.casework.limits import limit
from matcher.domain.decision import Citation


@dataclass(frozen=True, slots=True)
class Tenure:
    """The clock of one holder in one post.

    Attributes:
        ends_on: the last day; None where no text of the place sets a term.
        contract_ends_on: where the contract ends before it; None not earlier or not known.
        to_retirement: whether it runs on until retirement.
        citations: what it rests on.
    """

    starts_on: date
    ends_on: date | None
    contract_ends_on: date | None
    to_retirement: bool
    citations: tuple[Citation, ...]

    @property
    def last_day(self) -> date | None:
        """The day on which the post falls free, by contract or by law."""
        known = [day for day in (self.ends_on, self.contract_ends_on) if day is not None]
        return min(known, default=None)


def tenure(
    place: str,
    starts_on: date,
    *,
    retires_on: date | None,
    contract_months: int | None = None,
    before_months: int = 0,
) -> Tenure:
    """The term of a holder by the law of a place.

    Args:
        place: whose law.
        starts_on: first day in the post.
        retires_on: day of statutory retirement; None not known, then nothing is prolonged.
        contract_months: of the labour contract; None not known.
        before_months: spent in such posts before, which count.

    Example:
        >>> held = tenure("cn", date(2026, 11, 2), retires_on=date(2031, 11, 1))
        >>> held.ends_on.isoformat(), held.to_retirement
        ('2031-11-01', True)
        >>> held = tenure("cn", date(2026, 11, 2), retires_on=date(2031, 11, 2))
        >>> held.ends_on.isoformat(), held.citations[0].rule
        ('2029-11-01', 'answer-public-post-groups')
    """
    longest = limit("post_tenure", place, starts_on)
    near = limit("post_tenure_to_retirement", place, starts_on)
    ends_on = None
    if longest is not None:
        ends_on = months_later(starts_on, int(longest.value) - before_months) - timedelta(days=1)
    is_near = False
    if near is not None and retires_on is not None:
        is_near = starts_on < retires_on < months_later(starts_on, int(near.value))
    if retires_on is not None and ends_on is not None:
        ends_on = retires_on if is_near else min(ends_on, retires_on)
    by_contract = None
    if contract_months is not None:
        by_contract = months_later(starts_on, contract_months) - timedelta(days=1)
        by_contract = by_contract if ends_on is None or by_contract < ends_on else None
    used = [longest, near if is_near else None]
    cited = [each.citation for each in used if each is not None and each.citation is not None]
    return Tenure(starts_on, ends_on, by_contract, is_near, tuple(dict.fromkeys(cited)))
