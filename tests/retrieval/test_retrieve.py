"""Retrieval against a plain oracle: who is found, by what, and in which order."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from matcher.domain.kinds import Kind
from matcher.errors import WrongUse
from matcher.market.arrays import Csr, Market
from matcher.market.build import build_market, empty_market
from matcher.reference.occupations import occupations
from matcher.retrieval.index import Index, build_index
from matcher.retrieval.kernel import score_pairs
from matcher.retrieval.retrieve import Candidates, retrieve, search
from matcher.retrieval.sources import RetrievalWeights, Source
from matcher.screening.pairs import screen_pairs
from matcher.screening.welfare import WelfareEligibility
from tests.factories import make_frame
from tests.market.random_frames import (
    ON,
    random_market,
    random_persons,
    random_vacancies,
    random_welfare,
)

WEIGHTS = RetrievalWeights()


def plain_score(market: Market, person: int, vacancy: int) -> tuple[float, Source]:
    """The score and the sources (without WELFARE) of one pair, from the words of the docs."""
    seekers, posts, idf = market.jobseekers, market.vacancies, market.terms.idf.astype(float)

    def shared(a: Csr, b: Csr) -> list[int]:
        return sorted(set(a.row(person).tolist()) & set(b.row(vacancy).tolist()))

    def length(row: NDArray[np.int32]) -> float:
        return float(np.sqrt((idf[row] ** 2).sum()))

    found = Source.NONE
    text = 0.0
    if words := shared(seekers.text, posts.text):
        found |= Source.TEXT
        text = (idf[words] ** 2).sum() / length(seekers.text.row(person))
        text /= length(posts.text.row(vacancy))
    skills = 0.0
    if can := shared(seekers.skills, posts.skills):
        found |= Source.SKILLS
        skills = idf[can].sum() / idf[posts.skills.row(vacancy)].sum()
    worth = 0.0
    for rows, factor in (
        (seekers.occupations_wanted, 1.0),
        (seekers.occupations_done, WEIGHTS.done),
    ):
        for at in rows.row(person):
            offered = posts.occupation[vacancy : vacancy + 1]
            steps = int(occupations().tree_distance(np.array([at], np.int32), offered)[0])
            worth = max(worth, factor * {0: 1.0, 1: 0.8, 2: 0.5, 3: 0.1}.get(steps, 0.0))
            found |= Source.OCCUPATION if 0 <= steps <= 2 else Source.NONE
    near = 0.0
    for level, value in (("city", 0.3), ("county", 0.7), ("street", 1.0)):
        home = getattr(seekers.places, level)[person]
        if home >= 0 and home == getattr(posts.places, level)[vacancy]:
            near = value
    found |= Source.NEAR if near >= 0.7 else Source.NONE
    new = 0.0
    if not np.isnat(posts.posted_on[vacancy]):
        age = max(int((np.datetime64(ON) - posts.posted_on[vacancy]).astype(int)), 0)
        new = WEIGHTS.fresh_days / (WEIGHTS.fresh_days + age)
    score = WEIGHTS.occupation * worth + WEIGHTS.text * text + WEIGHTS.skills * skills
    return score + WEIGHTS.near * near + WEIGHTS.fresh * new, found


def rows_of_vacancies(index: Index) -> dict[int, int]:
    return {int(vacancy): row for row, vacancy in enumerate(index.posts.row["vacancy"])}


def by_brute_force(index: Index, k: int) -> dict[int, list[int]]:
    """Each person's vacancies, by the merge scorer, a full sort and the reserve of the docs."""
    market, welfare = index.market, index.welfare
    rows = rows_of_vacancies(index)
    found: dict[int, list[int]] = {}
    for person in range(len(market.jobseekers)):
        every = np.arange(len(market.vacancies), dtype=np.int32)
        alone = np.full(len(every), person, np.int32)
        masks = screen_pairs(market, welfare, alone, every, working_age_min=16)
        lawful = [int(each) for each in every[masks == 0]]
        at = np.array([rows[each] for each in lawful], np.int32)
        score, _ = score_pairs(
            index.profiles,
            index.posts,
            index.scales,
            welfare.eligible,
            np.full(len(at), person, np.int32),
            at,
        )
        ranked = [each for _, each in sorted(zip((-score).tolist(), lawful, strict=True))]
        entitled = [each for each in ranked if is_entitled(welfare, person, each)]
        width = min(k, len(index.posts.row))
        kept = entitled[: int(width * index.weights.welfare_share)]
        others = [each for each in ranked if each not in kept]
        found[person] = sorted(kept + others[: width - len(kept)])
    return found


