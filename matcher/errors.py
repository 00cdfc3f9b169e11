"""Every error we raise on purpose.

    RengangError                     catch this to catch all of them
    ├── WrongUse                     a command or argument that cannot be meant (exit 2)
    ├── PolicyError
    │   ├── PolicyFileError          a pack is malformed: file, key, what would be right
    │   ├── UnknownPlace             with the places that exist
    │   └── UnknownDecision          with the decisions that exist
    ├── DataError
    │   ├── UnreadableFile           a file that is not what its name says, or is unsafe to open
    │   ├── UnknownCode              code, code list, nearest codes
    │   ├── ImportRefused            --strict and some rows do not pass
    │   └── RowRefused               one record that does not pass, with every reason
    ├── StoreError
    │   ├── NotFound                 also when out of scope: the two look the same
    │   ├── AlreadyThere             a record of this number exists
    │   ├── Conflict                 changed since it was read
    │   ├── SchemaMismatch           version found, version needed, command to run
    │   ├── StoreBusy                another process is writing
    │   ├── StoreUnusable            the engine cannot go on: disk, permission, server
    │   ├── LeaseLost                the job is another worker's now, or has ended
    │   └── BrokenReferences         a migration left rows that point nowhere; undone
    ├── AccessError
    │   ├── SignInRefused            wrong name or password, locked, disabled: all look the same
    │   ├── SignInNeeded             nobody is known to be calling
    │   ├── ForgedRequest            a session's request without its own token
    │   └── NotAllowed               a role that may not do this
    ├── ModelError
    │   ├── FeatureMismatch          features expected, features given
    │   ├── UnknownModel             with the models that exist
    │   └── ModelNotTrusted          a file that nobody vouches for: which, what is wrong
    ├── CaseworkError
    │   ├── IllegalMoves             moves that the law of the process does not allow, all of them
    │   ├── UnknownStream            with the streams that exist
    │   └── NotEntitled              a benefit or post that the law does not give, with its rules
    ├── ClusterUnusable              no scheduler, no workers, or the work failed on them
    └── AllocationError
        ├── MalformedProblem         persons, vacancies or edges that cannot be read as a problem
        ├── Infeasible               which limits cannot hold together, by how much
        └── BrokenPlan               the checker found a limit broken

A class takes facts by keyword and writes its own sentence: what happened, to what, what was
expected, what to do. Messages carry ids only, never personal data.
"""

from __future__ import annotations

from collections.abc import Sequence


class RengangError(Exception):
    """The root; its text is one line that a person at a desk can act on."""


class WrongUse(RengangError):
    """A command, option or argument that cannot be carried out as given."""

    def __init__(self, *, what: str, expected: str, do: str) -> None:
        self.what, self.expected, self.do = what, expected, do
        super().__init__(f"{what}: expected {expected}. {do}")


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


class DataError(RengangError):
    """Something about data that came in."""


class UnreadableFile(DataError):
    """A file that cannot be opened safely or is not what its name says."""

    def __init__(self, *, file: str, found: str, expected: str, do: str) -> None:
        self.file, self.found, self.expected, self.do = file, found, expected, do
        super().__init__(f"{file}: {found}; expected {expected}. {do}")


class UnknownCode(DataError):
    """A code that a code table does not have."""

    def __init__(self, *, code: str, table: str, nearest: Sequence[str] = ()) -> None:
        self.code, self.table, self.nearest = code, table, tuple(nearest)
        hint = f" Nearest: {', '.join(self.nearest)}." if self.nearest else ""
        super().__init__(f"'{code}' is not in the table '{table}'.{hint} Check the code.")


class ImportRefused(DataError):
    """A strict import stopped because rows were refused; nothing was written."""

    def __init__(self, *, file: str, refused: int, report: str | None) -> None:
        self.file, self.refused, self.report = file, refused, report
        where = f" The reasons are in {report}." if report else ""
        super().__init__(
            f"{file}: {refused} row(s) refused and --strict was given, so nothing was imported."
            f"{where} Correct the rows, or import without --strict."
        )


class RowRefused(DataError):
    """One record did not pass the checks of an import; carries every reason, by column."""

    def __init__(self, *, kind: str, problems: Sequence[tuple[str, str]]) -> None:
        self.kind, self.problems = kind, tuple(problems)
        told = "; ".join(f"{column}: {said}" if column else said for column, said in self.problems)
        super().__init__(f"the {kind} record was refused: {told}. Correct it and send it again.")


