"""The command `rengang train`."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated, Any

import typer

from matcher.cli.commands.matching import OnOption, snapshot_for
from matcher.cli.session import Session
from matcher.errors import WrongUse
from matcher.pipeline.models.training import train as train_on
from matcher.ranking.registry import RANKERS
from matcher.ranking.training.train import TrainingReport

REPORT = "report.json"


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command("train")(train)


def train(
    context: typer.Context,
    name: Annotated[str, typer.Option(help="Name of the model; one of that name is replaced.")] = (
        "trained"
    ),
    seed: Annotated[int, typer.Option(min=0, help="Seed of every draw.")] = 0,
    on: OnOption = None,
) -> None:
    """Train a ranker from the outcomes of the workspace; use it with `match --model NAME`."""
    session: Session = context.obj
    if not name.isidentifier() or name in RANKERS:
        raise WrongUse(
            what=f"'{name}' cannot name a model",
            expected=f"letters, digits and _, and none of {', '.join(RANKERS)}",
            do="Choose another name after --name.",
        )
    with session.open_store() as store:
        snapshot = snapshot_for(session, store, on, "train")
    ranker, report = train_on(snapshot, name=name, seed=seed)
    folder = session.settings.models / name
    ranker.save(folder)
    told = json.dumps(asdict(report), ensure_ascii=False, indent=1, sort_keys=True)
    (folder / REPORT).write_text(told + "\n", encoding="utf-8")
    session.answer(asdict(report) | {"folder": str(folder)}, _text(report))


def _text(report: TrainingReport) -> str:
    lines = [
        f"{report.name}: {report.pairs:,} outcomes of {report.persons:,} people and "
        f"{report.posts:,} posts, seed {report.seed}, {report.calibration}",
        *(_of_part(part, of) for part, of in report.validation.items()),
        f"Use it with: rengang match --all --model {report.name} --out FILE",
    ]
    return "\n".join(lines)


def _of_part(part: str, metrics: Any) -> str:
    told = ", ".join(f"{name} {metrics[name]:.3f}" for name in ("trees", "ridge", "popularity"))
    return f"  {part}: NDCG@10 among sampled candidates of people held out: {told}"
