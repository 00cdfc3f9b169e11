"""Subscribe to what becomes of referrals within one's areas."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, ConfigDict, Field

from api.auth.callers import Allow, Caller
from api.deps import SettingsDep, StoreDep
from api.protocol.once import OnceRoute
from matcher.domain.scope import Role
from matcher.errors import NotFound
from matcher.pipeline.jobs.telling import checked_url
from matcher.store.store import Store
from matcher.store.webhooks.webhook import Webhook

router = APIRouter(prefix="/webhooks", tags=["webhooks"], route_class=OnceRoute)

Subscriber = Annotated[Caller, Depends(Allow(frozenset({Role.SUPERVISOR}), "webhooks"))]
WebhookId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]


class WebhookIn(BaseModel):
    """Where news are to go."""

    model_config = ConfigDict(extra="forbid")
    url: Annotated[str, Field(min_length=8, max_length=500, examples=["https://city.example/news"])]


class WebhookOut(BaseModel):
    """A subscription, and how its deliveries go."""

    webhook_id: str
    url: str
    failures: Annotated[int, Field(description="tries in a row that failed")]
    next_try_at: datetime
    disabled: Annotated[bool, Field(description="it failed too often; subscribe again")]
    created_at: datetime


class SubscribedOut(WebhookOut):
    """A new subscription with its secret."""

    secret: Annotated[str, Field(description="what deliveries are signed with; told this once")]


@router.get("")
def list_webhooks(caller: Subscriber, store: StoreDep) -> list[WebhookOut]:
    """The caller's own subscriptions."""
    found = store.webhooks.of(caller.account.username)
    return [WebhookOut.model_validate(each, from_attributes=True) for each in found]


@router.post("", status_code=201)
def subscribe(
    caller: Subscriber, store: StoreDep, settings: SettingsDep, given: WebhookIn
) -> SubscribedOut:
    """Be told of every move of a referral from now on: signed, in order, tried again if missed.

    Each delivery is a POST with `X-Rengang-Timestamp` and `X-Rengang-Signature`, which is
    `sha256=` and the HMAC-SHA256 of timestamp, dot and body under the secret.
    """
    url = checked_url(given.url, settings.webhook_hosts)
    made, secret = store.webhooks.add(url, caller.scope, at=caller.at)
    told = WebhookOut.model_validate(made, from_attributes=True)
    return SubscribedOut(**told.model_dump(), secret=secret)


@router.delete("/{webhook_id}", status_code=204)
def unsubscribe(caller: Subscriber, store: StoreDep, webhook_id: WebhookId) -> None:
    """End one's own subscription."""
    _own(store, caller, webhook_id)
    store.webhooks.remove(webhook_id, caller.scope, at=caller.at)


def _own(store: Store, caller: Caller, webhook_id: str) -> Webhook:
    found = store.webhooks.find(webhook_id)
    if found.actor != caller.account.username:
        raise NotFound(kind="webhook", key=webhook_id)
    return found
