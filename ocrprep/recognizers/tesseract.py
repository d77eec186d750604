"""Tesseract behind one class, called in this process (tesserocr) or as a child (pytesseract)."""

from __future__ import annotations

import re
import statistics
import time
from typing import TYPE_CHECKING, Any

from typing_extensions import Self

from ocrprep.batch import as_source, several
from ocrprep.consensus.calibration import with_probabilities
from ocrprep.errors import RecognizerError
from ocrprep.recognizers._driver import TesseractSettings
from ocrprep.recognizers._engines import Engines
from ocrprep.recognizers._seen import seen
from ocrprep.recognizers._table import lines_of
from ocrprep.recognizers.base import read_each
from ocrprep.recognizers.isolated import TIMEOUT
from ocrprep.result import OcrOutput, RecognitionResult, as_map, sifted
from ocrprep.threads import cores

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Mapping, Sequence

    from ocrprep.batch import Batch, OnError, ProgressCallback
    from ocrprep.batch.job import Job
    from ocrprep.consensus import Wanted
    from ocrprep.filters.base import Orientation
    from ocrprep.page import Page
    from ocrprep.recognizers._driver import DriverName, Isolation, RecognizeOn
    from ocrprep.recognizers.base import Recognizer
    from ocrprep.result import Line, PageFailure

_SMALL = 12.0
"""Height of a word's box, in pixels, under which Tesseract guesses: capitals of about 9 pixels."""
_LARGEST = 32767


