"""From a name to a ranker: champion by default, workspace before shipped, nothing unchecked."""

from __future__ import annotations

from pathlib import Path

import pytest

from matcher.errors import ModelNotTrusted, UnknownModel
from matcher.ranking.shelf import shipped
from matcher.ranking.shelf.opening import KIND_FILE, known_models, open_ranker
from matcher.ranking.shelf.shelf import MODELS, Shelf
from tests.planted import LOADERS, Leaning, leaning_folder


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    made = Shelf(tmp_path / "w")
    made.put("old", leaning_folder(tmp_path / "old", "old", 1.0))
    made.put("new", leaning_folder(tmp_path / "new", "new", -1.0))
    return made


def test_the_champion_is_opened_unless_another_is_asked_for(shelf: Shelf) -> None:
    assert open_ranker(shelf, loaders=LOADERS).name == "rules"
    shelf.promote("old")
    assert open_ranker(shelf, loaders=LOADERS).name == "old"
    assert open_ranker(shelf, "new", loaders=LOADERS).name == "new"
    assert open_ranker(shelf, "rules", loaders=LOADERS).name == "rules"


def test_a_touched_model_never_reaches_its_loader(shelf: Shelf, tmp_path: Path) -> None:
    shelf.promote("old")
    (tmp_path / "w" / MODELS / "old" / "leaning.json").write_text('{"name": "old", "sign": 9}')

    def never(folder: Path) -> Leaning:
        pytest.fail(f"loaded {folder}")

    for name in (None, "old"):
        with pytest.raises(ModelNotTrusted, match=r"leaning\.json has been changed"):
            open_ranker(shelf, name, loaders={"leaning": never})


def test_an_unknown_name_and_an_unknown_kind_are_told_apart(shelf: Shelf) -> None:
    with pytest.raises(UnknownModel, match="rules, new, old"):
        open_ranker(shelf, "nobody", loaders=LOADERS)
    with pytest.raises(ModelNotTrusted, match="a kind unknown here"):
        open_ranker(shelf, "old", loaders={})


def test_a_model_that_does_not_say_its_kind_is_refused(shelf: Shelf, tmp_path: Path) -> None:
    folder = leaning_folder(tmp_path / "mute", "mute", 1.0)
    (folder / KIND_FILE).unlink()
    shelf.put("mute", folder)
    with pytest.raises(ModelNotTrusted, match=r"kind\.json is missing"):
        open_ranker(shelf, "mute", loaders=LOADERS)


def test_a_shipped_model_opens_by_the_same_check(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "shipped"
    shipped.ship("demo", leaning_folder(place / "demo", "demo", 1.0))
    monkeypatch.setattr(shipped, "shipped_folder", lambda: place)
    assert open_ranker(shelf, "demo", loaders=LOADERS).name == "demo"
    assert known_models(shelf) == ("rules", "new", "old", "demo")
    (place / "demo" / "leaning.json").write_text("{}")
    with pytest.raises(ModelNotTrusted, match="has been changed"):
        open_ranker(shelf, "demo", loaders=LOADERS)


def test_every_model_that_is_shipped_is_sound() -> None:
    for name in shipped.shipped_names():
        assert shipped.shipped_contents(name)
