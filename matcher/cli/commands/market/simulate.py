"""`rengang simulate`: what each policy would do to the demo city over some months."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from matcher.cli.session import Session, progress_of
from matcher.cli.wording import Language
from matcher.demo.city import generate_city
from matcher.demo.simulator.replay import MEASURES, replay, summary
from matcher.documents.writing import write_table
from matcher.domain.scope import Scope
from matcher.errors import WrongUse
from matcher.pipeline.simulating import scene_of
from matcher.pipeline.snapshot import take_snapshot

NAMES = {
    Language.ZH: {
        "policy": "做法",
        "placements": "就业人数",
        "households_cleared": "清零家庭",
        "in_time": "按期比例",
        "gini": "曝光基尼",
        "rules": "规则排序",
        "ranker": "模型排序",
        "ranker_congestion": "模型+拥挤控制",
        "oracle": "已知真值",
        "oracle_congestion": "真值+拥挤控制",
    },
    Language.EN: {
        "policy": "policy",
        "placements": "placements",
        "households_cleared": "households cleared",
        "in_time": "in time",
        "gini": "Gini of exposure",
        "rules": "rules",
        "ranker": "ranker",
        "ranker_congestion": "ranker, congestion on",
        "oracle": "known truth",
        "oracle_congestion": "known truth, congestion on",
    },
}


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("simulate")(simulate)


def simulate(
    context: typer.Context,
    months: Annotated[int, typer.Option(min=1, max=60, help="Months replayed.")] = 6,
    seeds: Annotated[int, typer.Option(min=1, max=200, help="Replays of each policy.")] = 3,
    people: Annotated[int, typer.Option(min=1, help="Jobseekers taken from the city.")] = 3000,
    model: Annotated[str | None, typer.Option(help="Name of the ranker.")] = None,
    out: Annotated[Path | None, typer.Option(help="CSV or XLSX file of every replay.")] = None,
    language: Annotated[Language, typer.Option("--lang", help="Language.")] = Language.ZH,
) -> None:
    """Replay months of the demo city under several ways of making lists, by its known truth."""
    session: Session = context.obj
    with session.open_store() as store:
        made_from = store.meta("demo_city")
        if made_from is None:
            raise WrongUse(
                what="this workspace does not hold the demo city",
                expected="a city whose truth is known",
                do="Run 'rengang --workspace NEW demo' and simulate there.",
            )
        on = session.day(None, store)
        snapshot = take_snapshot(store, Scope.office("simulate"), on=on)
    truth = generate_city(int(made_from.rpartition(" ")[2]), on).truth
    scene = scene_of(snapshot, session.ranker(model), truth, people=people)
    with progress_of("simulate") as steps:
        runs = replay(scene, months=months, seeds=seeds, progress=steps)
    if out is not None:
        write_table(out, runs, mark=False)
    table = summary(runs)
    answer: dict[str, Any] = {
        "months": months,
        "people": min(people, scene.n_persons),
        "generated": True,
        "policies": table.to_dict("records"),
    }
    session.answer(answer, _text(table, language))


def _text(table: pd.DataFrame, language: Language) -> str:
    named = NAMES[language]
    note = {
        Language.ZH: "生成的城市，结果只用于比较做法；±为95%区间",
        Language.EN: "a generated city: for comparing policies only; ± is the 95 % interval",
    }
    lines = ["  ".join([named["policy"], *(named[measure] for measure in MEASURES)])]
    for row in table.to_dict("records"):
        cells = [named[str(row["policy"])]]
        for measure in MEASURES:
            digits = 0 if row[measure] > 1 else 3
            cells.append(f"{row[measure]:,.{digits}f} ± {row[f'{measure}_pm']:,.{digits}f}")
        lines.append("  ".join(cells))
    return "\n".join([*lines, note[language]])
