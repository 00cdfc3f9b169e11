"""What routes may ask for; the only place that reads the app's state."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from matcher.store.store import Store


def _store(request: Request) -> Store:
    store = request.app.state.store
    assert isinstance(store, Store)  # noqa: S101  # set by create_app, never by a caller
    return store


StoreDep = Annotated[Store, Depends(_store)]
