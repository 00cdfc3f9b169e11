"""Posts out of a person's reach: how many each filter keeps away, and what would change that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from api.matches.schemas import PostOut, post_of
from api.protocol.language import Language
from matcher.domain.filters import Filter
from matcher.explanation.obstacles import Obstacle, obstacles
from matcher.pipeline.snapshot import Snapshot
from matcher.screening.pairs import screen_pairs
from matcher.screening.results import explain_filters

EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Group:
    """Posts that one filter keeps away.

    Attributes:
        filter: its name in lower case.
        posts: how many fail it.
        alone: how many fail it and nothing else: what a change would open.
        examples: the newest of those, each with what would change it.
    """

    filter: str
    posts: int
    alone: int
    examples: Sequence[tuple[PostOut, str, str, bool]]


def out_of_reach(snapshot: Snapshot, key: str, language: Language) -> tuple[int, list[Group]]:
    """How many open posts are out of reach, and by which filter; most to be gained first."""
    market, law = snapshot.market, snapshot.entitlement
    posts = np.arange(len(market.vacancies), dtype=np.int32)
    person = snapshot.person(key)
    who = np.full(len(posts), person, dtype=np.int32)
    failed = screen_pairs(
        market, law.welfare, who, posts, working_age_min=law.working_age_min
    ).astype(np.int64)
    gone = int(Filter.EXPIRED | Filter.FULL)
    open_posts = (failed & gone == 0) & (market.vacancies.duplicate_of < 0)
    posts, failed = posts[open_posts & (failed > 0)], failed[open_posts & (failed > 0)]
    groups = []
    for each in Filter:
        with_it, alone = failed & int(each) > 0, failed == int(each)
        if each is Filter.NONE or not with_it.any():
            continue
        shown = _newest(snapshot, posts[alone])
        found = [_told(snapshot, person, int(at), each, language) for at in shown]
        name = str(each.name).lower()
        groups.append(Group(name, int(with_it.sum()), int(alone.sum()), found))
    groups.sort(key=lambda group: (-group.alone, -group.posts))
    return len(posts), groups


def why_not(snapshot: Snapshot, person: int, vacancy: int) -> tuple[Obstacle, ...]:
    """Everything that keeps a person from a post."""
    law = snapshot.entitlement
    results = explain_filters(
        snapshot.market, law.welfare, person, vacancy, working_age_min=law.working_age_min
    )
    return obstacles(results, law.may_take_verdict(person, vacancy))


def _newest(snapshot: Snapshot, posts: np.ndarray) -> np.ndarray:
    days = snapshot.market.vacancies.posted_on[posts]
    order = np.argsort(np.where(np.isnat(days), np.datetime64("1900-01-01"), days), kind="stable")
    newest: np.ndarray = posts[order[::-1][:EXAMPLES]]
    return newest


def _told(
    snapshot: Snapshot, person: int, vacancy: int, kept_away: Filter, language: Language
) -> tuple[PostOut, str, str, bool]:
    found = next(each for each in why_not(snapshot, person, vacancy) if each.filter is kept_away)
    post = post_of(snapshot, str(snapshot.market.vacancies.ids[vacancy]))
    chinese = language == "zh"
    because = found.because.zh if chinese else found.because.en
    return post, because, found.change.zh if chinese else found.change.en, found.can_change
