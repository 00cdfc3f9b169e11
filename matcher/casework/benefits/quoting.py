"""A quote: one benefit read out of a verdict, with its sum, months, last day and papers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from matcher.casework.benefits.kinds import EMPLOYER, Benefit, Paper, papers_for
from matcher.domain.decision import Citation, Outcome, Verdict
from matcher.policy.engine.days import add_months, day_number, day_of

MONTH, YEAR = "month", "year"
TOTAL, ONCE, CEILING = "total", "once", "ceiling"
A_YEAR = 12


@dataclass(frozen=True, slots=True)
class Quote:
    """One benefit for one person, or for the employer who takes the person on.

    Attributes:
        outcome: `met`, `not_met` or `unknown`.
        yuan: the sum by `per`; None where there is none or the text leaves it open.
        per: `month`, `year`, `once`, `total` (over `months`) or `ceiling`.
        yuan_month: what one month brings; None where it is not a benefit of months.
        months: for how many; None not stated.
        extra_yuan: a one-off beside.
        options: of which one may be chosen: name and highest sum in yuan.
        starts_on, ends_on: the first and the last day; None not known.
        amount_not_stated: entitled, but the text leaves the sum to the place.
        kinds: of insurance.
        prolonged: what a prolongation is about.
        papers: that prove the facts it rests on.
        ask_for: facts that can still change the answer.
        as_of: the day of the law and the facts.
    """

    benefit: Benefit
    outcome: Outcome
    as_of: date
    place: str
    yuan: float | None = None
    per: str | None = None
    yuan_month: float | None = None
    months: int | None = None
    extra_yuan: float | None = None
    options: tuple[tuple[str, float], ...] = ()
    starts_on: date | None = None
    ends_on: date | None = None
    amount_not_stated: bool = False
    kinds: tuple[str, ...] = ()
    prolonged: tuple[str, ...] = ()
    papers: tuple[Paper, ...] = ()
    ask_for: tuple[str, ...] = ()
    reason: str | None = None
    citations: tuple[Citation, ...] = ()

    @property
    def is_money(self) -> bool:
        """Whether it is a sum, known or left open; a prolongation, a waiver or a day is none."""
        return self.yuan is not None or self.amount_not_stated

    @property
    def rules(self) -> tuple[str, ...]:
        """The ids of the rules it rests on."""
        return tuple(citation.rule for citation in self.citations)


def quote(benefit: Benefit, verdict: Verdict, starts_on: date | None) -> Quote:
    """The quote that a verdict comes to.

    Args:
        benefit: its kind.
        verdict: of the kind's decision.
        starts_on: first day of the work it is paid for; None not known.

    Example:
        >>> from matcher.casework.benefits.kinds import benefit
        >>> values = {"amount_yuan": 4800.0, "months": 24}
        >>> found = Verdict("employer_post_subsidy", "example/jiangxi-county", date(2008, 6, 2),
        ...                 Outcome.MET, values=values)
        >>> read = quote(benefit("post_subsidy"), found, date(2008, 7, 1))
        >>> read.yuan_month, read.ends_on.isoformat()
        (200.0, '2010-06-30')
    """
    values = verdict.values
    is_met = verdict.outcome is Outcome.MET
    months = values.get("months") if is_met else None
    months = None if months is None else int(months)
    per = _per(benefit, verdict, months)
    yuan = values.get("amount_yuan") if is_met else None
    return Quote(
        benefit=benefit,
        outcome=verdict.outcome,
        as_of=verdict.on,
        place=verdict.place,
        yuan=yuan,
        per=per if yuan is not None else None,
        yuan_month=_a_month(yuan, per, months),
        months=months,
        extra_yuan=values.get("extra_yuan") if is_met else None,
        options=_options(verdict),
        starts_on=starts_on,
        ends_on=_last_day(verdict, starts_on, months) if is_met else None,
        amount_not_stated=is_met and yuan is None and values.get("amount") == "not_stated",
        kinds=_words(values.get("kinds")),
        prolonged=_words(values.get("subsidies")),
        papers=papers_for(_tested(verdict)),
        ask_for=verdict.ask_for,
        reason=verdict.reason,
        citations=verdict.citations,
    )


def for_employer(quotes: Iterable[Quote]) -> list[Quote]:
    """What an employer may see: sums, months and own papers, nothing that tells of the person.

    A rule names groups of people, a paper of the person's or of the office's tells of a status,
    and an answer that is no tells as much as one that is yes. So only benefits that are met and
    paid to the employer stay, without rules, reasons or open questions.
    """
    return [
        Quote(
            benefit=each.benefit,
            outcome=each.outcome,
            as_of=each.as_of,
            place=each.place,
            yuan=each.yuan,
            per=each.per,
            yuan_month=each.yuan_month,
            months=each.months,
            extra_yuan=each.extra_yuan,
            starts_on=each.starts_on,
            ends_on=each.ends_on,
            amount_not_stated=each.amount_not_stated,
            kinds=each.kinds,
            papers=tuple(paper for paper in each.papers if paper.holder == EMPLOYER),
        )
        for each in quotes
        if each.outcome is Outcome.MET and each.benefit.payee == EMPLOYER
    ]


def _per(benefit: Benefit, verdict: Verdict, months: int | None) -> str:
    said = verdict.values.get("per")
    if said is not None:
        return str(said)
    if benefit.stacks_as == "loan":
        return CEILING
    return TOTAL if months is not None else ONCE


def _a_month(yuan: float | None, per: str, months: int | None) -> float | None:
    if yuan is None:
        return None
    if per == MONTH:
        return yuan
    return yuan / months if per == TOTAL and months else None


def _options(verdict: Verdict) -> tuple[tuple[str, float], ...]:
    if verdict.outcome is not Outcome.MET:
        return ()
    names = ("option_a_max_yuan", "option_b_max_yuan_per_year")
    return tuple((name, float(verdict.values[name])) for name in names if name in verdict.values)


def _last_day(verdict: Verdict, starts_on: date | None, months: int | None) -> date | None:
    """The day that the answer names, its month's end, or the day before the months are over."""
    values = verdict.values
    if "date" in values:
        return date.fromisoformat(str(values["date"]))
    if "month" in values:
        first = date.fromisoformat(f"{values['month']}-01")
        return months_later(first, 1) - timedelta(days=1)
    if starts_on is None or months is None:
        return None
    return months_later(starts_on, months) - timedelta(days=1)


def months_later(day: date, months: int) -> date:
    """The day so many calendar months later, held at the month's end.

    Example:
        >>> months_later(date(2026, 1, 31), 1).isoformat()
        '2026-02-28'
    """
    later = add_months(np.array([day_number(day)]), np.array([float(months)]))
    return day_of(float(later[0]))


def _words(said: object) -> tuple[str, ...]:
    return tuple(map(str, said)) if isinstance(said, list | tuple | set | frozenset) else ()


def _tested(verdict: Verdict) -> list[str]:
    """The facts that the conditions look at, and what is still asked for."""
    looked_at = [name for finding in verdict.findings for name in finding.facts]
    return [*looked_at, *verdict.ask_for]
