"""Downloads, from a server in this process."""

from __future__ import annotations

import gzip
import http.server
import socket
import sys
import threading
import time

import pytest
from PIL import Image

from ocrprep.errors import InputError, InputLimitError, UnsupportedFormatError
from ocrprep.inputs import InputType, OcrInput, addresses
from ocrprep.inputs.addresses import is_public
from ocrprep.limits import Limits
from ocrprep.result import PageFailure
from tests import samples_for_inputs as samples
from tests.pages import text_gray

PNG = samples.encoded(Image.fromarray(text_gray(120, 80)), "PNG")
OPEN = Limits(allow_private_addresses=True)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.seen.append((self.path, dict(self.headers)))
        getattr(self, f"get_{self.path.strip('/').split('/')[0].split('.')[0].split('?')[0]}", self.get_absent)()

    def answer(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"content-length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def get_page(self):
        self.answer(PNG, content_type="image/png")

    def get_multi(self):
        self.answer(samples.tiff(3))

    def get_scans(self):
        self.answer(samples.zipped({"a.png": PNG, "b.pdf": samples.pdf(2)}))

    def get_packed(self):
        self.answer(gzip.compress(PNG), content_encoding="gzip")

    def get_html(self):
        self.answer(b"<!doctype html><title>Sign in</title>", content_type="text/html")

    def get_none(self):
        self.answer(b"")

    def get_absent(self):
        self.answer(b"nothing here", 404)

    def get_moved(self):
        self.answer(b"", 302, location="/page.png")

    def get_hops(self):
        left = int(self.path.rsplit("/", 1)[-1])
        self.answer(b"", 302, location=f"/hops/{left - 1}" if left else "/page.png")

    def get_loop(self):
        self.answer(b"", 301, location="/loop")

    def get_away(self):
        self.answer(b"", 302, location="file:///etc/passwd")

    def get_inside(self):
        self.answer(b"", 302, location="http://169.254.169.254/latest/meta-data")

    def get_large(self):
        self.answer(bytes(100_000))

    def get_endless(self):
        self.send_response(200)
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        try:
            for _ in range(10_000):
                self.wfile.write(b"2000\r\n" + bytes(0x2000) + b"\r\n")
        except OSError:
            self.close_connection = True

    def get_cut(self):
        self.answer(PNG[:50], content_length=str(len(PNG)))
        self.close_connection = True

    def get_slow(self):
        self.server.leave.wait(20)
        self.close_connection = True

    def get_drip(self):
        """One byte of the head now and then: no single read is ever slow."""
        try:
            for byte in b"HTTP/1.1 200 OK\r\nx-" + b"y" * 400:
                self.wfile.write(bytes([byte]))
                if self.server.leave.wait(0.05):
                    break
        except OSError:
            pass
        self.close_connection = True

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def running():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.seen = []
    server.leave = threading.Event()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.leave.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def server(running):
    running.seen.clear()
    return running


@pytest.fixture
def site(server):
    return f"http://127.0.0.1:{server.server_address[1]}"


def failure(url: str, limits: Limits = OPEN) -> InputError:
    (one,) = OcrInput(InputType.URL, limits=limits, on_error="collect").add(url)
    assert isinstance(one, PageFailure), one
    assert one.source.uri == url
    return one.error


def test_what_comes_may_be_of_any_kind(site):
    batch = OcrInput(InputType.URL, limits=OPEN)
    batch.add(f"{site}/page.png?size=3").add(f"{site}/multi.tif").add(f"{site}/scans.zip").add(f"{site}/packed.png")
    assert len(batch) == 1 + 3 + 3 + 1
    pages = list(batch)
    assert pages[0].source.uri == f"{site}/page.png?size=3"
    assert pages[0].source.stem == "page"
    assert pages[4].source.uri == f"{site}/scans.zip!a.png"
    assert pages[-1].source.sha256 == pages[0].source.sha256
    assert len(OcrInput(InputType.AUTO, limits=OPEN).add(f"{site}/page.png")) == 1


def test_an_address_is_fetched_when_it_is_needed_and_once(server, site):
    batch = OcrInput(InputType.URL, limits=OPEN).add(f"{site}/multi.tif")
    assert server.seen == []
    assert len(batch) == len(list(batch)) == 3
    assert len(server.seen) == 1


def test_a_range_of_the_pages_of_a_download(site):
    batch = OcrInput(limits=OPEN, on_error="collect")
    batch.add(f"{site}/multi.tif", 1, 1).add(f"{site}/multi.tif", 2, 2).add(f"{site}/absent.tif", 2, 2)
    pages = list(batch)
    assert samples.number_of(pages[0].pixels) == 1
    assert samples.number_of(pages[1].pixels) == 2
    assert "are 3 pages" in pages[2].message
    assert "404" in pages[3].message
    assert len(pages) == 4


def test_redirects_are_followed_and_counted(site):
    assert len(OcrInput(limits=OPEN).add(f"{site}/moved")) == 1
    assert len(OcrInput(limits=OPEN).add(f"{site}/hops/4")) == 1
    error = failure(f"{site}/hops/5")
    assert isinstance(error, InputLimitError)
    assert "max_redirects = 5" in str(error)
    assert "max_redirects" in str(failure(f"{site}/loop"))
    assert isinstance(failure(f"{site}/away"), UnsupportedFormatError)


def test_answers_that_are_no_pages(site):
    assert "404 Not Found" in str(failure(f"{site}/absent.png"))
    assert isinstance(failure(f"{site}/html"), UnsupportedFormatError)
    assert "empty" in str(failure(f"{site}/none"))
    assert "cannot be downloaded" in str(failure(f"{site}/cut"))


def test_too_many_bytes_declared_or_not(site):
    for path in ("large", "endless"):
        error = failure(f"{site}/{path}", Limits(allow_private_addresses=True, max_download_bytes=50_000))
        assert isinstance(error, InputLimitError)
        assert "max_download_bytes" in str(error)


@pytest.mark.parametrize("path", ["slow", "drip"])
def test_a_server_that_takes_its_time(site, path):
    started = time.perf_counter()
    error = failure(f"{site}/{path}", Limits(allow_private_addresses=True, download_seconds=0.3))
    assert time.perf_counter() - started < 3
    assert isinstance(error, InputLimitError)
    assert "download_seconds" in str(error)


def test_a_port_where_nobody_listens():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert "cannot be reached" in str(failure(f"http://127.0.0.1:{port}/page.png"))


def test_a_server_that_does_not_speak_http():
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def talk():
            connection, _ = listener.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(b"220 hello, this is mail\r\n")

        thread = threading.Thread(target=talk)
        thread.start()
        error = failure(f"http://127.0.0.1:{listener.getsockname()[1]}/x")
        thread.join()
    assert "cannot be downloaded" in str(error)


def test_a_server_without_tls(site):
    assert "cannot be downloaded" in str(failure(site.replace("http:", "https:") + "/page.png"))


# Addresses


def test_private_addresses_are_refused_before_anything_is_sent(server, site):
    with pytest.raises(InputLimitError, match="allow_private_addresses"):
        OcrInput(InputType.URL).add(f"{site}/page.png")
    port = server.server_address[1]
    for host in ("localhost", "2130706433", "0x7f.1", "127.1"):
        error = failure(f"http://{host}:{port}/page.png", Limits())
        assert isinstance(error, InputLimitError), error
        assert "private address" in str(error)
    assert server.seen == []


def test_a_redirect_to_a_private_address_is_refused(site, monkeypatch):
    # The server itself counts as public here; what it points to does not.
    monkeypatch.setattr(addresses, "is_public", lambda text: text == "127.0.0.1")
    error = failure(f"{site}/inside", Limits())
    assert isinstance(error, InputLimitError)
    assert "169.254.169.254 is a private address" in str(error)


def test_the_address_that_was_checked_is_the_one_that_is_connected_to(server, monkeypatch):
    """A name that answers with a public address first and a private one afterwards is looked up once."""
    answers = []
    original = socket.getaddrinfo

    def lookup(host, *args, **kwargs):
        if host != "rebinding.example":
            return original(host, *args, **kwargs)
        answers.append(host)
        return original("127.0.0.1", *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    port = server.server_address[1]
    url = f"http://rebinding.example:{port}/page.png"
    assert "rebinding.example (127.0.0.1) is a private address" in str(failure(url, Limits()))
    answers.clear()
    batch = OcrInput(InputType.URL, limits=OPEN).add(url)
    assert len(list(batch)) == 1
    assert answers == ["rebinding.example"]
    assert server.seen[0][1]["Host"] == f"rebinding.example:{port}"


def test_a_host_that_cannot_be_found(monkeypatch):
    def lookup(*_, **__):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    assert "cannot be found" in str(failure("http://absent.example/page.png"))


@pytest.mark.parametrize(
    ("text", "public"),
    [
        ("8.8.8.8", True), ("127.0.0.1", False), ("10.1.2.3", False), ("172.16.0.1", False), ("192.168.1.1", False),
        ("169.254.169.254", False), ("100.64.0.1", False), ("0.0.0.0", False), ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("240.0.0.1", False), ("2001:4860:4860::8888", True), ("::1", False), ("::", False), ("fe80::1%eth0", False),
        ("fc00::1", False), ("ff02::1", False), ("::ffff:127.0.0.1", False), ("::ffff:8.8.8.8", True),
        ("64:ff9b::7f00:1", False), ("64:ff9b::808:808", True), ("2002:7f00:1::", False), ("2002:a00:1::", False),
    ],
)  # fmt: skip
def test_which_addresses_are_public(text, public):
    assert is_public(text) is public


@pytest.mark.parametrize(
    "url",
    ["ftp://example.org/a.png", "file:///etc/passwd", "http://", "http://[::1", "javascript:alert(1)", "page.png", ""],
)
def test_what_is_no_web_address(url):
    with pytest.raises(InputError):
        OcrInput(InputType.URL).add(url)


@pytest.mark.parametrize(
    "url", ["http://host:99999/", "http://exa mple.org/", "http://\x00/", "http://a..b/", "http://" + "a" * 300]
)
def test_addresses_that_only_look_like_some(url):
    one = OcrInput(InputType.URL, on_error="collect", limits=OPEN).add(url)[0]
    assert isinstance(one.error, InputError)


def test_a_user_and_a_password_are_sent_and_not_shown(server, site):
    batch = OcrInput(limits=OPEN).add(site.replace("http://", "http://me:secret@") + "/page.png")
    assert batch[0].source.uri == f"{site}/page.png"
    assert server.seen[0][1]["Authorization"].startswith("Basic ")


def test_without_httpx_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "httpx", None)
    with pytest.raises(UnsupportedFormatError, match=r"ocrprep\[url\]"):
        OcrInput(InputType.URL).add("https://example.org/page.png")
