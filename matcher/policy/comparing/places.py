"""The same facts decided in several places, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from matcher.domain.decision import Verdict
from matcher.errors import WrongUse
from matcher.policy.catalogue import decision_kind
from matcher.policy.decisions import decide
from matcher.policy.engine.columns import Facts
from matcher.policy.law import Law


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Decisions on one household or one of its people, in several places on one day.

    Attributes:
        places: the columns, in the order asked.
        decisions: the rows, in the order asked.
        verdicts: per decision, per place, the verdict.
    """

    on: date
    places: tuple[str, ...]
    decisions: tuple[str, ...]
    verdicts: tuple[tuple[Verdict, ...], ...]


def side_by_side(
    decisions: Sequence[str],
    places: Sequence[str],
    on: date,
    *,
    person: Facts | None = None,
    household: Facts | None = None,
    layer: str = "current",
) -> SideBySide:
    """Decide the same facts by the law of each place.

    Args:
        decisions: ids of decisions about a person (or a person beside a post) or a household.
        places: paths of places, each once.
        on: the day.
        person: one row; may stand beside a post.
        household: one row.
        layer: `current` or `source`.

    Raises:
        UnknownPlace: no such place.
        UnknownDecision: no such decision.
        WrongUse: a decision is about a subject whose facts are not given, or not about one row.

    Example:
        >>> from matcher.policy.facts import facts_from_given
        >>> on = date(2009, 3, 2)
        >>> one = facts_from_given({"household": {"recognised_zero_employment": True}}, on=on)
        >>> found = side_by_side(["first_job_due"], ["cn/shanxi", "cn"], on, household=one)
        >>> [verdict.place for verdict in found.verdicts[0]]
        ['cn/shanxi', 'cn']
    """
    laws = [Law.on_day(place, on, layer=layer) for place in places]
    rows = []
    for decision in decisions:
        about = household if decision_kind(decision).subject == "household" else person
        if about is None or about.n != 1:
            raise WrongUse(
                what=f"'{decision}' was asked in several places without its subject",
                expected=f"the facts of one {decision_kind(decision).subject}",
                do="Name the person or the household.",
            )
        alone = about.take(np.array([0]))
        rows.append(tuple(decide(law, decision, alone).verdict(0) for law in laws))
    return SideBySide(on, tuple(places), tuple(decisions), tuple(rows))
