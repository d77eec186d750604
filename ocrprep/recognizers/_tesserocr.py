"""Tesseract in this process through tesserocr: engines stay warm, as many as read at the same time."""

from __future__ import annotations

import math
import os
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ocrprep.errors import EngineCrashError, RecognizerError, RecognizerTimeoutError
from ocrprep.filters.base import Orientation
from ocrprep.geometry import Box
from ocrprep.recognizers import _tessdata
from ocrprep.recognizers._driver import Reading, not_found, resolution
from ocrprep.result import AreasType

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ocrprep.page import Page
    from ocrprep.recognizers._driver import TesseractSettings

_LEVELS = {AreasType.PARAGRAPHS: "PARA", AreasType.LINES: "TEXTLINE", AreasType.WORDS: "WORD"}
_TEXT = (
    "FLOWING_TEXT", "HEADING_TEXT", "PULLOUT_TEXT", "VERTICAL_TEXT", "CAPTION_TEXT", "TABLE", "EQUATION",
    "INLINE_EQUATION",
)  # fmt: skip


@contextmanager
def _one_thread() -> Iterator[None]:
    # OpenMP reads this once, when the library is loaded. Several engines side by side are faster than one with threads,
    # and what the program loads later keeps its own threads.
    given = os.environ.get("OMP_THREAD_LIMIT")
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")
    try:
        yield
    finally:
        if given is None:
            del os.environ["OMP_THREAD_LIMIT"]


def _load() -> Any:
    try:
        with _one_thread():
            import tesserocr  # noqa: PLC0415 - loads Tesseract itself
    except ImportError as error:
        missing = not_found(f"the driver tesserocr cannot be loaded: {error}")
        missing.hint = 'pip install "ocrprep[fast]"'
        raise missing from error
    tesserocr.set_leptonica_log_level(tesserocr.LeptLogLevel.NONE)
    return tesserocr


