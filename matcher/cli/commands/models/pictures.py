"""Which picture each table of the fairness report gets, beside its rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from matcher.documents.charts import (
    Place,
    draw_columns,
    draw_intervals,
    draw_lines,
    height_of,
)

PIXELS_A_ROW = 20
GAP_ROWS = 2

TITLES = {
    "selection": "入选比例 selection",
    "exposure": "曝光 exposure",
    "ndcg": "名单质量 NDCG",
    "recall": "召回 recall",
    "mrr": "首个命中 MRR",
    "ece": "校准误差 calibration error",
    "over_prediction": "高估 over-prediction",
    "brier": "Brier",
    "overlap": "重训后名单重合 overlap over retrainings",
    "kendall": "重训后次序一致 Kendall's tau over retrainings",
}


def draw(book: Any, sheet: Any, name: str, table: pd.DataFrame) -> None:
    """The picture of one table; a table without rows, or without a picture, gets none."""
    if len(table) and name in _PICTURES:
        _PICTURES[name](book, sheet, table)


def _by_group(book: Any, sheet: Any, table: pd.DataFrame) -> None:
    """A chart for each measure, its groups with their intervals."""
    beside, down = len(table.columns) + 1, 0
    for measure, own in table.groupby("measure", sort=False):
        title = TITLES.get(str(measure).split("@", maxsplit=1)[0], str(measure))
        first, last = int(own.index[0]) + 1, int(own.index[-1]) + 1
        height = draw_intervals(
            Place(book, sheet, first, last, (down, beside)),
            title=f"{title} · {measure}",
            labels=(_at(table, "attribute"), _at(table, "group")),
            value=_at(table, "value"),
            low=own["low"].tolist(),
            high=own["high"].tolist(),
            values=own["value"].tolist(),
        )
        down += height // PIXELS_A_ROW + GAP_ROWS


def _proxies(book: Any, sheet: Any, table: pd.DataFrame) -> None:
    trait = _at(table, "trait")
    draw_intervals(
        Place(book, sheet, 1, len(table), (0, len(table.columns) + 1)),
        title="可从特征猜出的程度 proxy AUC（0.5 = 猜不出 a coin）",
        labels=(trait, trait),
        value=_at(table, "auc"),
        low=table["low"].tolist(),
        high=table["high"].tolist(),
        values=table["auc"].tolist(),
    )


def _reliability(book: Any, sheet: Any, table: pd.DataFrame) -> None:
    """Predicted against happened, for everyone and then group by group."""
    beside, down = len(table.columns) + 1, 0
    for (attribute, group), own in table.groupby(["attribute", "group"], sort=False):
        first, last = int(own.index[0]) + 1, int(own.index[-1]) + 1
        draw_lines(
            Place(book, sheet, first, last, (down, beside)),
            title=f"校准 calibration · {attribute} · {group}",
            across=_at(table, "predicted"),
            lines=[(str(group), _at(table, "happened"))],
            axes=("预测 predicted", "实际 happened"),
            square=True,
        )
        down += 420 // PIXELS_A_ROW + GAP_ROWS


def _weeks(book: Any, sheet: Any, table: pd.DataFrame) -> None:
    """What was promised and what came, and how far the scores moved."""
    beside, week = len(table.columns) + 1, _at(table, "week")
    draw_columns(
        Place(book, sheet, 1, len(table), (0, beside)),
        title="每周校准 calibration by week",
        across=week,
        columns=[
            ("预测 predicted", _at(table, "predicted")),
            ("实际 happened", _at(table, "happened")),
        ],
    )
    draw_columns(
        Place(book, sheet, 1, len(table), (300 // PIXELS_A_ROW + GAP_ROWS, beside)),
        title="评分漂移 drift (PSI)",
        across=week,
        columns=[("PSI", _at(table, "drift"))],
    )


def _four_fifths(book: Any, sheet: Any, table: pd.DataFrame) -> None:
    draw_columns(
        Place(book, sheet, 1, len(table), (height_of(0) // PIXELS_A_ROW, 0)),
        title="入选率之比 selection ratio（低于 0.8 请细看 look closer below 0.8）",
        across=_at(table, "attribute"),
        columns=[("ratio", _at(table, "selection_ratio"))],
    )


def _at(table: pd.DataFrame, name: str) -> int:
    return list(table.columns).index(name)


_PICTURES: dict[str, Callable[[Any, Any, pd.DataFrame], None]] = {
    "by_group": _by_group,
    "four_fifths": _four_fifths,
    "proxies": _proxies,
    "reliability": _reliability,
    "weeks": _weeks,
}
