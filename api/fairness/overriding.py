"""How often each caseworker goes against the screening, both tails, and what is behind a number."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response

from api.auth.callers import Allow, Caller
from api.days import Day
from api.deps import StoreDep, today_of
from api.protocol.language import Language, language_of
from api.records.verbs import rows_of
from api.web.pages import page, pages_router
from api.web.words import said
from matcher.domain.scope import Role
from matcher.evaluation.limits import shipped_limits
from matcher.pipeline.casework.ledgers.overriding import (
    Period,
    behind,
    override_rates,
    proposals_in,
    tails,
)

router: APIRouter = pages_router(prefix="/fairness/overrides")

WATCHERS = frozenset({Role.SUPERVISOR, Role.AUDITOR})
"""Who may see how single colleagues work."""

Reader = Annotated[Caller, Depends(Allow(WATCHERS, "overrides"))]
Keeper = Annotated[Caller, Depends(Allow(frozenset({Role.SUPERVISOR}), "overrides"))]
Asked = Annotated[Day | None, Query()]
SHOWN = 500


@router.get("")
def show_rates(
    request: Request, caller: Reader, store: StoreDep, since: Asked = None, until: Asked = None
) -> Response:
    """The rate of each caseworker with its interval, as a chart and a table."""
    language, bound = language_of(request), shipped_limits().overrides
    period = _period(today_of(store), since, until)
    rates = override_rates(proposals_in(store, caller.scope, period, at=caller.at))
    never, always = tails(rates)
    opens = caller.account.role is Role.SUPERVISOR
    rows = [{str(name): cell for name, cell in row.items()} for row in rates.to_dict("records")]
    return page(
        request,
        "fairness/overrides.html",
        caller,
        period=period,
        rows=rows,
        never=never,
        always=always,
        bound=bound,
        spec=_spec(rows, period, language, opens=opens),
        to=lambda actor, overridden: _address(period, actor, overridden=overridden),
        opens=opens,
        total=(int(rates["proposed"].sum()), int(rates["overridden"].sum())),
    )


@router.get("/behind")
def show_behind(
    request: Request,
    caller: Keeper,
    store: StoreDep,
    since: Asked = None,
    until: Asked = None,
    actor: Annotated[str, Query(max_length=100)] = "",
    overridden: Annotated[bool, Query()] = False,
) -> Response:
    """The referrals behind a number, the newest first."""
    period = _period(today_of(store), since, until)
    proposed = proposals_in(store, caller.scope, period, at=caller.at)
    found = behind(proposed, actor=actor or None, overridden=overridden)
    return page(
        request,
        "fairness/behind.html",
        caller,
        period=period,
        actor=actor,
        overridden=overridden,
        rows=rows_of(found.head(SHOWN)),
        total=len(found),
        shown=SHOWN,
        back=_query("/fairness/overrides", period),
        passed=lambda names: _passed(names, language_of(request)),
    )


def _period(on: date, since: date | None, until: date | None) -> Period:
    usual = Period.before(until or on)
    return Period(min(since or usual.since, usual.until), usual.until)


def _query(path: str, period: Period, **more: str) -> str:
    days = {"since": period.since.isoformat(), "until": period.until.isoformat()}
    return f"{path}?{urlencode(days | more)}"


def _address(period: Period, actor: str, *, overridden: bool) -> str:
    more = {"actor": actor} | ({"overridden": "true"} if overridden else {})
    return _query("/fairness/overrides/behind", period, **{k: v for k, v in more.items() if v})


def _passed(names: Any, language: Language) -> str:
    sign = "、" if language == "zh" else ", "
    return sign.join(said(language, f"person_file.filter.{name}") for name in names or ())


def _spec(
    rows: list[dict[str, Any]], period: Period, language: Language, *, opens: bool
) -> dict[str, Any]:
    """A point for each caseworker between the ends of its interval; a point leads to its list."""
    ends = (("low", "rect", [10, 2]), ("share", "circle", 9), ("high", "rect", [10, 2]))
    names = {"low": "fairness.low", "share": "fairness.over.rate", "high": "fairness.high"}
    series = [
        {
            "type": "scatter",
            "name": said(language, names[key]),
            "symbol": symbol,
            "symbolSize": size,
            "data": [
                {"value": round(100 * row[key], 2)}
                | ({"to": _address(period, row["actor"], overridden=True)} if opens else {})
                for row in rows
            ],
        }
        for key, symbol, size in ends
    ]
    percent = {"formatter": "{value}%"}
    return {
        "xAxis": {"type": "category", "data": [row["actor"] for row in rows]},
        "yAxis": {"type": "value", "min": 0, "max": 100, "axisLabel": percent},
        "grid": {"left": 52, "right": 16, "top": 32, "bottom": 28},
        "legend": {"top": 0},
        "color": ["#8f959e", "#1456c8", "#8f959e"],
        "series": series,
    }
