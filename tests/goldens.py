"""Golden pictures: one filter, one small page, one stored answer.

``python -m tests.goldens KIND…`` or ``--all`` makes them anew. The pages that go in are stored as well: a font or a
random generator that changes between versions must not look like a filter that changed. Look at every new picture
before it is committed.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ocrprep import filters
from ocrprep.page import Page, PixelMode
from tests import pages

FOLDER = Path(__file__).with_suffix("")
INPUTS = FOLDER / "inputs"
FAILED = Path(__file__).parent / "_failed"
MOST_BYTES = 20_000

WIDTH, HEIGHT = 160, 100
DPI = 150.0


@dataclass(frozen=True)
class Case:
    """What a filter is shown, and how near its answer must be.

    Args:
        page: name of the input.
        parameters: other than those of ``example()``.
        because: why this input, these parameters or this tolerance.
        levels: gray levels that a pixel may be off before it counts as different.
        share: of pixels that may be different.
    """

    page: str = "scan"
    parameters: dict[str, Any] = field(default_factory=dict)
    because: str = ""
    levels: int = 1
    # OpenCV rounds differently from one processor's instructions to the next: a few pixels at a threshold may turn.
    share: float = 0.003


ONE_PIXEL = "its example is a single pixel"
ROUNDS = "resampling rounds"

THICK = "thin type shows nothing but its loss"

CASES: dict[str, Case] = {
    "align_to_marks": Case(
        "marked", levels=6, share=0.02, because="the marks' centres are measured; edges shift a little"
    ),
    "auto_denoising": Case("grain"),
    "auto": Case("small", because="there must be something to mend without an engine"),
    "auto_pad": Case("tight", because="there must be text at the frame"),
    "auto_orientation": Case("upside", because="there must be something to turn"),
    "bilateral": Case("grain", levels=2, because="weights are sums in single precision"),
    "binarize_and_dilate": Case("worn", because=THICK),
    "clahe": Case("faint"),
    "close": Case("worn", because=THICK),
    "contrast": Case("faint"),
    "contrast_correction_filter": Case("faint"),
    "crop": Case(parameters={"area": (20, 12, 90, 60)}, because=ONE_PIXEL),
    "crop_to_content": Case("margins", because="there must be something to cut"),
    "denoise": Case("grain"),
    "deskew": Case("skewed", levels=4, share=0.02, because="a hundredth of a degree moves edges by some gray levels"),
    "despeckle": Case("specks"),
    "dilate": Case("worn", because=THICK),
    "drop_color": Case("stamp"),
    "erode": Case("worn", because=THICK),
    "find_page": Case("photo", levels=6, share=0.02, because="the corners hang on a fit; some gray levels at edges"),
    "fit_to": Case("leaf", levels=4, share=0.02, because=f"the ink's box is measured; {ROUNDS}"),
    "gaussian_blur": Case(levels=2, because="the kernel is rounded to fixed point"),
    "invert": Case("stamp", because="each channel is inverted"),
    "keep_components": Case("specks"),
    "median": Case("specks"),
    "non_local_means": Case("grain", levels=3, share=0.01, because="weights are sums in single precision"),
    "normalize_polarity": Case("header", because="only a part of the page is to be inverted"),
    "open": Case("worn", because=THICK),
    "orient_by_major_axis": Case(
        "leaf", levels=4, share=0.02, because="a hundredth of a degree moves edges by some gray levels"
    ),
    "otsu": Case("grain", because="a single level suits even light"),
    "perspective": Case(
        parameters={"corners": ((20.0, 8.0), (150.0, 2.0), (140.0, 95.0), (8.0, 80.0))},
        levels=2,
        share=0.01,
        because=f"{ONE_PIXEL}; {ROUNDS}",
    ),
    "remove_border": Case("border"),
    "remove_lines": Case("rules"),
    "resize": Case(levels=2, because=ROUNDS),
    "rotate": Case(parameters={"angle": 7.0}, levels=2, share=0.01, because=f"a quarter turn shows little; {ROUNDS}"),
    "scale": Case("small", levels=2, because=f"the answer is four times as large; {ROUNDS}"),
    "scale_to_text_height": Case("small", levels=4, share=0.02, because="the scale hangs on a measured height"),
    "stretch_histogram": Case("faint"),
    "to_grayscale": Case("stamp"),
}


def case(kind: str) -> Case:
    """The kind's own, or the usual one."""
    return CASES.get(kind, Case())


def answer(kind: str) -> Page:
    """The filter's answer to its input."""
    example = filters.registry()[kind].example()
    item = type(example)(**{**example.model_dump(exclude={"kind"}), **case(kind).parameters})
    return item(pages.page(read(INPUTS / f"{case(kind).page}.png"), DPI))


