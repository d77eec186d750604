"""What lies beside a model's file: who it is, what it eats, how it was made and how good it was."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from typing_extensions import Self

from ocrprep.models.normalization import CHANNELS, Normalization

Output = Literal["mask", "gray"]


class SmallType(BaseModel):
    """Which type is too small for the network, and is shown to it enlarged if it is sharp.

    One pixel of a sharp, small letter holds the edges of several strokes; a larger copy gives each its own. Type that
    is blurred gains nothing by it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    x_height: Annotated[float, Field(gt=0, description="smaller type than this, in pixels")]
    edge_width: Annotated[float, Field(ge=1, description="with edges no wider than this, in pixels")]
    scale: Annotated[float, Field(gt=1, le=4, description="how many times larger it is shown")] = 2.0
    threshold: Annotated[float, Field(ge=0, le=1, description="ink is then as likely as this, or more")] = 0.5


class Manifest(BaseModel):
    """One model's description, a JSON file beside its ``.onnx``.

    The network has one input ``x``, float32 [1, C, H, W], and one output ``y``, float32 [1, K, H, W] from 0 to 1.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(min_length=1, description="what it is called in a chain")]
    file: Annotated[str, Field(pattern=r"^[^/\\]+\.onnx$", description="the file's name, beside this one")]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="of the file, as hexadecimal digits")]
    architecture: Annotated[str, Field(description="such as unet-small or lstm2")]
    parameters: Annotated[int, Field(ge=0, description="trained numbers")]
    normalization: Annotated[Normalization, Field(description="what the input is made by")] = "local"
    channels: Annotated[int, Field(ge=1, description="C, of the input")] = 2
    multiple: Annotated[int, Field(ge=1, le=512, description="H and W of the input are multiples of this")] = 32
    halo: Annotated[
        int, Field(ge=0, le=2048, description="pixels around a part of a page that the part's result depends on")
    ] = 64
    tile: Annotated[
        int,
        Field(ge=0, le=16384, description="side of the largest square that is worked on at once; 0: the whole page"),
    ] = 1408
    outputs: Annotated[
        tuple[Output, ...],
        Field(
            min_length=1, description="the output's channels: mask, how likely a pixel is ink; gray, its ink's share"
        ),
    ] = ("mask",)
    threshold: Annotated[float, Field(ge=0, le=1, description="ink is as likely as this, or more")] = 0.5
    small_type: Annotated[SmallType | None, Field(description="what is enlarged first; null: nothing is")] = None
    recipe: Annotated[dict[str, Any], Field(description="how it was trained")] = {}
    scores: Annotated[dict[str, Any], Field(description="how good it was, by data set")] = {}
    made_with: Annotated[dict[str, str], Field(description="versions of what trained and exported it")] = {}
    licence: Annotated[str, Field(description="SPDX identifier of the weights' licence")] = ""

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.channels != CHANNELS[self.normalization]:
            raise ValueError(
                f"the normalization {self.normalization!r} makes {CHANNELS[self.normalization]} channels, "
                f"not {self.channels}"
            )
        if len(set(self.outputs)) != len(self.outputs):
            raise ValueError("an output is named twice")
        return self

    def to_bytes(self) -> bytes:
        """The JSON file that lies beside the model."""
        return (self.model_dump_json(indent=2) + "\n").encode()
