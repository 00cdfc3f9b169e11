"""What routes may ask for; the only place that reads the app's state."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import Depends, Query, Request

from api.auth.callers import Caller
from api.market import Markets
from api.observing.figures import Figures
from api.rankers import Rankers
from matcher.casework.privacy.pseudonyms import Pseudonyms
from matcher.pipeline.casework.days import Days
from matcher.pipeline.records.editing import Edit
from matcher.pipeline.records.writer import Writer
from matcher.ranking.ranker import Ranker
from matcher.settings import Settings
from matcher.store.store import Store


async def _store(request: Request) -> Store:
    store = request.app.state.store
    assert isinstance(store, Store)  # noqa: S101  # set by create_app, never by a caller
    return store


StoreDep = Annotated[Store, Depends(_store)]


async def _settings(request: Request) -> Settings:
    settings = request.app.state.settings
    assert isinstance(settings, Settings)  # noqa: S101  # set by create_app, never by a caller
    return settings


SettingsDep = Annotated[Settings, Depends(_settings)]


async def _markets(request: Request) -> Markets:
    markets = request.app.state.markets
    assert isinstance(markets, Markets)  # noqa: S101  # set by create_app, never by a caller
    return markets


MarketsDep = Annotated[Markets, Depends(_markets)]


async def _days(request: Request) -> Days:
    days = request.app.state.days
    assert isinstance(days, Days)  # noqa: S101  # set by create_app, never by a caller
    return days


DaysDep = Annotated[Days, Depends(_days)]


async def _figures(request: Request) -> Figures:
    figures = request.app.state.figures
    assert isinstance(figures, Figures)  # noqa: S101  # set by create_app, never by a caller
    return figures


FiguresDep = Annotated[Figures, Depends(_figures)]


def _pseudonyms(store: StoreDep) -> Pseudonyms:
    return Pseudonyms(store, at=datetime.now(UTC))


PseudonymsDep = Annotated[Pseudonyms, Depends(_pseudonyms)]


def today_of(store: Store) -> date:
    """The office's day: the demo city's in a demo, else today on this machine's clock."""
    kept = store.meta("demo_on")
    return date.fromisoformat(kept) if kept else datetime.now(UTC).astimezone().date()


def _day(
    store: StoreDep,
    on: Annotated[
        date | None, Query(description="the day asked about; today where it is left out")
    ] = None,
) -> date:
    return on or today_of(store)


DayDep = Annotated[date, Depends(_day)]


def _ranker(
    request: Request,
    model: Annotated[
        str | None, Query(max_length=64, description="a ranker; the champion where left out")
    ] = None,
) -> Ranker:
    rankers = request.app.state.rankers
    assert isinstance(rankers, Rankers)  # noqa: S101  # set by create_app, never by a caller
    return rankers.of(model)


RankerDep = Annotated[Ranker, Depends(_ranker)]


def edit_of(store: Store, caller: Caller) -> Edit:
    """What the caller edits records with: its fence, the office's day, this instant."""
    writer = Writer(caller.scope, caller.account.employer_id)
    return Edit(store, writer, today_of(store), caller.at)
