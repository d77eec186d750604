"""HTTP over sockets that only reach checked addresses and never outlast a deadline.

The address that was checked is the address that is connected to: a name that answers differently the second time (DNS
rebinding) gains nothing. The deadline holds for every single read, so that a server that drips bytes cannot hold a
page for hours.
"""

from __future__ import annotations

import socket
import ssl
import time
from typing import TYPE_CHECKING, Any

import httpcore
import httpx

from ocrprep.errors import InputError, InputLimitError
from ocrprep.inputs.addresses import checked_addresses

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ocrprep.limits import Limits


class Deadline:
    """The moment at which a download has lasted ``download_seconds``."""

    def __init__(self, uri: str, limits: Limits) -> None:
        self._uri, self._seconds = uri, limits.download_seconds
        self._end = time.monotonic() + limits.download_seconds

    def left(self) -> float:
        """Seconds that are left, more than 0.

        Raises:
            InputLimitError: none are.
        """
        left = self._end - time.monotonic()
        if left <= 0:
            raise self.passed()
        return left

    def passed(self) -> InputLimitError:
        """The error that says so."""
        return InputLimitError(
            f"not downloaded after Limits.download_seconds = {self._seconds:g}",
            source=self._uri,
            hint="raise the limit, or download the file by other means",
        )


class _Stream(httpcore.NetworkStream):
    def __init__(self, connection: socket.socket, deadline: Deadline) -> None:
        self._connection, self._deadline = connection, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        del timeout
        self._connection.settimeout(self._deadline.left())
        try:
            return self._connection.recv(max_bytes)
        except TimeoutError:
            raise self._deadline.passed() from None

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        del timeout
        self._connection.settimeout(self._deadline.left())
        try:
            self._connection.sendall(buffer)
        except TimeoutError:
            raise self._deadline.passed() from None

    def close(self) -> None:
        self._connection.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        del timeout
        self._connection.settimeout(self._deadline.left())
        try:
            secure = ssl_context.wrap_socket(self._connection, server_hostname=server_hostname)
        except TimeoutError:
            self.close()
            raise self._deadline.passed() from None
        except Exception:
            self.close()
            raise
        return _Stream(secure, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        if info == "ssl_object":
            return self._connection if isinstance(self._connection, ssl.SSLSocket) else None
        # An idle connection that seems to have something to say is not used again.
        return True if info == "is_readable" else None


class _Backend(httpcore.NetworkBackend):
    def __init__(self, uri: str, limits: Limits, deadline: Deadline) -> None:
        self._uri, self._limits, self._deadline = uri, limits, deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        del timeout, local_address, socket_options
        problem: OSError | None = None
        for address in checked_addresses(host, port, self._uri, self._limits):
            left = self._deadline.left()
            try:
                return _Stream(socket.create_connection((address, port), left), self._deadline)
            except OSError as error:
                problem = error
        self._deadline.left()
        raise InputError(
            f"{host}:{port} cannot be reached: {problem.strerror if problem else 'no answer'}", source=self._uri
        )


class _Body(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        yield from self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


class GuardedTransport(httpx.BaseTransport):
    """A transport for one download, with its redirects.

    Args:
        uri: the name of the download, for errors.
        limits: addresses and seconds; the clock starts now.
    """

    def __init__(self, uri: str, limits: Limits) -> None:
        deadline = Deadline(uri, limits)
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(trust_env=False),
            network_backend=_Backend(uri, limits, deadline),
            max_keepalive_connections=0,
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request."""
        url = request.url
        answer = self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(
            answer.status, headers=answer.headers, stream=_Body(answer), extensions=dict(answer.extensions)
        )

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()
