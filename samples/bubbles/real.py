"""Real sheets: cut out, brought into line, read, and shown."""

from __future__ import annotations

import csv
import sys
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from ocrprep import Page, PreprocessingFilter
from ocrprep.analysis.page_outline import page_outline
from ocrprep.decode import open_image
from ocrprep.errors import OcrPrepError
from ocrprep.page import PixelMode
from samples.bubbles.layout import Layout
from samples.bubbles.reading import Reading, read
from samples.bubbles.show import draw
from samples.bubbles.snapping import snapped
from samples.bubbles.template import Template, load_template

BUBBLE = 28.0
"""Pixels that a bubble of the template is wide on the page that is read: small ones are enlarged."""
_NEAR, _DOUBTFUL = 0.02, 0.5
_OUTLINES = PreprocessingFilter.adaptive_threshold(window=85, c=12)
_FILLED = PreprocessingFilter.adaptive_threshold(window=95, c=40)


@dataclass(frozen=True, slots=True)
class RealSheet:
    """One sheet that was read.

    Args:
        page: gray, in line.
        readings: one a block.
        located: share of the bubbles whose printed outline was found at its place, 0-1.
        notes: what did not go as the template asks.
    """

    page: Page
    readings: list[Reading]
    located: float
    notes: list[str]


def read_sheet(template: Template, image: Path) -> RealSheet:
    """Bring a sheet into line as its template asks, and read it.

    Raises:
        OcrPrepError: the image cannot be opened.
    """
    given = open_image(image)[0]
    notes = [f"step {name} is not known here" for name in template.ignored]
    tries = []
    for page, note in _pages(template, given):
        ready, layout, more = _in_line(template, page)
        layout, located = snapped(_OUTLINES(ready).pixels, layout)
        tries.append((located, ready, layout, [*notes, *note, *more]))
    located, page, layout, notes = max(tries, key=lambda item: item[0])
    if located < _DOUBTFUL:
        notes.append(f"only {located:.0%} of the bubbles have an outline at their place: does the template fit?")
    return RealSheet(page, read(_FILLED(page).pixels, layout), located, notes)


def _pages(template: Template, given: Page) -> list[tuple[Page, list[str]]]:
    """The sheet cut out as the template asks; where it is not surely found, all that it may be."""
    if not template.crops:
        return [(given, [])]
    page = PreprocessingFilter.find_page()(given)
    if page.steps[-1].found["page"] is not None:
        return [(page, [])]
    tries = [(given, ["no page was found in the picture: taken as it is"])]
    corners = page_outline(given.pixels).corners
    if corners is not None:
        cut = PreprocessingFilter.perspective(corners.tolist())(given)
        tries.append((cut, ["the page is not sure; where it seems to be, the bubbles fit the template best"]))
    return tries


def _in_line(template: Template, page: Page) -> tuple[Page, Layout, list[str]]:
    layout, notes = template.layout, []
    page = page.converted(PixelMode.GRAY)
    if template.aligns:
        # The template knows the proportions of the rectangle between the marks.
        scale = BUBBLE / _usual_bubble(layout)
        sides = round(layout.width * scale), round(layout.height * scale)
        page = PreprocessingFilter.align_to_marks(*sides)(page)
        if page.steps[-1].found["marks"] is None:
            notes.append("no four marks were found: places are those of the whole page")
    scale = BUBBLE / _usual_bubble(layout.scaled(page.width / layout.width, page.height / layout.height))
    if abs(scale - 1.0) > _NEAR:
        page = PreprocessingFilter.resize(round(page.width * scale), round(page.height * scale))(page)
    return page, layout.scaled(page.width / layout.width, page.height / layout.height), notes


def _usual_bubble(layout: Layout) -> float:
    """The side of a square as large as the smallest bubble."""
    return min(float(np.sqrt(block.size[0] * block.size[1])) for block in layout.blocks)


def read_sheets(template_path: Path, images: list[Path], folder: Path) -> int:
    """Read all images; writes ``readings.csv`` and one picture a sheet.

    Returns:
        0, or the exit code of the last fault.
    """
    folder.mkdir(parents=True, exist_ok=True)
    code = 0
    try:
        template = load_template(template_path)
    except OcrPrepError as error:
        print(f"{error}", file=sys.stderr)
        return error.exit_code
    with (folder / "readings.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["file", "field", "value", "fills"])
        for image in images:
            try:
                sheet = read_sheet(template, image)
            except OcrPrepError as error:
                print(f"{image}: {error}", file=sys.stderr)
                code = error.exit_code
                continue
            writer.writerows(_rows(image.name, sheet.readings))
            _report(image, sheet, folder)
    print("table:", folder / "readings.csv")
    return code


def _rows(name: str, readings: list[Reading]) -> list[list[str]]:
    rows = []
    for reading in readings:
        for index, field in enumerate(reading.block.fields):
            fills = zip(reading.block.values, reading.fills[index], strict=True)
            rows.append([name, field, reading.value(index), " ".join(f"{value}:{fill:.2f}" for value, fill in fills)])
    return rows


def _report(image: Path, sheet: RealSheet, folder: Path) -> None:
    place = folder / f"{image.stem}.png"
    cv2.imwrite(str(place), draw(np.asarray(sheet.page.pixels), sheet.readings, plain=True))
    bubbles = sum(reading.marked.size for reading in sheet.readings)
    marked = sum(int(reading.marked.sum()) for reading in sheet.readings)
    print(f"{image.name}: {bubbles} bubbles, {sheet.located:.0%} located, {marked} marked; picture: {place}")
    for note in sheet.notes:
        print(f"  {note}")
