"""What the two ways of calling Tesseract have in common."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, field_validator

from ocrprep.errors import EngineNotFoundError
from ocrprep.filters.base import Area

if TYPE_CHECKING:
    from ocrprep.filters.base import Orientation
    from ocrprep.geometry import Box
    from ocrprep.page import Page
    from ocrprep.result import AreasType

DriverName: TypeAlias = Literal["auto", "tesserocr", "pytesseract"]
RecognizeOn: TypeAlias = Literal["page", "gray", "auto"]
Isolation: TypeAlias = Literal["auto", "process", "none"]


CHARACTERS = {"hocr_char_boxes": "1", "lstm_choice_mode": "2"}
"""The engine's variables that make its hOCR tell each character (from 4.1 on), and what else it may be."""


class TesseractSettings(BaseModel):
    """How Tesseract reads; the keyword arguments of :class:`TesseractRecognizer`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    language: str = Field(default="eng", pattern=r"^~?[\w/.-]+(\+~?[\w/.-]+)*$")
    page_segmentation_mode: int = Field(default=3, ge=1, le=13)
    engine_mode: int = Field(default=3, ge=0, le=3)
    driver: DriverName = "auto"
    recognize_on: RecognizeOn = "page"
    allowed_symbols: str | None = Field(default=None, min_length=1)
    ignored_symbols: str | None = Field(default=None, min_length=1)
    timeout: float | None = Field(default=600.0, gt=0)
    isolation: Isolation = "auto"
    memory: int | None = Field(default=None, ge=0)
    min_confidence: float = Field(default=0.0, ge=0, le=100)
    characters: bool = False
    areas: tuple[Area, ...] | None = Field(default=None, min_length=1)
    tessdata: str | None = None
    variables: dict[str, str] = Field(default_factory=dict)

    @field_validator("page_segmentation_mode")
    @classmethod
    def _reads_text(cls, value: int) -> int:
        if value == 2:
            raise ValueError("mode 2 only looks at the layout and reads no text")
        return value

    @field_validator("allowed_symbols", "ignored_symbols")
    @classmethod
    def _one_line(cls, value: str | None) -> str | None:
        if value is not None and set(value) & set("\n\r\0"):
            raise ValueError("symbols are given in one line")
        return value

    @property
    def reading(self) -> dict[str, Any]:
        """What a reading depends on; how long it may take and where it runs changes nothing about it."""
        told = self.model_dump(mode="json", exclude={"timeout", "isolation", "memory"})
        # Jobs of earlier releases know neither.
        return {name: value for name, value in told.items() if value or name not in {"characters", "areas"}}

    @property
    def calibrated(self) -> bool:
        """Whether confidences are those of the LSTM engine, on which the calibration was fitted."""
        return self.engine_mode in {1, 3}

    @property
    def needed_languages(self) -> tuple[str, ...]:
        """Every language whose data must be there, ``osd`` included if the mode looks for the orientation."""
        asked = tuple(part.lstrip("~") for part in self.language.split("+"))
        return (*asked, "osd") if self.page_segmentation_mode in {1, 12} else asked

    @property
    def engine_variables(self) -> dict[str, str]:
        """Tesseract's own variables, by name."""
        lists = {"tessedit_char_whitelist": self.allowed_symbols, "tessedit_char_blacklist": self.ignored_symbols}
        signs = CHARACTERS if self.characters else {}
        return {**{name: value for name, value in lists.items() if value is not None}, **signs, **self.variables}


@dataclass(frozen=True, slots=True)
class Reading:
    """What an engine gives back for one page.

    Args:
        text: its own rendering of the page's text.
        tsv: its table of blocks, paragraphs, lines and words, with or without the heading.
        hocr: its hOCR, where characters are wanted.
    """

    text: str
    tsv: str
    hocr: str = ""


class Driver(Protocol):
    """One way of calling Tesseract. Every error that leaves it is a ``RecognizerError``."""

    name: str
    version: str
    languages: tuple[str, ...]

    def read(self, page: Page) -> Reading:
        """Read the pixels of the page as they are."""
        ...

    def layout(self, page: Page, areas: AreasType) -> list[Box] | None:
        """The parts of the page that hold text, not read; None where it takes a reading to tell them."""
        ...

    def orientation(self, page: Page) -> Orientation | None:
        """Tesseract's orientation detection; None when it cannot tell or has no data for it."""
        ...

    def close(self) -> None:
        """Free what the driver holds; a later call starts anew."""
        ...


def resolution(page: Page) -> int | None:
    """The page's dpi as Tesseract takes it; None for what it refuses, under 70 and over 2400, and estimates instead."""
    value = None if page.dpi is None else round(page.dpi[1])
    return value if value is not None and 70 <= value <= 2400 else None


def not_found(what: str) -> EngineNotFoundError:
    """The error for a missing engine, with what to install on this system."""
    hints = {
        "darwin": "`brew install tesseract`, and `brew install tesseract-lang` for languages other than English",
        "win32": "`choco install tesseract`, or the installer from https://github.com/UB-Mannheim/tesseract/wiki",
    }
    linux = "`sudo apt install tesseract-ocr`, or your distribution's package of that name"
    return EngineNotFoundError(what, hint=hints.get(sys.platform, linux))


def language_hint(languages: tuple[str, ...]) -> str:
    """How missing languages are installed on this system."""
    if sys.platform == "darwin":
        return "`brew install tesseract-lang` installs all languages"
    if sys.platform == "win32":
        files = ", ".join(f"{name}.traineddata" for name in languages)
        return f"download {files} from https://github.com/tesseract-ocr/tessdata_fast into the tessdata folder"
    return f"`sudo apt install {' '.join(map(_apt_package, languages))}`"


def _apt_package(language: str) -> str:
    scripts = {"Latin": "latn", "Cyrillic": "cyrl", "Devanagari": "deva", "Arabic": "arab", "HanS": "hans"}
    name = language.rpartition("/")[2]
    if "/" in language:
        return f"tesseract-ocr-script-{scripts.get(name, name.lower()[:4])}"
    return f"tesseract-ocr-{name.lower().replace('_', '-')}"
