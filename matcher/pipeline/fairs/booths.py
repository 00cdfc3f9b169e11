"""The booths of a fair: whose they are, where they stand, which posts they show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.allocation.timetable.talks import Positions
from matcher.errors import WrongUse


@dataclass(frozen=True, slots=True)
class Booths:
    """The booths of a fair in the order of its record.

    Attributes:
        employer_ids: (n_booths,) text.
        vacancies: (n_booths,) the posts each booth names; none where it shows all it has open.
        interviewers: (n_booths,) int32 from 1.
    """

    employer_ids: tuple[str, ...]
    vacancies: tuple[tuple[str, ...], ...]
    interviewers: Positions

    def __len__(self) -> int:
        return len(self.employer_ids)

    def showing(
        self, vacancy_ids: Sequence[str] | NDArray[np.object_], employer_ids: Sequence[str]
    ) -> Positions:
        """(m,) int32: the booth that shows each post; -1 where none does.

        A booth that names the post comes before one of its employer that names none.

        Example:
            >>> booths = booths_of({"booths": "E1:V1、V2;E2", "fair_id": "F1"})
            >>> booths.showing(["V2", "V7", "V8"], ["E1", "E2", "E9"]).tolist()
            [0, 1, -1]
        """
        named = {post: at for at, posts in enumerate(self.vacancies) for post in posts}
        whole = {
            employer: at for at, employer in enumerate(self.employer_ids) if not self.vacancies[at]
        }
        posts, owners = pd.Series(list(vacancy_ids), dtype=object), pd.Series(list(employer_ids))
        found = posts.map(named).astype("Float64").fillna(owners.map(whole).astype("Float64"))
        return np.asarray(found.fillna(-1), dtype=np.int32)


def booths_of(fair: Mapping[Any, Any], interviewers: Mapping[str, int] | None = None) -> Booths:
    """The booths of a fair's record.

    Args:
        fair: with `fair_id` and `booths`.
        interviewers: by employer id; "" is what holds for all others, 1 if it is not there.

    Raises:
        WrongUse: interviewers of an employer that has no booth, or fewer than one.

    Example:
        >>> booths_of({"booths": "E1:V1;E2", "fair_id": "F1"}, {"E2": 3}).interviewers.tolist()
        [1, 3]
    """
    given = dict(interviewers or {})
    usual = given.pop("", 1)
    written = fair["booths"] if isinstance(fair["booths"], str) else ""
    split = [booth.partition(":") for booth in written.split(";") if booth]
    employers = tuple(employer for employer, _, _ in split)
    strange = [employer for employer in given if employer not in employers]
    if strange or min([usual, *given.values()]) < 1:
        raise WrongUse(
            what=f"interviewers of {', '.join(strange) or 'a booth'}",
            expected=f"at least one, and employers with a booth at {fair['fair_id']}",
            do="Correct --interviewers.",
        )
    return Booths(
        employers,
        tuple(tuple(post for post in posts.split("、") if post) for _, _, posts in split),
        np.array([given.get(employer, usual) for employer in employers], dtype=np.int32),
    )
