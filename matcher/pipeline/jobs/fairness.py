"""The job that measures how a ranker treats groups: its tables are kept as what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.errors import WrongUse
from matcher.evaluation.fairness.groups import Grouping, groupings_of
from matcher.evaluation.fairness.intervals import wilson
from matcher.evaluation.limits import shipped_limits
from matcher.pipeline.casework.ledgers.overriding import overridden_by
from matcher.pipeline.jobs.task import Made, Task
from matcher.pipeline.judging.fairness import fairness_report
from matcher.pipeline.judging.trials import OfficeTrial, take_trial
from matcher.pipeline.snapshot import take_snapshot
from matcher.ranking.shelf.opening import open_ranker
from matcher.store.events.reading import Wanted

TOLD = ("by_group", "apart", "four_fifths", "proxies", "weeks")
"""Tables of the report that are kept; what is left out is drawn by `rengang report fairness`."""

HIRED = "hired"


def measure_fairness(task: Task) -> Made:
    """Exposure, selection, quality and placement by group; overrides by month; names nobody."""
    scope, day, limits = task.job.scope("fairness"), task.on, shipped_limits()
    task.progress(0, 3)
    snapshot = take_snapshot(task.store, scope, on=day, threads=task.settings.jobs)
    status = task.store.persons(scope, parts=("status",))
    trial = _trial(task)
    ids = snapshot.market.jobseekers.ids
    task.progress(1, 3)
    newcomer = np.ones(len(ids), np.bool_)
    if trial is not None:
        newcomer = ~np.isin(ids, trial.learned["person_id"].unique().astype(object))
    groupings = groupings_of(status, ids, newcomer, on=day, age_bands=limits.report.age_bands)
    report = fairness_report(
        snapshot,
        task.ranker(),
        groupings,
        trial,
        limits=limits,
        seed=0,
        measured=open_ranker(task.shelf, task.job.parameters.get("model"), measured=True),
    )
    task.progress(2, 3)
    placed = _placed(task, ids)
    tables: dict[str, Any] = {name: _records(report.tables[name]) for name in TOLD}
    least = limits.report.least_shown
    tables["placement"] = _records(placement_by_group(placed, groupings[:3], least_shown=least))
    events = task.store.events(scope, Wanted(streams=["referral"]))
    tables["overrides"] = _records(overrides_by_month(events))
    facts = {"model": report.model, "on": day.isoformat(), "areas": list(task.job.areas)}
    return Made(facts | {"tables": tables})


def placement_by_group(
    placed: NDArray[np.int8], groupings: tuple[Grouping, ...], *, least_shown: int
) -> pd.DataFrame:
    """The share of people who found work among those with any outcome on record.

    Args:
        placed: (n_people,) 1 hired, 0 tried and not hired, -1 nothing on record.
        groupings: of the same people.
        least_shown: smaller groups have no row.

    Returns:
        `attribute`, `group`, `people`, `value` with `low` and `high`.

    Source:
        Wilson's interval of a share, 95 %.
    """
    rows = []
    for groups in groupings:
        for at, name in enumerate(groups.names):
            own = placed[(groups.group_of == at) & (placed >= 0)]
            if len(own) >= least_shown:
                shares = map(float, wilson(int(own.sum()), len(own)))
                rows.append((groups.attribute, name, len(own), *shares))
    return pd.DataFrame(rows, columns=["attribute", "group", "people", "value", "low", "high"])


def overrides_by_month(events: pd.DataFrame) -> pd.DataFrame:
    """How many referrals were proposed in each month, and how many against what was screened.

    Args:
        events: moves of the stream `referral`.

    Returns:
        `month`, `proposed`, `overridden`.
    """
    proposed = events[events["version"] == 1]
    made = pd.DataFrame(
        {
            "month": proposed["on"].astype("str").str.slice(0, 7),
            "overridden": pd.Series(overridden_by(proposed), index=proposed.index).notna(),
        }
    )
    counted = made.groupby("month")["overridden"].agg(["size", "sum"]).reset_index()
    return counted.rename(columns={"size": "proposed", "sum": "overridden"}).astype(
        {"proposed": "int64", "overridden": "int64"}
    )


def _trial(task: Task) -> OfficeTrial | None:
    """The trial; a workspace without outcomes still has lists to report on."""
    try:
        return take_trial(task.store, task.job.scope("fairness"), on=task.on, seed=0)
    except WrongUse:
        return None


def _placed(task: Task, ids: NDArray[np.object_]) -> NDArray[np.int8]:
    outcomes = task.store.outcomes(task.job.scope("fairness"))
    at = pd.Index(ids).get_indexer(pd.Index(outcomes["person_id"]))
    found = np.full(len(ids), -1, np.int8)
    found[at[at >= 0]] = 0
    hired = (outcomes["stage"] == HIRED).to_numpy(bool)
    found[at[(at >= 0) & hired]] = 1
    return found


def _records(frame: pd.DataFrame) -> list[Mapping[str, Any]]:
    """Rows as JSON has them; what is not a number as null, days as text."""
    plain = frame.astype(object).where(frame.notna(), None)
    return [
        {
            str(name): cell.item() if isinstance(cell, np.generic) else _text(cell)
            for name, cell in row.items()
        }
        for row in plain.to_dict("records")
    ]


def _text(cell: Any) -> Any:
    return cell.date().isoformat() if isinstance(cell, pd.Timestamp) else cell
