"""Who may talk to the studio, how much may be sent to it, and where it may write.

A page of another site can make a browser send requests here, and can give its own name the address 127.0.0.1 (DNS
rebinding). So the ``Host`` has to be this machine, the ``Origin`` this server, and a secret that was only ever in the
link that the studio printed has to come with everything.
"""

from __future__ import annotations

import hmac
import re
import secrets
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import parse_qs

from ocrprep.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    Scope: TypeAlias = MutableMapping[str, Any]
    Message: TypeAlias = MutableMapping[str, Any]
    Receive: TypeAlias = Callable[[], Awaitable[Message]]
    Send: TypeAlias = Callable[[Message], Awaitable[None]]
    App: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
)
# Vue compiles its templates in the browser, and Quasar sets styles; nothing may be loaded from or sent to elsewhere.
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' {sockets}; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_ENTER = (
    b'<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=/">'
    b'<title>ocrprep studio</title><a href="/">ocrprep studio</a></html>'
)
_POLICY_VIOLATION = 1008


class Guard:
    """An ASGI application around another, which lets in only whoever knows the token.

    Args:
        app: what is guarded.
        port: that the server listens on.
        token: the secret; None makes one.
        upload_bytes: the most that the body of one request may have. What is declared is refused before it is read,
            what is not declared is counted while it comes.
    """

    def __init__(self, app: App, *, port: int, token: str | None = None, upload_bytes: int = 100_000_000) -> None:
        self.app = app
        self.token = token or secrets.token_urlsafe(32)
        self._hosts = {f"{name}:{port}" for name in ("127.0.0.1", "localhost")}
        self._cookie = f"ocrprep_studio_{port}"
        # Boundaries and the like come on top of the file.
        self._most = upload_bytes + 100_000
        sockets = " ".join(f"ws://{host}" for host in sorted(self._hosts))
        self._headers = (*_HEADERS, (b"content-security-policy", _POLICY.format(sockets=sockets).encode()))
        self.link = f"http://127.0.0.1:{port}/?token={self.token}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, let in with a cookie, or hand on."""
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        headers = _headers_of(scope)
        refusal = self._refusal(scope, headers)
        if refusal:
            await _refuse(scope, receive, send, 403, refusal)
        elif scope["type"] == "websocket":
            await self.app(scope, receive, send)
        elif self._has_link(scope):
            cookie = f"{self._cookie}={self.token}; Path=/; HttpOnly; SameSite=Strict"
            extra = ((b"set-cookie", cookie.encode()), *self._headers)
            await _answer(send, 200, _ENTER, b"text/html; charset=utf-8", extra)
        else:
            await self._bounded(scope, headers, receive, send)

    def _refusal(self, scope: Scope, headers: dict[str, str]) -> str:
        if headers.get("host", "") not in self._hosts:
            return "this address is not the studio's"
        origin = headers.get("origin")
        if origin is not None and origin not in {f"http://{host}" for host in self._hosts}:
            return "requests from other pages are refused"
        if headers.get("sec-fetch-site") == "cross-site" and not self._has_link(scope):
            return "requests from other sites are refused"
        if self._has_link(scope) or self._is_known(headers):
            return ""
        return "open the link that `ocrprep studio` printed: it has the token"

    def _has_link(self, scope: Scope) -> bool:
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"] != "/":
            return False
        given = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("token", [""])[0]
        return _same(given, self.token)

    def _is_known(self, headers: dict[str, str]) -> bool:
        try:
            cookies = SimpleCookie(headers.get("cookie", ""))
        except CookieError:
            return False
        return self._cookie in cookies and _same(cookies[self._cookie].value, self.token)

    async def _bounded(self, scope: Scope, headers: dict[str, str], receive: Receive, send: Send) -> None:
        declared = headers.get("content-length", "0")
        if not re.fullmatch(r"\d{1,18}", declared):
            await _refuse(scope, receive, send, 400, "the length of the request is no number")
            return
        if int(declared) > self._most:
            await _refuse(scope, receive, send, 413, self._too_large)
            return
        counted = _Counted(receive, send, self._most, self._headers)
        try:
            await self.app(scope, counted.receive, counted.send)
        except Exception:
            # The application was told that the sender has gone, and may say so in any way.
            if not counted.exceeded:
                raise
        if counted.exceeded and not counted.started:
            await _refuse(scope, receive, send, 413, self._too_large)

    @property
    def _too_large(self) -> str:
        return f"a file may have at most {(self._most - 100_000) / 1_000_000:g} MB; start the studio with --max-upload"


class _Counted:
    """The body of one request, cut off where it becomes too large."""

    def __init__(self, receive: Receive, send: Send, most: int, headers: tuple[tuple[bytes, bytes], ...]) -> None:
        self._receive, self._send, self._most, self._headers = receive, send, most, headers
        self._taken = 0
        self.exceeded = self.started = False

    async def receive(self) -> Message:
        if self.exceeded:
            return {"type": "http.disconnect"}
        message = await self._receive()
        self._taken += len(message.get("body", b""))
        if self._taken > self._most:
            self.exceeded = True
            return {"type": "http.disconnect"}
        return message

    async def send(self, message: Message) -> None:
        if self.exceeded and not self.started:
            return
        if message["type"] == "http.response.start":
            self.started = True
            message = {**message, "headers": [*message.get("headers", ()), *self._headers]}
        await self._send(message)


def _headers_of(scope: Scope) -> dict[str, str]:
    found: dict[str, str] = {}
    for raw, value in scope["headers"]:
        name = raw.decode("latin-1").lower()
        # Two hosts or two lengths are an attempt to be two requests; joined they match nothing.
        text = value.decode("latin-1")
        separator = "; " if name == "cookie" else ", "
        found[name] = f"{found[name]}{separator}{text}" if name in found else text
    return found


def _same(given: str, token: str) -> bool:
    return hmac.compare_digest(given.encode(), token.encode())


async def _refuse(scope: Scope, receive: Receive, send: Send, status: int, reason: str) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": _POLICY_VIOLATION, "reason": reason[:120]})
        return
    await _answer(send, status, f"{reason}\n".encode(), b"text/plain; charset=utf-8", ((b"connection", b"close"),))


async def _answer(
    send: Send, status: int, body: bytes, media: bytes, extra: tuple[tuple[bytes, bytes], ...] = ()
) -> None:
    headers = [
        (b"content-type", media),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        *extra,
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def inside(folder: Path, inner: str) -> Path:
    """A folder inside a folder.

    Args:
        folder: that nothing may leave.
        inner: relative path inside it; empty for the folder itself.

    Raises:
        OutputError: the path is absolute, climbs out, or leads out by a symbolic link.
    """
    root = folder.resolve()
    parts = Path(inner.replace("\\", "/"))
    if parts.is_absolute() or ".." in parts.parts or re.match(r"[A-Za-z]:", inner) or "\0" in inner:
        raise OutputError("the path leads out of the studio's folder", path=inner, hint="name a folder inside it")
    target = (root / parts).resolve()
    if not target.is_relative_to(root):
        raise OutputError("a link there leads out of the studio's folder", path=inner, hint="name another folder")
    return target
