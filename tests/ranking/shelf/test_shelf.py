"""The signed registry: nothing is loaded that nobody vouches for, whichever byte was touched."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from matcher.errors import ModelNotTrusted, RengangError, UnknownModel, UnreadableFile, WrongUse
from matcher.ranking.shelf.manifest import MANIFEST, SIGNATURE
from matcher.ranking.shelf.sealing import KEY_FILE
from matcher.ranking.shelf.shelf import CHAMPION, MODELS, Shelf
from matcher.ranking.shelf.shipped import INDEX, ship, shipped_contents, shipped_names

FILES = {"card.json": b'{"name":"m"}', "model.ubj": bytes(range(256)), "parts/knots.npy": b"\x93N"}


def made_folder(place: Path, files: dict[str, bytes] = FILES) -> Path:
    for name, content in files.items():
        file = place / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return place


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace with two models, m the champion."""
    shelf = Shelf(tmp_path / "w")
    shelf.put("m", made_folder(tmp_path / "made"))
    shelf.put("other", made_folder(tmp_path / "other", FILES | {"model.ubj": b"other"}))
    shelf.promote("m")
    return tmp_path / "w"


def test_a_model_comes_back_byte_for_byte(workspace: Path) -> None:
    shelf = Shelf(workspace)
    assert shelf.contents("m") == FILES
    assert shelf.names() == ("m", "other")
    assert shelf.card("m") == {"name": "m"}
    with shelf.opened("m") as folder:
        assert (folder / "parts" / "knots.npy").read_bytes() == FILES["parts/knots.npy"]
    assert not folder.exists()


def flip_a_bit(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(bytes(content))


def cut_short(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1])


def lengthen(file: Path) -> None:
    file.write_bytes(file.read_bytes() + b"\n")


def remove(file: Path) -> None:
    file.unlink()


@pytest.mark.parametrize("harm", [flip_a_bit, cut_short, lengthen, remove])
@pytest.mark.parametrize("name", [*FILES, MANIFEST, SIGNATURE])
def test_a_touched_file_is_named_and_nothing_is_loaded(
    workspace: Path, name: str, harm: Callable[[Path], None]
) -> None:
    harm(workspace / MODELS / "m" / name)
    with pytest.raises((ModelNotTrusted, UnknownModel)) as refused, Shelf(workspace).opened("m"):
        pytest.fail("opened")
    if isinstance(refused.value, ModelNotTrusted):
        assert refused.value.file == (MANIFEST if name == SIGNATURE else name)
        assert "train the model again" in str(refused.value)
    else:
        assert (name, harm) == (MANIFEST, remove)


def test_a_file_beside_those_of_the_registry_is_refused(workspace: Path) -> None:
    (workspace / MODELS / "m" / "extra.pkl").write_bytes(b"run me")
    with pytest.raises(ModelNotTrusted, match=r"extra\.pkl is in the folder but not in the regis"):
        Shelf(workspace).contents("m")


def test_a_link_is_not_followed(workspace: Path, tmp_path: Path) -> None:
    file = workspace / MODELS / "m" / "model.ubj"
    (tmp_path / "same.ubj").write_bytes(file.read_bytes())
    file.unlink()
    file.symlink_to(tmp_path / "same.ubj")
    with pytest.raises(ModelNotTrusted, match="is a link"):
        Shelf(workspace).contents("m")


def test_another_model_s_files_and_signature_do_not_pass_under_this_name(workspace: Path) -> None:
    models = workspace / MODELS
    for name in (*FILES, MANIFEST, SIGNATURE):
        (models / "m" / name).write_bytes((models / "other" / name).read_bytes())
    with pytest.raises(ModelNotTrusted, match="no manifest of this model"):
        Shelf(workspace).contents("m")


def test_a_model_of_another_workspace_is_refused(workspace: Path, tmp_path: Path) -> None:
    elsewhere = Shelf(tmp_path / "elsewhere")
    elsewhere.put("foreign", made_folder(tmp_path / "again"))
    place = workspace / MODELS / "foreign"
    place.mkdir()
    for name in (*FILES, MANIFEST, SIGNATURE):
        made_folder(
            place, {name: (tmp_path / "elsewhere" / MODELS / "foreign" / name).read_bytes()}
        )
    with pytest.raises(ModelNotTrusted, match="not signed by this workspace"):
        Shelf(workspace).contents("foreign")


def test_a_manifest_without_its_signature_is_refused(workspace: Path) -> None:
    (workspace / MODELS / "m" / SIGNATURE).unlink()
    with pytest.raises(ModelNotTrusted, match="not signed"):
        Shelf(workspace).manifest("m")


@pytest.mark.parametrize(
    ("key", "error"),
    [
        pytest.param(None, ModelNotTrusted, id="gone"),
        pytest.param("ab" * 32, ModelNotTrusted, id="another"),
        pytest.param("not hexadecimal", UnreadableFile, id="no key"),
        pytest.param("ab", UnreadableFile, id="too short"),
    ],
)
def test_without_the_right_key_nothing_is_loaded(
    workspace: Path, key: str | None, error: type[RengangError]
) -> None:
    file = workspace / KEY_FILE
    file.unlink()
    if key is not None:
        file.write_text(key, "ascii")
    with pytest.raises(error):
        Shelf(workspace).contents("m")
    with pytest.raises(error):
        Shelf(workspace).champion()


