"""The hidden truth of the demo city: who would take which post, and who would be hired.

Both chances are logistic in what the worker can do and wants and what the post asks and pays.
Sex, age and household status stand nowhere in it: given the rest they have no effect, so a
ranking that treats groups differently for equal lives is wrong by construction. (Trades do have
sex ratios in the demo city, as in life; a ranking may learn trades.) Each pair also has luck of
its own that no file tells, fixed by the seed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit, logit, ndtri

from matcher.demo.basis.assumptions import assumed
from matcher.demo.basis.trades import fit_of_steps
from matcher.demo.people.lives import Workers
from matcher.demo.posts.employers import Employers
from matcher.demo.posts.vacancies import Posts, form_positions

Positions = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class CityTruth:
    """Latent facts of the workers and posts of one city, and the chances that follow from them.

    Positions are rows of `person_ids` and `vacancy_ids`, both ascending; see `persons_at` and
    `vacancies_at`. Arrays of positions broadcast: (n, 1) and (1, m) give the whole grid.

    Attributes:
        person_ids: (w,) everybody who can and wants to work, seeking now or not.
        vacancy_ids: (m,) all vacancies, open or past.
    """

    person_ids: NDArray[np.object_]
    vacancy_ids: NDArray[np.object_]
    _done_fit: NDArray[np.float32]
    _wish_fit: NDArray[np.float32]
    _wage_reserved: NDArray[np.float64]
    _wage_middle: NDArray[np.float64]
    _xy: NDArray[np.float64]
    _post_xy: NDArray[np.float64]
    _reach_km: NDArray[np.float64]
    _forms: NDArray[np.bool_]
    _post_form: NDArray[np.int64]
    _coverage: NDArray[np.float32]
    _lacking: NDArray[np.float32]
    _level: NDArray[np.int8]
    _level_min: NDArray[np.int8]
    _experience: NDArray[np.int64]
    _experience_min: NDArray[np.int64]
    _worker_effect: NDArray[np.float64]
    _post_pull: NDArray[np.float64]
    _post_pickiness: NDArray[np.float64]
    _seed: int

    def accept(self, person_at: Positions, vacancy_at: Positions) -> NDArray[np.float64]:
        """(n_pairs,) chance in (0, 1) that the person would take the post."""
        logit = (
            assumed("accept_base")
            + assumed("accept_wish") * self.wish(person_at, vacancy_at)
            + assumed("accept_fit") * self.fit(person_at, vacancy_at)
            + assumed("accept_wage")
            * np.minimum(self.wage_gap(person_at, vacancy_at), assumed("accept_wage_most"))
            - assumed("accept_distance") * np.minimum(self.distance(person_at, vacancy_at), 3.0)
            - assumed("accept_form") * ~self._forms[person_at, self._post_form[vacancy_at]]
            + self._post_pull[vacancy_at]
            + assumed("accept_luck") * self._luck(person_at, vacancy_at, salt=1)
        )
        return np.asarray(expit(logit), np.float64)

    def hire(self, person_at: Positions, vacancy_at: Positions) -> NDArray[np.float64]:
        """(n_pairs,) chance in (0, 1) that the employer would take the person after meeting."""
        short = np.maximum(self._level_min[vacancy_at] - self._level[person_at], 0)
        green = np.maximum(self._experience_min[vacancy_at] - self._experience[person_at], 0) / 12
        logit = (
            assumed("hire_base")
            + assumed("hire_fit") * self.fit(person_at, vacancy_at)
            + assumed("hire_skills") * self.coverage(person_at, vacancy_at)
            - assumed("hire_education") * short
            - assumed("hire_experience") * np.minimum(green, 3.0)
            - assumed("hire_certificate") * self._lacking[person_at, vacancy_at]
            + self._worker_effect[person_at]
            - self._post_pickiness[vacancy_at]
            + assumed("hire_luck") * self._luck(person_at, vacancy_at, salt=2)
        )
        return np.asarray(expit(logit), np.float64)

    def success(self, person_at: Positions, vacancy_at: Positions) -> NDArray[np.float64]:
        """(n_pairs,) chance that a referral ends in work: the two chances multiplied."""
        return self.accept(person_at, vacancy_at) * self.hire(person_at, vacancy_at)

    def expected(self, person_at: Positions, vacancy_at: Positions) -> NDArray[np.float64]:
        """(n_pairs,) the success of a pair without its luck, the most that could be known of it."""
        person, post = np.broadcast_arrays(person_at, vacancy_at)
        take = logit(self.accept(person, post))
        take -= assumed("accept_luck") * self._luck(person, post, salt=1)
        given = logit(self.hire(person, post))
        given -= assumed("hire_luck") * self._luck(person, post, salt=2)
        return np.asarray(expit(take) * expit(given), np.float64)

    def fit(self, person_at: Positions, vacancy_at: Positions) -> NDArray[np.float32]:
        """(n_pairs,) in [0, 1], how near the post's occupation is to what the person has done."""
        return self._done_fit[person_at, vacancy_at]

    def wish(self, person_at: Positions, vacancy_at: Positions) -> NDArray[np.float32]:
        """(n_pairs,) in [0, 1], how near the post's occupation is to what the person wants."""
        return self._wish_fit[person_at, vacancy_at]

    def wage_gap(self, person_at: Positions, vacancy_at: Positions) -> NDArray[np.float64]:
        """(n_pairs,) logarithm of the wage offered over the wage the person holds out for."""
        return np.log(self._wage_middle[vacancy_at] / self._wage_reserved[person_at])

    def distance(self, person_at: Positions, vacancy_at: Positions) -> NDArray[np.float64]:
        """(n_pairs,) the way to work over the way the person accepts; above 1 is too far."""
        east = self._xy[person_at, 0] - self._post_xy[vacancy_at, 0]
        north = self._xy[person_at, 1] - self._post_xy[vacancy_at, 1]
        return np.asarray(np.hypot(east, north) / self._reach_km[person_at])

    def coverage(self, person_at: Positions, vacancy_at: Positions) -> NDArray[np.float32]:
        """(n_pairs,) part of the skills wanted that the person has; 1 where none is wanted."""
        return self._coverage[person_at, vacancy_at]

    def persons_at(self, ids: Sequence[str]) -> Positions:
        """Positions of these persons, -1 for one who is no worker of the city."""
        return pd.Index(self.person_ids).get_indexer(pd.Index(ids)).astype(np.int64)

    def vacancies_at(self, ids: Sequence[str]) -> Positions:
        """Positions of these vacancies, -1 for one that the city does not have."""
        return pd.Index(self.vacancy_ids).get_indexer(pd.Index(ids)).astype(np.int64)

    def _luck(
        self, person_at: Positions, vacancy_at: Positions, *, salt: int
    ) -> NDArray[np.float64]:
        """(n_pairs,) standard normal, the same for the same pair whenever it is asked."""
        person, vacancy = np.asarray(person_at, np.uint64), np.asarray(vacancy_at, np.uint64)
        key = (person << np.uint64(24)) ^ (vacancy << np.uint64(2)) ^ np.uint64(salt)
        mixed = _mixed(key + _mixed(np.full(1, self._seed, np.uint64)))
        return np.asarray(ndtri(((mixed >> np.uint64(11)).astype(np.float64) + 0.5) / 2.0**53))


