"""Ways of making everyone's lists, by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from matcher.demo.simulator.scene import Scene
from matcher.ranking.congestion.lists import order_lists
from matcher.ranking.congestion.prices import Aim, priced_for, shadow_prices
from matcher.ranking.congestion.round import Round, build_round
from matcher.ranking.order import order_pairs

Rows = NDArray[np.int64]
Policy = Callable[[Scene, Rows, NDArray[np.int64], int], Rows]
"""(scene, pairs open this month, places left, length) to the pairs shown, in list order."""


def by_rules(scene: Scene, rows: Rows, _places: NDArray[np.int64], length: int) -> Rows:
    """Each person's best posts by the untrained rules."""
    return _best(scene, rows, scene.rules, length)


def by_ranker(scene: Scene, rows: Rows, _places: NDArray[np.int64], length: int) -> Rows:
    """Each person's best posts by the ranker."""
    return _best(scene, rows, scene.score, length)


def by_truth(scene: Scene, rows: Rows, _places: NDArray[np.int64], length: int) -> Rows:
    """Each person's best posts by their true chance: no ranker can know better."""
    return _best(scene, rows, (scene.accept * scene.hire).astype(np.float32), length)


def _best(scene: Scene, rows: Rows, score: NDArray[np.float32], length: int) -> Rows:
    order = order_pairs(scene.person_at[rows], score[rows], scene.vacancy_at[rows], n=length)
    return rows[order]


@dataclass(slots=True)
class Spread:
    """Lists made together under shadow prices; the strength is found in the first month.

    Attributes:
        truth: weigh true chances in place of the ranker's.
        strength: of the prices, None before the first month.
    """

    truth: bool = False
    strength: float | None = field(default=None, init=False)

    def __call__(self, scene: Scene, rows: Rows, places: NDArray[np.int64], length: int) -> Rows:
        """The pairs shown this month."""
        lists = self._round(scene, rows, places, length)
        if self.strength is None:
            priced = priced_for(lists, Aim())
            self.strength, price = priced.strength, priced.price
        else:
            price = shadow_prices(lists, self.strength)
        return rows[order_lists(lists, price, n=length)]

    def _round(self, scene: Scene, rows: Rows, places: NDArray[np.int64], length: int) -> Round:
        score = scene.accept * scene.hire if self.truth else scene.score
        return build_round(
            scene.person_at[rows],
            scene.vacancy_at[rows],
            score[rows].astype(np.float32),
            np.maximum(places, 1),
            depth=length,
        )


def policies() -> dict[str, Policy]:
    """Fresh policies by name, in the order in which they are reported."""
    return {
        "rules": by_rules,
        "ranker": by_ranker,
        "ranker_congestion": Spread(),
        "oracle": by_truth,
        "oracle_congestion": Spread(truth=True),
    }