def is_entitled(welfare: WelfareEligibility, person: int, vacancy: int) -> bool:
    of_class = welfare.vacancy_class[vacancy]
    return bool(of_class >= 0 and welfare.eligible[person, of_class] == 1)


def lists_of(found: Candidates) -> dict[int, list[int]]:
    return {
        int(person): found.vacancy_at[found.offsets[at] : found.offsets[at + 1]].tolist()
        for at, person in enumerate(found.persons)
    }


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("k", [1, 4, 7, 500])
def test_everyone_gets_the_best_of_all_lawful_posts(seed: int, k: int) -> None:
    market, welfare = random_market(seed, n_persons=30, n_vacancies=120, missing=0.6)
    index = build_index(market, welfare, working_age_min=16)
    assert lists_of(search(index, k=k)) == by_brute_force(index, k)


@pytest.mark.parametrize("seed", range(3))
def test_score_and_sources_are_what_the_docs_say(seed: int) -> None:
    market, welfare = random_market(seed, n_persons=25, n_vacancies=60, missing=0.6)
    found = retrieve(market, welfare, k=20)
    assert len(found) > 50
    for at in range(len(found)):
        person, vacancy = int(found.person_at[at]), int(found.vacancy_at[at])
        score, sources = plain_score(market, person, vacancy)
        if is_entitled(welfare, person, vacancy):
            sources |= Source.WELFARE
        assert found.score[at] == pytest.approx(score, rel=1e-5, abs=1e-6)
        assert Source(int(found.found_by[at])) == (sources or Source.FRESH)


def test_no_pair_found_fails_a_filter_and_none_is_missing_below_k() -> None:
    market, welfare = random_market(8, n_persons=40, n_vacancies=60, missing=0.7)
    found = retrieve(market, welfare, k=1000, working_age_min=16)
    n, m = len(market.jobseekers), len(market.vacancies)
    persons = np.repeat(np.arange(n, dtype=np.int32), m)
    vacancies = np.tile(np.arange(m, dtype=np.int32), n)
    passed = screen_pairs(market, welfare, persons, vacancies, working_age_min=16) == 0
    assert found.person_at.tolist() == persons[passed].tolist()
    assert found.vacancy_at.tolist() == vacancies[passed].tolist()


def test_neither_threads_nor_chunks_change_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    market, welfare = random_market(9, n_persons=60, n_vacancies=80, missing=0.6)
    index = build_index(market, welfare)
    one = search(index, k=5)
    monkeypatch.setattr("matcher.retrieval.retrieve.PERSONS_A_CHUNK", 7)
    monkeypatch.setattr("matcher.retrieval.retrieve.SURVIVORS_AT_ONCE", 100)
    for threads in (1, 2):
        other = search(index, k=5, threads=threads)
        for name in ("persons", "offsets", "person_at", "vacancy_at", "found_by", "score"):
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def test_the_order_of_the_input_rows_changes_no_pair() -> None:
    rng = np.random.default_rng(10)
    persons, vacancies = (
        random_persons(rng, 20, missing=0.6),
        random_vacancies(rng, 60, missing=0.6),
    )
    market = build_market(persons, vacancies, on=ON)
    shuffled = build_market(
        persons.sample(frac=1, random_state=1), vacancies.sample(frac=1, random_state=2), on=ON
    )
    pairs = []
    for each in (market, shuffled):
        found = retrieve(each, WelfareEligibility.unruled(each), k=5)
        ids = each.jobseekers.ids[found.person_at], each.vacancies.ids[found.vacancy_at]
        pairs.append(
            list(zip(*(column.tolist() for column in ids), found.score.tolist(), strict=True))
        )
    assert pairs[0] == pairs[1]


