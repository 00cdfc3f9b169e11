"""Every error we raise on purpose.

    RengangError                     catch this to catch all of them
    ├── WrongUse                     a command or argument that cannot be meant (exit 2)
    │   └── WeakPassword             too short, easy to guess, or the one in use
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
    │   ├── BrokenReferences         a migration left rows that point nowhere; undone
    │   ├── KeyMissing               the key that people's data rest under is not at hand
    │   └── BrokenCell               an encrypted cell that was changed or moved
    ├── AccessError
    │   ├── SignInRefused            wrong name or password, locked, disabled: all look the same
    │   ├── SignInNeeded             nobody is known to be calling
    │   ├── ForgedRequest            a session's request without its own token
    │   ├── ProviderSilent           the identity provider does not answer
    │   ├── TooManyTries             one address or account made to wait: how long
    │   └── NotAllowed               a role that may not do this
    │       └── PasswordToChange     nothing is done before the first password is changed
    ├── ModelError
    │   ├── FeatureMismatch          features expected, features given
    │   ├── UnknownModel             with the models that exist
    │   └── ModelNotTrusted          a file that nobody vouches for: which, what is wrong
    ├── CaseworkError
    │   ├── IllegalMoves             moves that the law of the process does not allow, all of them
    │   ├── UnknownStream            with the streams that exist
    │   ├── NotEntitled              a benefit or post that the law does not give, with its rules
    │   ├── PossibleDoubles          somebody to be registered may be on record: which numbers
    │   └── RegisteredAlready        the ID number is on record: whose number, or in which county
    ├── ClusterUnusable              no scheduler, no workers, or the work failed on them
    └── AllocationError
        ├── MalformedProblem         persons, vacancies or edges that cannot be read as a problem
        ├── Infeasible               which limits cannot hold together, by how much
        └── BrokenPlan               the checker found a limit broken

A class takes facts by keyword and writes its own sentence: what happened, to what, what was
expected, what to do. Messages carry ids only, never personal data.
"""

from __future__ import annotations

from matcher.errors.access import (
    AccessError,
    ForgedRequest,
    NotAllowed,
    PasswordToChange,
    ProviderSilent,
    SignInNeeded,
    SignInRefused,
    TooManyTries,
    WeakPassword,
)
from matcher.errors.data import DataError, ImportRefused, RowRefused, UnknownCode, UnreadableFile
from matcher.errors.law import PolicyError, PolicyFileError, UnknownDecision, UnknownPlace
from matcher.errors.model import FeatureMismatch, ModelError, ModelNotTrusted, UnknownModel
from matcher.errors.root import ClusterUnusable, RengangError, WrongUse
from matcher.errors.store import (
    AlreadyThere,
    BrokenCell,
    BrokenReferences,
    Conflict,
    KeyMissing,
    LeaseLost,
    NotFound,
    SchemaMismatch,
    StoreBusy,
    StoreError,
    StoreUnusable,
)
from matcher.errors.work import (
    AllocationError,
    BrokenPlan,
    CaseworkError,
    FlowTooLarge,
    IllegalMoves,
    Infeasible,
    MalformedProblem,
    NotEntitled,
    PossibleDoubles,
    RegisteredAlready,
    UnknownStream,
)

__all__ = [
    "AccessError",
    "AllocationError",
    "AlreadyThere",
    "BrokenCell",
    "BrokenPlan",
    "BrokenReferences",
    "CaseworkError",
    "ClusterUnusable",
    "Conflict",
    "DataError",
    "FeatureMismatch",
    "FlowTooLarge",
    "ForgedRequest",
    "IllegalMoves",
    "ImportRefused",
    "Infeasible",
    "KeyMissing",
    "LeaseLost",
    "MalformedProblem",
    "ModelError",
    "ModelNotTrusted",
    "NotAllowed",
    "NotEntitled",
    "NotFound",
    "PasswordToChange",
    "PolicyError",
    "PolicyFileError",
    "PossibleDoubles",
    "ProviderSilent",
    "RegisteredAlready",
    "RengangError",
    "RowRefused",
    "SchemaMismatch",
    "SignInNeeded",
    "SignInRefused",
    "StoreBusy",
    "StoreError",
    "StoreUnusable",
    "TooManyTries",
    "UnknownCode",
    "UnknownDecision",
    "UnknownModel",
    "UnknownPlace",
    "UnknownStream",
    "UnreadableFile",
    "WeakPassword",
    "WrongUse",
]
