"""How matches are made: generated from what is in force, open to anyone."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from matcher import __version__
from matcher.domain.filters import Filter
from matcher.ranking.features import FEATURES
from matcher.ranking.ranker import Ranker
from matcher.ranking.rules import RulesRanker
from matcher.ranking.shelf.opening import open_ranker
from matcher.ranking.shelf.shelf import UNTRAINED, Shelf
from matcher.ranking.shelf.shipped import shipped_names
from matcher.retrieval.sources import Source

router = APIRouter(tags=["algorithm"])


class FeatureOut(BaseModel):
    """One thing that the ranking looks at."""

    name: Annotated[str, Field(examples=["wage_gap"])]
    group: Annotated[str, Field(examples=["wage"])]
    unit: str
    source: str


class RankerOut(BaseModel):
    """One way of ordering, and what it looks at."""

    name: Annotated[str, Field(examples=["rules"])]
    trained: Annotated[bool, Field(description="learned from outcomes, or written rules")]
    demo_only: Annotated[bool, Field(description="learned on the generated demo city alone")]
    features: list[FeatureOut]


class AlgorithmOut(BaseModel):
    """What keeps a pair out, what proposes one, what orders them, and what may not."""

    version: str
    hard_filters: Annotated[list[str], Field(description="unknown facts never exclude anyone")]
    retrieval_sources: list[str]
    champion: Annotated[str, Field(description="the ranker in use unless another is asked for")]
    rankers: list[RankerOut]
    never_used_to_rank: list[str]


NEVER_USED_TO_RANK = (
    *("sex", "age", "birth date", "household status", "tier"),
    *("disability", "hukou", "dibao", "health"),
)
"""What acts only through law; held by the tests of the ranking room."""


def _ranker(ranker: Ranker) -> RankerOut:
    used = [FEATURES[feature] for feature in ranker.features]
    return RankerOut(
        name=ranker.name,
        trained=ranker.name != UNTRAINED,
        demo_only=ranker.name in shipped_names(),
        features=[
            FeatureOut(name=each.name, group=each.group, unit=each.unit, source=each.source)
            for each in used
        ],
    )


@router.get("/algorithm")
def read_algorithm(request: Request) -> AlgorithmOut:
    """How are people and posts matched here?"""
    champion = open_ranker(Shelf(request.app.state.settings.workspace))
    rankers = [RulesRanker(), *([champion] if champion.name != UNTRAINED else [])]
    return AlgorithmOut(
        version=__version__,
        hard_filters=[str(each.name).lower() for each in Filter if each],
        retrieval_sources=[str(each.name).lower() for each in Source if each],
        champion=champion.name,
        rankers=[_ranker(each) for each in rankers],
        never_used_to_rank=list(NEVER_USED_TO_RANK),
    )
