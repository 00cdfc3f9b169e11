"""One month: lists are shown, people apply, employers meet and hire, by the known truth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.demo.basis.assumptions import assumed, assumed_count
from matcher.demo.simulator.policies import Rows
from matcher.demo.simulator.scene import Scene
from matcher.ranking.order import ranks


@dataclass(frozen=True, slots=True, eq=False)
class Luck:
    """The month's chances of every pair, the same whatever the policy shows.

    Attributes:
        view, accept, hire, line: (n_pairs,) in [0, 1); `line` says who is met first.
    """

    view: NDArray[np.float64]
    accept: NDArray[np.float64]
    hire: NDArray[np.float64]
    line: NDArray[np.float64]

    @classmethod
    def drawn(cls, rng: np.random.Generator, n_pairs: int) -> Luck:
        """The luck of one month."""
        return cls(*rng.random((4, n_pairs)))


def hired(scene: Scene, shown: Rows, places: NDArray[np.int64], luck: Luck) -> Rows:
    """The pairs of a month's lists that become work.

    A post further down a list is looked at less often. A person applies for the first few posts
    seen that they would take; an employer meets so many people for each opening, in the order of
    luck, whatever else would have been: who stands in too long a queue is not met. Of those an
    employer would take, each accepts the offer that stands highest on their own list, and the
    openings go in the order of the queue.

    Args:
        scene: the city.
        shown: the pairs shown, in list order, persons ascending.
        places: (n_vacancies,) openings left.
        luck: of the month.
    """
    rank = ranks(scene.person_at[shown])
    seen = luck.view[shown] < assumed("view_first") * assumed("view_decay") ** (rank - 1)
    wanted = shown[seen & (luck.accept[shown] < scene.accept[shown])]
    few = ranks(scene.person_at[wanted]) <= assumed_count("simulated_applications")
    applied = wanted[few]
    queue = applied[np.lexsort((luck.line[applied], scene.vacancy_at[applied]))]
    turn = ranks(scene.vacancy_at[queue])
    met = queue[turn <= assumed_count("simulated_meetings") * places[scene.vacancy_at[queue]]]
    liked = met[luck.hire[met] < scene.hire[met]]
    offered = liked[ranks(scene.vacancy_at[liked]) <= places[scene.vacancy_at[liked]]]
    place_on_list = np.empty(len(scene.person_at), np.int64)
    place_on_list[shown] = np.arange(len(shown))
    best = offered[np.argsort(place_on_list[offered], kind="stable")]
    _, first = np.unique(scene.person_at[best], return_index=True)
    return best[first]
