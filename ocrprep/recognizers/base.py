"""What every engine is to the rest of the package, and how any of them reads a batch."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from ocrprep.batch import as_source, run, told
from ocrprep.batch.codecs import READINGS
from ocrprep.batch.job import Job
from ocrprep.consensus import consensus_of, read_with_consensus
from ocrprep.errors import OcrPrepError, RecognizerError
from ocrprep.result import OcrOutput, RecognitionResult

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocrprep.batch import Batch, OnError, PageHook, PageSource, ProgressCallback
    from ocrprep.consensus import Consensus, Wanted
    from ocrprep.filters.base import Orientation
    from ocrprep.page import Page, PageRef
    from ocrprep.result import PageFailure


class Recognizer(Protocol):
    """An engine that reads pages. It is also evidence for the filters that ask for an engine's opinion."""

    @property
    def name(self) -> str:
        """Of the engine, such as ``tesseract``."""
        ...

    @property
    def version(self) -> str:
        """Of the engine, as it says itself."""
        ...

    @property
    def languages(self) -> tuple[str, ...]:
        """What it can read here, in its own spelling."""
        ...

    def read(self, page: Page) -> RecognitionResult:
        """Read one page, whatever it is; the boxes are in its coordinates and on its source.

        Raises:
            RecognizerError: the engine could not.
        """
        ...

    def orientation(self, page: Page) -> Orientation | None:
        """How the page lies, or None where the engine cannot tell."""
        ...


def recognize(
    recognizer: Recognizer,
    batch: Batch,
    *,
    on_error: OnError | None = None,
    workers: int = 1,
    progress: ProgressCallback | None = None,
    job: Job | str | os.PathLike[str] | None = None,
    consensus: Wanted | None = None,
    budget: float | None = None,
) -> OcrOutput:
    """Prepare and read each page of a batch; results in the order of the pages.

    Args:
        recognizer: the engine; it also serves the filters as evidence.
        batch: an ``OcrInput``, a page, an array, a Pillow image, a path to an image, or several of them in a list.
        on_error: ``raise`` or ``collect``; None is the batch's own.
        workers: pages at the same time, 0 for one on each core. With more than 1 the recognizer is called from several
            threads; :class:`Isolated` makes that safe for any.
        progress: called after each step of each page; see :class:`Progress`.
        job: a folder that remembers what was read; see :class:`Job`.
        consensus: read each page several times and merge the readings: ``auto``, how many, or after which chains; see
            ``consensus.settings``.
        budget: of ``consensus="auto"``, how often the engine may read a page in all.

    Returns:
        One item per page, in order.

    Raises:
        OcrPrepError: with ``raise``, the first failure.
    """
    results = read_each(
        recognizer,
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
    recognizer: Recognizer,
    batch: Batch,
    *,
    on_error: OnError | None = None,
    workers: int = 1,
    progress: ProgressCallback | None = None,
    job: Job | str | os.PathLike[str] | None = None,
    consensus: Wanted | None = None,
    budget: float | None = None,
    finish: Callable[[RecognitionResult], RecognitionResult] | None = None,
) -> Iterator[RecognitionResult | PageFailure]:
    """As :func:`recognize`, one result after the other, so that a long batch need not fit into memory.

    ``finish`` has the last word on each result.
    """
    source = as_source(batch)
    wanted = consensus_of(consensus, budget)
    with ExitStack() as stack:
        around = None
        if job is not None:
            opened = job if isinstance(job, Job) else stack.enter_context(Job(job))
            around = opened.around(setting_of(recognizer, source, wanted), READINGS)
        yield from run(
            source,
            partial(_work, recognizer, wanted, finish or _as_it_is),
            on_error=on_error,
            evidence=recognizer,
            workers=workers,
            progress=progress,
            around=partial(_with_origin, around),
            step="read" if wanted is None else "merge",
            engine=lambda result: result.engine,
            timed=lambda result, seconds: replace(result, load_seconds=seconds),
        )


def _with_origin(
    around: PageHook[RecognitionResult] | None, ref: PageRef, work: Callable[[], RecognitionResult]
) -> tuple[RecognitionResult, bool]:
    result, known = (work(), False) if around is None else around(ref, work)
    return replace(result, origin=ref), known


def setting_of(recognizer: Recognizer, source: PageSource, consensus: Consensus | None = None) -> dict[str, Any]:
    """All that a reading depends on beside the page itself, for a job to compare."""
    return {
        **({} if consensus is None else {"consensus": consensus.setting}),
        "chain": source.chain.to_dict(full=True),
        "engine": f"{recognizer.name} {recognizer.version}",
        "languages": getattr(recognizer, "setting", recognizer.languages),
        **getattr(source, "setting", {}),
    }


def _work(
    recognizer: Recognizer,
    consensus: Consensus | None,
    finish: Callable[[RecognitionResult], RecognitionResult],
    page: Page,
) -> RecognitionResult:
    if consensus is None:
        return finish(_read(recognizer, page))
    return finish(read_with_consensus(page, _Checked(recognizer), consensus, told))


def _as_it_is(result: RecognitionResult) -> RecognitionResult:
    return result


class _Checked:
    """A recognizer whose errors and results are what they should be."""

    def __init__(self, recognizer: Recognizer) -> None:
        self._recognizer = recognizer
        self.orientation = recognizer.orientation

    def read(self, page: Page) -> RecognitionResult:
        return _read(self._recognizer, page)


def _read(recognizer: Recognizer, page: Page) -> RecognitionResult:
    try:
        result = recognizer.read(page)
    except (OcrPrepError, MemoryError):
        raise
    except Exception as error:
        raise RecognizerError(
            f"{page.source}: {recognizer.name} failed: {type(error).__name__}: {error}",
            hint="this is a fault of the engine or of its binding",
        ) from error
    problem = _problem(result)
    if problem:
        raise RecognizerError(f"{page.source}: {recognizer.name} gave back {problem}")
    return result


def _problem(result: Any) -> str:
    if not isinstance(result, RecognitionResult):
        return f"no result but {type(result).__name__}"
    texts: list[Any] = [result.recognition_text, *(word.text for word in result.words)]
    for text in texts:
        if not isinstance(text, str):
            return f"{type(text).__name__} where text should be"
        try:
            text.encode()
        except UnicodeEncodeError as error:
            return f"invalid text: {text[error.start]!r} at place {error.start}"
    return ""
