"""What XML and HTML cannot hold."""

from __future__ import annotations

import re

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def xml_text(text: str) -> str:
    """The text with a replacement character for each that XML 1.0 has no place for: controls and lone surrogates."""
    return _FORBIDDEN.sub(_REPLACEMENT, text)
