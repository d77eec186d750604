"""What a batch is told about its inputs: which kind they are, and how they are to be opened."""

from __future__ import annotations

import enum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from ocrprep.decode import PixelType
from ocrprep.limits import DEFAULT_LIMITS, Limits


class InputType(str, enum.Enum):
    """What the items of a batch are."""

    SINGLE_IMAGE = "single_image"
    """Image files of one page, arrays, Pillow images, raw pixels."""
    PDF = "pdf"
    """PDF documents."""
    TIFF = "tiff"
    """TIFF files of any number of pages."""
    DJVU = "djvu"
    """DjVu documents."""
    URL = "url"
    """Web addresses of images or documents of any kind."""
    DIRECTORY = "directory"
    """Folders of images and documents of any kind."""
    ZIP = "zip"
    """Archives of images and documents of any kind, in folders or not."""
    BASE64 = "base64"
    """Base64 text, data URIs, or text files with them; images or documents of any kind."""
    AUTO = "auto"
    """Any of these, found out for each item; one batch may mix them."""


class InputOptions(BaseModel):
    """How inputs are opened."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    limits: Limits = Field(default=DEFAULT_LIMITS, description="what an input may cost")
    on_error: Literal["raise", "collect"] = Field(
        default="raise", description="stop at the first failure, or put a PageFailure in its place and go on"
    )
    pdf_dpi: float = Field(default=300.0, ge=10, le=2400, description="pixels per inch at which PDF pages are drawn")
    recursive: bool = Field(default=False, description="also take the files in the folders of a folder")
    password: str | None = Field(default=None, description="opens locked PDF and ZIP files", repr=False)


class PageRange(BaseModel):
    """Which pages of an item are taken."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    start_page: int = Field(default=0, ge=0, description="0-based first page")
    pages_count: int | None = Field(default=None, ge=1, description="number of pages; None: up to the last")

    @property
    def is_whole(self) -> bool:
        """Whether all pages are taken."""
        return self.start_page == 0 and self.pages_count is None

    @property
    def stop(self) -> int | None:
        """One past the last page, or None."""
        return None if self.pages_count is None else self.start_page + self.pages_count

    def problem(self, count: int) -> str:
        """Why the range does not lie in a document of ``count`` pages, or nothing."""
        if self.start_page < count and (self.stop is None or self.stop <= count):
            return ""
        last = self.start_page + 1 if self.stop is None else self.stop
        asked = f"page {last}" if last == self.start_page + 1 else f"pages {self.start_page + 1}-{last}"
        return f"{asked} asked for, but there {'is 1 page' if count == 1 else f'are {count} pages'}"


class RawPixels(BaseModel):
    """The shape of raw pixels."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    width: int = Field(ge=1, description="pixels from left to right")
    height: int = Field(ge=1, description="pixels from top to bottom")
    pixel_type: PixelType = Field(description="how the channels follow each other")
