"""Downloads of images and documents of any kind over HTTP and HTTPS."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from ocrprep.errors import InputError, InputLimitError, UnsupportedFormatError
from ocrprep.inputs.addresses import check_literal
from ocrprep.inputs.blobs import Blob, stored
from ocrprep.inputs.items import Item, failed, opened

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from ocrprep.inputs.options import PageRange
    from ocrprep.limits import Limits
    from ocrprep.page import PageRef

_HEADERS = {"accept": "*/*", "accept-encoding": "identity", "user-agent": "ocrprep"}


class Download(Item):
    """A web address, fetched when its pages are first asked for, and once only.

    Proxies of the environment are not used, as the addresses behind them could not be checked. A user name and a
    password in the address are sent and then left out of the page's name.

    Args:
        url: http or https.
        limits: bytes, seconds, redirects, addresses.
        open_content: makes an item of what came.

    Raises:
        UnsupportedFormatError: another scheme, or httpx is not installed.
        InputError: not an address.
        InputLimitError: a private address.
    """

    def __init__(self, url: str, limits: Limits, open_content: Callable[[Blob], Item]) -> None:
        self.uri = without_user(url)
        _check_scheme(url, self.uri)
        check_literal(urlsplit(url).hostname or "", self.uri, limits)
        _library(self.uri)
        self._url, self._limits, self._open_content = url, limits, open_content
        self._item: Item | None = None
        self._lock = threading.Lock()

    def prepare(self, pages: PageRange) -> None:
        """Nothing: what is there is only known after the download."""

    def refs(self) -> Generator[PageRef, None, None]:
        """The pages of what came."""
        try:
            item = self._fetched()
        except InputError as error:
            yield failed(self.uri, error)
            return
        yield from item.refs()

    def _fetched(self) -> Item:
        with self._lock:
            if self._item is None:
                blob = download(self._url, self.uri, self._limits)
                self._item = opened(self.uri, lambda: self._open_content(blob))
            return self._item


def download(url: str, uri: str, limits: Limits) -> Blob:
    """Fetch an address, following redirects, each of which is checked like the first.

    Args:
        url: http or https.
        uri: its name, without secrets.
        limits: bytes, seconds, redirects, addresses.

    Raises:
        InputError: it cannot be reached, or the answer is an error.
        InputLimitError: naming the limit.
    """
    httpx = _library(uri)
    from ocrprep.inputs.guarded_http import GuardedTransport  # noqa: PLC0415 - imports httpx

    try:
        with httpx.Client(
            transport=GuardedTransport(uri, limits), follow_redirects=False, trust_env=False, timeout=None
        ) as client:
            for _ in range(limits.max_redirects + 1):
                with client.stream("GET", url, headers=_HEADERS) as response:
                    if not response.has_redirect_location:
                        _check_answer(response, uri, limits)
                        return stored(_blocks(response, uri, limits), uri)
                    url = str(response.url.join(response.headers["location"]))
                _check_scheme(url, uri)
                check_literal(urlsplit(url).hostname or "", uri, limits)
    except InputError:
        raise
    except Exception as error:
        reason = str(error).strip() or type(error).__name__
        raise InputError(f"cannot be downloaded: {reason}", source=uri) from error
    raise InputLimitError(f"more redirects than Limits.max_redirects = {limits.max_redirects}", source=uri)


def _check_answer(response: Any, uri: str, limits: Limits) -> None:
    if not response.is_success:
        raise InputError(
            f"the server answered {response.status_code} {response.reason_phrase}".strip(),
            source=uri,
            hint="open the address in a browser to see what is wrong",
        )
    declared = response.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limits.max_download_bytes:
        raise _too_long(int(declared), uri, limits)


def _blocks(response: Any, uri: str, limits: Limits) -> Iterator[bytes]:
    total = 0
    for block in response.iter_bytes():
        total += len(block)
        if total > limits.max_download_bytes:
            raise _too_long(total, uri, limits)
        yield block


def _too_long(size: int, uri: str, limits: Limits) -> InputLimitError:
    return InputLimitError(
        f"{size} bytes or more, Limits.max_download_bytes = {limits.max_download_bytes}",
        source=uri,
        hint="raise the limit if the file really is as large",
    )


def _check_scheme(url: str, uri: str) -> None:
    try:
        parts = urlsplit(url)
        host, scheme = parts.hostname, parts.scheme.lower()
    except ValueError as error:
        raise InputError(f"not an address: {error}", source=uri) from error
    if scheme not in {"http", "https"}:
        raise UnsupportedFormatError(
            f"an address must begin with http:// or https://, not with {scheme or 'nothing'}",
            source=uri,
            hint="give the path itself for a file on this machine",
        )
    if not host:
        raise InputError("an address without a host", source=uri)


def without_user(url: str) -> str:
    """An address as it may be shown: without the user's name and password."""
    try:
        parts = urlsplit(url)
        return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    except ValueError:
        return url


def _library(uri: str) -> Any:
    try:
        import httpx  # noqa: PLC0415 - loaded by the first address
    except ImportError as error:
        raise UnsupportedFormatError(
            "downloads need httpx, which is not installed", source=uri, hint='pip install "ocrprep[url]"'
        ) from error
    return httpx
