"""Write the sample pages: text that we know, drawn by code, then spoiled in one way each.

    python samples/make_samples.py [FOLDER]

Beside each page lies a text file with what stands on it; the pages of a document are separated by form feeds. The font
is the one that Pillow carries, and every random number has a seed, so the pages are the same on each machine up to the
versions of Pillow and numpy.
"""

from __future__ import annotations

import argparse
import io
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

HERE = Path(__file__).resolve().parent
WIDTH, HEIGHT, DPI = 1160, 500, 200
SIZE = 32

CLEAN = """\
The lighthouse keeper wrote a short note each evening.
At 18:45 the wind turned north and the harbour went quiet.
Two boats were still out: the Marigold and the Grey Heron.
Supplies left: 12 kg of flour, 3 tins of oil, 40 candles.
"""
LOW_CONTRAST = """\
This page was copied from a copy, and then copied again.
Each time the letters came out a little paler than before.
Order no. 50718 was sent on 9 March to the old address.
Please return the form, signed, before the month is over.
"""
SHADOW = """\
The hand that held the phone threw a shadow.
On the left the paper is bright, on the right it is dusk.
Bread 2.40, butter 3.15, apples 4.80, honey 7.25.
One level for the whole picture cannot suit both sides.
"""
NOISE = """\
Dust on the glass leaves dots wherever it wants to.
Some fall on the paper and some fall into the letters.
The parcel weighs 820 grams and measures 31 by 22 cm.
A small window, and the middle value of it, helps here.
"""
SKEW = """\
Somebody was in a hurry and laid the sheet in askew.
The lines climb to the right like a road up a hill.
Room 214 is free from Tuesday, 6 May, at 10 o'clock.
Turn the page back and the words stand level again.
"""
INVERTED = """\
The night menu is printed in white on a dark card.
Soup of the day 5.50, baked trout 14.90, plum cake 4.20.
Tables by the window should be booked a day ahead.
Readers of letters like their ink dark, so turn it round.
"""
COLOURED = """\
Red notes on green paper look loud to the eye.
In gray both colours weigh the same, and the words vanish.
Meet at platform 7, coach 23, seats 61 and 62.
The red channel alone still tells ink from paper.
"""
SMALL_TYPE = """\
The small print says what the large print left out.
Returns are accepted within 30 days with the receipt, number 88104.
Batteries are not part of the set and must be bought apart.
Make the page larger first, then the letters can be read.
"""
REPORT = (
    """\
Report of the bridge committee, first page.
The bridge was inspected on 3 October by two engineers.
Of 148 bolts, 5 were loose and have been tightened.
""",
    """\
Second page: what the repair will cost.
Timber 1,260, paint 385, wages 2,940, all in crowns.
The council will vote on the sum next Thursday.
""",
    """\
Third and last page: thanks.
The ferry carried everyone free of charge for 11 days.
The committee meets again when the snow has gone.
""",
)
LETTERS = {
    "letters/monday.png": "Dear Ada, the train was late\nbut the lake is still here.\n",
    "letters/tuesday.png": "Dear Ada, it rained all day\nand we mended the old net.\n",
    "lists/shop/nails.png": "200 nails, 40 mm\n6 hinges, brass\n1 tin of green paint\n",
}


def draw(
    text: str, *, ink: int = 25, paper: int = 245, size: int = SIZE, width: int = WIDTH, height: int = HEIGHT
) -> Image.Image:
    """Dark lines on light paper, gray."""
    picture = Image.new("L", (width, height), paper)
    pen = ImageDraw.Draw(picture)
    font = ImageFont.load_default(size)
    lines = text.splitlines()
    top = (height - 1.9 * size * len(lines)) / 2
    for row, line in enumerate(lines):
        pen.text((1.8 * size, top + 1.9 * size * row), line, ink, font=font)
    return picture


def low_contrast() -> Image.Image:
    """Pale letters, grain, and the dark edge of the scanner's lid, which draws a global level to itself."""
    gray = np.asarray(draw(LOW_CONTRAST, ink=178, paper=214), np.float32).copy()
    gray += np.random.default_rng(1).normal(0, 3, gray.shape)
    gray[:, -70:] = 30
    return _picture(gray)


def shadow() -> Image.Image:
    """Light that falls to a fifth across the page, with a soft edge."""
    gray = np.asarray(draw(SHADOW, ink=90, paper=240), np.float32)
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    across = (columns + 0.35 * rows) / WIDTH
    light = 1.0 - 0.8 / (1.0 + np.exp(-(across - 0.5) * 11.0))
    grain = np.random.default_rng(2).normal(0, 1.5, gray.shape)
    return _picture(gray * light + grain)


