"""Errors about cases and about bulk pairing."""

from __future__ import annotations

from collections.abc import Sequence

from matcher.errors.root import RengangError


class CaseworkError(RengangError):
    """Something about a case."""


class IllegalMoves(CaseworkError):
    """Moves that cannot be made from where their subjects stand; carries every problem."""

    def __init__(self, *, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(
            f"{len(self.problems)} move(s) cannot be made: {'; '.join(self.problems)}. "
            "Nothing was written."
        )


class UnknownStream(CaseworkError):
    """A stream of casework that has no machine."""

    def __init__(self, *, stream: str, known: Sequence[str]) -> None:
        self.stream, self.known = stream, tuple(known)
        super().__init__(f"no stream '{stream}'; expected one of {', '.join(self.known)}")


class NotEntitled(CaseworkError):
    """What was asked for may not be given, or not yet; carries the rules that say so."""

    def __init__(self, *, benefit: str, why: str, rules: Sequence[str]) -> None:
        self.benefit, self.why, self.rules = benefit, why, tuple(rules)
        cited = f" ({', '.join(self.rules)})" if self.rules else ""
        super().__init__(f"{benefit} was not granted: {why}{cited}. Nothing was written.")


class PossibleDoubles(CaseworkError):
    """Somebody to be registered may be on record already; carries the records' numbers."""

    def __init__(self, *, keys: Sequence[str]) -> None:
        self.keys = tuple(keys)
        super().__init__(
            f"this may be the person of {', '.join(self.keys)}. Nothing was written; look at those "
            "records, and say that it is another person than each of them if it is."
        )


class RegisteredAlready(CaseworkError):
    """The ID number of somebody to be registered is on record: there is no second person of it.

    `keys` is empty, and `counties` names codes of areas, where the record is another office's.
    """

    def __init__(self, *, keys: Sequence[str], counties: Sequence[str]) -> None:
        self.keys, self.counties = tuple(keys), tuple(counties)
        self.where = ", ".join((*self.keys, *(code or "—" for code in counties)))
        super().__init__(
            f"a person of this ID number is on record: {self.where}. Nothing was written; "
            "edit that record, or ask the office that keeps it."
        )


class AllocationError(RengangError):
    """Something about bulk pairing."""


class MalformedProblem(AllocationError):
    """Persons, vacancies or edges that do not make a pairing problem; carries every problem."""

    def __init__(self, *, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(
            f"the pairing input has {len(self.problems)} problem(s): {'; '.join(self.problems)}. "
            "Correct the rows named and try again."
        )


class Infeasible(AllocationError):
    """Limits that cannot hold together."""

    def __init__(self, *, limits: Sequence[str]) -> None:
        self.limits = tuple(limits)
        super().__init__(
            f"these limits cannot hold together: {'; '.join(self.limits)}. Loosen one of them."
        )


class FlowTooLarge(AllocationError):
    """A network whose costs do not fit the whole numbers of the flow solver."""

    def __init__(self, *, gain: int, nodes: int) -> None:
        self.gain, self.nodes = gain, nodes
        super().__init__(
            f"a pairing network of {nodes} nodes with gains up to {gain} exceeds 64-bit whole "
            "numbers. Pair each city or district on its own."
        )


class BrokenPlan(AllocationError):
    """The checker found limits broken; carries all of them."""

    def __init__(self, *, violations: Sequence[str]) -> None:
        self.violations = tuple(violations)
        super().__init__(f"the plan breaks {len(self.violations)} limit(s): {self.violations[0]}")
