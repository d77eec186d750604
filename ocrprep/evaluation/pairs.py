"""Images with their truth: folders with a ``pairs.tsv``."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from ocrprep.errors import InputError

FILE = "pairs.tsv"
_NEEDED = ("image", "ground_truth")


@dataclass(frozen=True, slots=True)
class Pair:
    """One image and its truth.

    Args:
        image: the picture.
        truth: a mask (PNG) or a text (UTF-8).
        name: ``folder/file``, for tables.
        language: Tesseract's name, for texts.
        page_segmentation_mode: Tesseract's, for texts.
    """

    image: Path
    truth: Path
    name: str
    language: str = "eng"
    page_segmentation_mode: int = 3


def read_pairs(folder: Path, limit: int | None = None) -> list[Pair]:
    """The pairs of a folder.

    ``pairs.tsv`` is UTF-8, tab-separated, with a header: ``image`` and ``ground_truth`` (paths below the folder), and
    optionally ``language`` and ``page_segmentation_mode``; an empty cell means the default. Whether the files exist is
    seen when they are opened, so that one missing file costs one pair.

    Args:
        folder: where ``pairs.tsv`` lies.
        limit: take only so many, evenly spread; None takes all.

    Raises:
        InputError: no such file, a missing column or cell, or a mode that is no number, with the line.
    """
    listing = folder / FILE
    try:
        with listing.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))
    except OSError as error:
        raise InputError(
            f"cannot be read: {error.strerror or error}",
            source=str(listing),
            hint="a bench needs this file: a header `image<TAB>ground_truth`, then a line for each pair",
        ) from error
    except UnicodeDecodeError as error:
        raise InputError("is not UTF-8 text", source=str(listing)) from error
    pairs = [_pair(folder, row, line) for line, row in enumerate(rows, 2)]
    if not pairs:
        raise InputError("lists no pairs", source=str(listing))
    if limit is None or limit >= len(pairs):
        return pairs
    return [pairs[index * len(pairs) // limit] for index in range(limit)]


def _pair(folder: Path, row: dict[str, str | None], line: int) -> Pair:
    where = f"{folder / FILE}, line {line}"
    for column in _NEEDED:
        if not row.get(column):
            raise InputError(f"nothing in the column {column!r}", source=where)
    mode = row.get("page_segmentation_mode") or "3"
    if not mode.isdecimal():
        raise InputError(f"page_segmentation_mode is a number from 1 to 13, not {mode!r}", source=where)
    image, truth = Path(str(row["image"])), Path(str(row["ground_truth"]))
    return Pair(folder / image, folder / truth, f"{folder.name}/{image.name}", row.get("language") or "eng", int(mode))
