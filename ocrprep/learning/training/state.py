"""Checkpoints: all that a training needs to go on as if it had never stopped."""

from __future__ import annotations

import io
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from pydantic import ValidationError

from ocrprep.errors import ModelError, ModelNotFoundError
from ocrprep.learning.training.config import TrainingConfig
from ocrprep.outputs.files import write_whole

_FORMAT = 1


@dataclass(slots=True)
class Measured:
    """What a network does on the validation pages: means over pages, 0–100, and the loss."""

    step: int
    f_measure: float
    iou: float
    loss: float


@dataclass(slots=True)
class Checkpoint:
    """A training after so many steps.

    Args:
        config: its recipe.
        step: steps that were made.
        network: weights and running statistics.
        average: their moving average.
        optimizer: its state.
        scaler: of half precision, empty without it.
        random: state of torch's generator.
        best: the best measurement so far.
        waited: measurements since.
        told: anything else to keep, such as versions.
    """

    config: TrainingConfig
    step: int
    network: dict[str, torch.Tensor]
    average: dict[str, torch.Tensor]
    optimizer: dict[str, Any] = field(default_factory=dict)
    scaler: dict[str, Any] = field(default_factory=dict)
    random: torch.Tensor | None = None
    best: Measured | None = None
    waited: int = 0
    told: dict[str, str] = field(default_factory=dict)


def write_checkpoint(file: Path, state: Checkpoint) -> None:
    """Save a state so that a kill at any moment leaves the old file or the whole new one.

    Raises:
        OutputError: the place cannot be written.
    """
    values = {name: getattr(state, name) for name in Checkpoint.__slots__}
    values |= {"format": _FORMAT, "config": state.config.model_dump_json()}
    values["best"] = None if state.best is None else asdict(state.best)
    stream = io.BytesIO()
    torch.save(values, stream)
    write_whole(file, stream.getvalue())


def read_checkpoint(file: Path) -> Checkpoint:
    """A saved state; only tensors and plain values are read, never code.

    Raises:
        ModelNotFoundError: no such file.
        ModelError: not a checkpoint of this package.
    """
    if not file.is_file():
        raise ModelNotFoundError(f"there is no checkpoint {file}", hint="`ocrprep learn train` writes last.pt, best.pt")
    try:
        values = torch.load(file, map_location="cpu", weights_only=True)
        if values.pop("format") != _FORMAT:
            raise ValueError("another format")  # noqa: TRY301 - one answer to all that is wrong with the file
        values["config"] = TrainingConfig.model_validate_json(values["config"])
        values["best"] = None if values["best"] is None else Measured(**values["best"])
        return Checkpoint(**values)
    except ValidationError as error:
        raise ModelError(f"the recipe in {file} is not one of this version: {error.error_count()} faults") from error
    except Exception as error:
        # torch raises whatever the damage led to, at length.
        why = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ModelError(f"{file} is not a checkpoint of ocrprep, or is damaged: {why}") from error
