"""What finds a pair, and how much each kind of evidence weighs in the retrieval score."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import IntFlag

import numpy as np
from numpy.typing import NDArray


class Source(IntFlag):
    """Why a pair was found; a pair may have several.

    `OCCUPATION`: an occupation wanted or done stands in one 小类 or 中类 with the post's.
    `SKILLS`: a skill in common. `TEXT`: a term of profile and post in common. `NEAR`: one street
    or county. `WELFARE`: a public-welfare post the person is entitled to. `FRESH`: none of these;
    one of the newest posts that fill the list, so that everyone is served. `PAST`:
    past outcomes put it first: people alike, or most people, went for it. `NOT_PERSONALISED`: the
    person wants no list made from a profile; the pair is lawful, and nothing else was looked at.
    """

    NONE = 0
    OCCUPATION = 1
    SKILLS = 2
    TEXT = 4
    NEAR = 8
    WELFARE = 16
    FRESH = 32
    PAST = 64
    NOT_PERSONALISED = 128


def source_names(found_by: int) -> tuple[str, ...]:
    """The names of the sources of one pair, in the order of `Source`, in small letters.

    Example:
        >>> source_names(Source.TEXT | Source.OCCUPATION)
        ('occupation', 'text')
    """
    return tuple(str(source.name).lower() for source in Source if source & found_by)


@dataclass(frozen=True, slots=True)
class RetrievalWeights:
    """The tunable numbers of retrieval; the score is the weighted sum of evidence in [0, 1].

    Retrieval only has to keep what the ranker would put on top, so the weights are plain: what
    work it is and what the words say weigh alike, the rest orders among those.

    Attributes:
        occupation: of the nearest occupation wanted or done: the same code counts 1, the same 小类
            0.8, 中类 0.5, 大类 0.1.
        done: what an occupation done counts of one wanted.
        text: of the cosine of the idf vectors of profile and post.
        skills: of the share, by idf, of the skills wanted that the person has.
        near: of the same street (1), county (0.7) or city (0.3).
        fresh: of newness, 1 on the day of posting, 0.5 after `fresh_days`.
        fresh_days: days.
        welfare_share: up to this share of the list is kept for public-welfare posts the person is
            entitled to, so that a priority post is not lost behind better-worded ones.
    """

    occupation: float = 1.0
    done: float = 0.7
    text: float = 1.0
    skills: float = 0.5
    near: float = 0.3
    fresh: float = 0.05
    fresh_days: float = 30.0
    welfare_share: float = 0.5

    def as_array(self) -> NDArray[np.float64]:
        """(8,) float64 in the order of the attributes, as the kernel reads them."""
        return np.array([getattr(self, field.name) for field in fields(self)], np.float64)
