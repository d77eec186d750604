"""ocrobin's data sets: tar files in which the members ``NAME.gray.png`` and ``NAME.bin.png`` belong together.

The convention is WebDataset's: what comes before the ending is the page's name, folders in front included. In the masks
that ocrobin's own tool wrote, ink is white (T. Breuel, ocropus3-ocrobin, ``degrade-pages``, 2018: a pixel of the mask
near 1 is given the dark ink), and edges are soft, because its pages were turned after they were drawn.
"""

from __future__ import annotations

import gzip
import io
import secrets
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal, TypeAlias

import cv2

from ocrprep.errors import InputError, OutputError
from ocrprep.learning.data._index import Member, Unpacked, members
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
from ocrprep.outputs.files import made
from ocrprep.page import Pixels

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

Ink: TypeAlias = Literal["auto", "white", "black"]
"""Which pixels of a stored mask are ink; ``auto``: those under which the gray page is darker."""

_IMAGE, _MASK, _CLEAN = "gray.png", "bin.png", "clean.png"
_GZIP_LEVEL = 1
"""PNG files hardly pack any further."""


@dataclass(frozen=True, slots=True)
class _Page:
    name: str
    image: Member
    mask: Member
    clean: Member | None


class TarPages:
    """The pages of one or several tar files (shards), in the order of the files and of their members.

    Levels of a mask from 128 on count as white. Other members than those named are left alone. A compressed archive is
    unpacked once into the folder for temporary files.

    Args:
        archives: a ``.tar`` or ``.tgz``, or several; told by their bytes, not by their names.
        ink: see :data:`Ink`. ``auto`` serves dark ink on light paper; a mask of one level has no ink.
        image: ending of the gray pages' names, after the first part and a dot.
        mask: ending of the masks' names.
        clean: ending of the clean pages' names, taken where they are there; None takes none.
        limits: what the archives and each image may cost.

    Raises:
        InputError: an archive is missing, damaged or too large, has no pages, names one twice, or one of them lacks its
            mask or its image; naming archive and member.
        ValueError: no archives, or two equal endings.
    """

    def __init__(
        self,
        archives: str | Path | Iterable[str | Path],
        *,
        ink: Ink = "auto",
        image: str = _IMAGE,
        mask: str = _MASK,
        clean: str | None = _CLEAN,
        limits: Limits = DATA_LIMITS,
    ) -> None:
        paths = [Path(archives)] if isinstance(archives, (str, Path)) else [Path(path) for path in archives]
        endings = [ending for ending in (image, mask, clean) if ending is not None]
        if not paths or len(set(endings)) < len(endings):
            raise ValueError("at least one archive and different endings are needed")
        self._ink, self._limits = ink, limits
        self._unpacked = [Unpacked(path, limits) for path in paths]
        self._pages: list[_Page] = []
        for path, unpacked in zip(paths, self._unpacked, strict=True):
            found = list(members(path, unpacked.file, limits))
            self._pages += _paired(path, found, (image, mask, clean))

    def __len__(self) -> int:
        return len(self._pages)

    def example(self, index: int) -> Example:
        """Read page ``index``.

        Raises:
            IndexError: no such page.
            InputError: a member is damaged or too large, or sizes differ; naming archive and member.
        """
        page = self._pages[checked(index, len(self))]
        image, mask = (self._levels(member) for member in (page.image, page.mask))
        require_equal_sizes(image, mask, page.mask.uri, page.image.name)
        clean = None
        if page.clean is not None:
            clean = self._levels(page.clean)
            require_equal_sizes(image, clean, page.clean.uri, page.image.name)
        return Example(image, _ink_black(image, black_and_white(mask), self._ink), clean, page.name)

    def page_of(self, index: int) -> str:
        """The page that example ``index`` shows, without reading it; variants of one page have one."""
        return page_of(self._pages[checked(index, len(self))].name)

    def _levels(self, member: Member) -> Pixels:
        return gray_levels(member.read(), member.uri, self._limits)


