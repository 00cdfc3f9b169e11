"""How clear people are: which items of their place's profile are filled, over columns."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.casework.register.profiles import (
    YES,
    ClearItem,
    ClearProfile,
    clear_profiles_in,
)
from matcher.policy.law import places_of

Flags = NDArray[np.bool_]
NOBODY = -1
LISTED = ";"


@dataclass(frozen=True)
class Completeness:
    """Which items are filled of whom.

    Attributes:
        person_ids: (n,) of whom.
        profiles: the profiles that apply to anyone.
        profile_at: (n,) int64, the profile of each person; -1 where no text asks for anything.
        filled: by profile, (n, items of it) bool; rows of other profiles mean nothing.
    """

    person_ids: NDArray[np.object_]
    profiles: tuple[ClearProfile, ...]
    profile_at: NDArray[np.int64]
    filled: tuple[Flags, ...]

    @property
    def asked(self) -> NDArray[np.int64]:
        """(n,) how many items the place asks for."""
        counts = np.array([*(len(profile.items) for profile in self.profiles), 0], np.int64)
        return counts[self.profile_at]

    @property
    def clear(self) -> NDArray[np.int64]:
        """(n,) how many of them are filled."""
        found = np.zeros(len(self.profile_at), np.int64)
        for at, flags in enumerate(self.filled):
            rows = self.profile_at == at
            found[rows] = flags[rows].sum(axis=1)
        return found

    @property
    def share(self) -> NDArray[np.float64]:
        """(n,) the filled part, 0 to 1; NaN where nothing is asked for."""
        asked = self.asked.astype(np.float64)
        shares: NDArray[np.float64] = self.clear / np.where(asked > 0, asked, np.nan)
        return shares

    def of(self, row: int) -> tuple[ClearProfile | None, tuple[ClearItem, ...]]:
        """The profile of one person, and the items of it that are still missing."""
        at = int(self.profile_at[row])
        if at == NOBODY:
            return None, ()
        profile, flags = self.profiles[at], self.filled[at][row]
        return profile, tuple(
            item for item, is_filled in zip(profile.items, flags, strict=True) if not is_filled
        )


def completeness(
    persons: pd.DataFrame,
    households: pd.DataFrame,
    on: date,
    *,
    own: pd.DataFrame | None = None,
    place: str | None = None,
) -> Completeness:
    """How clear these people are; one call for one or for all of a city.

    Args:
        persons: work profile and status; missing columns count as not asked.
        households: theirs; those of nobody are passed over.
        on: the day.
        own: `person_id` and `name` of facts that only casework keeps, those that count.
        place: whose profile; None takes the nearest place around each one's area.
    """
    n = len(persons)
    at, places = _places(persons, place)
    profiles: list[ClearProfile] = []
    profile_at = np.full(n, NOBODY, np.int64)
    for code, name in enumerate(places):
        for profile in clear_profiles_in(name, on):
            rows = (at == code) & (profile_at == NOBODY) & _in_group(persons, profile.group)
            if not rows.any():
                continue
            if profile not in profiles:
                profiles.append(profile)
            profile_at[rows] = profiles.index(profile)
    known = _Known(persons, households, own)
    filled = tuple(
        np.column_stack([known.item(item) for item in profile.items]) for profile in profiles
    )
    ids = persons["person_id"].to_numpy(object)
    return Completeness(ids, tuple(profiles), profile_at, filled)


def _places(persons: pd.DataFrame, place: str | None) -> tuple[NDArray[np.int64], list[str]]:
    """Each person's place by number, and the places."""
    if place is not None:
        return np.zeros(len(persons), np.int64), [place]
    areas = persons["area_code"].astype(object)
    codes, distinct = pd.factorize(areas)
    places = places_of([*map(str, distinct), None])
    at, names = pd.factorize(np.array(places, object)[codes])
    return at.astype(np.int64), [str(name) for name in names]


def _in_group(persons: pd.DataFrame, group: str) -> Flags:
    if not group:
        return np.ones(len(persons), np.bool_)
    if "group_tags" not in persons:
        return np.zeros(len(persons), np.bool_)
    codes, texts = pd.factorize(persons["group_tags"])
    held = [group in str(text).split(LISTED) for text in texts]
    return np.array([*held, False])[codes]


class _Known:
    """Which columns are known of whom; each is looked at once."""

    def __init__(
        self, persons: pd.DataFrame, households: pd.DataFrame, own: pd.DataFrame | None
    ) -> None:
        self._persons, self._households, self._own = persons, households, own
        self._seen: dict[str, Flags] = {}
        self._home_at = np.full(len(persons), NOBODY, np.int64)
        if "household_id" in persons:
            index = pd.Index(households["household_id"].to_numpy(object))
            self._home_at = index.get_indexer(pd.Index(persons["household_id"].to_numpy(object)))

    def item(self, item: ClearItem) -> Flags:
        """(n,) whether the item is filled."""
        flags = np.stack([self._column(name) for name in item.filled_by])
        return np.asarray(flags.all(axis=0) if item.all_of else flags.any(axis=0))

    def _column(self, name: str) -> Flags:
        if name not in self._seen:
            self._seen[name] = self._look(name)
        return self._seen[name]

    def _look(self, name: str) -> Flags:
        source, _, column = name.removesuffix(YES).partition(".")
        must_be_yes = name.endswith(YES)
        if source == "households":
            flags = _known(self._households, column, must_be_yes=must_be_yes)
            made: Flags = np.append(flags, False)[self._home_at]
            return made
        if source == "facts":
            return _stated(self._persons, column)
        if source == "own":
            return self._own_fact(column)
        return _known(self._persons, column, must_be_yes=must_be_yes)

    def _own_fact(self, name: str) -> Flags:
        if self._own is None:
            return np.zeros(len(self._persons), np.bool_)
        of = pd.Index(self._own.loc[self._own["name"] == name, "person_id"].unique())
        found = of.get_indexer(pd.Index(self._persons["person_id"].to_numpy(object)))
        return np.asarray(found >= 0)


def _known(frame: pd.DataFrame, column: str, *, must_be_yes: bool) -> Flags:
    if column not in frame:
        return np.zeros(len(frame), np.bool_)
    if must_be_yes:
        return np.asarray(frame[column].fillna(value=False).to_numpy(np.bool_))
    return np.asarray(frame[column].notna().to_numpy(np.bool_))


def _stated(frame: pd.DataFrame, name: str) -> Flags:
    """Whether a fact is stated under its own name; each distinct text is read once."""
    if "facts" not in frame:
        return np.zeros(len(frame), np.bool_)
    codes, texts = pd.factorize(frame["facts"])
    held = [json.loads(text).get(name) is not None for text in texts]
    return np.array([*held, False])[codes]
