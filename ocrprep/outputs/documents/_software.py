"""What documents name as the program that wrote them."""

from __future__ import annotations

import importlib


def software() -> str:
    """Name and version."""
    # By name: the package's own face stands floors above this one.
    return f"ocrprep {importlib.import_module('ocrprep').__version__}"