class StoreError(RengangError):
    """Something about where records rest."""


class NotFound(StoreError):
    """No such record, or none that this scope may see: the two look the same."""

    def __init__(self, *, kind: str, key: str) -> None:
        self.kind, self.key = kind, key
        super().__init__(f"no {kind} '{key}' here. Check the number, or import the {kind} first.")


class AlreadyThere(StoreError):
    """A record of this number exists and was not to be replaced."""

    def __init__(self, *, kind: str, key: str) -> None:
        self.kind, self.key = kind, key
        super().__init__(
            f"{kind} '{key}' is on record already. Nothing was changed; "
            "edit that record, or give the new one another number."
        )


class Conflict(StoreError):
    """The record changed since it was read."""

    def __init__(self, *, kind: str, key: str, expected: int, found: int) -> None:
        self.kind, self.key, self.expected, self.found = kind, key, expected, found
        super().__init__(
            f"{kind} '{key}' was changed by someone else (version {found}, you have {expected}). "
            "Read it again and repeat the change."
        )


class SchemaMismatch(StoreError):
    """The database was written by another version of the service."""

    def __init__(self, *, found: str | None, needed: str) -> None:
        self.found, self.needed = found, needed
        super().__init__(
            f"the database has schema {found or 'none'}, this version needs {needed}. "
            "Run 'rengang db upgrade' after a backup."
        )


class StoreBusy(StoreError):
    """Another process holds the write lock for longer than we wait."""

    def __init__(self, *, waited_s: float) -> None:
        self.waited_s = waited_s
        super().__init__(
            f"another import or edit has been writing for over {waited_s:g} s. "
            "Nothing was changed; try again when it has finished."
        )


class StoreUnusable(StoreError):
    """The database cannot be opened, read or written; carries the engine's own reason."""

    def __init__(self, *, reason: str) -> None:
        self.reason = reason
        super().__init__(
            f"the database cannot be used: {reason}. Nothing was changed. "
            "Check its address, the free space and the permissions, or restore a backup."
        )


class LeaseLost(StoreError):
    """A worker wrote for a job that is another's now, or has ended; what it wrote is undone."""

    def __init__(self, *, job: str) -> None:
        self.job = job
        super().__init__(
            f"job {job} is another worker's now, or has ended. Nothing was written by this one; "
            "read the job to see how far it is."
        )


class BrokenReferences(StoreError):
    """A migration left rows that point to rows that are gone; it was undone."""

    def __init__(self, *, after: str, problems: Sequence[str]) -> None:
        self.after, self.problems = after, tuple(problems)
        super().__init__(
            f"migration to {after} would break {len(self.problems)} reference(s), first: "
            f"{self.problems[0]}. Nothing was changed; report this with the version you came from."
        )


class AccessError(RengangError):
    """Something about who may do what."""


class SignInRefused(AccessError):
    """Nobody was let in; why is in the audit alone, so that nobody learns which names exist."""

    def __init__(self) -> None:
        super().__init__(
            "the name and the password do not fit, or the account is locked for a while. "
            "Try again later, or ask the administrator for a new password."
        )


class SignInNeeded(AccessError):
    """No token and no session came with the request, or one that is good no more."""

    def __init__(self) -> None:
        super().__init__("sign in first, or again: no valid token or session came along.")


class ForgedRequest(AccessError):
    """A session's request that did not come from a page of that session."""

    def __init__(self) -> None:
        super().__init__(
            "the request did not come from a page of this session. Nothing was changed; "
            "reload the page and repeat the step."
        )


class NotAllowed(AccessError):
    """The caller's role may not do this."""

    def __init__(self, *, what: str, roles: Sequence[str]) -> None:
        self.what, self.roles = what, tuple(roles)
        super().__init__(f"{what} is for {', '.join(self.roles)}. Ask a colleague in that role.")


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


class ClusterUnusable(RengangError):
    """Other machines were asked to do the work and did not."""

    def __init__(self, *, found: str) -> None:
        self.found = found
        super().__init__(
            f"the cluster did not do the work: {found}. Nothing was written; look at its "
            "scheduler and workers, or leave --cluster out to work on this machine."
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
