"""Ink and paper told apart by a trained network."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ocrprep.filters._network import answer
from ocrprep.filters.base import BINARY, GRAY, Found, PixelFilter
from ocrprep.page import PixelMode, Pixels


class LearnedBinarize(PixelFilter):
    """Turn ink black and everything else white, as a network has learned it from degraded pages.

    The network looks at strokes and at what is around them: stains, shadows, folds, grain and show-through are left
    out, faint and broken strokes are kept. With ``output: gray`` the page stays gray: clean paper, and strokes with the
    soft edges that an engine reads better than a hard mask.

    Sharp type of a few pixels is shown to the network enlarged; the page keeps its size.

    Ink is dark on light paper; put ``normalize_polarity`` or ``invert`` before this for a page of light text on dark.
    The network runs in ONNX Runtime where it is installed (``pip install onnxruntime``; on a GPU where that package
    finds one), else in OpenCV. The environment variables ``OCRPREP_BACKEND`` and ``OCRPREP_THREADS`` choose otherwise.
    """

    kind: Literal["learned_binarize"] = Field(default="learned_binarize", init=False)
    accepts: ClassVar[frozenset[PixelMode]] = frozenset({GRAY})

    model: Annotated[
        str,
        Field(
            min_length=1, description="name of a shipped model, or path of an .onnx file with its manifest beside it"
        ),
    ] = "default"
    output: Annotated[
        Literal["mask", "gray"],
        Field(description="mask: black and white; gray: clean paper and the strokes' own softness"),
    ] = "mask"
    threshold: Annotated[
        float | None,
        Field(ge=0, le=1, description="how likely a pixel must be ink to be black in the mask; None: the model's own"),
    ] = None
    enlarge: Annotated[
        Literal["auto", "always", "never"],
        Field(description="show the page to the network enlarged: auto, where its type is small and sharp"),
    ] = "auto"

    def networks(self) -> tuple[str, ...]:
        """The one."""
        return (self.model,)

    def makes(self, given: PixelMode) -> PixelMode:
        """BINARY for a mask."""
        del given
        return BINARY if self.output == "mask" else GRAY

    def apply(self, pixels: Pixels) -> Found:
        """The model's answer."""
        made, facts = answer(pixels, self.model, self.output, threshold=self.threshold, enlarge=self.enlarge)
        return Found(made, **facts)
