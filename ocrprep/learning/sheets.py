"""Contact sheets: many small pictures on one, each with its name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ocrprep.learning.degrade.base import Degradation
from ocrprep.learning.degrade.making import degraded, example_of, make_example
from ocrprep.learning.degrade.sheet import Sheet
from ocrprep.learning.writing import WritingStyle, write
from ocrprep.models import Model
from ocrprep.models.inference import learned
from ocrprep.models.small_type import scale_for
from ocrprep.page import Pixels

if TYPE_CHECKING:
    from ocrprep.learning.data.degraded import Truth

_CAPTION = 22
_GAP = 6


def contact_sheet(pictures: Sequence[tuple[str, Pixels]], columns: int = 6) -> Pixels:
    """The pictures (gray, of one size) in rows of ``columns``, each above its caption; uint8 H×W.

    Raises:
        ValueError: no pictures, or pictures of different sizes.
    """
    sizes = {picture.shape for _, picture in pictures}
    if len(sizes) != 1:
        raise ValueError(f"a contact sheet is made of pictures of one size, not of {len(sizes)} sizes")
    ((height, width),) = sizes
    rows = -(-len(pictures) // columns)
    cell_height, cell_width = height + _CAPTION + _GAP, width + _GAP
    sheet = Image.new("L", (columns * cell_width + _GAP, rows * cell_height + _GAP), 255)
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(15)
    for index, (caption, picture) in enumerate(pictures):
        left, top = _GAP + index % columns * cell_width, _GAP + index // columns * cell_height
        sheet.paste(Image.fromarray(picture), (left, top))
        pen.rectangle((left - 1, top - 1, left + width, top + height), outline=170)
        pen.text((left + 2, top + height + 1), caption, fill=0, font=font)
    return np.asarray(sheet)


def degradation_sheet(steps: Sequence[Degradation], seed: int = 0, side: int = 300, columns: int = 6) -> Pixels:
    """One piece of print under each degradation alone, so that they can be compared."""
    writing = write(
        np.random.default_rng([seed, 0]),
        (side, side),
        WritingStyle(kind="print", x_height=max(3.0, side / 18.0), script="latin", rotation=0.0),
    )
    fresh = Sheet.written(writing.ink, writing.x_height)
    pictures = [("as written", example_of(fresh).image)]
    for step in steps:
        page = degraded(fresh, [step], np.random.default_rng([seed, 1]))
        pictures.append((step.kind, example_of(page).image))
    return contact_sheet(pictures, columns)


def example_sheet(count: int, seed: int = 0, side: int = 400, columns: int = 6) -> Pixels:
    """Made pages, each beside its mask."""
    pictures = []
    for index in range(count):
        example = make_example(np.random.default_rng([seed, index]), (side, side))
        pictures += [(example.name, example.image), ("its mask", example.mask)]
    return contact_sheet(pictures, columns)


def before_after_sheet(pages: Sequence[tuple[str, Pixels]], model: Model, side: int = 400, columns: int = 6) -> Pixels:
    """The part of each page with most ink, ``side`` pixels square, beside what a model makes of it.

    Args:
        pages: name and gray pixels of each.
        model: is given the whole page.
        side: of the parts; what lacks of a smaller page is gray.
        columns: pictures in a row.

    Raises:
        ValueError: no pages.
        ModelError: the model does not run.
    """
    pictures = []
    for name, page in pages:
        scale = scale_for(page, model.manifest)
        answers = {output: learned(page, model, output, scale=scale)[0] for output in model.manifest.outputs}
        window = _fullest(answers["mask"], side)
        pictures.append((name, _cut(page, window, side)))
        pictures += [(output, _cut(answer, window, side)) for output, answer in answers.items()]
    return contact_sheet(pictures, columns)


def variants_row(truth: Truth, count: int, seed: int = 0, side: int = 400) -> list[tuple[str, Pixels]]:
    """Pictures for a sheet: the part of a page with most ink, its mask, then variants, each beside its own mask.

    Args:
        truth: the page's ink.
        count: how many variants.
        seed: of the variants.
        side: of the part in pixels; what lacks of a smaller page is gray.
    """
    here = truth.part(_fullest(truth.mask, side))
    whole = (slice(None), slice(None))
    row = [(truth.name, here.gray), ("its ink", here.mask)]
    for number in range(1, count + 1):
        example = here.variant(seed, number)
        row += [(f"variant {number}", example.image), ("its mask", example.mask)]
    return [(caption, _cut(picture, whole, side)) for caption, picture in row]


def _fullest(mask: Pixels, side: int) -> tuple[slice, slice]:
    """The square with most ink on a grid of half squares."""
    height, width = mask.shape
    tops = range(0, max(height - side, 0) + 1, max(side // 2, 1))
    lefts = range(0, max(width - side, 0) + 1, max(side // 2, 1))
    windows = [(slice(top, top + side), slice(left, left + side)) for top in tops for left in lefts]
    return min(windows, key=lambda window: int(np.count_nonzero(mask[window])) - mask[window].size)


def _cut(page: Pixels, window: tuple[slice, slice], side: int) -> Pixels:
    square = np.full((side, side), 200, np.uint8)
    part = page[window]
    square[: part.shape[0], : part.shape[1]] = part
    return square
