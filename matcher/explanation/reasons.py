"""Why a pair was proposed, what to mind and what to ask, as sentences in their order.

The order is: what stands against it, who comes first by law, what speaks for it (the largest
contribution first), what to mind (the largest harm first), what to ask.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from matcher.domain.decision import Finding, Outcome, Verdict
from matcher.domain.filters import Filter
from matcher.domain.match import Reason, Tone
from matcher.explanation.codes import FOR_EMPLOYERS, Code
from matcher.explanation.obstacles import failed_sentence
from matcher.explanation.pair import Pair, first, known
from matcher.explanation.sentences import Reader, Words, policy_facts, reason, retold
from matcher.ranking.pairs import NOTHING_SHARED
from matcher.screening.results import FilterOutcome, FilterResult

MOST_WORDS = 4
"""Skills or words named in one sentence; more is a list, not a reason."""

SIMILAR, SAME_FIELD = 1, 2
"""Steps in the occupation tree: one 小类 is called similar, one 中类 the same field."""

SURELY_OTHER = NOTHING_SHARED
"""Steps from which work is called different even where only a group of it is known."""

FEWEST_LETTERS = 3
"""Words of the vocabulary under this are pairs of letters cut from longer words."""

WORTH_TELLING = 0.01
"""What past outcomes must add to a score before they are given as a reason."""

POSTED_LONG_AGO_DAYS = 60
"""Two months: most posts of this market are filled by then."""

GroupReasons = Callable[[Pair, float], Iterator[Reason]]


@dataclass(frozen=True, slots=True)
class Noted:
    """What the office's records say beside the market.

    Attributes:
        stages: stages that this pair reached, after which it is not proposed again.
        marks: compliance marks of the posting, codes of `data/policy/compliance.csv`.
    """

    stages: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()


NOTHING_NOTED = Noted()


def reasons_for(  # noqa: PLR0913 - the pair, and all that was decided and noted about it
    pair: Pair,
    contributions: Mapping[str, float],
    filters: Sequence[FilterResult],
    verdict: Verdict | None = None,
    may_take: Verdict | None = None,
    *,
    noted: Noted = NOTHING_NOTED,
    for_employer: bool = False,
) -> tuple[Reason, ...]:
    """Every reason of one pair, in the order of the module's first lines.

    Args:
        pair: the pair.
        contributions: what each group of features did to the score; decides the order.
        filters: the hard filters of the pair.
        verdict: the order by law for this person and post, where the post is a public-welfare one.
        may_take: whether this person may be placed in it; what a refusal rests on.
        noted: what is on record of the pair and of the posting.
        for_employer: only what a person can do and the post asks; no status, tier, household,
            health or benefit, and no fact beside the sentence.
    """
    found = [
        *against(filters, may_take),
        *_priority(pair, filters, verdict),
        *_by_group(pair, contributions, filters),
        *_on_record(noted),
        *to_ask(filters, may_take),
    ]
    return employer_words(found) if for_employer else tuple(found)


def _on_record(noted: Noted) -> Iterator[Reason]:
    if noted.stages:
        yield reason(Code.ALREADY_ACTED, stages=noted.stages)
    if noted.marks:
        yield reason(Code.POSTING_MARKED, marks=noted.marks)


def employer_words(found: Sequence[Reason], reader: Reader = Reader.EMPLOYER) -> tuple[Reason, ...]:
    """The reasons an employer may read, as bare sentences: no facts, no source.

    They are in words for the employer; for another `reader` of the same reasons in its words.
    """
    said = [retold(each, reader) for each in found if each.code in FOR_EMPLOYERS]
    return tuple(Reason(code=each.code, tone=each.tone, zh=each.zh, en=each.en) for each in said)


def against(filters: Sequence[FilterResult], may_take: Verdict | None) -> Iterator[Reason]:
    """One reason for every failed filter."""
    for result in filters:
        if result.outcome is FilterOutcome.FAILED:
            yield failed_sentence(result, may_take)


def _priority(
    pair: Pair, filters: Sequence[FilterResult], verdict: Verdict | None
) -> Iterator[Reason]:
    """The order by law, for a post that the person is not shut out of."""
    if verdict is None or not pair.is_public_welfare or verdict.values.get("tier") is None:
        return
    if any(
        each.filter is Filter.WELFARE_POLICY and each.outcome is FilterOutcome.FAILED
        for each in filters
    ):
        return
    tier = verdict.values["tier"]
    cited = [finding for finding in verdict.findings if _carries_the_tier(finding)]
    if cited:
        because = Words(cited[0].zh, cited[0].en)
        yield reason(Code.PRIORITY_BECAUSE, citation=cited[0].citation, tier=tier, because=because)
    elif verdict.citations:
        yield reason(Code.PRIORITY_TIER, citation=verdict.citations[0], tier=tier)
    else:
        yield reason(Code.PRIORITY_WITHOUT_SOURCE, tier=tier)


def _carries_the_tier(finding: Finding) -> bool:
    """Is it a cited condition that the person, not the post, meets."""
    subjects = {policy_facts().get(fact, ("", ""))[1] for fact in finding.facts}
    met = finding.outcome is Outcome.MET and finding.citation is not None
    return met and bool(subjects & {"person", "household"})


def to_ask(filters: Sequence[FilterResult], may_take: Verdict | None) -> Iterator[Reason]:
    """What is not known yet and would settle a filter, most telling form first."""
    person: dict[str, None] = {}
    post: dict[str, None] = {}
    told: set[str] = set()
    for result in filters:
        if result.outcome is not FilterOutcome.UNKNOWN:
            continue
        if result.filter is Filter.WELFARE_POLICY:
            yield _ask_policy(may_take)
        elif result.filter in _ASKED_WITH_LIMIT and result.limit is not None:
            told.update(result.ask)
            yield reason(_ASKED_WITH_LIMIT[result.filter], limit=result.limit)
        for column in result.ask:
            (post if column.startswith("vacancies.") else person)[column] = None
    if asked := tuple(column for column in person if column not in told):
        yield reason(Code.ASK_FACTS, facts=asked)
    if post:
        yield reason(Code.ASK_POST, facts=tuple(post))


_ASKED_WITH_LIMIT = {
    Filter.AGE: Code.ASK_AGE,
    Filter.EDUCATION: Code.ASK_EDUCATION,
    Filter.CERTIFICATES: Code.ASK_CERTIFICATES,
}


def _ask_policy(verdict: Verdict | None) -> Reason:
    if verdict is None or not verdict.ask_for:
        return reason(Code.ASK_POLICY_FIRST)
    return reason(Code.ASK_POLICY, facts=verdict.ask_for)


def _by_group(
    pair: Pair, contributions: Mapping[str, float], filters: Sequence[FilterResult]
) -> Iterator[Reason]:
    """Reasons for, by falling contribution, then cautions, by rising contribution."""
    failed = {each.filter for each in filters if each.outcome is FilterOutcome.FAILED}
    settled = {_TOLD_BY_FILTER[each] for each in failed if each in _TOLD_BY_FILTER}
    told = [
        (contributions.get(group, 0.0), each)
        for group, say in GROUP_REASONS.items()
        if group not in settled
        for each in say(pair, contributions.get(group, 0.0))
    ]
    told += [(0.0, each) for each in _health(filters)]
    for tone, sign in ((Tone.FOR, -1), (Tone.CAUTION, 1)):
        of_tone = [(sign * part, each) for part, each in told if each.tone is tone]
        yield from (each for _, each in sorted(of_tone, key=lambda one: one[0]))


_TOLD_BY_FILTER = {
    Filter.EDUCATION: "education",
    Filter.WORK_FORM: "work_form",
    Filter.DISTANCE: "distance",
    Filter.WAGE_FLOOR: "wage",
    Filter.EXPIRED: "freshness",
    Filter.FULL: "headcount",
}
"""Groups that say nothing more once their filter has failed."""


def _health(filters: Sequence[FilterResult]) -> Iterator[Reason]:
    for result in filters:
        if result.filter is Filter.HEALTH and result.fact == "limited":
            yield reason(Code.HEALTH_LIMITED)


def _occupation(pair: Pair, _part: float) -> Iterator[Reason]:
    yield from _wanted(pair)
    yield from _done(pair)


def _wanted(pair: Pair) -> Iterator[Reason]:
    seekers, offered = pair.market.jobseekers, pair.offered
    nearest = pair.nearest(seekers.occupations_wanted)
    if nearest is None:
        return
    wanted, steps = nearest
    if steps > SAME_FIELD:
        if steps >= SURELY_OTHER or pair.names_occupations:
            wishes = first(pair.codes(seekers.occupations_wanted), MOST_WORDS)
            yield reason(Code.OCCUPATION_OTHER, wanted=wishes, title=pair.title)
    elif wanted == offered:
        yield reason(Code.WANTS_THIS, offered=offered)
    elif (field := _wider_field(pair, wanted, steps)) is not None:
        yield reason(Code.WANTS_SAME_FIELD, wanted=wanted, offered=offered, field=field)
    else:
        yield reason(Code.WANTS_SIMILAR, wanted=wanted, offered=offered)


def _done(pair: Pair) -> Iterator[Reason]:
    seekers, offered = pair.market.jobseekers, pair.offered
    nearest = pair.nearest(seekers.occupations_done)
    months = known(seekers.experience_months[pair.person_at])
    if nearest is None or nearest[1] > SAME_FIELD:
        return
    done, steps = nearest
    if done == offered and months:
        yield reason(Code.DID_THIS_MONTHS, offered=offered, months=months)
    elif done == offered:
        yield reason(Code.DID_THIS, offered=offered)
    elif (field := _wider_field(pair, done, steps)) is not None:
        yield reason(Code.DID_SAME_FIELD, done=done, offered=offered, field=field)
    else:
        yield reason(Code.DID_SIMILAR, done=done, offered=offered)


def _wider_field(pair: Pair, code: str, steps: int) -> str | None:
    """The field two occupations share, where that is wider than both; None where they are alike."""
    field = pair.field_shared_with(code)
    return None if steps <= SIMILAR or field in (code, pair.offered) else field


def _text(pair: Pair, part: float) -> Iterator[Reason]:
    seekers, posts = pair.market.jobseekers, pair.market.vacancies
    told = {
        *pair.shared(seekers.skills, posts.skills),
        *pair.shared(seekers.certificates, posts.certificates),
    }
    words = [word for word in pair.shared(seekers.text, posts.text) if len(word) >= FEWEST_LETTERS]
    whole = [
        word
        for word in words
        if not any(word in longer for longer in (*told, *words) if longer != word)
        and word not in told
    ]
    if whole and part > 0:
        yield reason(Code.WORDS_ALIKE, words=first(whole, MOST_WORDS))


def _skills(pair: Pair, _part: float) -> Iterator[Reason]:
    seekers, posts = pair.market.jobseekers, pair.market.vacancies
    if shared := pair.shared(seekers.skills, posts.skills):
        yield reason(Code.SKILLS_FIT, skills=first(shared, MOST_WORDS))
    if missing := pair.missing(seekers.skills, posts.skills):
        yield reason(Code.SKILLS_MISSING, skills=first(missing, MOST_WORDS))


def _certificates(pair: Pair, _part: float) -> Iterator[Reason]:
    seekers, posts = pair.market.jobseekers, pair.market.vacancies
    if held := pair.shared(seekers.certificates, posts.certificates):
        yield reason(Code.CERTIFICATES_HELD, certificates=first(held, MOST_WORDS))


def _wage(pair: Pair, _part: float) -> Iterator[Reason]:
    wanted = known(pair.market.jobseekers.wage_wanted[pair.person_at])
    low, high = pair.wage
    least = high if low is None else low
    if wanted is None or least is None:
        return
    if least >= wanted:
        yield reason(Code.WAGE_REACHED, wage=(low, high), wanted=wanted)
    elif high is None:
        yield reason(Code.WAGE_FROM_BELOW, wage=low, wanted=wanted)
    elif high >= wanted:
        yield reason(Code.WAGE_TOP_ONLY, wage=(low, high), wanted=wanted)


def _distance(pair: Pair, part: float) -> Iterator[Reason]:
    if pair.shared_street:
        yield reason(Code.SAME_STREET, area=pair.shared_street)
    elif pair.shared_county:
        yield reason(Code.SAME_COUNTY, area=pair.shared_county)
    elif km := pair.distance_km:
        accepted = known(pair.market.jobseekers.max_commute_km[pair.person_at])
        if accepted is not None and km <= accepted:
            yield reason(Code.NEAR_ENOUGH, km=km, accepted=accepted)
        else:
            yield reason(Code.NEAR if part > 0 else Code.FAR, km=km)


def _education(pair: Pair, _part: float) -> Iterator[Reason]:
    held = known(pair.market.jobseekers.education[pair.person_at])
    asked = known(pair.market.vacancies.education_min[pair.vacancy_at])
    if asked == 0:
        yield reason(Code.EDUCATION_NOT_ASKED)
    elif held is not None and asked is not None and held >= asked:
        yield reason(Code.EDUCATION_MET, held=held, asked=asked)


def _experience(pair: Pair, _part: float) -> Iterator[Reason]:
    held = known(pair.market.jobseekers.experience_months[pair.person_at])
    asked = known(pair.market.vacancies.experience_months_min[pair.vacancy_at])
    if asked == 0:
        yield reason(Code.EXPERIENCE_NOT_ASKED)
    elif held is not None and asked is not None and held >= asked:
        yield reason(Code.EXPERIENCE_MET, held=held, asked=asked)
    elif held is not None and asked is not None:
        yield reason(Code.EXPERIENCE_SHORT, held=held, asked=asked, short=asked - held)


def _work_form(pair: Pair, _part: float) -> Iterator[Reason]:
    if pair.wishes_work_form:
        yield reason(Code.WORK_FORM_NAMED, form=pair.work_form)


def _freshness(pair: Pair, part: float) -> Iterator[Reason]:
    days = pair.days_posted
    if days is None:
        return
    if days > POSTED_LONG_AGO_DAYS:
        yield reason(Code.POSTED_LONG_AGO, days=days)
    elif days == 0:
        yield reason(Code.POSTED_TODAY)
    elif part > 0:
        yield reason(Code.POSTED_LATELY, days=days)


def _headcount(pair: Pair, _part: float) -> Iterator[Reason]:
    if openings := known(pair.market.vacancies.places_left[pair.vacancy_at]):
        yield reason(Code.OPENINGS_LEFT, openings=openings)


def _history(_pair: Pair, part: float) -> Iterator[Reason]:
    if part >= WORTH_TELLING:
        yield reason(Code.PEOPLE_ALIKE_CHOSE)


def _record(_pair: Pair, part: float) -> Iterator[Reason]:
    if part >= WORTH_TELLING:
        yield reason(Code.OFTEN_WORKS_OUT)


GROUP_REASONS: dict[str, GroupReasons] = {
    "occupation": _occupation,
    "text": _text,
    "skills": _skills,
    "certificates": _certificates,
    "wage": _wage,
    "distance": _distance,
    "education": _education,
    "experience": _experience,
    "work_form": _work_form,
    "freshness": _freshness,
    "headcount": _headcount,
    "history": _history,
    "record": _record,
}
"""What each contribution group has to say about a pair."""
