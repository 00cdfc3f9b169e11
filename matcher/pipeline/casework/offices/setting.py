"""An office sets one of its own settings, from a day on; what does not fit is told by field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from matcher.casework.ledger.settings import SettingRow, setting_in, settings
from matcher.domain.scope import Scope
from matcher.errors import RowRefused
from matcher.reference.areas import areas
from matcher.store.offices.kept import Kept
from matcher.store.store import Store


@dataclass(frozen=True, slots=True)
class Standing:
    """A setting as it stands in an area.

    Attributes:
        row: default, bounds, unit, words.
        value: what holds on the day.
        later: what was set for days to come, the nearest first.
    """

    row: SettingRow
    value: int
    later: tuple[Kept, ...]


def standing_in(store: Store, area: str, on: date) -> Sequence[Standing]:
    """Every setting of an area on a day, in the order of the table."""
    kept = store.office_settings.all()
    return [
        Standing(
            row,
            setting_in(kept, name, area, on),
            tuple(
                each
                for each in kept
                if each.name == name and each.since > on and area.startswith(each.area)
            ),
        )
        for name, row in settings().items()
    ]


def problems_of(scope: Scope, given: Kept, on: date) -> list[tuple[str, str]]:
    """What keeps a setting from being set: field and word, such as ("since", "past").

    Words: `unknown` (no such setting), `bounds`, `place` (no such area), `scope` (another
    office's area), `past`.
    """
    row, found = settings().get(given.name), []
    if row is None:
        found.append(("name", "unknown"))
    elif not row.least <= given.value <= row.most:
        found.append(("value", "bounds"))
    if given.area and not areas().exists(given.area):
        found.append(("area", "place"))
    elif not any(given.area.startswith(own) for own in scope.areas):
        found.append(("area", "scope"))
    if given.since < on:
        found.append(("since", "past"))
    return found


def set_for_office(store: Store, scope: Scope, given: Kept, *, on: date, at: datetime) -> None:
    """Set one; it holds from its day on, and the audit tells who set what in place of what.

    Raises:
        RowRefused: with every reason, by field; see `problems_of`.
    """
    problems = problems_of(scope, given, on)
    if problems:
        raise RowRefused(kind="office_settings", problems=problems)
    store.office_settings.keep(given, at=at)
