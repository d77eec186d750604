"""An exported model run on whole pages, to see which runtimes can, and how well it still does."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import get_args

import numpy as np

from ocrprep.errors import ModelError
from ocrprep.learning.example import Example
from ocrprep.models import Manifest, Model
from ocrprep.models.backends import BackendName, Maps, has_onnxruntime, opened
from ocrprep.models.inference import learned
from ocrprep.models.normalization import Inputs

_CLOSE = 0.002
"""Mean difference of two runtimes' probabilities that is taken for rounding."""


def runtimes(content: bytes, manifest: Manifest, inputs: Sequence[Inputs]) -> list[BackendName]:
    """The runtimes that are here and answer all inputs, of whatever sizes, alike; the first of them is believed.

    OpenCV reads some graphs without complaint and answers in another shape.

    Args:
        content: the ONNX file.
        manifest: of that file.
        inputs: [1, C, H, W] each.
    """
    answers: list[Maps] = []
    fine: list[BackendName] = []
    for name in get_args(BackendName):
        if name == "onnxruntime" and not has_onnxruntime():
            continue
        made = _answers(Model(manifest, content, Path(manifest.file)), name, inputs)
        answers = answers or made
        if made and all(_alike(*two) for two in zip(answers, made, strict=True)):
            fine.append(name)
    return fine


def _answers(model: Model, name: BackendName, inputs: Sequence[Inputs]) -> list[Maps]:
    try:
        network = opened(model, name)
        return [network.run(page) for page in inputs]
    except ModelError:
        return []


def _alike(first: Maps, second: Maps) -> bool:
    return first.shape == second.shape and float(np.abs(first - second).mean()) < _CLOSE


def f_measure(content: bytes, manifest: Manifest, pages: Sequence[Example], backend: BackendName) -> float:
    """Mean over pages with ink, 0–100, of the masks that a user of the model would get."""
    model = Model(manifest, content, Path(manifest.file))
    found = []
    for page in pages:
        guess = learned(page.image, model, backend=backend)[0] == 0
        real = page.mask == 0
        found.append(200.0 * np.count_nonzero(guess & real) / (np.count_nonzero(guess) + np.count_nonzero(real)))
    return float(np.mean(found))
