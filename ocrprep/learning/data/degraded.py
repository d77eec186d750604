"""Pages of one's own, degraded: their ink is the truth, and what becomes of it is made.

The gray levels of the page itself are not used: stains that it has already would be in the picture and not in the
recipe, and the paper under its ink is not known. Its mask is written afresh on clean paper, as made pages are, and both
the picture and the new mask follow from that one ink; so their geometry is the same, whatever the chain did before.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Generator, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from ocrprep.analysis.text_height import text_height
from ocrprep.batch.engine import Task, each
from ocrprep.chain import FilterChain
from ocrprep.errors import OcrPrepError
from ocrprep.evaluation.pairs import Pair
from ocrprep.filters.binarize import Binarize
from ocrprep.filters.normalize_polarity import NormalizePolarity
from ocrprep.learning.data._pictures import DATA_LIMITS, black_and_white, gray_levels, variant_name
from ocrprep.learning.degrade.making import degraded, example_of
from ocrprep.learning.degrade.recipes import draw_degradations, draw_history
from ocrprep.learning.degrade.sheet import Sheet
from ocrprep.learning.example import Example
from ocrprep.page import PageRef, PixelMode, Source
from ocrprep.threads import cores

if TYPE_CHECKING:
    from typing import NoReturn

    from ocrprep.page import Page, Pixels
    from ocrprep.result import PageFailure

MASKING = FilterChain([NormalizePolarity(), Binarize()])
"""What makes the mask of a page, unless somebody says otherwise."""

_SOFT = 0.5
"""Pixels, standard deviation: a mask's stairs become the soft edges that ink has. Less than would move an edge: cut
again where masks are cut, between a third and a half, it is the same mask."""

_X_HEIGHT = 22.0
"""Pixels, of pages without a line of text: from there on masks are cut alike."""

_SUFFIX = re.compile(r"\.\w{1,5}$")


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """The ink of one page.

    Args:
        source: the page.
        name: of the page, for the names of its variants.
        mask: uint8 (H, W), 0 ink, 255 paper.
        gray: uint8 (H, W), the page from which the mask was made, in its place; the mask itself where it was given.
        x_height: of its main text, in pixels.
    """

    source: Source
    name: str
    mask: Pixels
    gray: Pixels
    x_height: float

    def part(self, window: tuple[slice, slice]) -> Truth:
        """The same ink in a window."""
        mask, gray = (np.ascontiguousarray(plane[window]) for plane in (self.mask, self.gray))
        return replace(self, mask=mask, gray=gray)

    def variant(self, seed: int, number: int, size: int | None = None) -> Example:
        """One degraded page: the same arguments give the same, whatever other pages and variants there are.

        Args:
            seed: 0 or more.
            number: of the variant, from 1 on; part of its name.
            size: side of the part that is taken, in pixels, where there is ink if it can be found; None, or a page
                that is smaller: the whole.
        """
        own = int.from_bytes(hashlib.sha256(self.name.encode("utf-8", "surrogatepass")).digest()[:8], "little")
        rng = np.random.default_rng([seed, own, number])
        here = self if size is None else self.part(_window(self.mask, size, rng))
        ink = cv2.GaussianBlur((here.mask == 0).astype(np.float32), (0, 0), _SOFT, borderType=cv2.BORDER_REPLICATE)
        steps = draw_degradations(rng, draw_history(rng), self.x_height)
        sheet = degraded(Sheet.written(np.asarray(ink, np.float32), self.x_height), steps, rng)
        return example_of(sheet, variant_name(self.name, number))


def truth_of(page: Page, name: str, chain: FilterChain = MASKING) -> Truth:
    """The ink of a page.

    Args:
        page: in any mode.
        name: of the page.
        chain: what makes the mask; a page that it leaves gray is binarized.

    Raises:
        FilterError: the chain cannot do its work on this page.
    """
    done = chain(page)
    if done.mode is not PixelMode.BINARY:
        done = Binarize()(done)
    return _truth(page.source, name, done.pixels, done.gray().converted(PixelMode.GRAY).pixels)


def _truth(source: Source, name: str, mask: Pixels, gray: Pixels) -> Truth:
    found = text_height(mask)
    return Truth(source, name, mask, gray, _X_HEIGHT if found is None else float(np.clip(found.x_height, 4.0, 190.0)))


def truth_of_pair(pair: Pair, name: str) -> Truth:
    """The ink of a page whose mask was given.

    Raises:
        InputError: the mask is missing or damaged.
    """
    mask = black_and_white(gray_levels(pair.truth, str(pair.truth), DATA_LIMITS))
    return _truth(Source(str(pair.image)), name, mask, mask)


def named_truth(item: PageRef | Pair, roots: Sequence[Path], chain: FilterChain = MASKING) -> Truth:
    """The ink of a page of a batch, or of a pair.

    A page is named after its path below the first of ``roots`` that it lies in, and its number in a document of
    several; a pair after the file of its picture.

    Raises:
        OcrPrepError: it cannot be opened or prepared.
    """
    if isinstance(item, Pair):
        return truth_of_pair(item, item.image.stem)
    page = item.load()
    if page.source.page_count == 1:
        return truth_of(page, _name(_SUFFIX.sub("", page.source.uri), roots), chain)
    return truth_of(page, f"{_name(page.source.uri, roots)}-p{page.source.page_index + 1}", chain)


def _name(uri: str, roots: Sequence[Path]) -> str:
    path = Path(uri)
    root = next((root for root in roots if root in path.parents), path.parent)
    return path.relative_to(root).as_posix()


def variants(
    items: Iterable[PageRef | Pair],
    count: int,
    *,
    roots: Sequence[Path] = (),
    chain: FilterChain = MASKING,
    seed: int = 0,
    size: int | None = None,
    workers: int = 0,
) -> Generator[Example | PageFailure, None, None]:
    """Degraded variants of pages, in order; a page that fails is a ``PageFailure`` in the place of all its variants.

    One page is open at a time, and about two variants for each worker are in memory.

    Args:
        items: pages that are not opened yet, or pairs with given masks.
        count: variants of each page.
        roots: folders whose paths are left out of the names.
        chain: see :func:`truth_of`.
        seed: other seeds give other variants.
        size: see :meth:`Truth.variant`.
        workers: threads; 0 one on each core.
    """
    workers = workers or cores()

    def tasks() -> Generator[Task[Example], None, None]:
        for item in items:
            source = Source(str(item.image)) if isinstance(item, Pair) else item.source
            try:
                truth = named_truth(item, roots, chain)
            except OcrPrepError as error:
                yield Task(source, partial(_fail, error))
                continue
            for number in range(1, count + 1):
                yield Task(source, partial(truth.variant, seed, number, size))

    made = each(tasks(), "collect", workers=workers, ahead=2 * workers)
    with closing(made):
        yield from made


def _fail(error: OcrPrepError) -> NoReturn:
    raise error


def _window(mask: Pixels, size: int, rng: np.random.Generator) -> tuple[slice, slice]:
    """Of three places at random the one with most ink: margins teach little, but must be seen."""
    height, width = mask.shape
    tops = rng.integers(0, max(height - size, 0) + 1, 3)
    lefts = rng.integers(0, max(width - size, 0) + 1, 3)
    windows = [
        (slice(top, top + size), slice(left, left + size))
        for top, left in zip(tops.tolist(), lefts.tolist(), strict=True)
    ]
    return min(windows, key=lambda window: cv2.countNonZero(mask[window]) - mask[window].size)
