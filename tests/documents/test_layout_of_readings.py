"""The layout of pages that Tesseract read, however it segments them."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ocrprep.outputs.documents._blocks import Paragraph, Table, arranged
from ocrprep.recognizers.tesseract import TesseractRecognizer
from tests.pages import page

pytestmark = pytest.mark.engine

ITEMS = [
    ["Item", "Amount", "Price"],
    ["White bread", "26", "14.80"],
    ["Salted butter", "11", "43.15"],
    ["Green apples", "40", "12.00"],
    ["Roasted coffee", "30", "27.90"],
]
FORM = [["Name", "Harriet Lane"], ["Street", "Mill Road 17"], ["Town", "Greenfield"], ["Country", "Scotland"]]
COLUMNS = [
    "the river rose in the night and by the morning the lower road was under water so that nobody could reach the mill",
    "many of the farmers had moved their cattle to the hills and waited there for the rain to end as it did on the day",
]


def drawn(*parts):
    """A page with texts at places."""
    image = Image.new("L", (1500, 900), 255)
    pen, font = ImageDraw.Draw(image), ImageFont.load_default(34)
    for text, x, y in parts:
        pen.text((x, y), text, 0, font)
    return page(np.asarray(image))


def table(cells, lefts):
    return [
        (cell, left, 120 + 70 * row) for row, line in enumerate(cells) for cell, left in zip(line, lefts, strict=True)
    ]


@pytest.mark.parametrize("mode", [3, 4, 6, 11])
@pytest.mark.parametrize(("cells", "lefts"), [(ITEMS, [100, 700, 1100]), (FORM, [100, 500])], ids=["receipt", "form"])
def test_a_table_is_found_in_every_page_segmentation_mode(cells, lefts, mode):
    title = ("A short text that stands above the table", 100, 30)
    read = TesseractRecognizer(page_segmentation_mode=mode).read(drawn(title, *table(cells, lefts)))
    found = arranged(read.lines)
    assert [type(block) for block in found] == [Paragraph, Table]
    assert [list(row) for row in found[1].rows] == cells


@pytest.mark.parametrize("mode", [3, 4, 6])
def test_two_columns_of_text_are_no_table(mode):
    parts = []
    for place, text in enumerate(COLUMNS):
        words = text.split()
        rows = [" ".join(words[start : start + 5]) for start in range(0, len(words), 5)]
        parts += [(row, 80 + 720 * place, 100 + 60 * number) for number, row in enumerate(rows)]
    read = TesseractRecognizer(page_segmentation_mode=mode).read(drawn(*parts))
    assert not [block for block in arranged(read.lines) if isinstance(block, Table)]
