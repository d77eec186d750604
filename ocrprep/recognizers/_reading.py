"""One page and one driver: what is read, and what a careful reader should know about it."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ocrprep.consensus.calibration import with_probabilities
from ocrprep.errors import RecognizerError
from ocrprep.page import Step
from ocrprep.recognizers._areas import named, parts_of
from ocrprep.recognizers._characters import with_characters
from ocrprep.recognizers._seen import seen
from ocrprep.recognizers._table import lines_of
from ocrprep.result import AreasType, RecognitionResult, Region, as_map, quad_on_source, text_of

if TYPE_CHECKING:
    from ocrprep.geometry import Box
    from ocrprep.page import Page
    from ocrprep.recognizers._driver import Driver, TesseractSettings
    from ocrprep.result import Line

_SMALL = 12.0
"""Height of a word's box, in pixels, under which Tesseract guesses: capitals of about 9 pixels."""
_LARGEST = 32767


@dataclass(frozen=True, slots=True)
class _Read:
    text: str
    lines: tuple[Line, ...]
    seconds: float
    warnings: tuple[str, ...] = ()


def reading_of(driver: Driver, settings: TesseractSettings, page: Page) -> RecognitionResult:
    """Read a page, or the areas of it that the settings name.

    Raises:
        RecognizerError: the page is too large, an area lies outside of it, or the engine failed.
    """
    _check_size(page)
    given = seen(page, settings.recognize_on)
    read = _whole(driver, settings, given) if settings.areas is None else _parts(driver, settings, given)
    lines = with_probabilities(read.lines) if settings.calibrated else read.lines
    return RecognitionResult(
        recognition_text=read.text,
        lines=lines,
        source=page.source,
        width=page.width,
        height=page.height,
        steps=(*given.steps, *_noted(settings)),
        engine=f"tesseract {driver.version} ({driver.name})",
        language=settings.language,
        seconds=read.seconds,
        warnings=(*_warnings(settings, page, lines, driver.version), *read.warnings),
        to_source=as_map(given.to_source),
    )


def regions_of(driver: Driver, settings: TesseractSettings, page: Page, areas: AreasType) -> tuple[Region, ...]:
    """The parts of a page that hold text; their texts are empty.

    Raises:
        RecognizerError: as of :func:`reading_of`.
    """
    _check_size(page)
    given = seen(page, settings.recognize_on)
    boxes = _boxes(driver, settings, given, areas)
    if boxes is None:
        read = reading_of(driver, settings, page)
        return tuple(Region("", 0.0, region.box, region.source_quad) for region in read.regions(areas))
    return tuple(Region("", 0.0, box, quad_on_source(given, box)) for box in boxes)


def _boxes(driver: Driver, settings: TesseractSettings, page: Page, areas: AreasType) -> list[Box] | None:
    with _named(page):
        if settings.areas is None:
            return driver.layout(page, areas)
        boxes: list[Box] = []
        for part in parts_of(page, settings.areas):
            inside = driver.layout(part.page, areas)
            if inside is None:
                return None
            boxes += [part.box(box) for box in inside if part.holds(quad_on_source(part.page, box))]
        return boxes


@contextmanager
def _named(page: Page) -> Iterator[None]:
    """Errors inside say which page they are of."""
    name = f"{page.source}: "
    try:
        yield
    except RecognizerError as error:
        if not error.message.startswith(name):
            error.message = name + error.message
        raise


def _check_size(page: Page) -> None:
    if max(page.width, page.height) > _LARGEST:
        raise RecognizerError(
            f"{page.source}: {page.width}x{page.height} pixels, and Tesseract takes at most {_LARGEST} a side",
            hint="crop or scale the page in the chain",
        )


def _whole(driver: Driver, settings: TesseractSettings, page: Page) -> _Read:
    started = time.perf_counter()
    with _named(page):
        reading = driver.read(page)
    seconds = time.perf_counter() - started
    lines = lines_of(reading.tsv, page)
    if settings.characters:
        lines = with_characters(lines, reading.hocr, page)
    return _Read(reading.text, lines, seconds)


def _parts(driver: Driver, settings: TesseractSettings, page: Page) -> _Read:
    lines: list[Line] = []
    texts, warnings, seconds = [], [], 0.0
    for part in parts_of(page, settings.areas or ()):
        read = _whole(driver, settings, part.page)
        blocks = 1 + max((line.block for line in lines), default=-1)
        kept = part.lines(read.lines, blocks)
        lines += kept
        texts.append(read.text if _count(kept) == _count(read.lines) else text_of(kept))
        seconds += read.seconds
        if not kept:
            warnings.append(f"no text was found in the area {named(part.area)}")
    return _Read("".join(texts), tuple(lines), seconds, tuple(warnings) if lines else ())


def _count(lines: Sequence[Line]) -> int:
    return sum(len(line.words) for line in lines)


def _noted(settings: TesseractSettings) -> tuple[Step, ...]:
    if settings.areas is None:
        return ()
    return (Step("recognition_areas", {"areas": [list(area) for area in settings.areas]}, implicit=True),)


def _warnings(settings: TesseractSettings, page: Page, lines: Sequence[Line], version: str) -> list[str]:
    found = []
    if settings.recognize_on == "gray" and page.unbinarized is None:
        found.append("recognize_on='gray' had no effect: no filter made this page black and white")
    listed = settings.allowed_symbols or settings.ignored_symbols
    if listed and re.match(r"4\.0\b", version) and settings.engine_mode in {1, 3}:
        found.append("allowed_symbols and ignored_symbols have no effect on the LSTM engine of Tesseract 4.0")
    words = [word for line in lines for word in line.words]
    if settings.characters and words and not any(word.characters for word in words):
        found.append(f"Tesseract {version} told no characters: they need version 4.1 or later")
    heights = [word.box.height for word in words]
    if not heights:
        found.append("no text was found on this page")
    elif statistics.median(heights) < _SMALL:
        found.append(
            f"the text is about {statistics.median(heights):.0f} pixels high, too small to be read well: "
            "add scale_to_text_height() to the chain"
        )
    return found
