"""A training, written down: everything that its result depends on besides the pages."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, model_validator
from typing_extensions import Self

from ocrprep.learning.architectures import ArchitectureName

Precision: TypeAlias = Literal["auto", "fp32", "bf16", "fp16"]
Device: TypeAlias = Literal["auto", "cpu", "cuda"]

_Share = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class _Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class LossWeights(_Settings):
    """The share of each loss in what is made small."""

    bce: Annotated[_Share, Field(description="Binary cross-entropy.")] = 0.5
    dice: Annotated[_Share, Field(description="Soft Dice.")] = 1.0
    focal: Annotated[_Share, Field(description="Focal loss.")] = 0.0
    gamma: Annotated[_Share, Field(description="Of the focal loss: how little the sure pixels count.")] = 2.0
    coverage: Annotated[_Share, Field(description="Of the soft output, where the pages have one.")] = 0.5
    contour: Annotated[
        _Share, Field(description="Weight of the pixels along the edge of the ink; the others weigh 1.")
    ] = 1.0

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not (self.bce or self.dice or self.focal):
            raise ValueError("one of bce, dice and focal must be above 0")
        return self


class TrainingConfig(_Settings):
    """The recipe of a training. Two trainings with equal recipes, pages and machines have equal weights."""

    architecture: Annotated[ArchitectureName, Field(description="Of the network.")] = "unet-small"
    seed: Annotated[int, Field(ge=0, description="Of the first weights, the order of the crops and their changes.")] = 0
    steps: Annotated[int, Field(ge=1, description="Batches until the end.")] = 20_000
    batch: Annotated[int, Field(ge=1, description="Crops in a step.")] = 8
    crop: Annotated[int, Field(ge=32, multiple_of=32, description="Side of a crop in pixels.")] = 320
    learning_rate: Annotated[float, Field(gt=0, description="Of AdamW, at its highest.")] = 2e-3
    warmup: Annotated[int, Field(ge=0, description="Steps in which the learning rate rises to that.")] = 200
    last_rate: Annotated[float, Field(ge=0, le=1, description="Share of it that is left at the end of the cosine.")] = (
        0.002
    )
    weight_decay: Annotated[float, Field(ge=0, description="Of the convolutions' and LSTMs' weights.")] = 0.01
    clip: Annotated[float, Field(gt=0, description="Largest norm of the gradient.")] = 1.0
    ema: Annotated[float, Field(ge=0, lt=1, description="How much of the averaged weights a step leaves.")] = 0.999
    losses: Annotated[LossWeights, Field(description="What is made small.")] = LossWeights()
    precision: Annotated[
        Precision, Field(description="auto: bf16 where the machine multiplies it fast, else fp32.")
    ] = "auto"
    device: Annotated[Device, Field(description="auto: a GPU where there is one.")] = "auto"
    threads: Annotated[int, Field(ge=1, description="Of torch on the CPU.")] = 1
    workers: Annotated[
        int, Field(ge=0, description="Processes that make crops; 0: none, in turn with the training.")
    ] = 1
    pages: Annotated[int, Field(ge=1, description="Training pages that are made.")] = 4000
    validation_pages: Annotated[
        int, Field(ge=1, description="Pages that the training never sees, to measure it by.")
    ] = 32
    page_size: Annotated[int, Field(ge=64, multiple_of=32, description="Side of a made page in pixels.")] = 640
    page_seed: Annotated[int, Field(ge=0, description="Of the made pages.")] = 1
    validate_every: Annotated[int, Field(ge=1, description="Steps from one measurement to the next.")] = 500
    checkpoint_every: Annotated[int, Field(ge=1, description="Steps from one saved state to the next.")] = 250
    log_every: Annotated[int, Field(ge=1, description="Steps that a line of the log sums up.")] = 25
    patience: Annotated[
        int, Field(ge=0, description="Measurements without a better one that end the training; 0: none do.")
    ] = 0


PRESETS: dict[str, TrainingConfig] = {
    "smoke": TrainingConfig(
        architecture="unet-nano",
        steps=240,
        batch=8,
        crop=192,
        learning_rate=5e-3,
        warmup=20,
        ema=0.97,
        pages=64,
        validation_pages=8,
        page_size=384,
        validate_every=120,
        checkpoint_every=60,
        log_every=20,
    ),
    "small": TrainingConfig(steps=26_000, pages=8000, validation_pages=48, validate_every=1000, workers=2),
    "lstm2": TrainingConfig(
        architecture="lstm2",
        precision="fp32",
        steps=2_000,
        batch=8,
        crop=192,
        learning_rate=1e-2,
        weight_decay=0.0,
    ),
    "lstm2-large": TrainingConfig(
        architecture="lstm2-large", precision="fp32", steps=20_000, crop=192, learning_rate=5e-3, weight_decay=0.0
    ),
    "base": TrainingConfig(architecture="unet-base", steps=60_000, batch=16, learning_rate=1e-3, threads=2, workers=2),
}
"""Recipes by name: ``smoke`` shows within minutes that all parts work, ``small`` is that of the shipped model."""


def changed(config: TrainingConfig, changes: dict[str, Any]) -> TrainingConfig:
    """The recipe with other values.

    Args:
        config: stays as it is.
        changes: values by name; those of the losses as ``losses.dice``.

    Raises:
        ValidationError: no such name, or a value out of range.
    """
    values = config.model_dump()
    for name, value in changes.items():
        outer, _, inner = name.partition(".")
        if inner and isinstance(values.get(outer), dict):
            values[outer][inner] = value
        else:
            values[name] = value
    return TrainingConfig.model_validate(values)
