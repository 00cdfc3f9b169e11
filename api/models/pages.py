"""Models on a page: who serves, what it was made from and reached, and changing it by the gate."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from api.auth.callers import Caller
from api.deps import SettingsDep, StoreDep, today_of
from api.jobs.ordering import ordered
from api.models.promoting import card_of_model, champion_of, is_usable, promoted
from api.models.routes import Reader, Switcher
from api.protocol.language import language_of
from api.records.resource import Id
from api.web.pages import back_to, page, pages_router
from matcher.cli.commands.models.wording import judgement_text
from matcher.cli.wording import Language
from matcher.domain.job import JobKind, JobState
from matcher.domain.scope import Role, Scope
from matcher.ranking.shelf.card import wording
from matcher.ranking.shelf.shelf import UNTRAINED, Shelf
from matcher.ranking.shelf.shipped import shipped_names
from matcher.store.store import Store

router: APIRouter = pages_router(prefix="/models")

SWITCHERS = frozenset({Role.SUPERVISOR, Role.ADMIN})
LOOKED_THROUGH = 50


@router.get("")
def show_models(
    request: Request, caller: Reader, store: StoreDep, settings: SettingsDep
) -> Response:
    """The champion's card, the other models, how its chances held week by week."""
    return _page(request, caller, store, Shelf(settings.workspace))


@router.post("/{key}/promoted")
def promote(
    request: Request, caller: Switcher, store: StoreDep, settings: SettingsDep, key: Id
) -> Response:
    """Promote or roll back; where the gate refuses, its reasons stand on the page."""
    shelf = Shelf(settings.workspace)
    if key != UNTRAINED:
        card_of_model(shelf, key)
    done = promoted(shelf, store, key, on=today_of(store), seed=0)
    if not done.refused:
        return back_to("/models")
    said = Language.ZH if language_of(request) == "zh" else Language.EN
    told = judgement_text(done.judgement, said).splitlines() if done.judgement else []
    return _page(request, caller, store, shelf, refused=told, status=409)


@router.post("/trained")
def train(caller: Switcher, store: StoreDep) -> Response:
    """Order the training of a model named by the day."""
    day = today_of(store).isoformat()
    parameters = {"name": f"office-{day}", "seed": 0, "on": day}
    job = ordered(store, caller, JobKind.TRAIN, parameters, Response())
    return back_to(f"/jobs/{job.job_id}")


@router.get("/{key}")
def show_card(
    request: Request, caller: Reader, store: StoreDep, settings: SettingsDep, key: Id
) -> Response:
    """The card of one model."""
    return _page(request, caller, store, Shelf(settings.workspace), shown=key)


def _page(  # what a form may come back with
    request: Request,
    caller: Caller,
    store: Store,
    shelf: Shelf,
    *,
    shown: str | None = None,
    refused: list[str] | None = None,
    status: int = 200,
) -> Response:
    champion, own = champion_of(shelf), shelf.names()
    names = [UNTRAINED, *own, *(name for name in shipped_names() if name not in own)]
    key = shown or champion
    card = None if key == UNTRAINED else card_of_model(shelf, key)
    weeks, measured = weeks_of(store)
    return page(
        request,
        "models/list.html",
        caller,
        status=status,
        models=[
            (each, each not in shipped_names(), each not in own or is_usable(shelf, each))
            for each in names
        ],
        champion=champion,
        key=key,
        card=card,
        words=wording(language_of(request)),
        quality=_quality(card, key),
        weeks=weeks,
        measured=measured,
        weeks_rows=[_week(each) for each in weeks],
        switches=caller.account.role in SWITCHERS,
        untrained=UNTRAINED,
        refused=refused or [],
    )


def weeks_of(store: Store) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
    """Calibration and drift by week from the last fairness report; it names nobody."""
    found = store.jobs.newest(
        reader=Scope.office("models"), states=[JobState.DONE], before=None, limit=LOOKED_THROUGH
    )
    last = next((each for each in found if each.kind is JobKind.FAIRNESS), None)
    return ([], None) if last is None else (last.result["tables"]["weeks"], dict(last.result))


def _quality(card: Any, key: str) -> list[dict[str, Any]]:
    """What the model and the baselines reached for everyone, by measure."""
    if card is None:
        return []
    rows = [row for row in card["rows"] if row["attribute"] == "everyone"]
    measures = dict.fromkeys(row["measure"] for row in rows if row["model"] == key)
    of = {(row["model"], row["measure"]): row for row in rows}
    others = list(dict.fromkeys(row["model"] for row in rows if row["model"] != key))
    return [
        {
            "measure": each,
            "own": of[key, each],
            "others": [(name, of.get((name, each))) for name in others],
        }
        for each in measures
    ]


def _week(row: dict[str, Any]) -> tuple[Any, ...]:
    """A line of the table under the chart."""
    shares = [f"{row[name]:.1%}" for name in ("predicted", "happened")]
    return (row["week"], f"{row['pairs']:,}", *shares, f"{row['drift']:.3f}")
