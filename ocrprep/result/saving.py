"""The calls from a result up to what writes it: loaded by name, as writers stand on a higher floor."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable
    from pathlib import Path
    from typing import BinaryIO

_WRITERS = "ocrprep.outputs.documents"
_REPORT = "ocrprep.report"


def save_items(
    items: Iterable[object],
    target: str | os.PathLike[str] | BinaryIO,
    format: object = None,  # noqa: A002 - what everyone calls it
    **options: Any,
) -> list[Path]:
    """Hand results to ``outputs.documents.save_document``; see there."""
    saved: list[Path] = importlib.import_module(_WRITERS).save_document(items, target, format, **options)
    return saved


def report_items(items: object, path: str | os.PathLike[str], **options: Any) -> list[Path]:
    """Hand an ``OcrOutput`` to ``report.save_report``; see there."""
    saved: list[Path] = importlib.import_module(_REPORT).save_report(items, path, **options)
    return saved
