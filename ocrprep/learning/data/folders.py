"""Folders with a ``pairs.tsv``: images and their masks, as the benches read them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ocrprep.evaluation.pairs import FILE, read_pairs
from ocrprep.learning.data._pictures import (
    DATA_LIMITS,
    black_and_white,
    gray_levels,
    named,
    page_of,
    png,
    require_equal_sizes,
)
from ocrprep.learning.data.source import Source, checked
from ocrprep.learning.example import Example
from ocrprep.limits import Limits
from ocrprep.outputs.files import made, write_whole

_IMAGES, _MASKS, _CLEAN = "img", "gt", "clean"


class FolderPages:
    """The pairs that a folder's ``pairs.tsv`` lists: UTF-8, tab-separated, header ``image`` and ``ground_truth``.

    A mask is ink below level 128, paper from there on. A clean page of the same file name in the folder ``clean`` is
    taken where there is one.

    Args:
        folder: where ``pairs.tsv`` lies.
        limits: what one image may cost.

    Raises:
        InputError: no ``pairs.tsv``, or it is not such a list.
    """

    def __init__(self, folder: str | Path, limits: Limits = DATA_LIMITS) -> None:
        self.folder = Path(folder)
        self._limits = limits
        self._pairs = read_pairs(self.folder)

    def __len__(self) -> int:
        return len(self._pairs)

    def example(self, index: int) -> Example:
        """Read pair ``index``, in the order of the list.

        Raises:
            IndexError: no such pair.
            InputError: a file is missing or damaged, or their sizes differ; naming the file.
        """
        pair = self._pairs[checked(index, len(self))]
        image = gray_levels(pair.image, str(pair.image), self._limits)
        mask = black_and_white(gray_levels(pair.truth, str(pair.truth), self._limits))
        require_equal_sizes(image, mask, str(pair.truth), pair.image.name)
        path = self.folder / _CLEAN / pair.image.name
        clean = None
        if path.exists():
            clean = gray_levels(path, str(path), self._limits)
            require_equal_sizes(image, clean, str(path), pair.image.name)
        return Example(image, mask, clean, pair.image.stem)

    def page_of(self, index: int) -> str:
        """The page that pair ``index`` shows, without reading it; variants of one page have one."""
        return page_of(self._pairs[checked(index, len(self))].image.stem)


def write_folder(folder: str | Path, source: Source | Iterable[Example]) -> int:
    """Write examples as PNG into ``img``, ``gt`` and ``clean``, then the list of them.

    Files are named after the examples, or numbered where those have no name. The list comes last, so that a folder
    with one is complete.

    Args:
        folder: made if need be; files of the same names are overwritten.
        source: what to write, each example taken when those before it are written.

    Returns:
        How many examples.

    Raises:
        OutputError: something cannot be written.
    """
    target = Path(folder)
    rows = ["image\tground_truth"]
    for name, example in named(source):
        file = f"{name}.png"
        planes = {_IMAGES: example.image, _MASKS: example.mask, _CLEAN: example.clean}
        for part, plane in planes.items():
            if plane is not None:
                write_whole(made(target / part) / file, png(plane))
        rows.append(f"{_IMAGES}/{file}\t{_MASKS}/{file}")
    write_whole(made(target) / FILE, ("\n".join(rows) + "\n").encode())
    return len(rows) - 1
