"""An OpenID Connect provider: where it sends people, and whether what they bring back is its own.

Source:
    OpenID Connect Core 1.0, sections 3.1.2 and 3.1.3.7; RFC 7636 (PKCE); RFC 9700.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import httpx
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jwt import JWTClaimsRegistry

from matcher.errors import ProviderSilent, SignInRefused, WrongUse

ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
"""Signatures by a key that the provider alone holds; never `none`, never a shared secret."""

METADATA = "/.well-known/openid-configuration"
KEPT_S = 3600
"""Metadata and keys are asked for anew after this, and at once for a key that is unknown."""

PATIENCE_S = 5.0
LEEWAY_S = 60
LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True)
class Client:
    """Who this service is to the provider.

    Attributes:
        issuer: the provider's address, as its tokens name it.
        client_id, secret: as the provider gave them.
        claim: of the token, that is the name of an account here.
    """

    issuer: str
    client_id: str
    secret: str
    claim: str


class Provider:
    """The provider as this service uses it; metadata and keys are kept for an hour.

    Raises:
        WrongUse: the issuer is not reached by https.
    """

    def __init__(self, client: Client) -> None:
        parts = urlsplit(client.issuer)
        if parts.scheme != "https" and parts.hostname not in LOOPBACK:
            raise WrongUse(
                what=f"oidc_issuer is '{client.issuer}'",
                expected="an address that begins with https://",
                do="Correct the setting, or leave it out.",
            )
        self.client = client
        self._lock = Lock()
        self._metadata: dict[str, Any] = {}
        self._keys: KeySet | None = None
        self._until = 0.0

    def begin(self, redirect_uri: str, *, state: str, nonce: str, verifier: str) -> str:
        """The address at the provider to send a browser to.

        Raises:
            ProviderSilent: the provider does not say how it is used.
        """
        with self._session(redirect_uri) as session:
            address, _ = session.create_authorization_url(
                self._known()["authorization_endpoint"],
                state=state,
                nonce=nonce,
                code_verifier=verifier,
            )
        return str(address)

    def name_of(self, code: str, redirect_uri: str, *, nonce: str, verifier: str) -> str:
        """The name of the account that a code from the provider stands for.

        Raises:
            SignInRefused: the provider does not know the code, or its token is not for us: signed
                by another, for another, too old, or not of this sign-in.
            ProviderSilent: the provider does not answer.
        """
        try:
            with self._session(redirect_uri) as session:
                answer = session.fetch_token(
                    self._known()["token_endpoint"], code=code, code_verifier=verifier
                )
        except httpx.HTTPError as wrong:
            raise ProviderSilent(issuer=self.client.issuer, found=type(wrong).__name__) from None
        except AuthlibBaseError:
            raise SignInRefused from None
        claims = self._claims(str(answer.get("id_token", "")), nonce)
        name = claims.get(self.client.claim)
        if not isinstance(name, str) or not name:
            raise SignInRefused
        return name

    def _claims(self, token: str, nonce: str) -> Mapping[str, Any]:
        registry = JWTClaimsRegistry(
            leeway=LEEWAY_S,
            iss={"essential": True, "value": self.client.issuer},
            aud={"essential": True, "value": self.client.client_id},
            exp={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            claims = self._opened(token)
            registry.validate(claims)
        except (JoseError, ValueError):
            raise SignInRefused from None
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if several and claims.get("azp") != self.client.client_id:
            raise SignInRefused
        return claims

    def _opened(self, token: str) -> dict[str, Any]:
        """The claims of a token whose signature holds; once more with fresh keys if it does not."""
        self._known()
        try:
            return dict(jwt.decode(token, self._held_keys(), algorithms=ALGORITHMS).claims)
        except (JoseError, ValueError):
            self._until = 0.0
            self._known()
            return dict(jwt.decode(token, self._held_keys(), algorithms=ALGORITHMS).claims)

    def _held_keys(self) -> KeySet:
        if self._keys is None:
            raise ProviderSilent(issuer=self.client.issuer, found="no keys")
        return self._keys

    def _known(self) -> dict[str, Any]:
        """What the provider says of itself."""
        with self._lock:
            if time.monotonic() < self._until:
                return self._metadata
            try:
                with httpx.Client(timeout=PATIENCE_S) as asked:
                    told = asked.get(self.client.issuer.rstrip("/") + METADATA)
                    metadata = told.raise_for_status().json()
                    keys = asked.get(metadata["jwks_uri"]).raise_for_status().json()
            except (httpx.HTTPError, ValueError, KeyError) as wrong:
                found = type(wrong).__name__
                raise ProviderSilent(issuer=self.client.issuer, found=found) from None
            if metadata.get("issuer") != self.client.issuer:
                raise ProviderSilent(issuer=self.client.issuer, found="another issuer's metadata")
            self._metadata, self._keys = metadata, KeySet.import_key_set(keys)
            self._until = time.monotonic() + KEPT_S
            return self._metadata

    def _session(self, redirect_uri: str) -> OAuth2Client:
        return OAuth2Client(
            self.client.client_id,
            self.client.secret,
            scope="openid profile",
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
            timeout=PATIENCE_S,
        )
