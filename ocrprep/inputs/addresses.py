"""Which network addresses a download may reach."""

from __future__ import annotations

import ipaddress
import socket
from typing import TYPE_CHECKING

from ocrprep.errors import InputError, InputLimitError

if TYPE_CHECKING:
    from ocrprep.limits import Limits

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def is_public(text: str) -> bool:
    """Whether an IP address belongs to the open internet.

    Private, loopback, link-local, shared, reserved and multicast addresses do not.

    IPv6 addresses that carry an IPv4 address (mapped, 6to4, Teredo, NAT64) are judged by that one as well.
    """
    address = ipaddress.ip_address(text.split("%", maxsplit=1)[0])
    if isinstance(address, ipaddress.IPv4Address):
        return _is_global(address)
    if address.ipv4_mapped is not None:
        return _is_global(address.ipv4_mapped)
    if address in _NAT64:
        return _is_global(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    carried = [address.sixtofour, *(address.teredo or ())]
    return _is_global(address) and all(_is_global(inner) for inner in carried if inner is not None)


def _is_global(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def check_literal(host: str, uri: str, limits: Limits) -> None:
    """Refuse a host that is written as a private IP address; names are checked when they are looked up."""
    try:
        public = is_public(host.strip("[]"))
    except ValueError:
        return
    if not (public or limits.allow_private_addresses):
        raise _refusal(host, uri)


def checked_addresses(host: str, port: int, uri: str, limits: Limits) -> list[str]:
    """The IP addresses of a host, all of which may be reached.

    Raises:
        InputError: the name cannot be looked up.
        InputLimitError: one of them is private.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"the host {host!r} cannot be found: {reason}", source=uri) from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    for address in addresses:
        if not (limits.allow_private_addresses or is_public(address)):
            raise _refusal(host if host == address else f"{host} ({address})", uri)
    return addresses


def _refusal(place: str, uri: str) -> InputLimitError:
    return InputLimitError(
        f"{place} is a private address",
        source=uri,
        hint="allow it with limits=Limits(allow_private_addresses=True) if you trust the address",
    )
