"""The last fairness report as charts with sentences, each with its table; ordering a new one."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from api.auth.callers import Allow, Caller
from api.deps import StoreDep, today_of
from api.fairness.overriding import WATCHERS
from api.jobs.ordering import ordered
from api.protocol.language import Language, language_of
from api.web.pages import back_to, page, pages_router
from api.web.words import said, words
from matcher.domain.job import Job, JobKind, JobState
from matcher.domain.scope import Role, Scope
from matcher.store.store import Store

router: APIRouter = pages_router(prefix="/fairness")

READERS = frozenset({Role.SUPERVISOR, Role.AUDITOR, Role.ANALYST})
Reader = Annotated[Caller, Depends(Allow(READERS, "fairness"))]
Measurer = Annotated[Caller, Depends(Allow(frozenset({Role.SUPERVISOR}), "fairness"))]
LOOKED_THROUGH = 100
SHOWN = ("sex", "age", "hukou")
SURE = 0.05
"""A difference that chance alone shows less often is told as one."""

MEASURES = ("exposure@10", "selection@10")


@router.get("")
def show_fairness(request: Request, caller: Reader, store: StoreDep) -> Response:
    """Exposure, selection and placement by group with intervals; overrides and congestion."""
    language = language_of(request)
    last = _last(store, JobKind.FAIRNESS)
    matched = _last(store, JobKind.MATCH_ALL, having="congestion")
    tables = {} if last is None else last.result["tables"]
    return page(
        request,
        "fairness/page.html",
        caller,
        last=last,
        charts=_charts(tables, language) if tables else [],
        marks=tables.get("four_fifths", []),
        proxies=[
            row | {"trait": _trait(row["trait"], language)}
            for row in tables.get("proxies", [])
            if row["learned"]
        ],
        overrides=tables.get("overrides", []),
        override_rows=[
            (row["month"], f"{row['proposed']:,}", f"{row['overridden']:,}")
            for row in tables.get("overrides", [])
        ],
        congestion=None if matched is None else matched.result["congestion"],
        measures=caller.account.role is Role.SUPERVISOR,
        watches=caller.account.role in WATCHERS,
        group_words=lambda row: _group(row, language),
    )


@router.post("/measured")
def measure(caller: Measurer, store: StoreDep) -> Response:
    """Order a new report; it runs as a job."""
    job = ordered(store, caller, JobKind.FAIRNESS, {"on": today_of(store).isoformat()}, Response())
    return back_to(f"/jobs/{job.job_id}")


def _last(store: Store, kind: JobKind, *, having: str = "tables") -> Job | None:
    """The newest finished job of a kind with such a result: reports of groups name nobody."""
    found = store.jobs.newest(
        reader=Scope.office("fairness"), states=[JobState.DONE], before=None, limit=LOOKED_THROUGH
    )
    return next((each for each in found if each.kind is kind and having in each.result), None)


def _charts(tables: dict[str, Any], language: Language) -> list[dict[str, Any]]:
    """A chart for each measure: bars of the groups, their intervals in the table, a sentence."""
    made = []
    for name in (*MEASURES, "placement"):
        rows = tables["placement"] if name == "placement" else tables["by_group"]
        own = [
            row
            for row in rows
            if row["attribute"] in SHOWN and row.get("measure", "placement") == name
        ]
        key = name.partition("@")[0]
        made.append(
            {
                "id": key,
                "title": said(language, f"fairness.measure.{key}"),
                "means": said(language, f"fairness.means.{key}"),
                "told": _told(tables["apart"], own, name, language),
                "spec": _spec(own, language),
                "rows": [_row(row, language) for row in own],
            }
        )
    return made


def _spec(rows: list[dict[str, Any]], language: Language) -> dict[str, Any]:
    """Bars with a thin line from the low to the high end of each interval."""
    names = [_group(row, language) for row in rows]
    ends = [said(language, f"fairness.{each}") for each in ("low", "value", "high")]
    points = [
        {
            "type": "scatter",
            "name": end,
            "symbol": symbol,
            "symbolSize": size,
            "data": [round(100 * row[key], 3) for row in rows],
        }
        for end, key, symbol, size in zip(
            ends,
            ("low", "value", "high"),
            ("rect", "circle", "rect"),
            ([10, 2], 9, [10, 2]),
            strict=True,
        )
    ]
    return {
        "xAxis": {"type": "category", "data": names, "axisLabel": {"interval": 0}},
        "yAxis": {"type": "value", "scale": True, "axisLabel": {"formatter": "{value}%"}},
        "grid": {"left": 52, "right": 16, "top": 32, "bottom": 28},
        "legend": {"top": 0},
        "color": ["#8f959e", "#1456c8", "#8f959e"],
        "series": points,
    }


def _told(
    apart: list[dict[str, Any]], own: list[dict[str, Any]], measure: str, language: Language
) -> str:
    """What the intervals mean, in a sentence."""
    if measure == "placement":
        sure = [each for each in SHOWN if _disjoint([r for r in own if r["attribute"] == each])]
    else:
        sure = [
            row["attribute"]
            for row in apart
            if row["measure"] == measure and row["p_value"] is not None and row["p_value"] <= SURE
        ]
    if not sure:
        return said(language, "fairness.none_apart")
    sign = "、" if language == "zh" else ", "
    names = sign.join(said(language, f"fairness.attribute.{each}") for each in sure)
    return said(language, "fairness.apart", names=names)


def _disjoint(rows: list[dict[str, Any]]) -> bool:
    """Do two groups' intervals not touch?

    Example:
        >>> _disjoint([{"low": 0.1, "high": 0.2}, {"low": 0.3, "high": 0.4}])
        True
    """
    return bool(rows) and max(row["low"] for row in rows) > min(row["high"] for row in rows)


def _row(row: dict[str, Any], language: Language) -> tuple[str, ...]:
    shares = [f"{row[name]:.2%}" for name in ("value", "low", "high")]
    return (_group(row, language), f"{row['people']:,}", shares[0], f"{shares[1]} – {shares[2]}")


def _group(row: dict[str, Any], language: Language) -> str:
    """A group in words; a band of ages stands for itself."""
    name = str(row.get("group", ""))
    return words(language).get(f"fairness.group.{name}", name)


def _trait(trait: str, language: Language) -> str:
    """A trait such as `sex: female` in words."""
    attribute, _, group = trait.partition(": ")
    known = words(language).get(f"fairness.attribute.{attribute}", attribute)
    return f"{known} {_group({'group': group}, language)}".strip()