def test_one_person_asked_alone_gets_the_same_list() -> None:
    market, welfare = random_market(12, n_persons=30, n_vacancies=60, missing=0.6)
    index = build_index(market, welfare)
    everyone = lists_of(search(index, k=5))
    for person in (0, 13, 29):
        alone = search(index, k=5, persons=np.array([person], np.int32))
        assert lists_of(alone) == {person: everyone[person]}


def test_a_person_of_whom_nothing_is_known_is_served_with_the_newest_posts() -> None:
    posted = ["2026-10-01", "2026-11-01", "2025-01-01", None]
    posts = [
        {"title": "保洁员", "vacancy_id": f"V{at}", "posted_on": day}
        for at, day in enumerate(posted)
    ]
    market = build_market(make_frame(Kind.PERSONS, [{}]), make_frame(Kind.VACANCIES, posts), on=ON)
    found = retrieve(market, WelfareEligibility.unruled(market), k=2)
    assert market.vacancies.ids[found.vacancy_at].tolist() == ["V0", "V1"]
    assert found.found_by.tolist() == [Source.FRESH, Source.FRESH]


def test_equal_scores_keep_the_earlier_vacancy() -> None:
    posts = [{"title": "保洁员", "vacancy_id": f"V{at}"} for at in range(9)]
    market = build_market(
        make_frame(Kind.PERSONS, [{"skills": "保洁"}]), make_frame(Kind.VACANCIES, posts), on=ON
    )
    found = retrieve(market, WelfareEligibility.unruled(market), k=3)
    assert found.vacancy_at.tolist() == [0, 1, 2]


def test_a_post_the_person_is_entitled_to_is_not_lost_behind_better_worded_ones() -> None:
    worded = [
        {"title": "焊工", "vacancy_id": f"A{at}", "skills_wanted": "焊接"} for at in range(20)
    ]
    posts = [*worded, {"title": "社区巡查", "vacancy_id": "Z", "public_welfare": True}]
    market = build_market(
        make_frame(Kind.PERSONS, [{"skills": "焊接", "occupations_wanted": "焊工"}]),
        make_frame(Kind.VACANCIES, posts),
        on=ON,
    )
    yes, first = np.array([[1]], np.int8), np.array([[1]], np.int8)
    of_class = np.where(market.vacancies.public_welfare == 1, 0, -1).astype(np.int32)
    found = retrieve(market, WelfareEligibility(yes, first, of_class), k=4)
    assert "Z" in market.vacancies.ids[found.vacancy_at]
    assert found.found_by[-1] & Source.WELFARE
    unruled = retrieve(market, WelfareEligibility.unruled(market), k=4)
    assert "Z" not in market.vacancies.ids[unruled.vacancy_at]


def test_expired_and_full_vacancies_are_never_found() -> None:
    posts = [
        {"title": "x", "vacancy_id": "old", "expires_on": "2026-01-01"},
        {"title": "x", "vacancy_id": "full", "headcount": 0},
        {"title": "x", "vacancy_id": "open"},
    ]
    market = build_market(make_frame(Kind.PERSONS, [{}]), make_frame(Kind.VACANCIES, posts), on=ON)
    found = retrieve(market, WelfareEligibility.unruled(market))
    assert market.vacancies.ids[found.vacancy_at].tolist() == ["open"]


def test_an_empty_market_gives_no_pairs() -> None:
    market = empty_market(ON)
    found = retrieve(market, WelfareEligibility.unruled(market))
    assert (len(found), found.offsets.tolist()) == (0, [0])


def test_people_without_vacancies_get_empty_lists() -> None:
    market = build_market(
        make_frame(Kind.PERSONS, [{}, {}]), make_frame(Kind.VACANCIES, [{}])[:0], on=ON
    )
    found = retrieve(market, WelfareEligibility.unruled(market))
    assert found.offsets.tolist() == [0, 0, 0]


def test_a_list_of_none_cannot_be_asked_for() -> None:
    market = empty_market(ON)
    with pytest.raises(WrongUse, match="k is 0"):
        retrieve(market, WelfareEligibility.unruled(market), k=0)


def test_policy_answers_are_taken_from_the_market_of_the_index() -> None:
    market, _ = random_market(14)
    welfare = random_welfare(np.random.default_rng(1), market)
    assert build_index(market, welfare).welfare is welfare
