"""The models that travel with the code, vouched for by the list of their manifests.

`data/ranking/shipped/index.json` gives the hash of each manifest; a manifest gives the hash of each
file. A shipped model passes the same check of its files as a model of the workspace.
"""

from __future__ import annotations

from pathlib import Path

import orjson

from matcher.errors import ModelNotTrusted, UnknownModel
from matcher.ranking.shelf.manifest import (
    MANIFEST,
    check_files,
    check_name,
    files_in,
    manifest_of,
    read_manifest,
)
from matcher.ranking.shelf.sealing import canonical, sha256
from matcher.reference.paths import path

DEMO_CITY = "demo-city"
"""The model learned on the demo city: by its name nobody takes it for one of real outcomes."""

INDEX = "index.json"
INSTALL = "Install the package again."


def shipped_folder() -> Path:
    """Where the shipped models lie."""
    return path("ranking", "shipped")


def shipped_names(folder: Path | None = None) -> tuple[str, ...]:
    """The shipped models, by name."""
    return tuple(sorted(_index(folder or shipped_folder())))


def shipped_contents(name: str, folder: Path | None = None) -> dict[str, bytes]:
    """The files of a shipped model, every one of them checked.

    Args:
        name: of the model.
        folder: of the shipped models.

    Raises:
        UnknownModel: none of this name is shipped.
        ModelNotTrusted: a file is missing, unknown or changed; the message names it.
    """
    place = folder or shipped_folder()
    index = _index(place)
    if name not in index:
        raise UnknownModel(name=name, known=tuple(sorted(index)) or ("none shipped",))
    file = place / name / MANIFEST
    content = file.read_bytes() if file.is_file() else b""
    if sha256(content) != index[name]:
        raise ModelNotTrusted(
            model=name, file=MANIFEST, found="is not the one that was shipped", do=INSTALL
        )
    contents = files_in(place / name)
    check_files(read_manifest(content, name=name), contents)
    return contents


def ship(name: str, folder: Path) -> str:
    """Write the manifest of a shipped model's folder and enter it in the index beside it.

    For the command that rebuilds what is shipped; the same files give the same bytes.

    Args:
        name: of the model.
        folder: its files, in the folder of the shipped models.

    Returns:
        The hash of the manifest.
    """
    check_name(name)
    content = manifest_of(name, files_in(folder)).content()
    (folder / MANIFEST).write_bytes(content)
    index = _index(folder.parent) | {name: sha256(content)}
    (folder.parent / INDEX).write_bytes(canonical(index) + b"\n")
    return index[name]


def _index(folder: Path) -> dict[str, str]:
    file = folder / INDEX
    if not file.is_file():
        return {}
    index: dict[str, str] = orjson.loads(file.read_bytes())
    return index
