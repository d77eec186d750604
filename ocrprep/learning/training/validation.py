"""How well a network does on pages that it does not learn from."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import torch
from torch import nn

from ocrprep.learning.architectures import Architecture
from ocrprep.learning.data import Source
from ocrprep.learning.example import Example
from ocrprep.learning.losses import losses
from ocrprep.learning.training.config import LossWeights
from ocrprep.learning.training.machine import Machine
from ocrprep.learning.training.state import Measured
from ocrprep.models.normalization import Inputs, normalize
from ocrprep.page import Pixels


def validation_pages(source: Source) -> list[Example]:
    """The pages of a source that hold ink; what has none has no F-measure."""
    pages = (source.example(index) for index in range(len(source)))
    return [page for page in pages if not page.mask.all()]


def padded_inputs(gray: Pixels, architecture: Architecture) -> Inputs:
    """A whole page as a network takes it: [1, C, H', W'], continued by its mirror image to the right and downwards."""
    height, width = gray.shape
    rows, columns = -height % architecture.multiple, -width % architecture.multiple
    maps = normalize(gray, architecture.normalization)
    padded = [cv2.copyMakeBorder(item, 0, rows, 0, columns, cv2.BORDER_REFLECT) for item in maps]
    return np.ascontiguousarray(np.stack(padded)[None], np.float32)


@torch.no_grad()
def measured(
    network: nn.Module,
    pages: Sequence[Example],
    architecture: Architecture,
    machine: Machine,
    *,
    share: LossWeights,
    step: int,
) -> Measured:
    """Mean F-measure, intersection over union and loss over whole pages; the network is left in training mode.

    Raises:
        ValueError: no page.
    """
    if not pages:
        raise ValueError("there is no page with ink to measure by")
    network.eval()
    found = []
    for page in pages:
        height, width = page.mask.shape
        with machine.autocast():
            logits = network(machine.tensor(padded_inputs(page.image, architecture)))
        logits = logits[:, :, :height, :width].float()
        ink = machine.tensor(np.asarray(page.mask == 0, np.float32)[None])
        soft = page.mask if page.clean is None else page.clean
        coverage = machine.tensor(1 - soft[None].astype(np.float32) / 255)
        known = torch.tensor([page.clean is not None], device=machine.device)
        loss = losses(logits, ink, coverage, known, share).total
        found.append((*_scores(logits[0, 0] > 0, ink[0] > 0), float(loss)))
    network.train()
    f_measure, iou, loss_mean = np.mean(found, axis=0)
    return Measured(step, float(f_measure), float(iou), float(loss_mean))


def _scores(guess: torch.Tensor, real: torch.Tensor) -> tuple[float, float]:
    both = int((guess & real).sum())
    either = int((guess | real).sum())
    return 200.0 * both / (either + both), 100.0 * both / either
