"""The number of a pairing: what its QR code says and what is typed at a booth."""

from __future__ import annotations

from hashlib import blake2b

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without I, L, O and U, which are misread (Crockford)."""

LENGTH = 10
"""50 bits: among 100,000 pairings of a fair the odds of one number twice are 1 in 200,000."""


def pairing_id(fair_id: str, person_id: str, vacancy_id: str) -> str:
    """The number of a pairing; the same pairing of the same fair always has the same.

    It says nothing about the person: only who holds the plan can tell whose it is.

    Example:
        >>> pairing_id("F0001", "P000123", "V000451")
        'F0001-05FVH-APJ0R'
        >>> pairing_id("F0a1", "P000123", "V000451").partition("-")[0]
        'F0A1'
    """
    digest = blake2b("\x1f".join((fair_id, person_id, vacancy_id)).encode(), digest_size=8)
    number = int.from_bytes(digest.digest(), "big")
    letters = "".join(LETTERS[number >> 5 * at & 31] for at in range(LENGTH))
    # In capitals as a whole: a number is typed in either, and told apart by its letters alone.
    return f"{fair_id.upper()}-{letters[:5]}-{letters[5:]}"


def typed(text: str) -> str:
    """A number as it was typed or scanned, in its own form.

    Example:
        >>> typed(" f0001-o5fvh-apjor ")
        'F0001-05FVH-APJ0R'
    """
    whole = text.strip().upper()
    fair, letters = whole[: -LENGTH - 1], whole[-LENGTH - 1 :]
    return fair + letters.translate(str.maketrans("OIL", "011"))
