"""Settings that offices set for themselves: by area, each from a day on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, Engine, delete, insert, select

from matcher.store import audit, engine
from matcher.store.schema.tables import meta

KIND = "office_settings"
PREFIX = "office_setting "


@dataclass(frozen=True, slots=True)
class Kept:
    """One setting as somebody set it.

    Attributes:
        name: of the setting.
        area: whose: an area with all below; "" is everyone without a nearer one.
        since: the first day on which it holds.
        value: the number.
        by: the account that set it; "" where nobody is named.
    """

    name: str
    area: str
    since: date
    value: int
    by: str = ""

    @property
    def key(self) -> str:
        """The place that it rests under: who sets the same again for the same day replaces it."""
        return f"{PREFIX}{self.name} {self.area or '-'} {self.since.isoformat()}"


class OfficeSettings:
    """The settings of a store's offices; every change leaves an audit row."""

    def __init__(self, opened: Engine, *, wait_s: float) -> None:
        self._engine, self._wait_s = opened, wait_s

    def all(self) -> tuple[Kept, ...]:
        """Everything that was set, by name, area and day."""
        wanted = select(meta.c.key, meta.c.value).where(meta.c.key.startswith(PREFIX))
        with engine.reading(self._engine, wait_s=self._wait_s) as connection:
            rows = connection.execute(wanted).all()
        found = [_kept(key, json.loads(value)) for key, value in rows]
        return tuple(sorted(found, key=lambda each: (each.name, each.area, each.since)))

    def keep(self, kept: Kept, *, at: datetime) -> None:
        """Set one; of the same area and day it replaces the former, which the audit remembers."""
        with engine.writing(self._engine, wait_s=self._wait_s) as connection:
            engine.lock_for_writing(connection, KIND)
            before = _value(connection, kept.key)
            connection.execute(delete(meta).where(meta.c.key == kept.key))
            said = json.dumps({"value": kept.value, "by": kept.by}, ensure_ascii=False)
            connection.execute(insert(meta).values(key=kept.key, value=said))
            told = {"area": kept.area, "since": kept.since.isoformat(), "value": kept.value}
            entry = audit.Entry("set", KIND, [kept.name], told | {"before": before})
            audit.write_row(connection, entry, who=kept.by, at=at)


def _value(connection: Connection, key: str) -> int | None:
    found = connection.execute(select(meta.c.value).where(meta.c.key == key)).scalar_one_or_none()
    return None if found is None else int(json.loads(found)["value"])


def _kept(key: str, said: dict[str, str | int]) -> Kept:
    name, area, since = key.removeprefix(PREFIX).split(" ")
    own = "" if area == "-" else area
    return Kept(name, own, date.fromisoformat(since), int(said["value"]), str(said["by"]))
