"""What becomes of a model just trained: measured, described, registered, and perhaps promoted."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from matcher.pipeline.judging.promoting import Evaluation, Training, card_of, evaluate
from matcher.pipeline.judging.trials import OfficeTrial
from matcher.ranking.ranker import Ranker
from matcher.ranking.shelf.card import Card
from matcher.ranking.shelf.opening import KIND_FILE, kind_content, open_ranker
from matcher.ranking.shelf.shelf import CARD, UNTRAINED, Shelf
from matcher.ranking.training.examples import SAMPLED
from matcher.ranking.training.train import TrainingReport

Save = Callable[[Path], None]
"""Writes a model's files into a folder."""


@dataclass(frozen=True, slots=True)
class Made:
    """A model as its training leaves it.

    Attributes:
        ranker: the model.
        kind: by which it will be opened again.
        save: writes its files.
        training: what only the training knows of it.
    """

    ranker: Ranker
    kind: str
    save: Save
    training: Training


@dataclass(frozen=True, slots=True, eq=False)
class Shelved:
    """What became of it.

    Attributes:
        card: of the model.
        evaluation: against the champion, in the trial whose outcomes it has not seen.
        promoted: is it the champion now.
        champion: who is.
    """

    card: Card
    evaluation: Evaluation
    promoted: bool
    champion: str


def shelve(
    shelf: Shelf, trial: OfficeTrial, made: Made, *, generated: bool, replace: bool = False
) -> Shelved:
    """Measure a model against the champion, register it with its card, promote it if it may be.

    It is promoted by itself only where no trained model is champion yet and the gate passes; else
    that is somebody's decision.

    Args:
        shelf: the workspace's models.
        trial: in which it was trained on what may be learned from.
        made: the model.
        generated: are all records of the workspace made up.
        replace: a model of this name may be replaced, unless it is the champion.

    Raises:
        WrongUse: the name cannot be one, or is taken.
        ModelNotTrusted: the champion cannot be opened.
    """
    before = shelf.check_champion().name
    evaluation = evaluate(trial, [made.ranker, open_ranker(shelf, before)])
    card = card_of(trial, made.ranker, made.training, evaluation.table, generated=generated)
    with tempfile.TemporaryDirectory(prefix="rengang-model-") as folder:
        made.save(Path(folder))
        (Path(folder) / KIND_FILE).write_bytes(kind_content(made.kind))
        (Path(folder) / CARD).write_bytes(card.content())
        shelf.put(made.ranker.name, Path(folder), replace=replace)
    passed = evaluation.judgement is not None and evaluation.judgement.passed
    promoted = passed and before == UNTRAINED
    if promoted:
        shelf.promote(made.ranker.name)
    return Shelved(card, evaluation, promoted, made.ranker.name if promoted else before)


def training_of(report: TrainingReport) -> Training:
    """What a training's report tells its card."""

    def every(name: str) -> int:
        return int(sum(part[name] for part in report.validation.values()))

    return Training(
        pairs=every("examples"),
        positives=every("takers"),
        sampling=report.sampling,
        seed=report.seed,
        parameters={"scheme": dict(report.scheme), "trees": dict(report.trees)},
        cautions=("positives_only",) * (report.sampling == SAMPLED),
    )
