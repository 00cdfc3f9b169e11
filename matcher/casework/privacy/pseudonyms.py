"""Names for people and referrals that tell an employer nothing, and lead nowhere outside."""

from __future__ import annotations

import hmac
import secrets
from base64 import b32encode
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

from matcher.store.store import Store

META = "pseudonym_secret"
LETTERS = 12


class Pseudonyms:
    """Keyed digests of ids: another one for each employer, so that two cannot compare lists.

    Args:
        store: keeps their secret, which is made where there is none.
        at: now.
    """

    def __init__(self, store: Store, *, at: datetime) -> None:
        kept = store.meta(META)
        if kept is None:
            with store.writing(actor="service", at=at) as batch:
                batch.set_meta(META, secrets.token_hex(32))
            kept = str(store.meta(META))
        self._key = bytes.fromhex(kept)

    def of(self, employer_id: str, key: str) -> str:
        """The pseudonym of a person or referral towards this employer."""
        digest = hmac.new(self._key, f"{employer_id}\n{key}".encode(), sha256).digest()
        return b32encode(digest).decode()[:LETTERS]

    def behind(self, employer_id: str, pseudonym: str, keys: Iterable[str]) -> str | None:
        """Whose pseudonym it is, of these; None where it is nobody's."""
        return next(
            (key for key in keys if hmac.compare_digest(self.of(employer_id, key), pseudonym)),
            None,
        )