def _paired(path: Path, found: list[Member], endings: tuple[str, str, str | None]) -> list[_Page]:
    parts: dict[str, dict[str, Member]] = {}
    for member in found:
        ending = next((end for end in endings if end is not None and member.name.endswith(f".{end}")), None)
        if ending is None:
            continue
        page = parts.setdefault(member.name.removesuffix(f".{ending}"), {})
        if ending in page:
            raise InputError("the archive has two members of that name", source=member.uri)
        page[ending] = member
    if not parts:
        raise InputError(f"no members that end in .{endings[0]} and .{endings[1]}", source=str(path))
    return [_page(name, page, endings) for name, page in parts.items()]


def _page(name: str, page: dict[str, Member], endings: tuple[str, str, str | None]) -> _Page:
    for ending in endings[:2]:
        if ending not in page:
            there = next(iter(page.values()))
            missing = f"{name.rsplit('/', 1)[-1]}.{ending}"
            raise InputError(f"its partner {missing} is missing", source=there.uri)
    image, mask = (page[ending] for ending in endings[:2])
    return _Page(name, image, mask, None if endings[2] is None else page.get(endings[2]))


def _ink_black(image: Pixels, mask: Pixels, ink: Ink) -> Pixels:
    """A mask of two levels with ink at 0."""
    white = cv2.countNonZero(mask)
    turned = ink == "white"
    if ink == "auto":
        one_level = white in {0, mask.size}
        under_white, under_black = (cv2.mean(image, part)[0] for part in (mask, cv2.bitwise_not(mask)))
        turned = white == 0 if one_level else under_white < under_black
    return cv2.bitwise_not(mask) if turned else mask  # type: ignore[return-value]


def write_tar(path: str | Path, source: Source | Iterable[Example], *, ink: Literal["white", "black"] = "white") -> int:
    """Write examples as ``NAME.gray.png``, ``NAME.bin.png`` and, where there is one, ``NAME.clean.png``.

    The same examples give the same bytes. The file is there whole or, after any error, as it was before.

    Args:
        path: ends in ``.tar``, ``.tgz`` or ``.tar.gz``, the last two compressed.
        source: what to write, each example taken when those before it are written; names are the examples' own, with
            ``_`` for what WebDataset cannot have in a name.
        ink: the level of ink in the masks; ocrobin learns from white ink.

    Returns:
        How many examples.

    Raises:
        OutputError: another ending, or the file cannot be written.
    """
    target = Path(path)
    count = 0
    with _tar(target) as tar:
        for name, example in named(source):
            mask = cv2.bitwise_not(example.mask) if ink == "white" else example.mask
            for ending, plane in ((_IMAGE, example.image), (_MASK, mask), (_CLEAN, example.clean)):
                if plane is not None:
                    data = png(plane)  # type: ignore[arg-type]
                    info = tarfile.TarInfo(f"{name}.{ending}")
                    info.size = len(data)
                    tar.addfile(info, io.BytesIO(data))
            count += 1
    return count


@contextmanager
def _tar(target: Path) -> Iterator[tarfile.TarFile]:
    packed = target.name.lower().endswith((".tgz", ".tar.gz"))
    if not packed and target.suffix.lower() != ".tar":
        raise OutputError("a data set is written as .tar, .tgz or .tar.gz", path=str(target))
    part = made(target.parent) / f".{target.name[:64]}.{secrets.token_hex(6)}.part"
    try:
        with ExitStack() as stack:
            stack.callback(part.unlink, missing_ok=True)
            with part.open("wb") as raw, _packing(raw, packed) as sink, tarfile.open(fileobj=sink, mode="w") as tar:
                yield tar
            part.replace(target)
    except OSError as error:
        raise OutputError(
            f"the file cannot be written: {error.strerror or error}",
            path=str(target),
            hint="is the folder writable, and is there space left?",
        ) from error


def _packing(raw: IO[bytes], packed: bool) -> AbstractContextManager[IO[bytes]]:
    if not packed:
        return nullcontext(raw)
    # No name and no time: the same pages give the same file.
    return gzip.GzipFile("", "wb", _GZIP_LEVEL, raw, mtime=0)  # type: ignore[return-value]
