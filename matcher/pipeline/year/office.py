"""The office of the scripted year: who acts, where, and by what the city answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.demo.simulator.scene import Scene
from matcher.domain.kinds import Kind
from matcher.domain.scope import Role, Scope
from matcher.pipeline.casework.moving import Desk
from matcher.pipeline.casework.register.hand import Hand
from matcher.pipeline.year.pace import Diary, Pace
from matcher.store.store import Store

ACTOR = "year"
SCOPE = Scope(Role.SUPERVISOR, ("",), "year", ACTOR)
"""The whole city, as its supervisor."""

OPENS = time(9, 0, tzinfo=UTC)


@dataclass(slots=True, eq=False)
class Office:
    """Everything that the steps of a day share.

    Attributes:
        store: a workspace with the demo city.
        scene: lawful pairs with the city's answers, positions as in `person_ids`, `vacancy_ids`.
        person_ids, vacancy_ids: of the positions.
        people: records of the scene's people: `household_id`, `area_code` by person.
        posts: `vacancy_id`, `headcount`, `employer_id`.
        rng: every chance of the year.
        pace: what the script assumes.
        caseworker, supervisor: accounts that moves are written for.
        not_before: (n_rows,) datetime64[D], when a pair of the scene can be put forward first;
            None is at any time.
        written_at: the moment of every row; None is nine o'clock of the day worked.
        diary: what is to happen.
        places: (n_vacancies,) places left, as the script counts them.
        tried: rows of the scene put forward already.
        busy: people with an open referral, or in work.
        answering, starting: referrals and rows of the scene that are answered, that become work.
        proving, ending: placements whose evidence is brought, that end (with rows).
        visiting: people who are visited today.
    """

    store: Store
    scene: Scene
    person_ids: NDArray[np.object_]
    vacancy_ids: NDArray[np.object_]
    people: pd.DataFrame
    posts: pd.DataFrame
    rng: np.random.Generator
    pace: Pace = field(default_factory=Pace)
    caseworker: str = ACTOR
    supervisor: str = ACTOR
    not_before: NDArray[np.datetime64] | None = None
    written_at: datetime | None = None
    diary: Diary = field(default_factory=Diary)
    places: NDArray[np.int64] = field(init=False)
    tried: NDArray[np.bool_] = field(init=False)
    busy: NDArray[np.bool_] = field(init=False)
    answering: list[tuple[str, int]] = field(default_factory=list)
    starting: list[tuple[str, int]] = field(default_factory=list)
    proving: list[str] = field(default_factory=list)
    ending: list[tuple[str, int]] = field(default_factory=list)
    visiting: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Nobody was put forward yet; posts have the places that the store knows."""
        at = pd.Index(self.posts["vacancy_id"]).get_indexer(pd.Index(self.vacancy_ids))
        stated = self.posts["headcount"].astype("Float64").to_numpy(float, na_value=np.nan)[at]
        taken = self.store.hires_by_vacancy().set_index("vacancy_id")["hired"]
        used = pd.Series(self.vacancy_ids).map(taken).fillna(0).to_numpy(np.int64)
        many = len(self.person_ids)
        self.places = np.where(np.isnan(stated), many, np.nan_to_num(stated) - used).astype(
            np.int64
        )
        self.tried = np.zeros(len(self.scene.person_at), bool)
        self.busy = np.zeros(many, bool)

    @property
    def scope(self) -> Scope:
        """The whole city."""
        return SCOPE

    def at(self, day: date) -> datetime:
        """The moment at which a day's work is written."""
        return self.written_at or datetime.combine(day, OPENS)

    def is_open(self, day: date) -> NDArray[np.bool_]:
        """(n_rows,) which pairs of the scene can be put forward on a day."""
        if self.not_before is None:
            return np.ones(len(self.scene.person_at), bool)
        known: NDArray[np.bool_] = self.not_before <= np.datetime64(day, "D")
        return known

    def desk(self, day: date) -> Desk:
        """Who moves referrals, work and visits on a day."""
        return Desk(self.store, self.scope, self.caseworker, self.at(day))

    def hand(self, day: date) -> Hand:
        """Who moves certifications on a day."""
        return Hand(self.scope, self.supervisor, Role.SUPERVISOR, day, self.at(day))


def posts_of(store: Store) -> pd.DataFrame:
    """The posts with what a referral needs of them."""
    return store.frame(Kind.VACANCIES, columns=["headcount", "employer_id"])
