"""Pictures of what was read, and tables of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
from PIL import Image, ImageDraw, ImageFont

from samples.music.engrave import BEATS, Note

if TYPE_CHECKING:
    from pathlib import Path

    from samples.music.engrave import Sheet
    from samples.music.reader import Reader, ReadPage
    from samples.music.strips import Pixels

SIGNS = dict(zip(BEATS, ("1", "1/2", "1/4", "1/8", "1/16", "1/32"), strict=True))
RIGHT, LEFT_OUT = (0, 110, 60), (200, 30, 30)


def named(pixels: Pixels, notes: tuple[Note, ...], missed: tuple[Note, ...] = (), enlarge: int = 1) -> Image.Image:
    """The page with a ring around each head, its pitch and beat beneath; missed heads are crossed out in red."""
    page = Image.fromarray(pixels).convert("RGB")
    page = page.resize((page.width * enlarge, page.height * enlarge), Image.Resampling.LANCZOS)
    pale = Image.blend(page, Image.new("RGB", page.size, "white"), 0.45)
    draw, font = ImageDraw.Draw(pale), ImageFont.load_default(13)
    space = _space(notes) * enlarge
    taken: list[tuple[float, float]] = []
    for note in notes:
        x, y = note.x * enlarge, note.y * enlarge
        draw.ellipse((x - 0.9 * space, y - 0.75 * space, x + 0.9 * space, y + 0.75 * space), outline=RIGHT, width=2)
        text = f"{note.pitch}\n{SIGNS[note.beat]}"
        down = y + 1.0 * space
        # Names of a chord's heads would cover each other.
        while any(abs(x - other) < 20 and abs(down - below) < 28 for other, below in taken):
            down += 6
        taken.append((x, down))
        draw.multiline_text((x, down), text, fill=RIGHT, font=font, anchor="ma", align="center", spacing=1)
    for note in missed:
        x, y = note.x * enlarge, note.y * enlarge
        draw.line((x - space, y - space, x + space, y + space), fill=LEFT_OUT, width=3)
        draw.line((x - space, y + space, x + space, y - space), fill=LEFT_OUT, width=3)
    return pale


def _space(notes: tuple[Note, ...]) -> float:
    """The staff space in pixels, from two heads at different heights; 10 if there are none."""
    for first in notes:
        for second in notes:
            apart = second.position - first.position
            if first.staff == second.staff and abs(apart) >= 4 and abs(first.x - second.x) < 400:
                return max(4.0, abs(first.y - second.y) * 2 / abs(apart))
    return 10.0


def save(folder: Path, name: str, pixels: Pixels, read: ReadPage, missed: tuple[Note, ...] = ()) -> None:
    """The source, the page without staves, the heads with their names, and the notes as a CSV table."""
    folder.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(folder / f"{name}-1-source.png"), pixels if pixels.ndim == 2 else pixels[..., ::-1])
    cv2.imwrite(str(folder / f"{name}-2-without-staves.png"), read.without_staves)
    enlarge = 1 if _space(read.notes) >= 12 else 2
    named(pixels, read.notes, missed, enlarge).save(folder / f"{name}-3-notes.png")
    (folder / f"{name}.csv").write_text(table(read.notes), encoding="utf-8")


def table(notes: tuple[Note, ...]) -> str:
    """The notes as CSV: staff from 1, x and y in pixels, pitch, beat."""
    rows = [f"{note.staff + 1},{note.x:.1f},{note.y:.1f},{note.pitch},{note.beat}" for note in notes]
    return "\n".join(["staff,x,y,pitch,beat", *rows, ""])


def overview(folder: Path, sheet: Sheet, reader: Reader) -> None:
    """The first staff of a page three times, one under the other: source, without lines, and read; in few colours."""
    read = reader.read(sheet.pixels)
    height = sheet.pixels.shape[0] // 2
    shown = [Image.fromarray(sheet.pixels), Image.fromarray(read.without_staves), named(sheet.pixels, read.notes)]
    whole = Image.new("RGB", (sheet.pixels.shape[1], height * len(shown)), "white")
    for number, picture in enumerate(shown):
        whole.paste(picture.convert("RGB").crop((0, 0, picture.width, height - 8)), (0, number * height))
    # Fourteen grays and both inks: grain does not compress.
    palette = Image.new("P", (1, 1))
    grays = [level for gray in range(14) for level in [gray * 255 // 13] * 3]
    palette.putpalette([*grays, *RIGHT, *LEFT_OUT])
    whole.quantize(palette=palette, dither=Image.Dither.NONE).save(folder / "overview.png", optimize=True)
