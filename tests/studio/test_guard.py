"""The guard by itself, spoken to in ASGI, so that nothing stands between the test and the refusal."""

from __future__ import annotations

import asyncio

import pytest

from ocrprep.errors import OutputError
from ocrprep.studio.guard import Guard, inside

TOKEN = "a-token-that-nobody-guesses"
PORT = 4711
GOOD = {"host": f"127.0.0.1:{PORT}", "cookie": f"other=1; ocrprep_studio_{PORT}={TOKEN}"}


class Inner:
    """An application that takes all it is sent, and remembers how much that was."""

    def __init__(self):
        self.calls = []
        self.taken = 0

    async def __call__(self, scope, receive, send):
        self.calls.append(scope["type"])
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.accept"})
            return
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise RuntimeError("the sender has gone")
            self.taken += len(message.get("body", b""))
            if not message.get("more_body"):
                break
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"in"})


def ask(headers, *, kind="http", method="GET", path="/", query="", chunks=(b"",), upload_bytes=1_000_000):
    inner = Inner()
    guard = Guard(inner, port=PORT, token=TOKEN, upload_bytes=upload_bytes)
    sent = []
    waiting = list(chunks)

    async def receive():
        if kind == "websocket":
            return {"type": "websocket.connect"}
        body = waiting.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(waiting)}

    async def send(message):
        sent.append(message)

    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": kind, "method": method, "path": path, "query_string": query.encode(), "headers": raw}
    asyncio.run(guard(scope, receive, send))
    return sent, inner


def status(sent):
    return sent[0].get("status", sent[0]["type"])


def headers_of(sent):
    return {name.decode(): value.decode() for name, value in sent[0]["headers"]}


def test_whoever_has_the_cookie_is_let_in():
    sent, inner = ask(GOOD)
    assert status(sent) == 200
    assert inner.calls == ["http"]
    assert "default-src 'self'" in headers_of(sent)["content-security-policy"]
    assert headers_of(sent)["x-frame-options"] == "DENY"


def test_the_link_gives_a_cookie_that_scripts_and_other_sites_do_not_get():
    sent, inner = ask({"host": GOOD["host"]}, query=f"token={TOKEN}")
    assert status(sent) == 200
    cookie = headers_of(sent)["set-cookie"]
    assert cookie == f"ocrprep_studio_{PORT}={TOKEN}; Path=/; HttpOnly; SameSite=Strict"
    assert inner.calls == []
    assert headers_of(sent)["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"cookie": None}, id="no token"),
        pytest.param({"cookie": f"ocrprep_studio_{PORT}=wrong"}, id="wrong token"),
        pytest.param({"cookie": f"ocrprep_studio_{PORT}="}, id="empty token"),
        pytest.param({"cookie": f"ocrprep_studio_{PORT}={TOKEN}é"}, id="token with more"),
        pytest.param({"host": f"evil.example:{PORT}"}, id="rebound name"),
        pytest.param({"host": "127.0.0.1"}, id="host without port"),
        pytest.param({"host": f"127.0.0.1:{PORT + 1}"}, id="other port"),
        pytest.param({"host": None}, id="no host"),
        pytest.param({"origin": "http://evil.example"}, id="other origin"),
        pytest.param({"origin": f"http://127.0.0.1:{PORT + 1}"}, id="origin of another port"),
        pytest.param({"origin": f"https://127.0.0.1:{PORT}"}, id="origin of another scheme"),
        pytest.param({"origin": "null"}, id="origin null"),
        pytest.param({"sec-fetch-site": "cross-site"}, id="another site"),
    ],
)
def test_everybody_else_is_refused(kind, changes):
    headers = {name: value for name, value in {**GOOD, **changes}.items() if value is not None}
    sent, inner = ask(headers, kind=kind)
    assert inner.calls == []
    if kind == "http":
        assert status(sent) == 403
        assert "Traceback" not in sent[1]["body"].decode()
    else:
        assert sent == [{"type": "websocket.close", "code": 1008, "reason": sent[0]["reason"]}]


