"""The audit to be searched: who read and changed what, to what end; whether its seals hold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Annotated, Any
from urllib.parse import urlencode

import orjson
import pandas as pd
from fastapi import APIRouter, Depends, Query, Request, Response

from api.audit.routes import Watcher
from api.deps import StoreDep
from api.protocol.language import Language, language_of
from api.records.verbs import rows_of
from api.web.files import workbook
from api.web.formats import place
from api.web.pages import page, pages_router
from api.web.words import words
from matcher.domain.scope import Role
from matcher.store.audit import Sought
from matcher.store.store import Store

router: APIRouter = pages_router(prefix="/audit")

PAGE, EXPORTED = 50, 5_000
Text = Annotated[str, Query(max_length=64)]
ACTIONS = ("read", "upsert", "edit", "append", "keep", "erase")


@dataclass(frozen=True)
class Asked:
    """What is searched for, as the address says it; empty is any."""

    actor: str = ""
    action: str = ""
    kind: str = ""
    purpose: str = ""
    before: str = ""

    def address(self, path: str = "/audit", **changed: Any) -> str:
        """The address of this search with something changed."""
        kept = {name: value for name, value in (asdict(self) | changed).items() if value}
        return path + (f"?{urlencode(kept)}" if kept else "")

    def sought(self, limit: int) -> Sought:
        """The search of the store."""
        before = int(self.before) if self.before else None
        return Sought(
            actor=self.actor or None,
            action=self.action or None,
            kind=self.kind or None,
            purpose=self.purpose or None,
            before=before,
            limit=limit,
        )


def asked(
    actor: Text = "",
    action: Text = "",
    kind: Text = "",
    purpose: Text = "",
    before: Annotated[str, Query(pattern=r"^\d{0,15}$")] = "",
) -> Asked:
    """The search of an address."""
    return Asked(actor.strip(), action, kind.strip(), purpose.strip(), before)


AskedDep = Annotated[Asked, Depends(asked)]


@router.get("")
def show_audit(request: Request, caller: Watcher, store: StoreDep, ask: AskedDep) -> Response:
    """The rows sought, newest first."""
    language = language_of(request)
    rows = rows_of(store.audit_search(ask.sought(PAGE + 1)))
    lines = [_line(row, language) for row in rows[:PAGE]]
    more = ask.address(before=str(lines[-1]["seq"])) if len(rows) > PAGE else None
    return page(
        request,
        "audit/list.html",
        caller,
        ask=ask,
        lines=lines,
        more=more,
        first=ask.address(before="") if ask.before else None,
        actions=_choices("action", ACTIONS, ask.action, language),
        kinds=_choices("kind", _known("kind", language), ask.kind, language),
        purposes=_choices("purpose", _known("purpose", language), ask.purpose, language),
        export=replace(ask, before="").address("/audit/export.xlsx"),
    )


@router.get("/export.xlsx")
def export(request: Request, _caller: Watcher, store: StoreDep, ask: AskedDep) -> Response:
    """The rows sought as a workbook, up to a bound."""
    language = language_of(request)
    lines = _lines(store, ask, language)
    columns = ["seq", "at", "actor", "role", "purpose", "action", "kind", "count", "areas", "told"]
    return workbook("audit", pd.DataFrame(lines, columns=columns, dtype=str))


@router.get("/seals")
def show_seals(request: Request, caller: Watcher, store: StoreDep) -> Response:
    """Was anything changed behind the service?"""
    return page(request, "audit/seals.html", caller, broken=list(store.broken_seals()))


def _lines(store: Store, ask: Asked, language: Language) -> list[dict[str, Any]]:
    rows = rows_of(store.audit_search(ask.sought(EXPORTED)))
    return [_line(row, language) for row in rows]


def _line(row: dict[str, Any], language: Language) -> dict[str, Any]:
    detail = orjson.loads(row.get("detail") or "{}")
    ids = detail.pop("ids", [])
    told = "; ".join(f"{name}={value}" for name, value in detail.items() if value not in ("", []))
    roles = {each.value for each in Role}
    role = row.get("role")
    return {
        "seq": row["seq"],
        "at": str(row["at"])[:19].replace("T", " "),
        "actor": row["actor"],
        "role": words(language)[f"web.role.{role}"] if role in roles else "",
        "purpose": _said("purpose", row.get("purpose") or "", language),
        "purpose_code": row.get("purpose") or "",
        "action": _said("action", str(row["action"]), language),
        "kind": _said("kind", str(row["kind"]), language),
        "kind_code": row["kind"],
        "count": row["count"],
        "areas": "、".join(place(code) for code in (row.get("areas") or "").split(";") if code),
        "ids": ids,
        "told": told,
    }


def _known(group: str, language: Language) -> list[str]:
    """The codes that have words, in the order of their list."""
    start = f"audit.{group}."
    return [name.removeprefix(start) for name in words(language) if name.startswith(start)]


def _choices(
    group: str, codes: Iterable[str], chosen: str, language: Language
) -> list[tuple[str, str]]:
    """What may be sought, first all; what is sought now is among it."""
    every = ("", words(language)["lists.any"])
    listed = dict.fromkeys([*codes, *([chosen] if chosen else [])])
    return [every, *((code, _said(group, code, language)) for code in listed)]


def _said(group: str, code: str, language: Language) -> str:
    """A code in words where there are some; a new one stands for itself."""
    return words(language).get(f"audit.{group}.{code}", code)