def difference(kind: str, got: Page) -> tuple[float, np.ndarray | None]:
    """How far an answer is from the golden.

    Returns:
        The share of pixels that differ by more than the case's levels, 1 where size or mode differ; and the largest
        difference of each pixel's channels, or None.
    """
    wanted = pages.page(read(FOLDER / f"{kind}.png"))
    if wanted.pixels.shape != got.pixels.shape or wanted.mode is not got.mode:
        return 1.0, None
    away = cv2.absdiff(wanted.pixels, got.pixels)
    worst = away if away.ndim == 2 else away.max(axis=2)
    return float(np.mean(worst > case(kind).levels)), worst


def show_failure(kind: str, got: Page, worst: np.ndarray | None) -> str:
    """Write the result and the difference where they can be looked at; returns the place."""
    write(FAILED / f"{kind}_result.png", got.pixels, got.mode)
    if worst is not None:
        write(FAILED / f"{kind}_difference.png", np.where(worst > case(kind).levels, 0, 255).astype(np.uint8))
    return str(FAILED)


def read(path: Path) -> np.ndarray:
    """A stored picture as an array: bool (True is paper), gray or RGB."""
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB") if picture.mode == "P" else picture).copy()


def write(path: Path, pixels: np.ndarray, mode: PixelMode | None = None) -> None:
    """Store a picture as small as PNG can: one bit where it is binary, a palette where it has few colours."""
    picture = Image.fromarray(pixels)
    if mode is PixelMode.BINARY:
        picture = picture.convert("1", dither=Image.Dither.NONE)
    elif pixels.ndim == 3 and picture.getcolors(256) is not None:
        colours, places = np.unique(pixels.reshape(-1, 3), axis=0, return_inverse=True)
        picture = Image.fromarray(places.reshape(pixels.shape[:2]).astype(np.uint8))
        picture.putpalette(colours.tobytes())
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(path, optimize=True)


def make_inputs() -> dict[str, np.ndarray]:
    """The pages that filters are shown, drawn anew."""
    rng = np.random.default_rng(11)
    text = pages.text_gray(WIDTH, HEIGHT)
    specks = text.copy()
    specks[rng.random(text.shape) < 0.006] = 30
    specks[rng.random(text.shape) < 0.006] = 235
    faint = 150 + (text.astype(int) - 130) // 4 + np.arange(WIDTH) // 8
    return {
        "scan": pages.scan_rgb(WIDTH, HEIGHT)[..., 0],
        "grain": np.clip(text + rng.normal(0, 14, text.shape), 0, 255).astype(np.uint8),
        "faint": np.clip(faint, 0, 255).astype(np.uint8),
        "specks": specks,
        "border": np.pad(text[8:-8, 12:-8], ((8, 8), (12, 8)), constant_values=18),
        "margins": np.pad(text[:70, :110], ((14, 16), (34, 16)), constant_values=225),
        "tight": text[8:, 10:],
        "small": pages.text_gray(100, 50, size=11),
        "skewed": turned(pages.text_gray(200, 130), 3.5),
        "upside": np.ascontiguousarray(pages.text_gray(240, 240)[::-1, ::-1]),
        "header": header(),
        "rules": rules(),
        "stamp": stamp(),
        "worn": worn(rng),
        "photo": photo(),
        "leaf": leaf(),
        "marked": marked(),
    }


def turned(pixels: np.ndarray, angle: float) -> np.ndarray:
    """The picture turned about its middle, counter-clockwise, on paper."""
    height, width = pixels.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    return np.asarray(cv2.warpAffine(pixels, matrix, (width, height), borderValue=225.0))


def header() -> np.ndarray:
    """A dark stripe with light text above ordinary text."""
    picture = Image.fromarray(pages.text_gray(WIDTH, HEIGHT))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, WIDTH, 36), fill=225)
    draw.rectangle((4, 4, 152, 30), fill=45)
    draw.text((12, 8), "Item  Price  Total", 240, font=ImageFont.load_default(15))
    return np.asarray(picture)


def rules() -> np.ndarray:
    """Text in a ruled table, some of it on the lines."""
    picture = Image.fromarray(pages.text_gray(WIDTH, HEIGHT))
    draw = ImageDraw.Draw(picture)
    for y in (6, 34, 60, 90):
        draw.line((0, y, WIDTH, y), fill=50)
    for x in (5, 96, 154):
        draw.line((x, 6, x, 90), fill=50)
    return np.asarray(picture)


def stamp() -> np.ndarray:
    """Black text under a red ring, with a blue line."""
    ink = Image.new("RGB", (WIDTH, HEIGHT), (255, 255, 255))
    draw = ImageDraw.Draw(ink)
    draw.ellipse((40, 10, 130, 80), outline=(215, 60, 70), width=6)
    draw.line((0, 92, WIDTH, 92), fill=(70, 90, 200), width=2)
    gray = pages.text_gray(WIDTH, HEIGHT).astype(np.float32)
    return np.round(gray[..., None] * np.asarray(ink) / 255).astype(np.uint8)


