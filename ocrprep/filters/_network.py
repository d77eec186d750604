"""How filters ask a network."""

from __future__ import annotations

from typing import Any

from ocrprep.models import find_model
from ocrprep.models.inference import learned, told
from ocrprep.models.manifest import Output
from ocrprep.models.small_type import Enlarge, scale_for
from ocrprep.page import Pixels


def answer(
    gray: Pixels, name: str, output: Output, *, threshold: float | None = None, enlarge: Enlarge = "auto"
) -> tuple[Pixels, dict[str, Any]]:
    """What a model makes of a page, and the facts for the filter's step.

    Args:
        gray: (H, W) uint8, dark ink on light paper.
        name: of a model; see :func:`ocrprep.models.find_model`.
        output: ``mask`` or ``gray``; see :func:`ocrprep.models.inference.learned`.
        threshold: likewise.
        enlarge: small type; see :func:`ocrprep.models.small_type.scale_for`.

    Raises:
        ModelError: there is no such model, or it cannot do this.
    """
    model = find_model(name)
    scale = scale_for(gray, model.manifest, enlarge)
    made, backend = learned(gray, model, output, threshold=threshold, scale=scale)
    facts = told(model, made, backend)
    return made, facts if scale == 1.0 else {**facts, "enlarged": scale}