def test_the_key_is_its_owner_s_alone_and_is_made_once(workspace: Path, tmp_path: Path) -> None:
    file = workspace / KEY_FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = file.read_bytes()
    Shelf(workspace).put("third", made_folder(tmp_path / "third"))
    assert file.read_bytes() == before


def test_an_unknown_name_lists_the_known_ones(workspace: Path) -> None:
    with pytest.raises(UnknownModel, match="rules, m, other"):
        Shelf(workspace).contents("nobody")


@pytest.mark.parametrize("name", ["", "rules", "../m", "M", "a/b", ".hidden", "人岗", "x" * 65])
def test_a_name_that_could_be_a_path_is_refused(workspace: Path, name: str, tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="cannot name a model"):
        Shelf(workspace).put(name, made_folder(tmp_path / "x"))


def test_a_name_is_taken_once_and_the_champion_is_never_replaced(
    workspace: Path, tmp_path: Path
) -> None:
    shelf, new = Shelf(workspace), made_folder(tmp_path / "new", {"card.json": b"{}"})
    with pytest.raises(WrongUse, match="a model 'other' already"):
        shelf.put("other", new)
    with pytest.raises(WrongUse, match="not the champion"):
        shelf.put("m", new, replace=True)
    shelf.put("other", new, replace=True)
    assert shelf.contents("other") == {"card.json": b"{}"}
    assert shelf.names() == ("m", "other")


def test_a_model_that_cannot_be_written_leaves_nothing(
    workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full_disk(*_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("matcher.ranking.shelf.shelf.signature", full_disk)
    before = sorted(path.name for path in (workspace / MODELS).iterdir())
    with pytest.raises(OSError, match="No space left"):
        Shelf(workspace).put("third", made_folder(tmp_path / "third"))
    assert sorted(path.name for path in (workspace / MODELS).iterdir()) == before


def test_without_a_promotion_the_rules_are_champion(tmp_path: Path) -> None:
    assert Shelf(tmp_path / "none").champion().name == "rules"


def test_the_champion_remembers_whom_it_replaced(workspace: Path) -> None:
    shelf = Shelf(workspace)
    made = shelf.promote("other")
    assert (made.name, made.before) == ("other", "m")
    assert shelf.check_champion() == made
    assert shelf.promote("rules").name == "rules"


def test_the_pointer_cannot_be_turned_by_hand(workspace: Path) -> None:
    file = workspace / MODELS / CHAMPION
    raw = orjson.loads(file.read_bytes())
    file.write_bytes(orjson.dumps(raw | {"name": "other"}))
    with pytest.raises(ModelNotTrusted, match=r"champion\.json"):
        Shelf(workspace).champion()
    Shelf(workspace).promote("other")
    assert Shelf(workspace).champion().name == "other"


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b'{"name": "m"}', b"null"])
def test_a_broken_pointer_is_said_to_be_broken(workspace: Path, content: bytes) -> None:
    (workspace / MODELS / CHAMPION).write_bytes(content)
    with pytest.raises(ModelNotTrusted, match="not signed"):
        Shelf(workspace).champion()


def test_a_broken_model_is_never_promoted(workspace: Path) -> None:
    flip_a_bit(workspace / MODELS / "other" / "model.ubj")
    with pytest.raises(ModelNotTrusted):
        Shelf(workspace).promote("other")
    assert Shelf(workspace).champion().name == "m"


def test_a_model_swapped_under_the_champion_s_name_is_noticed(
    workspace: Path, tmp_path: Path
) -> None:
    shelf = Shelf(workspace)
    shelf.promote("other")
    shelf.put("m", made_folder(tmp_path / "new", {"card.json": b"{}"}), replace=True)
    shelf.promote("m")
    pointer = (workspace / MODELS / CHAMPION).read_bytes()
    shelf.promote("other")
    shelf.put("m", made_folder(tmp_path / "newer", {"card.json": b"[]"}), replace=True)
    (workspace / MODELS / CHAMPION).write_bytes(pointer)
    with pytest.raises(ModelNotTrusted, match="not the one that was promoted"):
        shelf.check_champion()


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    """A folder of shipped models with one in it."""
    folder = tmp_path / "shipped"
    ship("demo", made_folder(folder / "demo"))
    return folder


def test_a_shipped_model_comes_back_byte_for_byte(shipped: Path) -> None:
    assert shipped_names(shipped) == ("demo",)
    assert shipped_contents("demo", shipped) == FILES


def test_shipping_the_same_files_again_gives_the_same_bytes(shipped: Path) -> None:
    before = {file: file.read_bytes() for file in shipped.rglob("*") if file.is_file()}
    ship("demo", shipped / "demo")
    assert {file: file.read_bytes() for file in shipped.rglob("*") if file.is_file()} == before


@pytest.mark.parametrize("harm", [flip_a_bit, cut_short, lengthen, remove])
@pytest.mark.parametrize("name", [*FILES, MANIFEST])
def test_a_touched_shipped_file_is_named(
    shipped: Path, name: str, harm: Callable[[Path], None]
) -> None:
    harm(shipped / "demo" / name)
    with pytest.raises(ModelNotTrusted) as refused:
        shipped_contents("demo", shipped)
    assert refused.value.file == name


def test_a_shipped_model_that_the_index_does_not_know_is_refused(shipped: Path) -> None:
    (shipped / INDEX).unlink()
    with pytest.raises(UnknownModel):
        shipped_contents("demo", shipped)
