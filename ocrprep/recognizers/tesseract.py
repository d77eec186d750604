"""Tesseract behind one class, called in this process (tesserocr) or as a child (pytesseract)."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from typing_extensions import Self

from ocrprep.batch import as_source, run, several
from ocrprep.errors import ConfigError
from ocrprep.recognizers._batches import ReadsBatches
from ocrprep.recognizers._driver import TesseractSettings
from ocrprep.recognizers._engines import Engines
from ocrprep.recognizers._reading import reading_of, regions_of
from ocrprep.recognizers._seen import seen
from ocrprep.recognizers.base import read_each
from ocrprep.recognizers.isolated import TIMEOUT, Isolated
from ocrprep.result import AreasType, sifted
from ocrprep.threads import cores

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Mapping, Sequence

    from ocrprep.batch import Batch, OnError, PageSource, ProgressCallback
    from ocrprep.filters.base import Orientation
    from ocrprep.geometry import Rectangle
    from ocrprep.page import Page
    from ocrprep.recognizers._batches import Results
    from ocrprep.recognizers._driver import DriverName, Isolation, RecognizeOn
    from ocrprep.result import PageFailure, RecognitionResult, Region


class TesseractRecognizer(ReadsBatches):
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
        characters: whether each word has its ``characters``, with what else each may be, from Tesseract 4.1 on. The
            text stays the same, and reading takes about a fifth longer. A character's confidence and those of its
            alternatives are of two scales of the engine's. Words that several readings voted for have none.
        areas: rectangles (x, y, width, height) in pixels of the *source* image, which alone are read, in this order,
            each as blocks of its own; None reads the whole page. What sticks out of the page is cut off; an area
            outside of it is a ``RecognizerError``. ``timeout`` is then that of each area. A consensus with a
            ``budget`` does not work with areas; another one takes for unread what stands beside them, and spends
            more readings on it.
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
        characters: bool = False,
        areas: Sequence[Rectangle | Sequence[int]] | None = None,
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
            characters=characters,
            areas=None if areas is None else tuple(areas),  # type: ignore[arg-type]
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

    def regions(
        self,
        batch: Batch,
        areas: AreasType = AreasType.PARAGRAPHS,
        *,
        on_error: OnError | None = None,
        workers: int = 0,
        progress: ProgressCallback | None = None,
    ) -> list[tuple[Region, ...] | PageFailure]:
        """Where text stands on each page of a batch, without reading it.

        With tesserocr the layout is analysed alone, in about a third of the time of a reading; pytesseract reads the
        page. The words of a layout are divided by their gaps alone, so that a reading may divide them otherwise.

        Args:
            batch: as of :meth:`recognize`.
            areas: paragraphs, lines or words.
            on_error: ``raise`` or ``collect``; None is the batch's own.
            workers: pages at the same time; 0 for one on each core.
            progress: called after each step of each page; see :class:`Progress`.

        Returns:
            One item per page: its parts in reading order, on the page and on the source, each with an empty text and a
            confidence of 0, as nobody read it.

        Raises:
            EngineNotFoundError: no engine.
            LanguageNotInstalledError: no data for the language.
            OcrPrepError: with ``raise``, the first failure of a page.
        """
        engine, source = self._opened(batch, workers)
        work = partial(_layout, engine or self, areas)
        how: dict[str, Any] = {"on_error": on_error, "workers": workers, "progress": progress}
        with self._given_up():
            return list(run(source, work, evidence=self, step="layout", **how))

    def layout(self, page: Page, areas: AreasType = AreasType.PARAGRAPHS) -> tuple[Region, ...]:
        """The regions of one page; see :meth:`regions`."""
        if self._engines.isolates(many=False):
            return self._engines.isolated().layout(page, areas)
        return regions_of(self._engines.here(), self.settings, page, areas)

    def _each(self, batch: Batch, workers: int | None, how: dict[str, Any]) -> Results:
        if self.settings.areas is not None and how["budget"] is not None:
            raise ConfigError("areas cannot be read with a budget", hint="leave out budget; consensus works with areas")
        engine, source = self._opened(batch, workers)
        with self._given_up():
            yield from read_each(engine or _Unsifted(self), source, workers=workers or 0, finish=self._sifted, **how)

    def _opened(self, batch: Batch, workers: int | None) -> tuple[Isolated | None, PageSource]:
        """The engines in child processes, where a batch is for them, and the batch as a source."""
        self.check()
        many, source = several(as_source(batch))
        if self._engines.isolates(many=many):
            return self._engines.isolated(workers or (cores() if many else 1)), source
        return None, source

    @contextmanager
    def _given_up(self) -> Iterator[None]:
        try:
            yield
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
        return reading_of(self._engines.here(), self.settings, page)

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


def _layout(engine: TesseractRecognizer | Isolated, areas: AreasType, page: Page) -> tuple[Region, ...]:
    return engine.layout(page, areas)


def _written(value: Any) -> str:
    # Tesseract writes its switches so.
    return str(int(value)) if isinstance(value, bool) else str(value)
