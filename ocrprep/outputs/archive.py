"""Documents in black and white, for keeping: one Group 4 TIFF or PDF/A for each source, and the bytes that it saves."""

from __future__ import annotations

import os
from collections import deque
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ocrprep.batch import Task, as_source, each
from ocrprep.batch.progress import one_at_a_time
from ocrprep.batch.run import Watch, watched_task
from ocrprep.chain import FilterChain
from ocrprep.errors import OutputError
from ocrprep.outputs._volumes import SUFFIXES, VOLUMES, Archived, ArchiveFormat, Place, ReadyPage, Volume
from ocrprep.outputs.documents._pdf_picture import group4
from ocrprep.outputs.encode import encode
from ocrprep.outputs.files import is_file, made
from ocrprep.outputs.names import Names
from ocrprep.page import PixelMode
from ocrprep.result import PageFailure
from ocrprep.result.frame import ASSUMED_DPI

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ocrprep.batch import Batch, OnError, PageSource, ProgressCallback
    from ocrprep.filters.base import Evidence
    from ocrprep.outputs.options import Overwrite
    from ocrprep.page import PageRef, Source

__all__ = ["ArchiveFormat", "Archived", "archive", "archive_each"]


def archive(
    batch: Batch,
    folder: str | os.PathLike[str],
    *,
    format: ArchiveFormat = "tiff",  # noqa: A002 - as in ImageProcessing.save
    overwrite: Overwrite = "replace",
    dpi: float = ASSUMED_DPI,
    on_error: OnError | None = None,
    evidence: Evidence | None = None,
    workers: int = 0,
    progress: ProgressCallback | None = None,
) -> list[Archived | PageFailure]:
    """Prepare each page, make it black and white, and write one document for each source; on all cores.

    A page that its filters did not make black and white is given to ``binarize``, which its steps tell. Resolutions are
    kept. Pages of one source that follow each other are one document, named after it.

    Args:
        batch: an ``OcrInput``, a page, an array, a Pillow image, a path, or several of them in a list.
        folder: where to write; made if need be.
        format: see :data:`ArchiveFormat`.
        overwrite: what happens to a document that is there: see :data:`Overwrite`; with ``skip`` none of its pages is
            opened.
        dpi: pixels per inch of pages that do not know theirs, for the size of a PDF's page.
        on_error: ``raise``, or ``collect``: the document is written without a page that fails; None is the batch's own.
        evidence: an engine's opinions for the filters that ask for them; a recognizer is one.
        workers: pages at the same time; 0 for one on each core.
        progress: called after each step of each page.

    Returns:
        The documents in the order of their first pages; before each the failures of its pages. A document all of whose
        pages failed is not written.

    Raises:
        OutputError: the folder or a document cannot be written, the document would be its own source, or a PDF is
            asked for and fpdf2 is not installed.
        OcrPrepError: with ``raise``, the first failure of a page.
    """
    return list(
        archive_each(
            batch,
            folder,
            format=format,
            overwrite=overwrite,
            dpi=dpi,
            on_error=on_error,
            evidence=evidence,
            workers=workers,
            progress=progress,
        )
    )


def archive_each(
    batch: Batch,
    folder: str | os.PathLike[str],
    *,
    format: ArchiveFormat = "tiff",  # noqa: A002 - as above
    overwrite: Overwrite = "replace",
    dpi: float = ASSUMED_DPI,
    on_error: OnError | None = None,
    evidence: Evidence | None = None,
    workers: int = 0,
    progress: ProgressCallback | None = None,
) -> Iterator[Archived | PageFailure]:
    """As :func:`archive`, told document by document while it goes on."""
    if format not in SUFFIXES:
        raise OutputError(f"an archive is not written as {format!r}", hint="tiff or pdf")
    source = as_source(batch)
    plan = _Plan(made(Path(folder)), source, format, overwrite=overwrite, evidence=evidence, progress=progress)
    with ExitStack() as stack:
        volume: Volume | None = None
        for result in each(plan.tasks(), on_error or source.on_error, workers=workers):
            yield from plan.kept()
            place = plan.places.popleft()
            if volume is not None and volume.place is not place:
                yield from volume.end()
                volume = None
            if isinstance(result, PageFailure):
                yield result
                continue
            if volume is None:
                volume = VOLUMES[format](place, dpi)
                stack.callback(volume.close)
            volume.add(result)
        if volume is not None:
            yield from volume.end()
        yield from plan.kept()


class _Plan:
    """The work on each page, in order, and which document it belongs to."""

    def __init__(
        self,
        folder: Path,
        source: PageSource,
        image_format: ArchiveFormat,
        *,
        overwrite: Overwrite,
        evidence: Evidence | None,
        progress: ProgressCallback | None,
    ) -> None:
        self._folder = folder
        self._source = source
        self._format = image_format
        self._overwrite = overwrite
        self._evidence = evidence
        self._tell = None if progress is None else one_at_a_time(progress)
        self._binarize = FilterChain.from_flags(["binarize"])
        self._skipped: deque[Archived] = deque()
        self.places: deque[Place] = deque()

    def tasks(self) -> Iterator[Task[ReadyPage]]:
        """The pages, in order; ``places`` grows by one with each."""
        taken = partial(os.path.lexists) if self._overwrite == "rename" else None
        names = Names((lambda name: taken(self._folder / name)) if taken else lambda _: False)
        place: Place | None = None
        skipped = False
        for number, ref in enumerate(self._source.refs()):
            if place is None or place.source.uri != ref.source.uri or ref.source.page_count == 1:
                place = self._begun(names, ref.source)
                skipped = self._overwrite == "skip" and place.path.exists()
                if skipped:
                    size = place.path.stat().st_size
                    self._skipped.append(Archived(place.path, ref.source, 0, None, size, written=False))
            if not skipped:
                self.places.append(place)
                watch = Watch(ref, number, self._tell)
                yield watched_task(ref, watch, partial(self._ready, ref, watch))

    def kept(self) -> Iterator[Archived]:
        """The documents that were there and are left alone, each once."""
        while self._skipped:
            yield self._skipped.popleft()

    def _begun(self, names: Names, source: Source) -> Place:
        suffix = SUFFIXES[self._format]
        path = self._folder / f"{names.claim(replace(source, page_count=1), [suffix])}{suffix}"
        if os.path.lexists(path):
            if self._overwrite == "error":
                hint = "overwrite='replace', 'rename' or 'skip'"
                raise OutputError("there is a file of this name", path=str(path), hint=hint)
            if self._overwrite != "skip" and is_file(path, source.uri):
                hint = "save to another folder, or with overwrite='rename'"
                raise OutputError("this is the file that the pages come from", path=str(path), hint=hint)
        return Place(path, source)

    def _ready(self, ref: PageRef, watch: Watch) -> ReadyPage:
        page = ref.load()
        watch.done("load")
        page = self._source.chain(page, evidence=self._evidence, watch=watch.filtered)
        if page.mode is not PixelMode.BINARY:
            page = self._binarize(page, evidence=self._evidence, watch=watch.filtered)
        data = encode(page, "tiff") if self._format == "tiff" else group4(page)
        watch.done("save")
        return ReadyPage(data, page.width, page.height, page.dpi, page.steps)