def worn(rng: np.random.Generator) -> np.ndarray:
    """Thick type with scratches and pinholes in it, and specks beside it."""
    picture = Image.new("L", (WIDTH, HEIGHT), 225)
    ImageDraw.Draw(picture).text((6, 18), "Paid", 40, font=ImageFont.load_default(66), stroke_width=1)
    pixels = np.asarray(picture).copy()
    pixels[[38, 61]] = 225
    pixels[rng.random(pixels.shape) < 0.01] = 225
    pixels[rng.random(pixels.shape) < 0.01] = 40
    return pixels


def photo() -> np.ndarray:
    """A sheet on a dark desk, seen at an angle."""
    size, corners = (WIDTH, HEIGHT + 20), np.array([(32, 18), (130, 10), (146, 108), (18, 100)], np.float32)
    sheet = pages.text_gray(240, 200, size=24)
    matrix = cv2.getPerspectiveTransform(np.array([(0, 0), (240, 0), (240, 200), (0, 200)], np.float32), corners)
    desk = 60 + np.add.outer(np.arange(size[1]), np.arange(size[0])) // 16
    seen = cv2.warpPerspective(np.ones_like(sheet) * 255, matrix, size, flags=cv2.INTER_AREA) / 255
    drawn = cv2.warpPerspective(sheet, matrix, size, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)
    return np.round(desk * (1 - seen) + drawn * seen).astype(np.uint8)


def marked() -> np.ndarray:
    """A form with a solid square at each corner, seen at an angle."""
    sheet = np.full((300, 400), 225, np.uint8)
    sheet[70:230, 80:320] = pages.text_gray(240, 160, size=24)
    for x, y in ((30, 30), (370, 30), (370, 270), (30, 270)):
        cv2.rectangle(sheet, (x - 16, y - 16), (x + 16, y + 16), 35, cv2.FILLED)
    size = (WIDTH, HEIGHT + 20)
    corners = np.array([(8, 4), (150, 10), (158, 112), (0, 116)], np.float32)
    matrix = cv2.getPerspectiveTransform(np.array([(0, 0), (400, 0), (400, 300), (0, 300)], np.float32), corners)
    seen = cv2.warpPerspective(cv2.GaussianBlur(sheet, (0, 0), 1), matrix, size, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(seen, np.uint8)


def leaf() -> np.ndarray:
    """A long leaf with a stem that lies askew on shaded ground."""
    picture = Image.new("L", (4 * WIDTH, 4 * HEIGHT), 0)
    draw = ImageDraw.Draw(picture)
    along = np.linspace(0.0, 1.0, 60)
    wide = 70 * np.sin(np.pi * along**0.7)
    x, y = 120 + 330 * along, 320 - 210 * along
    across = np.array([0.54, 0.84])
    upper = np.stack([x - across[0] * wide, y - across[1] * wide], axis=1)
    lower = np.stack([x + across[0] * wide, y + across[1] * wide], axis=1)
    draw.polygon([tuple(point) for point in np.concatenate([upper, lower[::-1]])], fill=255)
    draw.line((450, 110, 560, 60), fill=255, width=12)
    share = np.asarray(picture.resize((WIDTH, HEIGHT), Image.Resampling.BOX)) / 255.0
    ground = 225.0 - np.arange(WIDTH) / 8.0
    return np.round(ground * (1 - share) + 90.0 * share).astype(np.uint8)


def main(arguments: list[str]) -> int:
    """Make the goldens of these kinds anew, and the inputs that are missing."""
    parser = argparse.ArgumentParser(prog="python -m tests.goldens", description=__doc__)
    parser.add_argument("kinds", nargs="*", metavar="KIND", help="filters whose pictures are made anew")
    parser.add_argument("--all", action="store_true", help="those of all filters")
    parser.add_argument("--inputs", action="store_true", help="draw the input pages anew as well")
    options = parser.parse_args(arguments)
    for name, pixels in make_inputs().items():
        path = INPUTS / f"{name}.png"
        if options.inputs or not path.exists():
            write(path, pixels)
            print(f"{path.name}: {path.stat().st_size} bytes")  # noqa: T201
    known = [kind for kind in filters.registry() if "." not in kind]
    for kind in known if options.all else [filters.lookup(kind).example().kind for kind in options.kinds]:
        result = answer(kind)
        path = FOLDER / f"{kind}.png"
        write(path, result.pixels, result.mode)
        print(f"{path.name}: {result.mode.value}, {path.stat().st_size} bytes")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