class TesseractRecognizer:
    """Reads pages with Tesseract 4 or later.

    Nothing is loaded before the first use. One recognizer may be shared by threads, and it can be pickled.

    Args:
        language: Tesseract's name, several joined by ``+`` or in a list: ``eng+fra``.
        page_segmentation_mode: Tesseract's, 1–13: 3 finds columns and paragraphs by itself, 4 one column, 6 one block,
            7 one line, 8 one word, 11 sparse text. Mode 0 reads no text (see :meth:`orientation`) and 2 neither.
        engine_mode: 0 legacy, 1 LSTM, 2 both, 3 what the data offers.
        driver: ``tesserocr`` (a library, warm from page to page), ``pytesseract`` (a program, started for each page),
            or ``auto``: tesserocr where it is installed.
        recognize_on: ``page``: exactly the page that the chain made. ``gray``: the same page as it was before its last
            binarising step, which Tesseract's network often reads better. ``auto``: gray, unless ink was changed after
            the binarising or the mask shows what a plain level would not.
        allowed_symbols: only these are read; None allows all.
        ignored_symbols: these are never read.
        timeout: seconds for one page; None waits for ever. An engine in a child process is then killed; one in this
            process is given up at the next word, and cannot be interrupted in its layout analysis.
        isolation: whether tesserocr works in child processes, so that a page on which it crashes, hangs or eats memory
            costs only itself; such a page is read once more by pytesseract. ``auto``: in a batch of several pages, and
            wherever another ``timeout`` was given. ``process``: always. ``none``: never.
        memory: bytes that one engine in a child process may take (Linux), 0 for no limit; None gives each an equal
            share of four fifths of the machine's memory.
        min_confidence: words of less confidence, 0–100, are left out of the text and the lines of a result, and kept in
            its ``dropped``; of a consensus, words whose probability is less. Words of under 30 are noise more often
            than not; 0 keeps all.
        tessdata: folder with the language data; None is the system's.
        variables: Tesseract's own, such as ``{"preserve_interword_spaces": 1}``.

    Raises:
        pydantic.ValidationError: an argument is wrong.
    """

    def __init__(
        self,
        language: str | Sequence[str] = "eng",
        *,
        page_segmentation_mode: int = 3,
        engine_mode: int = 3,
        driver: DriverName = "auto",
        recognize_on: RecognizeOn = "page",
        allowed_symbols: str | None = None,
        ignored_symbols: str | None = None,
        timeout: float | None = TIMEOUT,
        isolation: Isolation = "auto",
        memory: int | None = None,
        min_confidence: float = 0.0,
        tessdata: str | os.PathLike[str] | None = None,
        variables: Mapping[str, Any] | None = None,
    ) -> None:
        self.settings = TesseractSettings(
            language=language if isinstance(language, str) else "+".join(language),
            page_segmentation_mode=page_segmentation_mode,
            engine_mode=engine_mode,
            driver=driver,
            recognize_on=recognize_on,
            allowed_symbols=allowed_symbols,
            ignored_symbols=ignored_symbols,
            timeout=timeout,
            isolation=isolation,
            memory=memory,
            min_confidence=min_confidence,
            tessdata=None if tessdata is None else str(tessdata),
            variables={name: _written(value) for name, value in (variables or {}).items()},
        )
        self._engines = Engines(self.settings, self._with)

    @classmethod
    def _with(cls, settings: TesseractSettings) -> Self:
        made = cls.__new__(cls)
        made.__setstate__({"settings": settings})
        return made

    def __repr__(self) -> str:
        given = self.settings.model_dump(exclude_defaults=True)
        return f"TesseractRecognizer({', '.join(f'{name}={value!r}' for name, value in given.items())})"

    def __getstate__(self) -> dict[str, Any]:
        return {"settings": self.settings}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.settings = state["settings"]
        self._engines = Engines(self.settings, self._with)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def name(self) -> str:
        """``tesseract``."""
        return "tesseract"

    @property
    def version(self) -> str:
        """Such as ``5.5.4 (tesserocr)``: the driver's library and the system's program may differ.

        Raises:
            EngineNotFoundError: there is none.
        """
        driver = self._engines.here()
        return f"{driver.version} ({driver.name})"

    @property
    def languages(self) -> tuple[str, ...]:
        """What is installed.

        Raises:
            EngineNotFoundError: there is no engine.
        """
        return self._engines.here().languages

    @property
    def setting(self) -> dict[str, Any]:
        """What a reading depends on, for a job to compare."""
        return self.settings.reading

    def recognize(
        self,
        batch: Batch,
        *,
        on_error: OnError | None = None,
        workers: int = 0,
        progress: ProgressCallback | None = None,
        job: Job | str | os.PathLike[str] | None = None,
        consensus: Wanted | None = None,
        budget: float | None = None,
    ) -> OcrOutput:
        """Prepare and read each page of a batch on all cores; results in the order of the pages.

        Args:
            batch: an ``OcrInput``, a page, an array, a Pillow image, a path to an image, or several of them in a list.
            on_error: ``raise`` or ``collect``; None is the batch's own.
            workers: pages at the same time, each with an engine that stays warm; 0 for one on each core.
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
        workers: int = 0,
        progress: ProgressCallback | None = None,
        job: Job | str | os.PathLike[str] | None = None,
        consensus: Wanted | None = None,
        budget: float | None = None,
    ) -> Iterator[RecognitionResult | PageFailure]:
        """As :meth:`recognize`, one result after the other: a batch of any length in the same memory."""
        self.check()
        many, source = several(as_source(batch))
        engine: Recognizer = _Unsifted(self)
        if self._engines.isolates(many=many):
            engine = self._engines.isolated(workers or (cores() if many else 1))
        try:
            yield from read_each(
                engine,
                source,
                on_error=on_error,
                workers=workers,
                progress=progress,
                job=job,
                consensus=consensus,
                budget=budget,
                finish=self._sifted,
            )
        except BaseException:
            # Whoever gives up a batch does not want to wait for its engines.
            self._engines.kill()
            raise

    def check(self) -> None:
        """Make sure that the engine is there and knows the languages.

        Raises:
            EngineNotFoundError: it is not.
            LanguageNotInstalledError: it does not.
        """
        self._engines.here()

    def read(self, page: Page) -> RecognitionResult:
        """Read one page.

        Raises:
            EngineNotFoundError: no engine.
            LanguageNotInstalledError: no data for the language.
            RecognizerTimeoutError: the page took longer than ``timeout``.
            EngineCrashError: the engine died.
            RecognizerError: the page is too large for it, or it does not know one of ``variables``.
        """
        return self._sifted(self.read_all(page))

    def read_all(self, page: Page) -> RecognitionResult:
        """As :meth:`read`, with all words, whatever ``min_confidence`` says."""
        if self._engines.isolates(many=False):
            return self._engines.isolated().read(page)
        driver = self._engines.here()
        if max(page.width, page.height) > _LARGEST:
            raise RecognizerError(
                f"{page.source}: {page.width}x{page.height} pixels, and Tesseract takes at most {_LARGEST} a side",
                hint="crop or scale the page in the chain",
            )
        given = self.sees(page)
        started = time.perf_counter()
        try:
            reading = driver.read(given)
        except RecognizerError as error:
            error.message = f"{page.source}: {error.message}"
            raise
        seconds = time.perf_counter() - started
        lines = lines_of(reading.tsv, given)
        if self.settings.calibrated:
            lines = with_probabilities(lines)
        return RecognitionResult(
            recognition_text=reading.text,
            lines=lines,
            source=page.source,
            width=page.width,
            height=page.height,
            steps=given.steps,
            engine=f"{self.name} {self.version}",
            language=self.settings.language,
            seconds=seconds,
            warnings=tuple(self._warnings(page, lines, driver.version)),
            to_source=as_map(given.to_source),
        )

    def _sifted(self, result: RecognitionResult) -> RecognitionResult:
        return sifted(result, self.settings.min_confidence)

    def sees(self, page: Page) -> Page:
        """The page as the engine is given it: the page itself, or its gray one, as ``recognize_on`` says."""
        return seen(page, self.settings.recognize_on)

    def orientation(self, page: Page) -> Orientation | None:
        """Tesseract's orientation detection, in its own unit of confidence (2 is doubtful, 10 is sure).

        None where there is too little text to tell (about 50 letters) or no ``osd`` data.
        """
        return self._engines.here().orientation(page)

    def close(self) -> None:
        """End all engines; a later use starts anew. Engines in child processes are killed even while they read."""
        self._engines.close()

    def _warnings(self, page: Page, lines: Sequence[Line], version: str) -> list[str]:
        settings = self.settings
        found = []
        if settings.recognize_on == "gray" and page.unbinarized is None:
            found.append("recognize_on='gray' had no effect: no filter made this page black and white")
        listed = settings.allowed_symbols or settings.ignored_symbols
        if listed and re.match(r"4\.0\b", version) and settings.engine_mode in {1, 3}:
            found.append("allowed_symbols and ignored_symbols have no effect on the LSTM engine of Tesseract 4.0")
        heights = [word.box.height for line in lines for word in line.words]
        if not heights:
            found.append("no text was found on this page")
        elif statistics.median(heights) < _SMALL:
            found.append(
                f"the text is about {statistics.median(heights):.0f} pixels high, too small to be read well: "
                "add scale_to_text_height() to the chain"
            )
        return found


class _Unsifted:
    """A recognizer that gives back all words: a batch sifts them when they have been merged."""

    def __init__(self, recognizer: TesseractRecognizer) -> None:
        self._recognizer = recognizer
        self.read, self.orientation = recognizer.read_all, recognizer.orientation

    @property
    def name(self) -> str:
        return self._recognizer.name

    @property
    def version(self) -> str:
        return self._recognizer.version

    @property
    def languages(self) -> tuple[str, ...]:
        return self._recognizer.languages

    @property
    def setting(self) -> dict[str, Any]:
        return self._recognizer.setting


def _written(value: Any) -> str:
    # Tesseract writes its switches so.
    return str(int(value)) if isinstance(value, bool) else str(value)
