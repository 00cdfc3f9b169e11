"""Everything the office holds about one person, with who read it, as data and as tables."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from matcher.documents.writing import fill_sheet, whole_file, whole_workbook
from matcher.domain.kinds import Kind
from matcher.domain.scope import Scope
from matcher.errors import NotFound, WrongUse
from matcher.reference.columns import columns
from matcher.store.events.reading import Wanted
from matcher.store.store import Store

PARTS = ("profile", "status", "identity")
ABOUT = {
    "zh": "本文件列出本机构保存的与您有关的全部信息、用途和查阅记录（个人信息保护法第四十五条）。",
    "en": "All that this office holds about you, to what end, and who read it (PIPL, article 45).",
}


def held_about(store: Store, scope: Scope, person_id: str, *, at: datetime) -> dict[str, Any]:
    """All that is held about a person: an audited read of every part.

    Returns:
        `person_id`, `made_at`, `about`, and lists of plain rows: `person`, `household`,
        `outcomes`, `placements`, `refusals`, `cases`, `pairings`, `decisions`, `moves` and
        `states` of casework, `corrections`, `read_by` (rows of the audit that name the person)
        and `read_among_many` (reads of more people than a row names, whose scope held the
        person); cells without a value are left out.

    Raises:
        NotFound: no such person within the scope.
    """
    ids = [person_id]
    person = store.persons(scope, ids, parts=PARTS, at=at)
    if person.empty:
        raise NotFound(kind=Kind.PERSONS.value, key=person_id)
    named, many = store.readers(scope, person_id)
    homes = person["household_id"].dropna().tolist()
    mine = Wanted(of="person_id", ids=ids)
    found = {
        "person": person,
        "household": store.households(scope, homes, at=at),
        "outcomes": store.outcomes(scope, ids),
        "placements": store.placements(scope, person_ids=ids, at=at),
        "refusals": store.refusals(scope, ids, at=at),
        "cases": store.cases(scope, ids, about=Kind.PERSONS, at=at),
        "pairings": _pairings(store, scope, person_id, at),
        "decisions": store.decisions(scope, about=person_id, at=at),
        "moves": store.events(scope, mine, at=at),
        "states": store.states(scope, mine, at=at),
        "corrections": store.corrections(scope, person_id, at=at),
        "read_by": named,
        "read_among_many": many,
    }
    head = {"person_id": person_id, "made_at": at.isoformat(), "about": ABOUT}
    return head | {name: rows_of(frame) for name, frame in found.items()}


def _pairings(store: Store, scope: Scope, person_id: str, at: datetime) -> pd.DataFrame:
    found = store.pairings(scope, at=at)
    return found[found["person_id"] == person_id].reset_index(drop=True)


def rows_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows as plain values, without the cells that say nothing."""
    plain = frame.astype(object).where(frame.notna(), None)
    return [
        {str(name): _plain(value) for name, value in row.items() if value is not None}
        for row in plain.to_dict("records")
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return value.item() if hasattr(value, "item") else value


def write_held(held: dict[str, Any], path: Path) -> tuple[Path, Path]:
    """Write what is held as JSON for programs, and beside it as a workbook for people.

    Both are readable by their owner alone.

    Args:
        held: from `held_about`.
        path: of the JSON file; the workbook has its name with `.xlsx`.

    Raises:
        WrongUse: the name does not end in `.json`.
    """
    if path.suffix.lower() != ".json":
        raise WrongUse(what=f"--out {path.name}", expected="FILE.json", do="Correct the name.")
    text = json.dumps(held, ensure_ascii=False, indent=1)
    with whole_file(path, "w", encoding="utf-8") as file:
        file.write(text)
    sheet = path.with_suffix(".xlsx")
    words = {column.name: column.zh for column in columns(Kind.PERSONS)}
    with whole_workbook(sheet) as book:
        for name, rows in held.items():
            if not isinstance(rows, list):
                continue
            frame = _upright(rows, words) if name == "person" else pd.DataFrame(rows)
            fill_sheet(book.add_worksheet(name), frame)
    return path, sheet


def _upright(rows: list[dict[str, Any]], words: dict[str, str]) -> pd.DataFrame:
    """One record as a table of two columns, in the office's words."""
    pairs = [(words.get(name, name), value) for row in rows for name, value in row.items()]
    return pd.DataFrame(pairs, columns=["项目", "内容"])
