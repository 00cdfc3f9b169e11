"""The same training again with other seeds, to see how much of the lists is the seed's doing."""

from __future__ import annotations

from collections.abc import Callable

from matcher.errors import WrongUse
from matcher.evaluation.trials.trial import Measured
from matcher.pipeline.judging.trials import OfficeTrial
from matcher.pipeline.models.training import train

FEWEST = 2

Progress = Callable[[int, int], None]


def retrainings(
    trial: OfficeTrial, count: int, *, seed: int, progress: Progress | None = None
) -> tuple[Measured, ...]:
    """What trainings on a trial's outcomes reach in it, one for each seed from `seed` on.

    Args:
        trial: of the workspace; nothing that it holds out is learned from.
        count: how many trainings, at least two.
        seed: of the first; the others follow it one by one.
        progress: told how many are done.

    Raises:
        WrongUse: fewer than two, or too few outcomes to learn from.
    """
    if count < FEWEST:
        raise WrongUse(
            what=f"{count} retraining(s)",
            expected=f"at least {FEWEST}: lists are compared with each other",
            do="Ask for more, or for 0 to leave volatility out.",
        )
    made = []
    for at in range(count):
        ranker, _ = train(trial.snapshot, name=f"seed {seed + at}", seed=seed + at)
        made.append(trial.measure(ranker))
        if progress is not None:
            progress(at + 1, count)
    return tuple(made)