def _mixed(key: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The finaliser of SplitMix64: every bit of the key moves every bit of the answer.

    Source:
        Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, OOPSLA 2014.
    """
    key = key + np.uint64(0x9E3779B97F4A7C15)
    key = (key ^ (key >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    key = (key ^ (key >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return key ^ (key >> np.uint64(31))


def make_truth(
    seed: int,
    ids: tuple[NDArray[np.object_], NDArray[np.object_]],
    workers: Workers,
    posts: Posts,
    employers: Employers,
) -> CityTruth:
    """The truth of a city, from its latent facts.

    Args:
        seed: fixes the luck of the pairs.
        ids: of the workers and of the posts, ascending, in their order.
        workers: what each can do and wants.
        posts: what each asks and pays.
        employers: how picky each is.
    """
    near = fit_of_steps(posts.occupation_code.tolist())
    wanted = posts.skills.sum(axis=1)
    has = workers.skills.astype(np.float32) @ posts.skills.astype(np.float32).T
    held = workers.certificates.astype(np.float32) @ posts.certificates.astype(np.float32).T
    return CityTruth(
        person_ids=ids[0],
        vacancy_ids=ids[1],
        _done_fit=np.maximum(near[workers.trade], near[workers.second_trade]),
        _wish_fit=np.maximum(near[workers.wish], near[workers.second_trade]),
        _wage_reserved=workers.wage_reserved,
        _wage_middle=posts.wage_middle,
        _xy=workers.xy,
        _post_xy=posts.xy,
        _reach_km=workers.reach_km,
        _forms=workers.forms,
        _post_form=form_positions(posts),
        _coverage=np.where(wanted, has / np.maximum(wanted, 1), 1.0).astype(np.float32),
        _lacking=(posts.certificates.sum(axis=1) - held).astype(np.float32),
        _level=workers.level,
        _level_min=posts.level_min,
        _experience=workers.experience_months,
        _experience_min=posts.experience_min,
        _worker_effect=workers.reliability + assumed("hire_level") * workers.skill_level,
        _post_pull=posts.pull,
        _post_pickiness=employers.pickiness[posts.employer],
        _seed=seed,
    )