@pytest.mark.parametrize("query", ["token=wrong", "token=", "", f"token=wrong&token={TOKEN}", f"other={TOKEN}"])
def test_a_wrong_link_is_refused(query):
    assert status(ask({"host": GOOD["host"]}, query=query)[0]) == 403


def test_the_link_is_only_for_the_first_page():
    for changes in ({"path": "/preview/x.png"}, {"method": "POST"}, {"kind": "websocket"}):
        sent, inner = ask({"host": GOOD["host"]}, query=f"token={TOKEN}", **changes)
        assert status(sent) in {403, "websocket.close"}
        assert inner.calls == []


@pytest.mark.parametrize("origin", [f"http://127.0.0.1:{PORT}", f"http://localhost:{PORT}"])
def test_its_own_websocket_is_let_in(origin):
    sent, _ = ask({**GOOD, "origin": origin}, kind="websocket")
    assert sent == [{"type": "websocket.accept"}]


def test_two_gigabytes_are_refused_by_their_declared_length_before_a_byte_is_read():
    sent, inner = ask({**GOOD, "content-length": "2000000000"}, method="POST", chunks=())
    assert status(sent) == 413
    assert inner.calls == []
    assert "1 MB" in sent[1]["body"].decode()


@pytest.mark.parametrize("length", ["-1", "1e3", "x", "10, 2000000000", "9" * 19])
def test_a_length_that_is_no_number_is_refused(length):
    sent, inner = ask({**GOOD, "content-length": length}, method="POST", chunks=())
    assert status(sent) == 400
    assert inner.calls == []


def test_what_is_not_declared_is_counted_while_it_comes():
    chunks = [b"x" * 65_536] * 1000
    sent, inner = ask(GOOD, method="POST", chunks=chunks)
    assert status(sent) == 413
    assert inner.taken <= 1_100_000


def test_a_lie_about_the_length_does_not_help():
    sent, inner = ask({**GOOD, "content-length": "10"}, method="POST", chunks=[b"x" * 65_536] * 1000)
    assert status(sent) == 413
    assert inner.taken <= 1_100_000


def test_an_upload_within_the_limit_arrives():
    sent, inner = ask(GOOD, method="POST", chunks=[b"x" * 100_000] * 10)
    assert status(sent) == 200
    assert inner.taken == 1_000_000


def test_a_fault_of_the_application_stays_one():
    async def broken(scope, receive, send):
        raise ZeroDivisionError

    guard = Guard(broken, port=PORT, token=TOKEN)
    raw = [(name.encode(), value.encode()) for name, value in GOOD.items()]
    with pytest.raises(ZeroDivisionError):
        asyncio.run(guard({"type": "http", "method": "GET", "path": "/", "headers": raw}, None, None))


def test_tokens_are_long_and_never_the_same():
    tokens = {Guard(Inner(), port=1).token for _ in range(20)}
    assert len(tokens) == 20
    assert min(map(len, tokens)) >= 40


@pytest.mark.parametrize(
    "inner", ["../x", "a/../../x", "/etc", "..", "C:\\x", "C:x", "\\\\host\\share", "a\\..\\..\\x", "x\0y"]
)
def test_a_path_outside_its_folder_is_refused(tmp_path, inner):
    with pytest.raises(OutputError, match="out of the studio's folder"):
        inside(tmp_path, inner)


def test_a_link_that_leads_out_is_refused(tmp_path):
    folder, outside = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    outside.mkdir()
    (folder / "link").symlink_to(outside)
    for inner in ("link", "link/deeper"):
        with pytest.raises(OutputError, match="a link there leads out"):
            inside(folder, inner)


def test_a_path_inside_its_folder_is_taken(tmp_path):
    assert inside(tmp_path, "") == tmp_path.resolve()
    assert inside(tmp_path, "a/b") == tmp_path.resolve() / "a" / "b"
