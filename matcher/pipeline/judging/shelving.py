"""What becomes of a model just trained: measured, described, registered, and perhaps promoted."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import replace as changed
from pathlib import Path

from matcher.pipeline.judging.promoting import Evaluation, Training, card_of, evaluate
from matcher.pipeline.judging.trials import OfficeTrial
from matcher.ranking.ranker import Ranker
from matcher.ranking.shelf.card import Card
from matcher.ranking.shelf.opening import KIND_FILE, MEASURED, kind_content, open_ranker
from matcher.ranking.shelf.shelf import CARD, UNTRAINED, Shelf
from matcher.ranking.training.examples import SAMPLED
from matcher.ranking.training.train import TrainingReport

REFITTED = "refitted"

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


@dataclass(frozen=True, slots=True)
class Refit:
    """The model that serves: trained as the measured one was, on all outcomes.

    Attributes:
        save: writes its files.
        outcomes: how many it learned from.
        training: what only its training knows of it.
    """

    save: Save
    outcomes: int
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
    shelf: Shelf,
    trial: OfficeTrial,
    made: Made,
    *,
    generated: bool,
    replace: bool = False,
    serving: Refit | None = None,
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
        serving: the same training on all outcomes, which serves under this name while `made` is
            kept beside it for every later measure; None where `made` itself serves.

    Raises:
        WrongUse: the name cannot be one, or is taken.
        ModelNotTrusted: the champion cannot be opened.
    """
    before = shelf.check_champion().name
    evaluation = evaluate(trial, [made.ranker, open_ranker(shelf, before, measured=True)])
    training = made.training if serving is None else _refitted(made.training, serving)
    card = card_of(trial, made.ranker, training, evaluation.table, generated=generated)
    with tempfile.TemporaryDirectory(prefix="rengang-model-") as folder:
        if serving is None:
            made.save(Path(folder))
        else:
            serving.save(Path(folder))
            (Path(folder) / MEASURED).mkdir()
            made.save(Path(folder) / MEASURED)
        (Path(folder) / KIND_FILE).write_bytes(kind_content(made.kind))
        (Path(folder) / CARD).write_bytes(card.content())
        shelf.put(made.ranker.name, Path(folder), replace=replace)
    passed = evaluation.judgement is not None and evaluation.judgement.passed
    promoted = passed and before == UNTRAINED
    if promoted:
        shelf.promote(made.ranker.name)
    return Shelved(card, evaluation, promoted, made.ranker.name if promoted else before)


def _refitted(measured: Training, serving: Refit) -> Training:
    """What the card tells of both: the measured model, and the one that serves in its place."""
    served = serving.training
    facts = {"outcomes": serving.outcomes, "pairs": served.pairs, "positives": served.positives}
    return changed(
        measured,
        parameters={**measured.parameters, "refit": facts},
        cautions=(*measured.cautions, REFITTED),
    )


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
