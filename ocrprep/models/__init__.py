"""Learned models: the files that are shipped, their manifests, what they are shown and how they run.

A model is an ``.onnx`` file and a ``.json`` of the same name beside it. Nothing is ever downloaded. Networks run in
ONNX Runtime where it is installed, else in OpenCV (``backends.py``), on one part of the page at a time
(``inference.py``).
"""

from __future__ import annotations

import functools
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from ocrprep.errors import ModelError, ModelIntegrityError, ModelNotFoundError
from ocrprep.models.manifest import Manifest

__all__ = ["Manifest", "Model", "find_model", "shipped"]

SHIPPED = Path(__file__).parent
"""Where the models of this package lie."""


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """A model that was found and whose bytes are those of its manifest.

    Args:
        manifest: what is known of it.
        content: the ``.onnx`` file.
        path: of that file.
    """

    manifest: Manifest
    content: bytes
    path: Path


def shipped() -> list[str]:
    """The names of the models in this package, alphabetically."""
    return sorted(path.stem for path in SHIPPED.glob("*.json"))


def find_model(name: str | os.PathLike[str] = "default") -> Model:
    """A model, checked.

    Args:
        name: of a shipped model; or the path of an ``.onnx`` file with its manifest beside it.

    Raises:
        ModelNotFoundError: no such model, or no manifest beside the file.
        ModelIntegrityError: the file is not the one that its manifest describes.
        ModelError: the manifest cannot be read.
    """
    path = _path(os.fspath(name))
    try:
        signs = [(file.stat().st_mtime_ns, file.stat().st_size) for file in (path, path.with_suffix(".json"))]
    except OSError as error:
        raise ModelNotFoundError(
            f"{path}: the model or its manifest is missing: {error.strerror or error}",
            hint=f"a model is an .onnx file and a .json of the same name beside it; shipped are {_names()}",
        ) from error
    return _read(path, *signs)


def _path(name: str) -> Path:
    if name.lower().endswith(".onnx") or os.sep in name or "/" in name:
        return Path(name).expanduser().with_suffix(".onnx").absolute()
    if name not in shipped():
        raise ModelNotFoundError(
            f"no model is called {name!r}", hint=f"shipped are {_names()}; or give the path of an .onnx file"
        )
    return SHIPPED / f"{name}.onnx"


def _names() -> str:
    return ", ".join(shipped()) or "none"


@functools.lru_cache(maxsize=8)
def _read(path: Path, *signs: tuple[int, int]) -> Model:
    # The files' times and sizes are arguments so that a file that changes is read, and checked, again.
    del signs
    beside = path.with_suffix(".json")
    try:
        manifest = Manifest.model_validate_json(beside.read_bytes())
        content = path.read_bytes()
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, item['loc'])) or 'file'}: {item['msg']}" for item in error.errors())
        raise ModelError(f"{beside}: {faults}", hint="export the model again") from error
    except OSError as error:
        raise ModelError(f"{error.filename}: {error.strerror}", hint="make the file readable") from error
    found = hashlib.sha256(content).hexdigest()
    if found != manifest.sha256:
        ours = path.parent == SHIPPED
        advice = "install ocrprep again" if ours else "copy or export the model and its manifest again"
        raise ModelIntegrityError(
            f"{path}: the file is not the one that {beside.name} describes: its sha256 is {found[:12]}…, "
            f"expected {manifest.sha256[:12]}…",
            hint=advice,
        )
    return Model(manifest, content, path)
