"""The ground of the demo city: real streets of Nantong, with invented spots inside their county."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.demo.basis.assumptions import assumed, table
from matcher.reference.areas import areas

KM_PER_DEGREE = 111.32
CODE_DIGITS_OF_A_STREET = 9
STREET_ENDINGS = ("街道", "镇", "乡")


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """The streets somebody may live or work in.

    Attributes:
        streets: (s,) nine-digit codes.
        weights: (s,) float64, share of the city's people; sums to 1.
        xy: (s, 2) float64 km east and north of a common point. The county's centre is real, the
            spot of a street around it is drawn, for no table of street centres is public. It stays
            near the centre, for the market can see no finer than street and county.
    """

    streets: NDArray[np.object_]
    weights: NDArray[np.float64]
    xy: NDArray[np.float64]

    def draw(self, rng: np.random.Generator, n: int) -> NDArray[np.int64]:
        """`n` streets by their share of the people, as positions."""
        return rng.choice(len(self.streets), n, p=self.weights)

    def near(self, rng: np.random.Generator, street_at: NDArray[np.int64]) -> NDArray[np.float64]:
        """A spot in each of these streets: (n, 2) km."""
        spread = assumed("street_spread_km")
        return self.xy[street_at] + rng.normal(0, spread, (len(street_at), 2))

    def county(self, street_at: NDArray[np.int64]) -> NDArray[np.object_]:
        """The six-digit county of each street."""
        return np.array([code[:6] for code in self.streets], object)[street_at]


def draw_ground(rng: np.random.Generator) -> Ground:
    """The streets of the city with their drawn spots."""
    counties = table("counties")
    known = areas()
    codes, weights, centres, spreads = [], [], [], []
    for row in counties.itertuples():
        streets = [
            code
            for code in known.children(str(row.county))
            if len(code) == CODE_DIGITS_OF_A_STREET and known.name(code).endswith(STREET_ENDINGS)
        ]
        codes += streets
        weights += [float(str(row.share)) / len(streets)] * len(streets)
        centres += [str(row.county)] * len(streets)
        spreads += [float(str(row.spread_km))] * len(streets)
    lonlat = known.lonlat(centres)
    east = np.cos(np.radians(lonlat[:, 1].mean())) * KM_PER_DEGREE
    offset = rng.normal(0, assumed("street_offset"), (len(codes), 2))
    offset *= np.array(spreads)[:, None]
    return Ground(
        streets=np.array(codes, object),
        weights=np.array(weights) / np.sum(weights),
        xy=lonlat * [east, KM_PER_DEGREE] + offset,
    )
