"""What an organiser adds to a problem: pins, bans, reserves, floors, limits of employers."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

NO_EMPLOYER = -1
NO_SHIFT = -1


def _none() -> NDArray[np.int32]:
    return np.empty(0, dtype=np.int32)


@dataclass(frozen=True, slots=True)
class Reserve:
    """Places of some posts kept for a group: nobody else may hold them, empty or not.

    Attributes:
        name: how messages call the group; never a status of a person.
        member: (n,) bool, who belongs to it.
        vacancy_at: (k,) int32 posts, each once.
        places: (k,) int32, how many of each post's places are kept.
    """

    name: str
    member: NDArray[np.bool_]
    vacancy_at: NDArray[np.int32]
    places: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Household:
    """Rules over members of one household, which no flow can carry.

    Attributes:
        one_per_employer: at most one member of a household is sent to one employer.
        shift: (m,) int16, the shift of each post; `NO_SHIFT` unknown, which clashes with none.
        clashes: (n_shifts, n_shifts) bool, symmetric: two members of one household may not be
            sent to posts of these two shifts.
    """

    one_per_employer: bool = False
    shift: NDArray[np.int16] | None = None
    clashes: NDArray[np.bool_] | None = None

    @property
    def any(self) -> bool:
        """Is there any such rule."""
        return self.one_per_employer or self.clashes is not None


@dataclass(frozen=True, slots=True)
class Conditions:
    """What an organiser adds to a problem, by position in it.

    Attributes:
        pin_person, pin_vacancy: (k,) int32, pairs of the problem that must be in the plan.
        ban_person, ban_vacancy: (k,) int32, pairs that must not be in it.
        reserves: places kept for groups.
        floor: (m,) int32, the fewest people a post must be sent; None for no floors.
        employer: (m,) int32 position in `employer_ids`, `NO_EMPLOYER` none; None for no limits.
        employer_ids: (n_employers,) object.
        employer_limit: (n_employers,) int32, the most people one employer is sent over all posts.
        household: rules over members of one household.
    """

    pin_person: NDArray[np.int32] = field(default_factory=_none)
    pin_vacancy: NDArray[np.int32] = field(default_factory=_none)
    ban_person: NDArray[np.int32] = field(default_factory=_none)
    ban_vacancy: NDArray[np.int32] = field(default_factory=_none)
    reserves: tuple[Reserve, ...] = ()
    floor: NDArray[np.int32] | None = None
    employer: NDArray[np.int32] | None = None
    employer_ids: NDArray[np.object_] | None = None
    employer_limit: NDArray[np.int32] | None = None
    household: Household = field(default_factory=Household)


FREE = Conditions()
"""No condition at all."""
