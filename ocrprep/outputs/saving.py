"""Prepared pages as image files: in as few bits as they need, atomically, and never over their own source."""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from ocrprep.batch import as_source, each
from ocrprep.batch.job import Job
from ocrprep.batch.progress import one_at_a_time
from ocrprep.outputs.files import made
from ocrprep.outputs.options import Overwrite, SavedImage, SaveImageFormat, SaveOptions
from ocrprep.outputs.rendered import RenderedPages
from ocrprep.outputs.writer import Writer
from ocrprep.result import PageFailure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ocrprep.batch import Batch, OnError, ProgressCallback
    from ocrprep.filters.base import Evidence


class ImageProcessing:
    """Prepared pages as files or in memory."""

    @staticmethod
    def save(
        batch: Batch,
        folder: str | os.PathLike[str],
        *,
        format: SaveImageFormat = "png",  # noqa: A002 - what everyone calls it
        overwrite: Overwrite = "replace",
        steps: bool = False,
        quality: int | None = None,
        on_error: OnError | None = None,
        evidence: Evidence | None = None,
        workers: int = 0,
        progress: ProgressCallback | None = None,
        job: Job | str | os.PathLike[str] | None = None,
    ) -> list[SavedImage | PageFailure]:
        """Prepare each page and write it to ``folder``, which is made if need be; on all cores.

        Files are named after their sources: ``stem.png``, or ``stem_p0001.png`` for a document of several pages.
        Sources of the same stem get ``stem_2`` and so on, in the order of the batch. A file appears whole or not at
        all.

        Args:
            batch: an ``OcrInput``, a page, an array, a Pillow image, a path, or several of them in a list.
            folder: where to write.
            format: ``png``, ``tiff``, ``jpeg``, ``webp`` or ``auto``; see ``encode`` for bits and resolution.
            overwrite: see :data:`Overwrite`.
            steps: also write the page after each filter, as ``stem_p0001_02_threshold.png``.
            quality: 1–100, for JPEG (None: 92) and WebP (None: without loss).
            on_error: ``raise`` or ``collect``; None is the batch's own.
            evidence: an engine's opinions for the filters that ask for them; a recognizer is one.
            workers: pages at the same time; 0 for one on each core.
            progress: called after each step of each page; see :class:`Progress`.
            job: a folder that remembers what was saved, so that a batch that was interrupted goes on; a page whose file
                is gone or has another size is made again. See :class:`Job`.

        Returns:
            What was written, in the order of the pages, the steps of a page before the page; a failed page is a
            ``PageFailure``.

        Raises:
            OutputError: the folder, or the job's, cannot be used or, with ``raise``, a file cannot be written.
            OcrPrepError: with ``raise``, the first failure of a page.
            pydantic.ValidationError: an option is wrong.
        """
        return list(
            ImageProcessing.save_each(
                batch,
                folder,
                format=format,
                overwrite=overwrite,
                steps=steps,
                quality=quality,
                on_error=on_error,
                evidence=evidence,
                workers=workers,
                progress=progress,
                job=job,
            )
        )

    @staticmethod
    def save_each(
        batch: Batch,
        folder: str | os.PathLike[str],
        *,
        format: SaveImageFormat = "png",  # noqa: A002 - what everyone calls it
        overwrite: Overwrite = "replace",
        steps: bool = False,
        quality: int | None = None,
        on_error: OnError | None = None,
        evidence: Evidence | None = None,
        workers: int = 0,
        progress: ProgressCallback | None = None,
        job: Job | str | os.PathLike[str] | None = None,
    ) -> Iterator[SavedImage | PageFailure]:
        """As :meth:`save`, told page by page while it goes on."""
        options = SaveOptions(format=format, overwrite=overwrite, steps=steps, quality=quality)
        source = as_source(batch)
        tell = None if progress is None else one_at_a_time(progress)
        with ExitStack() as stack:
            opened = job if job is None or isinstance(job, Job) else stack.enter_context(Job(job))
            writer = Writer(made(Path(folder)), source, options, evidence=evidence, tell=tell, job=opened)
            for result in each(writer.tasks(source.refs()), on_error or source.on_error, workers=workers):
                yield from (result,) if isinstance(result, PageFailure) else result

    @staticmethod
    def render(batch: Batch, *, on_error: OnError | None = None, evidence: Evidence | None = None) -> RenderedPages:
        """The prepared pages in memory, each made when it is asked for.

        Args:
            batch: as in :meth:`save`.
            on_error: ``raise`` or ``collect``; None is the batch's own.
            evidence: as in :meth:`save`.

        Returns:
            Pages to iterate over (``list()`` keeps them all) or to pick by index; also a batch, to recognize or save.
        """
        source = as_source(batch)
        return RenderedPages(source, on_error or source.on_error, evidence)
