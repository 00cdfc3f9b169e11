"""A model is read once and served until another takes its name; an untrusted one never is."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from api.rankers import Rankers
from matcher.errors import ModelNotTrusted, UnknownModel
from matcher.ranking.shelf.shelf import Shelf
from matcher.settings import Settings


@pytest.fixture
def workspace(city: Path, tmp_path: Path) -> Path:
    shutil.copytree(city, tmp_path / "w")
    return tmp_path / "w"


def test_a_model_is_read_once(workspace: Path) -> None:
    rankers = Rankers(Settings(workspace=workspace))
    champion = rankers.of(None)
    assert champion.name == "demo-city"
    assert rankers.of(None) is champion
    assert rankers.of("demo-city") is champion
    assert rankers.of("rules").name == "rules"


def test_a_promotion_is_seen_at_once(workspace: Path) -> None:
    rankers = Rankers(Settings(workspace=workspace))
    assert rankers.of(None).name == "demo-city"
    Shelf(workspace).promote("rules")
    assert rankers.of(None).name == "rules"


def test_another_model_under_the_name_is_read_anew_and_checked(workspace: Path) -> None:
    rankers, shelf = Rankers(Settings(workspace=workspace)), Shelf(workspace)
    with shelf.opened("demo-city") as folder:
        shelf.put("mine", folder)
        before = rankers.of("mine")
        (folder / "card.json").write_bytes(b'{"name": "another"}')
        shelf.put("mine", folder, replace=True)
    assert rankers.of("mine") is not before
    (workspace / "models" / "mine" / "manifest.json").write_bytes(b"{}")
    with pytest.raises(ModelNotTrusted):
        rankers.of("mine")


def test_an_unknown_model_is_named(workspace: Path) -> None:
    with pytest.raises(UnknownModel):
        Rankers(Settings(workspace=workspace)).of("none")
