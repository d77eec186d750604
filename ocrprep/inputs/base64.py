"""Base64 text (RFC 4648, also its URL alphabet) and data URIs (RFC 2397)."""

from __future__ import annotations

import base64
import binascii
import re

from ocrprep.decode.kinds import HEAD_BYTES, sniff
from ocrprep.errors import DecodeError

_ALPHABET = re.compile(r"[A-Za-z0-9+/_=\s-]+")
_SHORTEST = 32


def decode_base64(text: str, uri: str) -> bytes:
    """The bytes that a text stands for.

    Args:
        text: Base64, with or without line breaks and padding, or ``data:image/png;base64,…``.
        uri: its name, for errors.

    Raises:
        DecodeError: it is neither.
    """
    text = text.strip()
    if text[:5].lower() == "data:":
        head, comma, text = text.partition(",")
        if not comma or not head.lower().endswith(";base64"):
            raise DecodeError(
                "a data URI that is not in Base64", source=uri, hint="it should begin with data:image/png;base64,"
            )
    text = "".join(text.split()).replace("-", "+").replace("_", "/").rstrip("=")
    if not text:
        raise DecodeError("the text is empty", source=uri)
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise DecodeError(f"not Base64: {error}", source=uri, hint="it was perhaps cut, or is a file name") from error


def looks_like_base64(text: str) -> bool:
    """Whether a text is a data URI, or Base64 of something that a door opens."""
    if text[:5].lower() == "data:":
        return True
    start = "".join(text[: 2 * HEAD_BYTES].split())
    if len(start) < _SHORTEST or not _ALPHABET.fullmatch(start):
        return False
    try:
        return sniff(decode_base64(start[: len(start) // 4 * 4], "")) is not None
    except DecodeError:
        return False
