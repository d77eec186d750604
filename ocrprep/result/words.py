"""What is on a page that was read: lines, words, characters, each in page and in source coordinates."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from ocrprep.geometry import Box

if TYPE_CHECKING:
    from ocrprep.geometry import Points
    from ocrprep.page import Page

Quad: TypeAlias = tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]
"""Top left, top right, bottom right, bottom left as the text runs; (x, y) each."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """What else some readings saw in the place of a word.

    Args:
        text: never empty.
        share: of the votes for this place, 0–1.
        readings: who saw it, as 0-based places in ``RecognitionResult.readings``.
    """

    text: str
    share: float
    readings: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Character:
    """One character of a word.

    Args:
        text: never empty; what an engine takes for one sign, which may be several code points.
        confidence: the engine's own, 0–100.
        box: on the page that was read.
        source_quad: on the source image.
        alternatives: what else it may be, with the engine's confidence, 0–100, the likeliest first.
    """

    text: str
    confidence: float
    box: Box
    source_quad: Quad
    alternatives: tuple[tuple[str, float], ...] = ()

    @property
    def source_box(self) -> Box:
        """The upright box around the quadrilateral on the source image."""
        return around(self.source_quad)


@dataclass(frozen=True, slots=True)
class Word:
    """One word.

    Args:
        text: never empty.
        confidence: the engine's own, 0–100.
        box: on the page that was read.
        source_quad: the same four corners on the source image; a turned page gives a turned quadrilateral.
        probability: that the word is right, 0–1, calibrated on pages whose text is known; None where nobody estimated
            it.
        readings: of a consensus, who saw this text, as 0-based places in ``RecognitionResult.readings``.
        alternatives: of a consensus, what the others saw, the one with most votes first; or what was read before
            spelling was mended.
        characters: where an engine was asked for them, in the order of the text.
    """

    text: str
    confidence: float
    box: Box
    source_quad: Quad
    probability: float | None = None
    readings: tuple[int, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    characters: tuple[Character, ...] = ()

    @property
    def source_box(self) -> Box:
        """The upright box around the quadrilateral on the source image."""
        return around(self.source_quad)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text.

    Args:
        words: left to right as the engine orders them, at least one.
        box: on the page that was read.
        source_quad: on the source image.
        block: 0-based number of the block of the layout.
        paragraph: 0-based number of the paragraph in its block.
    """

    words: tuple[Word, ...]
    box: Box
    source_quad: Quad
    block: int = 0
    paragraph: int = 0

    @property
    def text(self) -> str:
        """The words with single spaces between them."""
        return " ".join(word.text for word in self.words)

    @property
    def confidence(self) -> float:
        """Mean confidence of the words, 0–100."""
        return sum(word.confidence for word in self.words) / len(self.words)

    @property
    def text_in_line(self) -> str:
        """Aspose's name for :attr:`text`."""
        return self.text

    @property
    def source_box(self) -> Box:
        """The upright box around the quadrilateral on the source image."""
        return around(self.source_quad)

    @property
    def line(self) -> Box:
        """Aspose's name for :attr:`source_box`."""
        return self.source_box


class AreasType(enum.Enum):
    """Into what a page is divided; Aspose's name and members."""

    PARAGRAPHS = "paragraphs"
    LINES = "lines"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a page with text: a paragraph, a line or a word.

    Args:
        text: lines joined by line feeds.
        confidence: mean of its words, 0–100.
        box: on the page that was read.
        source_quad: on the source image.
        lines: those of the page that lie in it; of a word, the line that it is from.
    """

    text: str
    confidence: float
    box: Box
    source_quad: Quad
    lines: tuple[Line, ...] = ()

    @property
    def source_box(self) -> Box:
        """The upright box around the quadrilateral on the source image."""
        return around(self.source_quad)


def around(quad: Quad) -> Box:
    """The upright box around four corners."""
    xs, ys = [x for x, _ in quad], [y for _, y in quad]
    return Box(min(xs), min(ys), max(xs), max(ys))


def quad_on_source(page: Page, box: Box) -> Quad:
    """The corners of a box of this page on its source image."""
    return as_quad(page.source_points(box.corners()))


def as_quad(points: Points) -> Quad:
    """Four points, (4, 2), as plain numbers."""
    first, second, third, fourth = ((float(x), float(y)) for x, y in points)
    return first, second, third, fourth
