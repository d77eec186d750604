"""How images are saved, and what is told about each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, model_validator
from typing_extensions import Self

from ocrprep.choices import Choice, choices_of
from ocrprep.outputs.encode import ImageFormat
from ocrprep.page import Source, Step

SaveImageFormat: TypeAlias = Literal["auto", "png", "tiff", "jpeg", "webp"]
"""``auto`` is TIFF for a page that comes from a TIFF file and PNG for all others: without loss in any case."""
Overwrite: TypeAlias = Literal["replace", "error", "rename", "skip"]
"""What happens to a file that was there before the batch. ``replace``: it is replaced, but never if it is the page's
own source. ``error``: the page fails. ``rename``: the page gets the next free name. ``skip``: the page is not even
opened."""


@dataclass(frozen=True, slots=True)
class SavedImage:
    """One image file of a batch.

    Args:
        path: of the file.
        source: where its page comes from.
        step: None for the finished page; such as ``02_threshold`` for the page after the second filter.
        bytes: size of the file.
        written: False for a file that was there and was left alone.
        steps: what was done to the page; empty for a file that was left alone, unless a job remembers.
    """

    path: Path
    source: Source
    step: str | None = None
    bytes: int = 0
    written: bool = True
    steps: tuple[Step, ...] = ()

    @property
    def page(self) -> int:
        """1-based number of the page in its document."""
        return self.source.page_index + 1

    @property
    def choices(self) -> tuple[Choice, ...]:
        """What the filters that choose, such as ``auto``, decided about this page, and why."""
        return choices_of(self.steps)


class SaveOptions(BaseModel):
    """How images are written; the keyword arguments of :meth:`ImageProcessing.save`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: SaveImageFormat = "png"
    overwrite: Overwrite = "replace"
    steps: bool = False
    quality: int | None = Field(default=None, ge=1, le=100)

    @model_validator(mode="after")
    def _quality_has_an_effect(self) -> Self:
        if self.quality is not None and self.format not in {"jpeg", "webp"}:
            raise ValueError(f"quality has no effect on {self.format}, which loses nothing; leave it out")
        return self

    def format_of(self, source: Source) -> ImageFormat:
        """The format for a page of that source."""
        if self.format == "auto":
            return "tiff" if source.uri.lower().endswith((".tif", ".tiff")) else "png"
        return self.format