class TesserocrDriver:
    """Tesseract as a library.

    A page that takes longer than ``timeout`` is given up at the next word after the layout analysis, which cannot be
    interrupted; an engine in a child process is killed at once.

    Raises:
        EngineNotFoundError: tesserocr is not installed, or there is no language data.
    """

    name = "tesserocr"

    def __init__(self, settings: TesseractSettings) -> None:
        self._module = _load()
        self._settings = settings
        self.version = str(self._module.tesseract_version()).split()[1]
        folder = Path(settings.tessdata) if settings.tessdata else _tessdata.find("tesseract")
        if folder is None or not _tessdata.languages_in(folder):
            where = settings.tessdata or os.environ.get("TESSDATA_PREFIX") or "the usual folders"
            raise not_found(f"tesserocr is installed, but there is no language data for Tesseract in {where}")
        # The library glues file names to this text.
        self._folder = f"{folder}{os.sep}"
        self.languages = _tessdata.languages_in(folder)
        self._lock = threading.Lock()
        self._idle: dict[str, list[Any]] = {"reader": [], "osd": []}

    def read(self, page: Page) -> Reading:
        """Read a page; what was read before has no influence.

        Raises:
            RecognizerTimeoutError: it took longer than ``timeout``.
            EngineCrashError: the engine gave up.
            RecognizerError: a variable that this version does not know.
        """
        settings = self._settings
        deadline = settings.timeout or 0.0
        started = time.perf_counter()
        engine = self._engine("reader", settings.language, settings.engine_mode, settings.page_segmentation_mode)
        with engine as api, self._cleared(api):
            self._show(api, page)
            done = api.Recognize(math.ceil(deadline * 1000))
            if done:
                return Reading(api.GetUTF8Text(), api.GetTSVText(0), api.GetHOCRText(0) if settings.characters else "")
        if deadline and time.perf_counter() - started >= deadline:
            raise RecognizerTimeoutError(
                f"Tesseract did not finish within {deadline:g} seconds",
                hint="raise timeout, or scale the page down in the chain",
            )
        raise EngineCrashError(f"Tesseract {self.version} gave up without saying why")

    def layout(self, page: Page, areas: AreasType) -> list[Box] | None:
        """See :class:`Driver`.

        Raises:
            EngineCrashError: the engine gave up.
            RecognizerError: a variable that this version does not know.
        """
        settings = self._settings
        engine = self._engine("reader", settings.language, settings.engine_mode, settings.page_segmentation_mode)
        with engine as api, self._cleared(api):
            self._show(api, page)
            found = api.AnalyseLayout()
            return [] if found is None else list(self._parts(found, getattr(self._module.RIL, _LEVELS[areas])))

    def _parts(self, found: Any, level: int) -> Iterator[Box]:
        text = {getattr(self._module.PT, name) for name in _TEXT}
        found.Begin()
        while True:
            corners = found.BoundingBox(level)
            if corners is not None and found.BlockType() in text:
                yield Box(*map(float, corners))
            if not found.Next(level):
                return

    def orientation(self, page: Page) -> Orientation | None:
        """See :class:`Driver`."""
        if "osd" not in self.languages:
            return None
        with self._engine("osd", "osd", int(self._module.OEM.DEFAULT), int(self._module.PSM.OSD_ONLY)) as api:
            try:
                self._show(api, page)
                found = api.DetectOrientationScript()
            except RuntimeError:
                return None
            finally:
                api.Clear()
        return found and Orientation(int(found["orient_deg"]), float(found["orient_conf"]))

    def close(self) -> None:
        """End all engines that are not reading."""
        with self._lock:
            idle = [api for engines in self._idle.values() for api in engines]
            for engines in self._idle.values():
                engines.clear()
        for api in idle:
            api.End()

    @contextmanager
    def _cleared(self, api: Any) -> Iterator[None]:
        try:
            yield
        except RuntimeError as error:
            raise EngineCrashError(f"Tesseract {self.version} gave up: {error}") from error
        except UnicodeDecodeError as error:
            raise EngineCrashError(f"Tesseract {self.version} gave back invalid text: {error}") from error
        finally:
            api.Clear()
            # Words that were read before would otherwise count as a dictionary for the next page.
            api.ClearAdaptiveClassifier()

    def _show(self, api: Any, page: Page) -> None:
        channels = page.pixels.size // (page.width * page.height)
        try:
            api.SetImageBytes(page.pixels.tobytes(), page.width, page.height, channels, page.width * channels)
        except RuntimeError as error:
            raise EngineCrashError(f"Tesseract {self.version} does not take the page: {error}") from error
        dpi = resolution(page)
        if dpi is not None:
            api.SetSourceResolution(dpi)

    @contextmanager
    def _engine(self, role: str, language: str, engine_mode: int, segmentation: int) -> Iterator[Any]:
        idle = self._idle[role]
        with self._lock:
            api = idle.pop() if idle else None
        if api is None:
            api = self._start(language, engine_mode, segmentation)
        try:
            yield api
        finally:
            with self._lock:
                idle.append(api)

    def _start(self, language: str, engine_mode: int, segmentation: int) -> Any:
        variables = {} if segmentation == 0 else self._settings.engine_variables
        api = self._module.PyTessBaseAPI(init=False)
        try:
            api.InitFull(
                path=self._folder,
                lang=language,
                oem=engine_mode,
                configs=[],
                # The engine prints to the process's own standard error otherwise.
                variables={"debug_file": os.devnull, **variables},
                set_only_non_debug_params=False,
            )
        except RuntimeError as error:
            raise EngineCrashError(
                f"Tesseract {self.version} cannot start: {language!r} from {self._folder}, engine mode {engine_mode}",
                hint="the data may lack that mode (tessdata_fast has 1 and 3 only), or be damaged",
            ) from error
        unknown = [name for name in variables if api.GetVariableAsString(name) is None]
        if unknown:
            raise RecognizerError(
                f"Tesseract {self.version} has no variable called {unknown[0]!r}",
                hint="`tesseract --print-parameters` lists them",
            )
        api.SetPageSegMode(segmentation)
        return api
