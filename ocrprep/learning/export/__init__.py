"""From a checkpoint to a model: an ONNX file and its manifest."""

from __future__ import annotations

import hashlib
import importlib.metadata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
from torch import nn

import ocrprep
from ocrprep.errors import ModelError
from ocrprep.learning.architectures import ARCHITECTURES, Architecture
from ocrprep.learning.data import MadePages
from ocrprep.learning.example import Example
from ocrprep.learning.export.network import to_onnx
from ocrprep.learning.export.runtimes import f_measure, runtimes
from ocrprep.learning.export.shrink import eight_bits, half_precision
from ocrprep.learning.importing import import_ocrobin
from ocrprep.learning.networks import build, load_tensors, lstm2, parameter_count
from ocrprep.learning.training.state import read_checkpoint
from ocrprep.learning.training.validation import padded_inputs, validation_pages
from ocrprep.models import Manifest
from ocrprep.models.normalization import Inputs
from ocrprep.outputs.files import made, write_whole

Storage: TypeAlias = Literal["fp32", "fp16", "int8"]

_CALIBRATION = 16
_VERSIONS = ("torch", "onnx", "onnxruntime", "opencv-python", "numpy")


@dataclass(frozen=True, slots=True)
class Exported:
    """A model that was written.

    Args:
        file: the ``.onnx``; its manifest has the same name and ends in ``.json``.
        manifest: what that says.
        f_measure: on the synthetic pages.
        whole: of the same network in 32 bits.
        runtimes: that can run it.
    """

    file: Path
    manifest: Manifest
    f_measure: float
    whole: float
    runtimes: tuple[str, ...]


def export_checkpoint(
    checkpoint: Path, target: Path, *, storage: Storage = "fp32", pages: int = 16, licence: str = "Apache-2.0"
) -> Exported:
    """Write the averaged weights of a checkpoint as a model.

    Args:
        checkpoint: ``best.pt`` or ``last.pt`` of a training.
        target: ends in ``.onnx``.
        storage: fp32; fp16 halves the file; int8 quarters it and calculates in whole numbers.
        pages: made pages, none of them from the training, that the file is compared and calibrated on.
        licence: SPDX identifier of the weights' licence.

    Raises:
        ModelError: see :func:`export_network` and :func:`~ocrprep.learning.training.state.read_checkpoint`.
        OutputError: the target cannot be written.
    """
    state = read_checkpoint(checkpoint)
    network = build(state.config.architecture)
    network.load_state_dict(state.average)
    recipe = {**state.config.model_dump(mode="json"), "trained_steps": state.step}
    scores = {} if state.best is None else {"synthetic validation": {"f_measure": round(state.best.f_measure, 2)}}
    size = state.config.page_size
    seed = state.config.page_seed + 2
    return export_network(
        network,
        ARCHITECTURES[state.config.architecture],
        target,
        storage=storage,
        pages=validation_pages(MadePages(seed, pages, (size, size))),
        recipe=recipe,
        scores=scores,
        made_with={f"trained {name}": value for name, value in state.told.items()},
        licence=licence,
    )


def export_network(
    network: nn.Module,
    architecture: Architecture,
    target: Path,
    *,
    pages: Sequence[Example],
    storage: Storage = "fp32",
    recipe: dict[str, Any] | None = None,
    scores: dict[str, Any] | None = None,
    made_with: dict[str, str] | None = None,
    licence: str = "",
) -> Exported:
    """Write a network as a model: an ONNX file, and its manifest beside it.

    Args:
        network: of that architecture.
        architecture: one of :data:`~ocrprep.learning.architectures.ARCHITECTURES`.
        target: ends in ``.onnx``; folders are made.
        pages: that the file is compared and calibrated on, each with ink.
        storage: see :func:`export_checkpoint`.
        recipe: for the manifest, as are the rest.
        scores: likewise.
        made_with: likewise; versions of this machine's packages are added.
        licence: likewise.

    Raises:
        ModelError: a package is missing, the target does not end in ``.onnx``, or no runtime here can run the file.
        OutputError: the target cannot be written.
    """
    if target.suffix != ".onnx":
        raise ModelError(f"{target.name}: a model's file ends in .onnx")
    inputs = [padded_inputs(page.image, architecture) for page in pages]
    whole = to_onnx(network, architecture)
    content = whole
    if storage == "fp16":
        content = half_precision(whole)
    elif storage == "int8":
        content = eight_bits(whole, inputs[:_CALIBRATION])
    draft = _draft(network, architecture, target, content)
    fine = runtimes(content, draft, _of_two_sizes(inputs, architecture))
    if not fine:
        raise ModelError("no runtime here can run the exported model", hint='pip install "ocrprep[onnx]"')
    score = before = f_measure(content, draft, pages, fine[0])
    if content is not whole:
        before = f_measure(whole, _draft(network, architecture, target, whole), pages, fine[0])
    manifest = draft.model_copy(
        update={
            "recipe": {**(recipe or {}), "storage": storage, "runtimes": fine},
            "scores": {**(scores or {}), "synthetic pages": {"f_measure": round(score, 2), "fp32": round(before, 2)}},
            "made_with": {**(made_with or {}), "ocrprep": ocrprep.__version__, **_versions()},
            "licence": licence,
        }
    )
    made(target.parent)
    write_whole(target, content)
    write_whole(target.with_suffix(".json"), manifest.to_bytes())
    return Exported(target, manifest, score, before, tuple(fine))


def export_ocrobin(file: Path, target: Path, *, pages: int = 2, licence: str = "") -> Exported:
    """Write the weights that ``ocrobin-train`` saved as a model.

    Args:
        file: a whole PyTorch model or a state dict in the format of PyTorch 0.3; read as data, never run.
        target: ends in ``.onnx``.
        pages: made pages that the model is tried on.
        licence: SPDX identifier of the weights' licence.

    Raises:
        ModelError: not such a file, or see :func:`export_network`.
        OutputError: the target cannot be written.
    """
    tensors = import_ocrobin(file)
    # Wider networks than the published one are ocrobin's as well.
    inside, states = tensors["0.weight"].shape[0], tensors["3.hlstm.lstm.weight_hh_l0"].shape[1]
    network = lstm2(1, 1, inside=inside, states=states)
    load_tensors(network, tensors)
    return export_network(
        network,
        ARCHITECTURES["lstm2"],
        target,
        pages=validation_pages(MadePages(0, pages, (320, 320))),
        recipe={"imported": file.name, "sha256": hashlib.sha256(file.read_bytes()).hexdigest()},
        licence=licence,
    )


def _draft(network: nn.Module, architecture: Architecture, target: Path, content: bytes) -> Manifest:
    """The part of the manifest that running the file needs."""
    return Manifest(
        name=target.stem,
        file=target.name,
        sha256=hashlib.sha256(content).hexdigest(),
        architecture=architecture.name,
        parameters=parameter_count(network),
        normalization=architecture.normalization,
        channels=architecture.channels,
        multiple=architecture.multiple,
        halo=architecture.halo,
        tile=architecture.tile,
        outputs=architecture.outputs,
    )


def _of_two_sizes(inputs: Sequence[Inputs], architecture: Architecture) -> list[Inputs]:
    """The first page, and a part of it: a graph that fits one size alone is found out."""
    step = 2 * architecture.multiple
    return [inputs[0], np.ascontiguousarray(inputs[0][:, :, :step, : 2 * step])]


def _versions() -> dict[str, str]:
    installed = {item.name: item.version for item in importlib.metadata.distributions()}
    return {name: installed[name] for name in _VERSIONS if name in installed}
