"""The engines of one recognizer: in this process and in child processes, each opened when it is first needed."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from ocrprep.batch.children import available
from ocrprep.errors import EngineNotFoundError, LanguageNotInstalledError
from ocrprep.recognizers._driver import language_hint, not_found
from ocrprep.recognizers._pytesseract import PytesseractDriver
from ocrprep.recognizers._tesserocr import TesserocrDriver
from ocrprep.recognizers.isolated import TIMEOUT, Isolated
from ocrprep.threads import cores

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocrprep.recognizers._driver import Driver, TesseractSettings
    from ocrprep.recognizers.base import Recognizer

_KILL_AFTER = 1.0
"""Seconds after the timeout at which an engine that does not keep to it is killed."""


class Engines:
    """What a recognizer calls.

    Args:
        settings: the recognizer's.
        copy: makes a recognizer with other settings, for a child process.
    """

    def __init__(self, settings: TesseractSettings, copy: Callable[[TesseractSettings], Recognizer]) -> None:
        self._settings, self._copy = settings, copy
        self._lock = threading.Lock()
        self._driver: Driver | None = None
        self._isolated: Isolated | None = None

    def here(self) -> Driver:
        """The driver in this process.

        Raises:
            EngineNotFoundError: no engine.
            LanguageNotInstalledError: no data for a language.
        """
        with self._lock:
            if self._driver is None:
                driver = _opened(self._settings)
                _check_languages(self._settings, driver)
                self._driver = driver
            return self._driver

    def isolates(self, *, many: bool) -> bool:
        """Whether pages are read in child processes.

        Args:
            many: there are other pages to lose.
        """
        settings = self._settings
        if settings.isolation == "auto":
            asked = available() and (many or settings.timeout not in {None, TIMEOUT})
        else:
            asked = settings.isolation == "process"
        # The other driver's engines are child processes already.
        return asked and self.here().name == "tesserocr"

    def isolated(self, workers: int | None = None) -> Isolated:
        """The engines in child processes, which stay warm.

        Args:
            workers: at the same time; None leaves their number, which is that of the cores at first.
        """
        with self._lock:
            if self._isolated is None:
                self._isolated = self._in_children(workers or cores())
            elif workers is not None:
                self._isolated.resize(workers)
            return self._isolated

    def kill(self) -> None:
        """End the child processes, even while they read."""
        isolated = self._isolated
        if isolated is not None:
            isolated.close()

    def close(self) -> None:
        """End all engines; a later use starts anew."""
        with self._lock:
            if self._isolated is not None:
                self._isolated.close()
            if self._driver is not None:
                self._driver.close()
            self._isolated = self._driver = None

    def _in_children(self, workers: int) -> Isolated:
        settings = self._settings

        def copy(**changes: Any) -> Recognizer:
            return self._copy(settings.model_copy(update={"isolation": "none", "min_confidence": 0.0, **changes}))

        parts = 1 if settings.areas is None else len(settings.areas)
        return Isolated(
            copy(),
            workers=workers,
            # The library's own deadline comes first, and leaves the engine warm.
            timeout=None if settings.timeout is None else settings.timeout * parts + _KILL_AFTER,
            memory=settings.memory,
            fallback=copy(driver="pytesseract"),
        )


def _check_languages(settings: TesseractSettings, driver: Driver) -> None:
    missing = tuple(name for name in settings.needed_languages if name not in driver.languages)
    if missing:
        there = ", ".join(driver.languages) or "none"
        raise LanguageNotInstalledError(
            f"Tesseract has no data for {', '.join(missing)}; installed: {there}", hint=language_hint(missing)
        )


def _opened(settings: TesseractSettings) -> Driver:
    drivers: dict[str, Any] = {"tesserocr": TesserocrDriver, "pytesseract": PytesseractDriver}
    if settings.driver != "auto":
        return drivers[settings.driver](settings)  # type: ignore[no-any-return]
    try:
        return TesserocrDriver(settings)
    except EngineNotFoundError as first:
        try:
            return PytesseractDriver(settings)
        except EngineNotFoundError as second:
            raise not_found(f"no Tesseract on this machine: {first.message}; {second.message}") from second
