"""Libraries that only some formats need, loaded when they are."""

from __future__ import annotations

import importlib
from typing import Any

from ocrprep.errors import OutputError


def library(name: str) -> Any:
    """A module of the extra ``documents``.

    Raises:
        OutputError: its package is not installed.
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        package = name.partition(".")[0]
        raise OutputError(
            f"a document of this format needs the package {package}", hint='pip install "ocrprep[documents]"'
        ) from error
