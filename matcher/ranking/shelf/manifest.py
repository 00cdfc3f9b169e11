"""What a model consists of: a manifest with the hash of every file, and the check against it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from matcher.errors import ModelNotTrusted, WrongUse
from matcher.ranking.shelf.sealing import canonical, sha256

MANIFEST = "manifest.json"
SIGNATURE = "manifest.sig"
VERSION = 1
PUT_BACK = "Put the model folder back from a backup, or train the model again."
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True)
class Manifest:
    """The files of one model.

    Attributes:
        name: of the model.
        files: path inside the folder, with `/`, to the SHA-256 of its bytes.
    """

    name: str
    files: Mapping[str, str]

    def content(self) -> bytes:
        """The bytes that are signed."""
        return canonical({"version": VERSION, "name": self.name, "files": dict(self.files)})


def check_name(name: str) -> str:
    """The name, where it can be one: small letters, digits, `.`, `_` and `-`, at most 64.

    Raises:
        WrongUse: it cannot; `rules` is the untrained ranker's.

    Example:
        >>> check_name("autumn-2026")
        'autumn-2026'
    """
    if name == "rules" or not _NAME.fullmatch(name):
        raise WrongUse(
            what=f"'{name}' cannot name a model",
            expected="1 to 64 small letters, digits, '.', '_' or '-', and not 'rules'",
            do="Choose another name.",
        )
    return name


def manifest_of(name: str, contents: Mapping[str, bytes]) -> Manifest:
    """The manifest of these files."""
    return Manifest(name, {path: sha256(contents[path]) for path in sorted(contents)})


def read_manifest(content: bytes, *, name: str) -> Manifest:
    """The manifest in these bytes, which somebody vouched for.

    Raises:
        ModelNotTrusted: it is of another form, or of another model.
    """
    try:
        raw: Any = orjson.loads(content)
        made = Manifest(str(raw["name"]), dict(raw["files"]))
        right = raw["version"] == VERSION and made.name == name and made.content() == content
    except (ValueError, TypeError, KeyError):
        right = False
    if not right:
        raise ModelNotTrusted(
            model=name, file=MANIFEST, found="is no manifest of this model", do=PUT_BACK
        )
    return made


def files_in(folder: Path) -> dict[str, bytes]:
    """Every file of a folder but the manifest and its signature, by path with `/`.

    Links are read as what they are, links: none is followed out of the folder.

    Raises:
        ModelNotTrusted: something in the folder is neither file nor folder.
    """
    found: dict[str, bytes] = {}
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).as_posix()
        if path.is_symlink() or not (path.is_dir() or path.is_file()):
            raise ModelNotTrusted(
                model=folder.name, file=inside, found="is a link or no plain file", do=PUT_BACK
            )
        if path.is_file() and inside not in (MANIFEST, SIGNATURE):
            found[inside] = path.read_bytes()
    return found


def check_files(manifest: Manifest, contents: Mapping[str, bytes]) -> None:
    """Refuse files that are not exactly those of the manifest.

    Raises:
        ModelNotTrusted: the first file that is missing, unknown or of other bytes.
    """
    for path in sorted({*manifest.files, *contents}):
        if path not in contents:
            found = "is missing"
        elif path not in manifest.files:
            found = "is in the folder but not in the registry"
        elif sha256(contents[path]) != manifest.files[path]:
            found = "has been changed"
        else:
            continue
        raise ModelNotTrusted(model=manifest.name, file=path, found=found, do=PUT_BACK)
