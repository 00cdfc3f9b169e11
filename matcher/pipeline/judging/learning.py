"""A model learned twice: to be measured on what it has not seen, then on everything to serve."""

from __future__ import annotations

from collections.abc import Callable

from matcher.pipeline.judging.shelving import Made, Refit, Shelved, shelve, training_of
from matcher.pipeline.judging.trials import OfficeTrial
from matcher.pipeline.models.training import train
from matcher.pipeline.snapshot import Snapshot
from matcher.ranking.models.two_sided import TwoSidedRanker
from matcher.ranking.shelf.opening import TREES, TWO_SIDED
from matcher.ranking.shelf.shelf import Shelf

STEPS = 3

Progress = Callable[[int, int], None]


def learn(  # noqa: PLR0913 - the shelf, both sets of outcomes, and how the model is called
    shelf: Shelf,
    trial: OfficeTrial,
    whole: Snapshot,
    *,
    name: str,
    seed: int,
    generated: bool,
    progress: Progress | None = None,
) -> Shelved:
    """Train, measure, train again on all outcomes, register, and promote if it may be.

    What the gate and the card judge never saw the outcomes held out. What serves learned from
    them too, in the same way and from the same seed: the trees of a shorter past expect less of
    it than the past of the day tells. A model of this name may be replaced, unless it is champion.

    Args:
        shelf: the workspace's models.
        trial: with the outcomes that the measured model may learn from.
        whole: the market of the day with all outcomes.
        name: of the model.
        seed: of every draw, in both trainings.
        generated: are all records of the workspace made up.
        progress: told how many of the three steps are done: trained, trained on all, measured.

    Raises:
        WrongUse: too few outcomes to learn from, or the name cannot be one.
        ModelNotTrusted: the champion cannot be opened.
    """
    shelf.check_free(name, replace=True)
    tell = progress or _nobody
    ranker, report = train(trial.snapshot, name=name, seed=seed)
    tell(1, STEPS)
    kind = TWO_SIDED if isinstance(ranker, TwoSidedRanker) else TREES
    made = Made(ranker, kind, ranker.save, training_of(report))
    served, of_all = train(whole, name=name, seed=seed)
    tell(2, STEPS)
    # Another kind from more outcomes: the measured one says nothing of it, so it serves itself.
    serving = (
        Refit(served.save, len(whole.outcomes), training_of(of_all))
        if type(served) is type(ranker)
        else None
    )
    done = shelve(shelf, trial, made, generated=generated, replace=True, serving=serving)
    tell(STEPS, STEPS)
    return done


def _nobody(_done: int, _of: int) -> None:
    """Tell nobody."""
