"""The report: what a browser shows of a batch that was read, once or after several chains."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ocrprep.errors import OutputError
from ocrprep.outputs.files import made, whole_file
from ocrprep.report._html import written
from ocrprep.report._pages import page_told
from ocrprep.report._scores import Marks, Worth, marks_of, worth_of
from ocrprep.report._spool import Spool, beside, cleared, placed
from ocrprep.report.truths import truths_of
from ocrprep.result import OcrOutput, PageFailure, RecognitionResult

if TYPE_CHECKING:
    from ocrprep.page import Source

LIMIT = 20_000_000
"""Bytes of pictures that a file may hold itself."""

LONGEST = 1600
"""Pixels of a picture's longer side."""

_WIDEST = 16_383
"""What a WebP file holds."""

_ALONE = "result"
"""The name of the only variant, where none is given."""


@dataclass(frozen=True)
class Contents:
    """What a report is about.

    Args:
        title: of the report.
        variants: what was read, by name; the same pages in all.
        baseline: the variant that the others are measured against; None where there is only one.
        truths: for each page its text, or None.
        marks: the scores of each variant, page by page.
        worths: for each chain what its steps are worth.
    """

    title: str
    variants: Mapping[str, OcrOutput]
    baseline: str | None
    truths: Sequence[str | None]
    marks: Mapping[str, Marks]
    worths: Mapping[str, Sequence[Worth]]

    @property
    def main(self) -> str:
        """The variant that is shown first."""
        return next((name for name in self.variants if name != self.baseline), next(iter(self.variants)))

    @property
    def pages(self) -> Iterator[dict[str, RecognitionResult | PageFailure]]:
        """For each page what each variant made of it."""
        for items in zip(*self.variants.values(), strict=True):
            yield dict(zip(self.variants, items, strict=True))


def save_report(
    variants: OcrOutput | Mapping[str, OcrOutput],
    path: str | os.PathLike[str],
    *,
    truths: Sequence[str | None] | str | os.PathLike[str] | None = None,
    title: str | None = None,
    limit: int = LIMIT,
    longest: int = LONGEST,
    baseline: str | None = None,
    ablations: Mapping[str, Mapping[str, OcrOutput]] | None = None,
) -> list[Path]:
    """Write one HTML file that shows, page by page, what was done, what was read, and how well; no network is used.

    The pictures are made by opening each page again and taking its recorded steps again, one page in memory at a time.
    Pages whose results were pickled or made by hand have no pictures; the report says so.

    Args:
        variants: what was read; or several such by name, of the same pages in the same order.
        path: of the file, whose folder is made if need be.
        truths: the true text of each page, None where it is not known; or a folder, see ``truths_of``.
        title: of the report; None goes by the file's name.
        limit: bytes of pictures that the file may hold itself; with more they lie beside it in ``NAME_files``.
        longest: pixels of a picture's longer side, 16–16383, to which larger ones are reduced.
        baseline: the variant that others are measured against; None is the one called ``identity``, else the first.
        ablations: for a variant, by the name of the step that is left out, what was read without it.

    Returns:
        The file, then its pictures where they lie beside it. Everything is there whole or, after an error, as before.

    Raises:
        OutputError: the file cannot be written, the variants hold different pages, or jinja2 is not installed.
        ConfigError: there is a truth, but rapidfuzz is not installed.
        InputError: a folder of truths that cannot be read.
        ValueError: no variants, a baseline that is none of them, or a limit or size out of range.
    """
    target = Path(path)
    given = {_ALONE: variants} if isinstance(variants, OcrOutput) else dict(variants)
    if limit < 0 or not 16 <= longest <= _WIDEST:
        raise ValueError(f"limit must be at least 0 and longest from 16 to {_WIDEST}, not {limit} and {longest}")
    sources = _sources(given)
    texts = _texts(truths, sources)
    marks = {name: marks_of(items, texts) for name, items in given.items()}
    contents = Contents(
        title=title if title is not None else target.stem,
        variants=given,
        baseline=_baseline(given, baseline),
        truths=texts,
        marks=marks,
        worths={name: _worths(marks[name], left_out, texts) for name, left_out in (ablations or {}).items()},
    )
    return _saved(contents, target, limit, longest)


def _saved(contents: Contents, target: Path, limit: int, longest: int) -> list[Path]:
    made(target.parent)
    with ExitStack() as stack:
        spool = Spool(Path(stack.enter_context(_temporary())))
        for number, items in enumerate(contents.pages, 1):
            spool.keep_page(page_told(number, items, contents.truths[number - 1], spool, longest))
        folder = beside(target)
        files: list[Path] = []
        address = spool.data_uri
        if spool.size > limit:
            files = stack.enter_context(placed(spool, folder))
            address = _relative(folder)
        stream = stack.enter_context(whole_file(target))
        for part in written(contents, spool, address):
            # A name may hold bytes that are no text.
            stream.write(part.encode(errors="replace"))
    cleared(folder, {file.name for file in files})
    return [target, *files]


def _temporary() -> tempfile.TemporaryDirectory[str]:
    try:
        return tempfile.TemporaryDirectory(prefix="ocrprep-report-")
    except OSError as error:
        raise OutputError(f"there is no place for temporary files: {error.strerror or error}") from error


def _relative(folder: Path) -> Any:
    from urllib.parse import quote  # noqa: PLC0415 - only large reports need it

    return lambda name: f"{quote(folder.name, errors='surrogateescape')}/{name}"


def _sources(variants: Mapping[str, OcrOutput]) -> list[Source]:
    """Of the pages, which must be the same in all variants."""
    if not variants:
        raise ValueError("a report needs something that was read")
    (first, items), *others = variants.items()
    sources = [item.source for item in items]
    for name, other in others:
        if len(other) != len(items):
            raise OutputError(f"{first!r} holds {len(items)} pages and {name!r} {len(other)}: they must be the same")
        for number, (one, two) in enumerate(zip(sources, (item.source for item in other), strict=True), 1):
            if (one.uri, one.page_index) != (two.uri, two.page_index):
                raise OutputError(f"page {number} is {one} in {first!r} and {two} in {name!r}: they must be the same")
    return sources


def _texts(given: Sequence[str | None] | str | os.PathLike[str] | None, sources: Sequence[Source]) -> list[str | None]:
    if given is None:
        return [None] * len(sources)
    if isinstance(given, (str, os.PathLike)):
        return truths_of(sources, given)
    texts = [text if text and text.strip() else None for text in given]
    if len(texts) != len(sources):
        raise ValueError(f"there are {len(texts)} true texts for {len(sources)} pages")
    return texts


def _baseline(variants: Mapping[str, OcrOutput], asked: str | None) -> str | None:
    if asked is not None and asked not in variants:
        raise ValueError(f"the baseline {asked!r} is none of {', '.join(map(repr, variants))}")
    if len(variants) == 1:
        return None
    return asked or ("identity" if "identity" in variants else next(iter(variants)))


def _worths(whole: Marks, left_out: Mapping[str, OcrOutput], truths: Sequence[str | None]) -> list[Worth]:
    found = (worth_of(step, whole, marks_of(items, truths)) for step, items in left_out.items())
    return [worth for worth in found if worth is not None]
