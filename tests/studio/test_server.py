"""The studio as it is started: who is let in, what may be sent, how it ends."""

from __future__ import annotations

import socket
import sys
from contextlib import ExitStack

import httpx
import pytest
from typer.testing import CliRunner

from ocrprep.cli.app import app
from tests.studio.serving import SAMPLES, started


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    with started(tmp_path_factory.mktemp("studio"), SAMPLES / "clean.png", "--max-upload", 1) as running:
        yield running


def get(studio, path="/", *, cookie=True, **headers):
    cookies = studio.cookie if cookie else None
    with httpx.Client(cookies=cookies) as client:
        return client.get(studio.base + path, headers={name.replace("_", "-"): text for name, text in headers.items()})


def test_it_listens_on_this_machine_only(studio):
    name = socket.gethostbyname(socket.gethostname())
    if name.startswith("127."):
        name = "127.0.0.2"
    port = int(studio.host.rsplit(":", 1)[1])
    with socket.socket() as asked:
        asked.settimeout(2)
        assert asked.connect_ex((name, port)) != 0


def test_the_link_opens_it(studio):
    with httpx.Client() as client:
        entered = client.get(studio.link)
        assert entered.status_code == 200
        assert "HttpOnly" in entered.headers["set-cookie"]
        assert "SameSite=Strict" in entered.headers["set-cookie"]
        page = client.get(studio.base + "/")
    assert page.status_code == 200
    assert "ocrprep studio" in page.text
    assert studio.token not in page.text


def test_without_the_token_nothing_is_given(studio):
    for path in ("/", "/preview/x.png", "/studio/studio.css", "/_nicegui_ws/socket.io/?EIO=4&transport=polling"):
        assert get(studio, path, cookie=False).status_code == 403
        assert get(studio, path + ("&" if "?" in path else "?") + "token=wrong", cookie=False).status_code == 403


def test_other_origins_and_hosts_are_refused(studio):
    for path in ("/", "/_nicegui_ws/socket.io/?EIO=4&transport=polling"):
        assert get(studio, path, Origin="http://evil.example").status_code == 403
        assert get(studio, path, Host="evil.example").status_code == 403
        assert get(studio, path, Sec_Fetch_Site="cross-site").status_code == 403


def socket_address(studio):
    return f"ws://{studio.host}/_nicegui_ws/socket.io/?EIO=4&transport=websocket"


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1"])
def test_a_websocket_of_another_origin_is_refused(studio, origin):
    client = pytest.importorskip("websockets.sync.client")
    from websockets.exceptions import InvalidStatus

    cookie = "; ".join(f"{name}={value}" for name, value in studio.cookie.items())
    with (
        pytest.raises(InvalidStatus),
        client.connect(socket_address(studio), origin=origin, additional_headers={"Cookie": cookie}),
    ):
        pass


def test_a_websocket_needs_the_token_too(studio):
    client = pytest.importorskip("websockets.sync.client")
    from websockets.exceptions import InvalidStatus

    with pytest.raises(InvalidStatus), client.connect(socket_address(studio), origin=studio.base):
        pass
    cookie = "; ".join(f"{name}={value}" for name, value in studio.cookie.items())
    with client.connect(socket_address(studio), origin=studio.base, additional_headers={"Cookie": cookie}) as opened:
        assert opened.recv().startswith("0{")


def test_it_ends_while_a_page_is_open(tmp_path):
    client = pytest.importorskip("websockets.sync.client")
    with ExitStack() as later, started(tmp_path) as running:
        cookie = "; ".join(f"{name}={value}" for name, value in running.cookie.items())
        opened = later.enter_context(
            client.connect(socket_address(running), origin=running.base, additional_headers={"Cookie": cookie})
        )
        assert opened.recv().startswith("0{")


def raw_post(studio, headers, body=b"", pieces=0):
    cookie = "; ".join(f"{name}={value}" for name, value in studio.cookie.items())
    lines = ["POST /_nicegui/client/x/upload/1 HTTP/1.1", f"Host: {studio.host}", f"Cookie: {cookie}", *headers]
    host, port = studio.host.split(":")
    with socket.create_connection((host, int(port)), timeout=20) as line:
        line.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        try:
            for _ in range(pieces):
                line.sendall(body)
        except OSError:
            pass  # refused while it was being sent, which is what is wanted
        return line.recv(4096).decode()


def test_an_upload_of_two_gigabytes_is_refused_before_it_is_sent(studio):
    answer = raw_post(studio, ["Content-Length: 2000000000", "Content-Type: multipart/form-data; boundary=x"])
    assert answer.startswith("HTTP/1.1 413")
    assert "Traceback" not in answer


def test_an_upload_without_a_length_is_cut_off_while_it_comes(studio):
    piece = b"10000\r\n" + b"x" * 65_536 + b"\r\n"
    header = ["Transfer-Encoding: chunked", "Content-Type: multipart/form-data; boundary=x"]
    answer = raw_post(studio, header, piece, pieces=40)
    assert answer.startswith(("HTTP/1.1 413", "HTTP/1.1 404"))
    assert "Traceback" not in answer


def test_files_of_the_machine_are_not_served(studio):
    for path in (
        "/preview/..%2f..%2f..%2fetc%2fpasswd",
        "/full/..%2fx.png",
        "/studio/../app.py",
        "/studio/%2e%2e/app.py",
    ):
        answer = get(studio, path)
        assert answer.status_code == 404
        assert "Traceback" not in answer.text
        assert "root:" not in answer.text
    assert get(studio, "/studio/studio.css").status_code == 200
    assert get(studio, "/docs").status_code == 404
    assert get(studio, "/openapi.json").status_code == 404


def test_a_port_that_is_taken_is_told(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = CliRunner().invoke(app, ["studio", "--no-open", "--port", str(taken.getsockname()[1])])
    assert done.exit_code == 1
    assert "--port" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_that_is_missing_is_told():
    done = CliRunner().invoke(app, ["studio", "--no-open", "missing.png"])
    assert done.exit_code == 3
    assert "missing.png" in done.stderr


def test_without_nicegui_it_is_told_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "nicegui", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda *_: None)
    done = CliRunner().invoke(app, ["studio", "--no-open"])
    assert done.exit_code == 1
    assert 'pip install "ocrprep[studio]"' in done.stderr
