"""Errors about the law packs."""

from __future__ import annotations

from collections.abc import Sequence

from matcher.errors.root import RengangError


class PolicyError(RengangError):
    """Something about the law packs."""


class PolicyFileError(PolicyError):
    """A pack is malformed; carries every problem found in it."""

    def __init__(self, *, file: str, problems: Sequence[str]) -> None:
        self.file, self.problems = file, tuple(problems)
        listed = "; ".join(self.problems)
        super().__init__(f"policy pack {file} has {len(self.problems)} problem(s): {listed}")


class UnknownPlace(PolicyError):
    """A place path that no pack names."""

    def __init__(self, *, place: str, known: Sequence[str]) -> None:
        self.place, self.known = place, tuple(known)
        super().__init__(
            f"no place '{place}' in the policy packs; expected one of {', '.join(self.known)}"
        )


class UnknownDecision(PolicyError):
    """A decision id that the engine does not have."""

    def __init__(self, *, decision: str, known: Sequence[str]) -> None:
        self.decision, self.known = decision, tuple(known)
        super().__init__(f"no decision '{decision}'; expected one of {', '.join(self.known)}")
