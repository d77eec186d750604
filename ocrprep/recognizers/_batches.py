"""How a recognizer reads batches: the one place where the arguments of ``recognize`` and ``read_each`` stand."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TypeAlias

from ocrprep.result import OcrOutput

if TYPE_CHECKING:
    from ocrprep.batch import Batch, OnError, ProgressCallback
    from ocrprep.batch.job import Job
    from ocrprep.consensus import Wanted
    from ocrprep.result import PageFailure, RecognitionResult

Results: TypeAlias = "Iterator[RecognitionResult | PageFailure]"


class ReadsBatches(ABC):
    """A recognizer that reads whole batches; a subclass says how, in ``_each``."""

    def recognize(
        self,
        batch: Batch,
        *,
        on_error: OnError | None = None,
        workers: int | None = None,
        progress: ProgressCallback | None = None,
        job: Job | str | os.PathLike[str] | None = None,
        consensus: Wanted | None = None,
        budget: float | None = None,
    ) -> OcrOutput:
        """Prepare and read each page of a batch; results in the order of the pages.

        Args:
            batch: an ``OcrInput``, a page, an array, a Pillow image, a path to an image, or several of them in a list.
            on_error: ``raise`` or ``collect``; None is the batch's own.
            workers: pages at the same time, each with an engine that stays warm; 0 for one on each core. None is the
                recognizer's own choice: of Tesseract all cores, of a fake one page after the other.
            progress: called after each step of each page; see :class:`Progress`.
            job: a folder that remembers what was read, so that a batch that was interrupted goes on; see :class:`Job`.
            consensus: read each page several times, differently prepared, and merge the readings word by word:
                ``auto`` until nothing is doubtful; a number of readings; or a list of chains, one reading after each.
            budget: of ``consensus="auto"``: how often a page may be read in all. 1.5 reads it once, and about half of
                its text again, where it is doubtful. None reads whole pages, up to six times.

        Returns:
            One item per page, in order.

        Raises:
            EngineNotFoundError: no engine; before the first page, as nothing could be read.
            LanguageNotInstalledError: likewise.
            OutputError: the job's folder cannot be used.
            ConfigError: ``consensus`` and ``budget`` make no sense.
            OcrPrepError: with ``raise``, the first failure of a page.
        """
        results = self.read_each(
            batch,
            on_error=on_error,
            workers=workers,
            progress=progress,
            job=job,
            consensus=consensus,
            budget=budget,
        )
        return OcrOutput(tuple(results))

    def read_each(
        self,
        batch: Batch,
        *,
        on_error: OnError | None = None,
        workers: int | None = None,
        progress: ProgressCallback | None = None,
        job: Job | str | os.PathLike[str] | None = None,
        consensus: Wanted | None = None,
        budget: float | None = None,
    ) -> Results:
        """As :meth:`recognize`, one result after the other: a batch of any length in the same memory."""
        how = {"on_error": on_error, "progress": progress, "job": job, "consensus": consensus, "budget": budget}
        return self._each(batch, workers, how)

    @abstractmethod
    def _each(self, batch: Batch, workers: int | None, how: dict[str, Any]) -> Results:
        """The results; ``how`` holds the other arguments of ``base.read_each`` by name."""
