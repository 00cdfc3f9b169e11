"""Everything there is to say about one pair: why, why not, what would change it, and its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from matcher.domain.decision import Verdict
from matcher.domain.match import Reason, Tone
from matcher.explanation.codes import FOR_EMPLOYERS, Code
from matcher.explanation.obstacles import Note, Obstacle, note, note_for, obstacles
from matcher.explanation.pair import Pair
from matcher.explanation.reasons import NOTHING_NOTED, Noted, employer_words, reasons_for
from matcher.explanation.scored import Floats, Scored, scored
from matcher.explanation.sentences import Reader, retold
from matcher.market.arrays import Market
from matcher.ranking.history.past import Past
from matcher.ranking.ranker import Ranker
from matcher.screening.results import FilterResult

GROUPS_OPEN_TO_EMPLOYERS = frozenset(
    {"occupation", "skills", "certificates", "education", "experience"}
)
LEVEL = 1e-6
"""Scores nearer than this are level: a float32 score is no finer."""

MOST_GROUPS = 2
"""Groups named as the difference to the post before."""


@dataclass(frozen=True, slots=True)
class Listed:
    """The list a pair is looked up in: one person's candidate posts, best first.

    Attributes:
        vacancy_at: (k,) int32 positions in the market.
        score: (k,) float32, falling.
    """

    vacancy_at: NDArray[np.int32]
    score: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class PairExplanation:
    """What there is to say about one pair.

    Attributes:
        proposable: no hard filter fails; facts may still be open.
        score: in [0, 1], what the ranker says of the pair, whether or not it may be proposed.
        base: what the ranker says knowing nothing; `contributions` sum to `score` less `base`.
        interest, success: the two chances that the score is the product of, for a ranker that
            learnt them; None for a side that was not learnt, which counts as 1.
        filters: every hard filter with its outcome, fact and limit.
        obstacles: every failed one, with what would change it.
        reasons: all reasons in order; those to ask are in `ask` as well.
        standing: why it is ranked where it is; None where no list was given.
        verdict: the order by law, for a public-welfare post.
    """

    person_id: str
    vacancy_id: str
    model: str
    proposable: bool
    score: float
    base: float
    contributions: Mapping[str, float]
    filters: tuple[FilterResult, ...]
    obstacles: tuple[Obstacle, ...]
    reasons: tuple[Reason, ...]
    standing: Note | None = None
    verdict: Verdict | None = None
    interest: float | None = None
    success: float | None = None
    ask: tuple[Reason, ...] = field(init=False)

    def __post_init__(self) -> None:
        asked = tuple(each for each in self.reasons if each.tone is Tone.ASK)
        object.__setattr__(self, "ask", asked)


def explain_pair(  # noqa: PLR0913 - the pair, what ranked it and what was decided about it
    market: Market,
    ranker: Ranker,
    person_at: int,
    vacancy_at: int,
    *,
    filters: Sequence[FilterResult],
    verdict: Verdict | None = None,
    may_take: Verdict | None = None,
    listed: Listed | None = None,
    noted: Noted = NOTHING_NOTED,
    for_employer: bool = False,
    past: Past | None = None,
    said: Scored | None = None,
) -> PairExplanation:
    """Explain one pair, proposed or not.

    Args:
        market: the market of the day.
        ranker: what scored the list.
        person_at: position of the person.
        vacancy_at: position of the vacancy.
        filters: `explain_filters` of the pair.
        verdict: `public_welfare_post_tier` of the person for the post, where it is one.
        may_take: `public_welfare_post_eligible` likewise; what a refusal rests on.
        listed: the person's list, to say where the pair stands in it.
        noted: what is on record of the pair and of the posting.
        for_employer: leave out all that an employer may not know: status, tier, household,
            health, benefits, wishes, and where the person lives.
        past: outcomes up to the day, for a ranker that reads them.
        said: what the ranker said of the pair, where it was asked about a whole list at once.
    """
    pair, before = Pair(market, person_at, vacancy_at), _one_before(vacancy_at, listed)
    posts = [vacancy_at] if before is None else [vacancy_at, before]
    if said is None or before is not None:
        people = np.full(len(posts), person_at, dtype=np.int32)
        said = scored(market, ranker, people, np.array(posts, dtype=np.int32), past=past)
    score, parts = float(said.score[0]), said.parts
    contributions = dict(zip(ranker.groups, parts[0].tolist(), strict=True))
    in_the_way = obstacles(filters, may_take)
    behind = dict(zip(ranker.groups, (parts[-1] - parts[0]).tolist(), strict=True))
    explained = PairExplanation(
        person_id=str(market.jobseekers.ids[person_at]),
        vacancy_id=str(market.vacancies.ids[vacancy_at]),
        model=ranker.name,
        proposable=not in_the_way,
        score=score,
        base=ranker.base,
        contributions=contributions,
        filters=tuple(filters),
        obstacles=in_the_way,
        reasons=reasons_for(pair, contributions, filters, verdict, may_take, noted=noted),
        standing=_standing(market, vacancy_at, score, listed, behind, proposable=not in_the_way),
        verdict=verdict,
        interest=_chance(said.interest),
        success=_chance(said.success),
    )
    return employer_view(explained) if for_employer else explained


def employer_view(explained: PairExplanation, reader: Reader = Reader.EMPLOYER) -> PairExplanation:
    """The same pair as its employer may see it.

    Only sentences of `FOR_EMPLOYERS` stay, without facts or sources; filters and their facts, the
    verdict, the place in the person's own list and the chance that the person would come go (and
    with it the other chance, which is never shown alone), and so does that a pair may not be
    proposed, unless an obstacle shown says why. The contributions left no longer sum to the score.
    Another `reader` who may see no more gets the same in its own words.
    """
    open_to = [each for each in explained.obstacles if each.because.code in FOR_EMPLOYERS]
    return replace(
        explained,
        proposable=not open_to,
        contributions={
            group: part
            for group, part in explained.contributions.items()
            if group in GROUPS_OPEN_TO_EMPLOYERS
        },
        filters=(),
        obstacles=tuple(
            replace(
                each,
                fact=None,
                because=employer_words([each.because], reader)[0],
                change=replace(note_for(each.change, reader), facts={}),
            )
            for each in open_to
        ),
        reasons=employer_words(explained.reasons, reader),
        standing=None,
        verdict=None,
        interest=None,
        success=None,
    )


def jobseeker_view(explained: PairExplanation) -> PairExplanation:
    """The same pair, the same facts, in words for the person it is about."""
    return replace(
        explained,
        obstacles=tuple(
            replace(
                each,
                because=retold(each.because, Reader.JOBSEEKER),
                change=note_for(each.change, Reader.JOBSEEKER),
            )
            for each in explained.obstacles
        ),
        reasons=tuple(retold(each, Reader.JOBSEEKER) for each in explained.reasons),
    )


def view_for(explained: PairExplanation, reader: Reader) -> PairExplanation:
    """A pair as one reader may see it, in words for that reader."""
    if reader is Reader.EMPLOYER:
        return employer_view(explained)
    return jobseeker_view(explained) if reader is Reader.JOBSEEKER else explained


def _chance(told: Floats | None) -> float | None:
    return None if told is None else float(told[0])


def _one_before(vacancy_at: int, listed: Listed | None) -> int | None:
    """The post just before this one in the list; None for the first, or one not in it."""
    if listed is None:
        return None
    at = np.flatnonzero(listed.vacancy_at == vacancy_at)
    return int(listed.vacancy_at[at[0] - 1]) if len(at) and at[0] > 0 else None


def _standing(
    market: Market,
    vacancy_at: int,
    score: float,
    listed: Listed | None,
    behind: Mapping[str, float],
    *,
    proposable: bool,
) -> Note | None:
    if not proposable:
        return note(Code.NOT_RANKED, score=score)
    if listed is None or not len(listed.vacancy_at):
        return None
    of = len(listed.vacancy_at)
    found = np.flatnonzero(listed.vacancy_at == vacancy_at)
    if not len(found):
        return note(Code.NOT_LISTED, of=of, score=score, last=float(listed.score[-1]))
    at = int(found[0])
    if at == 0:
        return note(Code.RANKED_FIRST, of=of, score=score)
    ahead = str(market.vacancies.ids[listed.vacancy_at[at - 1]])
    gap = float(listed.score[at - 1] - listed.score[at])
    if gap <= LEVEL:
        return note(Code.RANKED_LEVEL, of=of, rank=at + 1, score=score, ahead=ahead)
    most = sorted(behind, key=lambda group: -behind[group])
    groups = tuple(group for group in most[:MOST_GROUPS] if behind[group] > 0) or (most[0],)
    return note(
        Code.RANKED_BEHIND, of=of, rank=at + 1, score=score, ahead=ahead, gap=gap, groups=groups
    )
