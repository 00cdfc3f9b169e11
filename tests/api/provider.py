"""A small OpenID Connect provider of the tests' own, on this machine, with keys made for them."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey

CLIENT, SECRET = "rengang", "a secret of the tests"


@dataclass
class Desk:
    """What the provider does at its token desk; tests change it to bring something wrong.

    Attributes:
        claims: that are put over those of an honest token; None takes one away.
        signs_with: another key than the one it publishes.
        codes: handed out, with what they were asked for.
    """

    issuer: str = ""
    key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256", {"kid": "one"}))
    claims: dict[str, Any] = field(default_factory=dict)
    signs_with: ECKey | None = None
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def agree(self, address: str) -> dict[str, str]:
        """Somebody signs in at the provider: what the browser brings back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_hex(8)
        self.codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def token(self, form: dict[str, str]) -> dict[str, Any] | None:
        """The answer of the token desk; None for a code that is unknown, used, or another's."""
        asked = self.codes.pop(form.get("code", ""), None)
        if asked is None or form.get("redirect_uri") != asked["redirect_uri"]:
            return None
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != asked["code_challenge"]:
            return None
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "42",
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            "preferred_username": "wang",
        } | self.claims
        stated = {name: value for name, value in claims.items() if value is not None}
        key = self.signs_with or self.key
        signed = jwt.encode({"alg": "ES256", "kid": "one"}, stated, key)
        return {"access_token": "unused", "token_type": "Bearer", "id_token": signed}


@contextmanager
def provider() -> Iterator[Desk]:
    """The provider, listening."""
    desk = Desk()

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/.well-known/openid-configuration":
                self._answer(
                    {
                        "issuer": desk.issuer,
                        "authorization_endpoint": f"{desk.issuer}/authorize",
                        "token_endpoint": f"{desk.issuer}/token",
                        "jwks_uri": f"{desk.issuer}/keys",
                    }
                )
            else:
                self._answer({"keys": [desk.key.as_dict(private=False)]})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            known = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            right = self.headers.get("authorization") == f"Basic {known}"
            told = desk.token(form) if right else None
            self._answer(told or {"error": "invalid_grant"}, 200 if told else 400)

        def _answer(self, told: dict[str, Any], status: int = 200) -> None:
            body = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    desk.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield desk
    finally:
        server.shutdown()
        server.server_close()
