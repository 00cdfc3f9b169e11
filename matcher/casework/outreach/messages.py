"""Messages for batch sending: whom one may write to, what it says, and never twice.

A message is queued on the ledger first, handed to an adapter next, and marked as handed over last.
A run that is stopped in between is simply run again: the adapter knows each message by its key.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from string import Formatter
from typing import Any, Protocol

import numpy as np
import pandas as pd

from matcher.errors import WrongUse
from matcher.reference.paths import path

STREAM, CONTACT = "message", "contact"


class Adapter(Protocol):
    """What carries messages away: a file, or a gateway of the office."""

    def send(self, messages: pd.DataFrame) -> None:
        """Take these messages: `key`, `phone`, `text`; a key taken before is not taken again."""


@dataclass(frozen=True, slots=True)
class MessageKind:
    """A kind of message; one that advertises needs consent, one about the own case does not."""

    kind: str
    needs_consent: bool
    zh: str
    en: str

    def text(self, language: str, given: Mapping[str, str]) -> str:
        """The message with what it names filled in.

        Raises:
            WrongUse: something it names was not given.
        """
        words = self.zh if language == "zh" else self.en
        named = {name for _, name, _, _ in Formatter().parse(words) if name}
        missing = sorted(named - set(given))
        if missing:
            raise WrongUse(
                what=f"message '{self.kind}' lacks its {', '.join(missing)}",
                expected="; ".join(f"--with {name}=…" for name in sorted(named)),
                do="Give them.",
            )
        return words.format_map(dict(given))


@cache
def message_kinds() -> Mapping[str, MessageKind]:
    """The kinds by name."""
    with path("casework", "messages.csv").open(encoding="utf-8", newline="") as handle:
        return {
            row["kind"]: MessageKind(row["kind"], row["needs_consent"] == "1", row["zh"], row["en"])
            for row in csv.DictReader(handle)
        }


def message_kind(name: str) -> MessageKind:
    """The kind of this name.

    Raises:
        WrongUse: there is none.
    """
    if name not in message_kinds():
        raise WrongUse(
            what=f"there is no message '{name}'",
            expected=f"one of {', '.join(message_kinds())}",
            do="Correct what follows --kind.",
        )
    return message_kinds()[name]


def withheld(people: pd.DataFrame, contacts: pd.DataFrame, kind: MessageKind) -> pd.Series[str]:
    """Why each person is not written to; NA for those who are.

    Args:
        people: `person_id`, `phone`, `consent` (boolean, NA not asked).
        contacts: states of the stream `contact`.
        kind: of the message.

    Returns:
        Codes of the reasons `message_withheld`, by the rows of `people`. Who opted out or said no
        is never written to; a message that needs consent is not sent where nobody asked for it.
    """
    out = contacts.loc[contacts["state"] == "opted_out", "subject_id"]
    consent = people["consent"].astype("boolean")
    why = pd.Series(pd.NA, index=people.index, dtype="object")
    if kind.needs_consent:
        why[consent.isna().to_numpy()] = "consent_not_asked"
    why[people["phone"].isna().to_numpy()] = "no_phone"
    why[consent.eq(False).fillna(value=False).to_numpy(dtype=bool)] = "no_consent"
    why[people["person_id"].isin(out).to_numpy()] = "opted_out"
    return why


def queue_rows(
    people: pd.DataFrame, why: pd.Series[str], kind: MessageKind, batch: str, on: date
) -> list[dict[str, Any]]:
    """The moves that queue a message for each person, or say why none is sent.

    Args:
        people: `person_id`, `household_id`, `area_code`.
        why: as `withheld` gives it.
        kind: of the message.
        batch: the sender's name for the batch: the same batch reaches a person once.
        on: the day.
    """
    ids = [message_id(kind.kind, batch, person) for person in people["person_id"]]
    sent = why.isna().to_numpy()
    frame = pd.DataFrame(
        {
            "stream": STREAM,
            "subject_id": ids,
            "event": np.where(sent, "queue", "withhold"),
            "on": on.isoformat(),
            "person_id": people["person_id"].to_numpy(object),
            "household_id": people["household_id"].to_numpy(object),
            "area_code": people["area_code"].to_numpy(object),
            "reason": why.to_numpy(object),
            "key": ids,
            "data": json.dumps({"batch": batch, "kind": kind.kind}, sort_keys=True),
        }
    )
    return [{str(name): cell for name, cell in row.items()} for row in frame.to_dict("records")]


def message_id(kind: str, batch: str, person_id: str) -> str:
    """The id and key of a message.

    Example:
        >>> message_id("fair", "F0001", "P1")
        'message:fair:F0001:P1'
    """
    return f"message:{kind}:{batch}:{person_id}"
