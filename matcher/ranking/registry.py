"""The rankers there are, by name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from matcher.errors import WrongUse
from matcher.ranking.models.trained import load
from matcher.ranking.ranker import Ranker
from matcher.ranking.rules import RulesRanker

RANKERS: dict[str, Callable[[], Ranker]] = {"rules": RulesRanker}


def trained_names(models: Path | None) -> tuple[str, ...]:
    """The names of the trained models in a folder, in order; none where it does not exist."""
    if models is None or not models.is_dir():
        return ()
    return tuple(sorted(each.parent.name for each in models.glob("*/model.json")))


def ranker_named(name: str, models: Path | None = None) -> Ranker:
    """The ranker of this name.

    Args:
        name: of a shipped ranker, or of a folder in `models`.
        models: the folder of the workspace's trained models; None where there is none.

    Raises:
        WrongUse: there is none; the message lists those there are.

    Example:
        >>> ranker_named("rules").name
        'rules'
    """
    trained = trained_names(models)
    if name in trained and models is not None:
        return load(models / name)
    if name not in RANKERS:
        raise WrongUse(
            what=f"no ranker is called '{name}'",
            expected=f"one of {', '.join((*RANKERS, *trained))}",
            do="Correct the name after --model.",
        )
    return RANKERS[name]()
