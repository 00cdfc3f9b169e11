"""The root of the error tree, and wrong use."""

from __future__ import annotations


class RengangError(Exception):
    """The root; its text is one line that a person at a desk can act on."""


class WrongUse(RengangError):
    """A command, option or argument that cannot be carried out as given."""

    def __init__(self, *, what: str, expected: str, do: str) -> None:
        self.what, self.expected, self.do = what, expected, do
        super().__init__(f"{what}: expected {expected}. {do}")


class ClusterUnusable(RengangError):
    """Other machines were asked to do the work and did not."""

    def __init__(self, *, found: str) -> None:
        self.found = found
        super().__init__(
            f"the cluster did not do the work: {found}. Nothing was written; look at its "
            "scheduler and workers, or leave --cluster out to work on this machine."
        )