def noise() -> Image.Image:
    """Salt and pepper: one pixel in eight is black or white."""
    gray = np.asarray(draw(NOISE), np.uint8).copy()
    chance = np.random.default_rng(3).random(gray.shape)
    gray[chance < 0.06] = 0
    gray[chance > 0.94] = 255
    return Image.fromarray(gray)


def skew() -> Image.Image:
    """Turned by 9 degrees counter-clockwise."""
    return draw(SKEW, height=HEIGHT + 180).rotate(9.0, Image.Resampling.BICUBIC, fillcolor=245)


def inverted() -> Image.Image:
    """A dark card with muted letters, lying on white paper."""
    picture = Image.new("L", (WIDTH, HEIGHT + 120), 245)
    picture.paste(draw(INVERTED, ink=150, paper=60, width=WIDTH - 60, height=HEIGHT - 80), (30, 100))
    return picture


def coloured() -> Image.Image:
    """Red letters on green paper of the same brightness, with grain."""
    mask = draw(COLOURED, ink=255, paper=0)
    red, green = (Image.new("RGB", mask.size, colour) for colour in ((205, 72, 50), (60, 140, 90)))
    colours = np.asarray(Image.composite(red, green, mask), np.float32)
    return _picture(colours + np.random.default_rng(4).normal(0, 4, colours.shape))


def small_type() -> Image.Image:
    """Small letters four pixels high, as a scan at 50 dpi gives them."""
    large = draw(SMALL_TYPE, ink=40, width=1280, height=400)
    return large.resize((320, 100), Image.Resampling.BOX)


def _picture(levels: np.ndarray) -> Image.Image:
    return Image.fromarray(np.clip(levels, 0, 255).round().astype(np.uint8))


def write_pages(folder: Path) -> None:
    """The eight single pages."""
    pages = {
        "clean.png": (draw(CLEAN), CLEAN),
        "low_contrast.jpg": (low_contrast(), LOW_CONTRAST),
        "shadow.jpg": (shadow(), SHADOW),
        "noise.png": (noise(), NOISE),
        "skew.png": (skew(), SKEW),
        "inverted.png": (inverted(), INVERTED),
        "coloured.jpg": (coloured(), COLOURED),
        "small_type.png": (small_type(), SMALL_TYPE),
    }
    for name, (picture, text) in pages.items():
        dpi = DPI // 4 if name == "small_type.png" else DPI
        picture.save(folder / name, dpi=(dpi, dpi), optimize=True, quality=85, subsampling=0)
        _write_truth(folder / name, text)


def write_documents(folder: Path) -> None:
    """Three pages as a PDF and as a TIFF, and a ZIP with pictures in folders."""
    pages = [draw(text, width=1000, height=420) for text in REPORT]
    bilevel = [page.point(lambda value: 255 if value > 128 else 0).convert("1") for page in pages]
    bilevel[0].save(
        folder / "report.tif", save_all=True, append_images=bilevel[1:], compression="group4", dpi=(DPI, DPI)
    )
    pages[0].save(folder / "report.pdf", save_all=True, append_images=pages[1:], resolution=float(DPI), quality=80)
    _write_truth(folder / "report.pdf", "\f".join(REPORT))

    with zipfile.ZipFile(folder / "letters.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in LETTERS.items():
            stream = io.BytesIO()
            draw(text, width=640, height=260).save(stream, "PNG", dpi=(DPI, DPI), optimize=True)
            # A fixed date, so that the same pages give the same archive.
            archive.writestr(zipfile.ZipInfo(name, (2025, 1, 1, 0, 0, 0)), stream.getvalue())
    _write_truth(folder / "letters.zip", "\f".join(LETTERS.values()))


def _write_truth(page: Path, text: str) -> None:
    page.with_suffix(".txt").write_text(text, encoding="utf-8", newline="\n")


def main() -> None:
    """Write everything."""
    parser = argparse.ArgumentParser(description="Write the sample pages.")
    parser.add_argument("folder", nargs="?", type=Path, default=HERE / "pages", help="where to; default: samples/pages")
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    write_pages(folder)
    write_documents(folder)
    print(f"{sum(1 for _ in folder.iterdir())} files in {folder}")


if __name__ == "__main__":
    main()
