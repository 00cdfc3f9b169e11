"""The signed registry of models in a workspace, and the models that are shipped.

    models/
      champion.json                 who is used unless another is asked for; signed
      NAME/manifest.json            the hash of every file
      NAME/manifest.sig             the workspace's signature of it
      NAME/card.json, …             the files

A model takes its place as a whole folder, by one rename. Whoever loads one gets a copy of exactly
the bytes that were checked, so that a change between check and use changes nothing.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from matcher.errors import ModelNotTrusted, UnknownModel, WrongUse
from matcher.ranking.shelf.manifest import (
    MANIFEST,
    PUT_BACK,
    SIGNATURE,
    Manifest,
    check_files,
    check_name,
    files_in,
    manifest_of,
    read_manifest,
)
from matcher.ranking.shelf.sealing import (
    canonical,
    is_signed,
    made_key,
    sha256,
    signature,
    workspace_key,
)

MODELS = "models"
CHAMPION = "champion.json"
CARD = "card.json"
UNTRAINED = "rules"
NO_KEY = "Put the workspace's key file back from its safe place, or train the model again."
CHOOSE = "Run 'rengang models promote NAME' again."


@dataclass(frozen=True, slots=True)
class Champion:
    """Who is used unless another is asked for.

    Attributes:
        name: of the model; "rules" until one has been promoted.
        manifest_sha256: of its manifest when it was promoted; None for the rules.
        before: the champion it replaced.
    """

    name: str
    manifest_sha256: str | None = None
    before: str | None = None


class Shelf:
    """The models of one workspace.

    Reading needs the key as writing does: without it nothing can be vouched for.
    """

    def __init__(self, workspace: Path) -> None:
        self._workspace = workspace
        self._models = workspace / MODELS

    def names(self) -> tuple[str, ...]:
        """The models that have a folder here, sound or not, by name."""
        if not self._models.is_dir():
            return ()
        return tuple(sorted(each.parent.name for each in self._models.glob(f"[!.]*/{MANIFEST}")))

    def put(self, name: str, folder: Path, *, replace: bool = False) -> Manifest:
        """Register the files of a folder as a model: all of them, or nothing.

        Args:
            name: of the model.
            folder: its files; they are copied.
            replace: an existing model of this name may be replaced; the champion never is.

        Raises:
            WrongUse: the name cannot be one, is taken, or the folder is empty.
        """
        self.check_free(name, replace=replace)
        contents = files_in(folder)
        place = self._models / name
        if not contents:
            raise WrongUse(
                what=f"{folder.name} holds no file", expected="a model", do="Train one first."
            )
        manifest = manifest_of(name, contents)
        self._models.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".{name}.", dir=self._models))
        try:
            _write_files(made, contents)
            _write(made / MANIFEST, manifest.content())
            signed = signature(made_key(self._workspace), "manifest", manifest.content())
            _write(made / SIGNATURE, signed.encode())
            self._take_place(made, place)
        finally:
            shutil.rmtree(made, ignore_errors=True)
        return manifest

    def check_free(self, name: str, *, replace: bool = False) -> None:
        """Refuse a name under which no model can be put.

        Raises:
            WrongUse: as `put`.
        """
        check_name(name)
        if (self._models / name).exists() and (not replace or self.champion().name == name):
            raise WrongUse(
                what=f"there is a model '{name}' already",
                expected="a model that is not the champion" if replace else "a new name",
                do="Choose another name after --name.",
            )

    def _take_place(self, made: Path, place: Path) -> None:
        if not place.exists():
            made.rename(place)
            return
        old = Path(tempfile.mkdtemp(prefix=f".{place.name}.", dir=self._models))
        place.rename(old / place.name)
        made.rename(place)
        shutil.rmtree(old)

    def manifest(self, name: str) -> Manifest:
        """The manifest of a model, as the workspace signed it; its files are not looked at.

        Raises:
            UnknownModel: there is none of this name.
            ModelNotTrusted: the manifest is not signed by this workspace.
        """
        place = self._models / name
        if name not in self.names():
            raise UnknownModel(name=name, known=(UNTRAINED, *self.names()))
        content = (place / MANIFEST).read_bytes()
        given = place / SIGNATURE
        signed = given.read_bytes().decode("ascii", "replace") if given.is_file() else ""
        key = self._key(name, MANIFEST)
        if not is_signed(key, "manifest", content, signed):
            raise ModelNotTrusted(
                model=name, file=MANIFEST, found="is not signed by this workspace", do=PUT_BACK
            )
        return read_manifest(content, name=name)

    def contents(self, name: str) -> dict[str, bytes]:
        """The files of a model, every one of them checked.

        Raises:
            UnknownModel: there is none of this name.
            ModelNotTrusted: a file is missing, unknown or changed; the message names it.
        """
        manifest = self.manifest(name)
        contents = files_in(self._models / name)
        check_files(manifest, contents)
        return contents

    @contextmanager
    def opened(self, name: str) -> Iterator[Path]:
        """A folder with a copy of exactly the bytes that were checked; gone afterwards.

        Raises:
            UnknownModel, ModelNotTrusted: as `contents`.
        """
        with unpacked(self.contents(name)) as folder:
            yield folder

    def card(self, name: str) -> dict[str, Any]:
        """The card of a model, which is one of its checked files.

        Raises:
            UnknownModel, ModelNotTrusted: as `contents`; also when the model has no card.
        """
        return card_in(name, self.contents(name))

    def champion(self) -> Champion:
        """Who is used unless another is asked for.

        Raises:
            ModelNotTrusted: the pointer was not written by this workspace.
        """
        file = self._models / CHAMPION
        if not file.exists():
            return Champion(UNTRAINED)
        key = self._key("champion", CHAMPION)
        try:
            raw = orjson.loads(file.read_bytes())
            content = canonical({name: raw[name] for name in Champion.__dataclass_fields__})
            right = is_signed(key, "champion", content, str(raw["signature"]))
        except (ValueError, TypeError, KeyError):
            right = False
        if not right:
            raise ModelNotTrusted(
                model="champion", file=CHAMPION, found="is not signed by this workspace", do=CHOOSE
            )
        return Champion(**orjson.loads(content))

    def promote(self, name: str) -> Champion:
        """Make a model the champion, after its every file was checked; the gate is the caller's.

        Raises:
            UnknownModel, ModelNotTrusted: as `contents`.
        """
        before = self._champion_or_none()
        manifest = None
        if name != UNTRAINED:
            self.contents(name)
            manifest = sha256(self.manifest(name).content())
        made = Champion(name, manifest, before)
        fields = {field: getattr(made, field) for field in Champion.__dataclass_fields__}
        signed = signature(made_key(self._workspace), "champion", canonical(fields))
        self._models.mkdir(parents=True, exist_ok=True)
        _write_whole(self._models / CHAMPION, canonical(fields | {"signature": signed}))
        return made

    def check_champion(self) -> Champion:
        """The champion, where its manifest is still the one that was promoted.

        Raises:
            ModelNotTrusted: another model has taken its name since.
        """
        champion = self.champion()
        if champion.name != UNTRAINED:
            now = sha256(self.manifest(champion.name).content())
            if now != champion.manifest_sha256:
                raise ModelNotTrusted(
                    model=champion.name,
                    file=MANIFEST,
                    found="is not the one that was promoted",
                    do=CHOOSE,
                )
        return champion

    def _champion_or_none(self) -> str | None:
        """The champion to remember; a pointer that cannot be trusted is not remembered."""
        try:
            return self.champion().name
        except ModelNotTrusted:
            return None

    def _key(self, model: str, file: str) -> bytes:
        """The key to check with.

        Raises:
            ModelNotTrusted: there is none.
        """
        try:
            return workspace_key(self._workspace)
        except FileNotFoundError:
            raise ModelNotTrusted(
                model=model, file=file, found="cannot be checked without the key", do=NO_KEY
            ) from None


def card_in(name: str, contents: Mapping[str, bytes]) -> dict[str, Any]:
    """The card among a model's checked files.

    Raises:
        ModelNotTrusted: the model has none.
    """
    if CARD not in contents:
        raise ModelNotTrusted(model=name, file=CARD, found="is missing", do=PUT_BACK)
    card: dict[str, Any] = orjson.loads(contents[CARD])
    return card


@contextmanager
def unpacked(contents: Mapping[str, bytes]) -> Iterator[Path]:
    """A folder of the owner's alone with these files; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="rengang-model-") as folder:
        _write_files(Path(folder), contents)
        yield Path(folder)


def _write_files(folder: Path, contents: Mapping[str, bytes]) -> None:
    for path, content in contents.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        _write(file, content)


def _write(file: Path, content: bytes) -> None:
    with file.open("wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())


def _write_whole(file: Path, content: bytes) -> None:
    """A file that takes its name only when it has been written to the end."""
    handle, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    os.close(handle)
    try:
        _write(Path(name), content)
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
