"""Any engine in child processes, so that a page that crashes, hangs or eats memory costs only itself."""

from __future__ import annotations

import pickle
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from typing_extensions import Self

from ocrprep.batch.children import ChildDied, Children, ChildTimeout, available
from ocrprep.errors import EngineCrashError, RecognizerError, RecognizerTimeoutError

if TYPE_CHECKING:
    from ocrprep.filters.base import Orientation
    from ocrprep.page import Page
    from ocrprep.recognizers.base import Recognizer
    from ocrprep.result import AreasType, RecognitionResult, Region

TIMEOUT = 600.0
"""Seconds for one page unless one says otherwise: no honest page takes as long, and a hung engine costs ten minutes."""

_LARGE = 1_000_000
"""Pixels from which on reading takes longer than starting an engine."""


class Isolated:
    """A recognizer whose work is done by copies of it in child processes, which stay warm.

    An engine that hangs is killed; one that dies is replaced, and its page is read once more by ``fallback``. Calls
    from several threads are served side by side.

    Args:
        recognizer: can be pickled; its class stands in a module that a new process can import, not in a script.
        workers: engines at the same time; 1 or more.
        timeout: seconds for one page; None waits for ever.
        memory: bytes that one engine may take, 0 for no limit; None gives each the same share of the machine's memory.
            Only Linux keeps to it.
        fallback: reads a page on which an engine died, in a child process as well; None gives the page up.

    Raises:
        RecognizerError: it cannot be pickled, or this program cannot start Python (it is frozen).
    """

    def __init__(
        self,
        recognizer: Recognizer,
        *,
        workers: int,
        timeout: float | None = TIMEOUT,
        memory: int | None = None,
        fallback: Recognizer | None = None,
    ) -> None:
        self._check(recognizer)
        self._inner, self._fallback = recognizer, fallback
        self._timeout = timeout
        self._children = Children(recognizer, workers, memory)
        self._others = None if fallback is None else Children(fallback, workers, memory)

    @staticmethod
    def _check(recognizer: Recognizer) -> None:
        if not available():
            raise RecognizerError("a frozen program cannot start child processes", hint="use isolation='none'")
        try:
            pickle.dumps(recognizer)
        except Exception as error:
            raise RecognizerError(
                f"{type(recognizer).__name__} cannot be copied into a child process: {error}",
                hint="make it picklable, or let it read in this process",
            ) from error
        if type(recognizer).__module__ == "__main__":
            raise RecognizerError(
                f"{type(recognizer).__name__} stands in the main script, which a child process does not load",
                hint="move it into a module of its own",
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def name(self) -> str:
        """The recognizer's."""
        return self._inner.name

    @property
    def version(self) -> str:
        """The recognizer's."""
        return self._inner.version

    @property
    def languages(self) -> tuple[str, ...]:
        """The recognizer's."""
        return self._inner.languages

    @property
    def setting(self) -> Any:
        """What a reading depends on, as the recognizer says it; its languages if it does not."""
        return getattr(self._inner, "setting", self._inner.languages)

    def read(self, page: Page) -> RecognitionResult:
        """Read one page.

        Raises:
            RecognizerTimeoutError: it took longer than ``timeout``; the engine was killed.
            EngineCrashError: the engine died, and so did the fallback's, or there is none.
            RecognizerError: what the recognizer raised.
        """
        result: RecognitionResult = self._called("read", page)
        return result

    def orientation(self, page: Page) -> Orientation | None:
        """See :class:`Recognizer`."""
        try:
            found: Orientation | None = self._called("orientation", page)
        except (EngineCrashError, RecognizerTimeoutError):
            return None
        return found

    def layout(self, page: Page, areas: AreasType) -> tuple[Region, ...]:
        """The recognizer's, where it has such a method.

        Raises:
            RecognizerTimeoutError: it took longer than ``timeout``; the engine was killed.
            EngineCrashError: the engine died.
            RecognizerError: what the recognizer raised.
        """
        found: tuple[Region, ...] = self._called("layout", page, areas)
        return found

    def resize(self, workers: int) -> None:
        """From now on so many engines at the same time; those that are warm stay."""
        for children in (self._children, self._others):
            if children is not None:
                children.resize(workers)

    def close(self) -> None:
        """Kill all engines, also those that are reading; a later call starts anew."""
        self._children.close()
        if self._others is not None:
            self._others.close()

    def _called(self, method: str, page: Page, *more: Any) -> Any:
        try:
            return self._children.call(method, page, *more, timeout=self._timeout, eager=page.pixels.size > _LARGE)
        except ChildTimeout as error:
            raise RecognizerTimeoutError(
                f"{page.source}: {self.name} did not finish within {self._timeout:g} seconds and was killed",
                hint="raise timeout, or scale the page down in the chain",
            ) from error
        except ChildDied as error:
            crash = EngineCrashError(f"{page.source}: {self.name} died on this page: {error}")
            if self._others is None or method != "read":
                raise crash from error
            return self._again(page, crash)

    def _again(self, page: Page, crash: EngineCrashError) -> RecognitionResult:
        assert self._others is not None
        try:
            result: RecognitionResult = self._others.call("read", page, timeout=self._timeout)
        except (ChildDied, ChildTimeout, RecognizerError) as error:
            crash.message += f"; the second try failed as well: {error}"
            raise crash from error
        warning = f"{crash.message}; a second engine read it"
        return replace(result, warnings=(*result.warnings, warning))
