"""What routes may ask for; the only place that reads the app's state."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from typing import Annotated, TypeVar

from fastapi import Depends, Query, Request

from api.auth.callers import Caller
from api.days import Day
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

T = TypeVar("T")


def _held(name: str, kind: type[T]) -> Callable[[Request], Awaitable[T]]:
    """A dependency: what `create_app` put into the app's state under a name.

    It computes nothing, so it takes no thread.
    """

    async def of(request: Request) -> T:
        found = getattr(request.app.state, name)
        assert isinstance(found, kind)  # noqa: S101  # set by create_app, never by a caller
        return found

    return of


StoreDep = Annotated[Store, Depends(_held("store", Store))]
SettingsDep = Annotated[Settings, Depends(_held("settings", Settings))]
MarketsDep = Annotated[Markets, Depends(_held("markets", Markets))]
DaysDep = Annotated[Days, Depends(_held("days", Days))]
FiguresDep = Annotated[Figures, Depends(_held("figures", Figures))]
_RankersDep = Annotated[Rankers, Depends(_held("rankers", Rankers))]


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
        Day | None, Query(description="the day asked about; today where it is left out")
    ] = None,
) -> date:
    return on or today_of(store)


DayDep = Annotated[date, Depends(_day)]


def _ranker(
    rankers: _RankersDep,
    model: Annotated[
        str | None, Query(max_length=64, description="a ranker; the champion where left out")
    ] = None,
) -> Ranker:
    return rankers.of(model)


RankerDep = Annotated[Ranker, Depends(_ranker)]


def edit_of(store: Store, caller: Caller) -> Edit:
    """What the caller edits records with: its fence, the office's day, this instant."""
    writer = Writer(caller.scope, caller.account.employer_id)
    return Edit(store, writer, today_of(store), caller.at)
