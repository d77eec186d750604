"""The sidecar of a document: how its pages lie on their sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ocrprep.result import SCHEMA_VERSION, json_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def transform_json(maps: Sequence[dict[str, Any]], files: Sequence[Path]) -> bytes:
    """The sidecar's bytes.

    Args:
        maps: of each page; see ``Sheet.maps``.
        files: the document, in one file or one for each page.
    """
    document = {
        "format": "ocrprep-transform",
        "version": SCHEMA_VERSION,
        "convention": (
            "x to the right, y down; (0, 0) is the outer corner of the upper left pixel. Matrices are 3x3, row by row, "
            "and map column vectors (x, y, 1); divide by the third number."
        ),
        "files": [path.name for path in files],
        "pages": list(maps),
    }
    return (json_text(document, indent=2) + "\n").encode()
