"""What support a person, the household or an employer could have, and what was granted."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from api.auth.callers import Allow, Caller
from api.auth.roles import CASEWORK
from api.deps import DayDep, StoreDep
from api.person_file.head import head_of
from api.protocol.language import language_of
from api.records.resource import Id
from api.web.pages import page, pages_router
from matcher.casework.benefits.kinds import benefits
from matcher.casework.ledger.machine import machine
from matcher.pipeline.casework.supply.benefits.granting import granted_list
from matcher.pipeline.casework.supply.benefits.quoting import Hire, quoted
from matcher.pipeline.casework.supply.doing import Act

router: APIRouter = pages_router(prefix="/persons/{key}")

Reader = Annotated[Caller, Depends(Allow(CASEWORK, "benefits"))]
ORDER = ("met", "unknown", "not_met")


@router.get("/benefits")
def show_benefits(
    request: Request,
    caller: Reader,
    store: StoreDep,
    on: DayDep,
    key: Id,
    vacancy: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    """Every benefit by the law of the day, for the person's own work or for one post."""
    head = head_of(store, caller, key, on)
    found = quoted(store, caller.scope, Hire(key, on, vacancy_id=vacancy.strip() or None))
    act = Act(caller.scope, caller.account.username, on, caller.at)
    is_zh = language_of(request) == "zh"
    facts: dict[str, Any] = {
        "head": head,
        "tab": "benefits",
        "quotes": sorted(found.quotes, key=lambda each: ORDER.index(each.outcome.value)),
        "best": found.best,
        "granted": granted_list(store, act, person_id=key),
        "names": {each.id: each.zh if is_zh else each.en for each in benefits().values()},
        "states": {
            name: each.zh if is_zh else each.en for name, each in machine("benefit").states.items()
        },
        "vacancy": vacancy,
        "on": on,
        "is_zh": is_zh,
    }
    return page(request, "person_file/benefits.html", caller, **facts)
