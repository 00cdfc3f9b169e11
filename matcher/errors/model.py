"""Errors about ranking models."""

from __future__ import annotations

from collections.abc import Sequence

from matcher.errors.root import RengangError


class ModelError(RengangError):
    """Something about a ranking model."""


class FeatureMismatch(ModelError):
    """A scorer was handed other features than it was made for."""

    def __init__(self, *, expected: Sequence[str], given: Sequence[str]) -> None:
        self.expected, self.given = tuple(expected), tuple(given)
        missing = sorted(set(expected) - set(given))
        extra = sorted(set(given) - set(expected))
        super().__init__(
            f"the features do not fit the model: missing {missing}, not known to it {extra}. "
            "Rebuild the features with the model's own registry."
        )


class UnknownModel(ModelError):
    """A model name that the registry does not have."""

    def __init__(self, *, name: str, known: Sequence[str]) -> None:
        self.name, self.known = name, tuple(known)
        super().__init__(
            f"no model is called '{name}'; there is {', '.join(self.known)}. "
            "Correct the name, or train one with 'rengang train --name NAME'."
        )


class ModelNotTrusted(ModelError):
    """A model's file is not the one that was registered; nothing of the model was loaded."""

    def __init__(self, *, model: str, file: str, found: str, do: str) -> None:
        self.model, self.file, self.found, self.do = model, file, found, do
        super().__init__(
            f"model '{model}' was not loaded: {file} {found}; expected the bytes that were signed "
            f"when the model was registered. {do}"
        )
