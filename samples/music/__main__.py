"""Sheet music: staves taken away, note heads found as blobs, their pitch and beat read.

    python -m samples.music [FOLDER] [--pages N] [--seed N]
    python -m samples.music [FOLDER] --read IMAGE [IMAGE ...]

The first reads generated pages in three sizes, with and without noise and skew, and prints how much was right; the
second reads pictures of your own. Both save pictures and the notes as CSV tables.
"""

from __future__ import annotations

import argparse
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from ocrprep import OcrPrepError, Page, PreprocessingFilter
from samples.music import show
from samples.music.engrave import Sheet, engrave, noisy
from samples.music.reader import SIZES, Reader
from samples.music.score import Score, score

CONDITIONS = {"clean": (False, 0), "noise": (True, 0), "skew": (False, 1), "noise + skew": (True, 1)}
"""Whether there is noise, and degrees of skew; every other page is turned clockwise."""


def sheet_of(seed: int, space: float, noise: bool, skew: float) -> Sheet:
    """The page of a cell of the table."""
    sheet = engrave(seed, space, skew if seed % 2 == 0 else -skew)
    pixels = noisy(sheet.pixels, seed) if noise else sheet.pixels
    return Sheet(pixels, sheet.notes, sheet.without_staves)


def cell(reader: Reader, space: float, condition: str, seeds: range, folder: Path | None) -> Score:
    """Read pages of one size and condition; the first one's pictures are saved."""
    noise, skew = CONDITIONS[condition]

    def one(seed: int) -> Score:
        sheet = sheet_of(seed, space, noise, skew)
        read = reader.read(sheet.pixels)
        made, missed = score(sheet.notes, read.notes, space)
        if folder is not None and seed == seeds[0]:
            show.save(folder, f"{space:02.0f}-{condition.replace(' + ', '-')}", sheet.pixels, read, missed)
        return made

    with ThreadPoolExecutor(2) as pool:
        return sum(pool.map(one, seeds), Score())


def tried(reader: Reader, seeds: range, folder: Path | None) -> dict[tuple[float, str], Score]:
    """The whole table, printed as it is made."""
    print(f"{'space':>5}  {'condition':<12} {'notes':>6} {'pitch %':>8} {'beat %':>7} {'missed':>7} {'false %':>8}")
    made = {}
    for space in SIZES:
        for condition in CONDITIONS:
            made[space, condition] = got = cell(reader, space, condition, seeds, folder)
            print(
                f"{space:5.0f}  {condition:<12} {got.notes:6} {got.percent(got.pitch):8.1f} "
                f"{got.percent(got.beat):7.1f} {got.missed:7} {got.percent(got.false):8.2f}",
                flush=True,
            )
    return made


def read_own(reader: Reader, images: list[Path], folder: Path) -> None:
    """Read pictures from files."""
    for image in images:
        page = PreprocessingFilter.to_grayscale()(str(image))
        assert isinstance(page, Page)
        pixels = np.asarray(page.pixels)
        read = reader.read(pixels)
        show.save(folder, image.stem, pixels, read)
        print(f"{image.name}: {read.staves} staves, {len(read.notes)} notes")
        for number in range(read.staves):
            staff = [note for note in read.notes if note.staff == number]
            print("   " + " ".join(f"{note.pitch}:{show.SIGNS[note.beat]}" for note in staff))


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m samples.music", description="Reads sheet music.")
    parser.add_argument("folder", nargs="?", type=Path, default=Path("out/music"), help="for pictures and tables")
    parser.add_argument("--pages", type=int, default=10, help="per size and condition")
    parser.add_argument("--seed", type=int, default=0, help="the first page's; other seeds make other pages")
    parser.add_argument("--lessons", type=int, default=80, help="pages that the reader learns from")
    parser.add_argument("--read", nargs="+", type=Path, metavar="IMAGE", help="read these instead of generated pages")
    options = parser.parse_args()
    began = time.perf_counter()
    reader = Reader(pages=options.lessons)
    print(f"Learned from {options.lessons} pages in {time.perf_counter() - began:.0f} s.")
    if options.read:
        try:
            read_own(reader, options.read, options.folder)
        except OcrPrepError as error:
            sys.exit(str(error))
    else:
        tried(reader, range(options.seed, options.seed + options.pages), options.folder)
        show.overview(options.folder, sheet_of(4, 12.0, noise=True, skew=1), reader)
    print(f"{time.perf_counter() - began:.0f} s; pictures in {options.folder}")


if __name__ == "__main__":
    main()
