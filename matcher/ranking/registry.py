"""The rankers there are, by name."""

from __future__ import annotations

from collections.abc import Callable

from matcher.errors import WrongUse
from matcher.ranking.ranker import Ranker
from matcher.ranking.rules import RulesRanker

RANKERS: dict[str, Callable[[], Ranker]] = {"rules": RulesRanker}


def ranker_named(name: str) -> Ranker:
    """The ranker of this name.

    Raises:
        WrongUse: there is none; the message lists those there are.

    Example:
        >>> ranker_named("rules").name
        'rules'
    """
    if name not in RANKERS:
        raise WrongUse(
            what=f"no ranker is called '{name}'",
            expected=f"one of {', '.join(RANKERS)}",
            do="Correct the name after --model.",
        )
    return RANKERS[name]()
