"""The model that ships is the one its command makes, and serves where the demo city is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from matcher.pipeline.models.shipping import build_shipped, serve_demo_city
from matcher.ranking.shelf.opening import open_ranker
from matcher.ranking.shelf.shelf import CARD, Shelf
from matcher.ranking.shelf.shipped import DEMO_CITY, shipped_contents, shipped_folder

MOST_BYTES = 3_000_000
BY_CODE = ("code_sha256", "code_version", "law_sha256")
"""Of the card's origin: they change with every line of code, whatever it does to the model."""


def card_of(contents: dict[str, bytes]) -> dict[str, Any]:
    card: dict[str, Any] = orjson.loads(contents[CARD])
    card["origin"] = {key: each for key, each in card["origin"].items() if key not in BY_CODE}
    return card


@pytest.mark.slow
def test_the_command_makes_the_shipped_model_again_byte_for_byte(tmp_path: Path) -> None:
    build_shipped(tmp_path)
    made, shipped = shipped_contents(DEMO_CITY, tmp_path), shipped_contents(DEMO_CITY)
    assert made.keys() == shipped.keys()
    again = "The model differs from the shipped one: run 'make shipped-model' and commit it."
    for name in made.keys() - {CARD}:
        assert made[name] == shipped[name], again
    assert card_of(made) == card_of(shipped), again


def test_what_ships_is_small_and_says_that_its_data_are_made_up() -> None:
    files = [file for file in shipped_folder().rglob("*") if file.is_file()]
    assert sum(file.stat().st_size for file in files) < MOST_BYTES
    card = orjson.loads(shipped_contents(DEMO_CITY)[CARD])
    assert card["data"]["generated"]
    assert "generated" in card["cautions"]


def test_a_workspace_without_the_demo_city_keeps_the_rules(tmp_path: Path) -> None:
    assert open_ranker(Shelf(tmp_path)).name == "rules"
    assert open_ranker(Shelf(tmp_path), DEMO_CITY).name == DEMO_CITY


def test_the_demo_city_is_served_by_the_shipped_model_until_somebody_chooses(
    tmp_path: Path,
) -> None:
    shelf = Shelf(tmp_path)
    assert serve_demo_city(shelf) == DEMO_CITY
    assert open_ranker(shelf).name == DEMO_CITY
    assert serve_demo_city(shelf) == DEMO_CITY
    shelf.promote("rules")
    assert serve_demo_city(shelf) == "rules"
