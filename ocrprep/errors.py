"""Every error that leaves this package, as one tree.

::

    OcrPrepError
    ├ InputError                    .source .page_index
    │  ├ UnsupportedFormatError     a kind of file or array that no door opens
    │  ├ DecodeError                damaged, truncated or locked
    │  ├ ImageTooLargeError         more pixels than the limit
    │  └ InputLimitError            any other limit: pages, bytes, items, nesting, seconds, addresses
    ├ ConfigError                   a chain or settings file that does not load; .locations
    ├ FilterError                   .kind .step .source
    │  └ FilterContractError        a bug in a filter, not in the picture
    ├ ModelError
    │  ├ ModelNotFoundError
    │  ├ ModelIntegrityError
    │  └ TrainingError              .step
    ├ RecognizerError
    │  ├ EngineNotFoundError
    │  ├ LanguageNotInstalledError
    │  ├ RecognizerTimeoutError
    │  └ EngineCrashError
    └ OutputError                   .path

A message says what went wrong, where, and what to do next. A wrong argument in Python stays pydantic's
``ValidationError``. Errors can be pickled, so that they survive a worker process.
"""

from __future__ import annotations

from typing import Any, ClassVar


class OcrPrepError(Exception):
    """Base of all errors of this package.

    Args:
        message: what happened and where.
        hint: what the reader can do next; part of ``str(error)``.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})" if self.hint else self.message

    def __reduce__(self) -> tuple[Any, ...]:
        # The default rebuilds from args alone and loses every keyword.
        return _rebuild, (type(self), self.args, self.__dict__)


def _rebuild(cls: type[OcrPrepError], args: tuple[Any, ...], state: dict[str, Any]) -> OcrPrepError:
    error = cls.__new__(cls)
    error.args = args
    error.__dict__.update(state)
    return error


class InputError(OcrPrepError):
    """An input that could not become a page.

    Attributes:
        source: name of the file, address or archive member.
        page_index: 0-based page inside it, or None when the whole item is meant.
    """

    exit_code = 3

    def __init__(self, message: str, *, source: str = "", page_index: int | None = None, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.source = source
        self.page_index = page_index

    def __str__(self) -> str:
        where = self.source if self.page_index is None else f"{self.source}, page {self.page_index + 1}"
        text = super().__str__()
        return f"{where}: {text}" if where else text


class UnsupportedFormatError(InputError):
    """Not a kind of file, array or stream that can be opened here."""


class DecodeError(InputError):
    """The right kind of file, but damaged, truncated, empty or locked."""


class ImageTooLargeError(InputError):
    """More pixels than ``Limits.max_pixels`` allows; found before anything is allocated."""


class InputLimitError(InputError):
    """Another limit was reached; the message names the setting to raise."""


class ConfigError(OcrPrepError):
    """A chain or a settings file that does not load.

    Attributes:
        locations: the places, such as ``filters[1].threshold.value``.
    """

    exit_code = 4

    def __init__(self, message: str, *, locations: tuple[str, ...] = (), hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.locations = locations


class FilterError(OcrPrepError):
    """A filter that could not do its work on one page.

    Attributes:
        kind: the filter's kind.
        step: its 0-based place in the chain, or None outside a chain.
        source: name of the page's source.
    """

    exit_code = 5

    def __init__(
        self, message: str, *, kind: str = "", step: int | None = None, source: str = "", hint: str = ""
    ) -> None:
        super().__init__(message, hint=hint)
        self.kind = kind
        self.step = step
        self.source = source

    def __str__(self) -> str:
        place = self.kind if self.step is None else f"step {self.step + 1} ({self.kind})"
        return ": ".join(part for part in (self.source, place, super().__str__()) if part)


class FilterContractError(FilterError):
    """A filter returned something that is not a page: a bug in the filter, not in the picture."""


class ModelError(OcrPrepError):
    """A learned model that cannot be used."""

    exit_code = 6


class ModelNotFoundError(ModelError):
    """No model of that name."""


class ModelIntegrityError(ModelError):
    """A model file whose sha256 is not its manifest's."""


class TrainingError(ModelError):
    """A training that cannot go on.

    Attributes:
        step: the 0-based step that it stopped at, or None before the first.
    """

    def __init__(self, message: str, *, step: int | None = None, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.step = step

    def __str__(self) -> str:
        text = super().__str__()
        return text if self.step is None else f"step {self.step}: {text}"


class RecognizerError(OcrPrepError):
    """The engine could not read a page."""

    exit_code = 7


class EngineNotFoundError(RecognizerError):
    """No Tesseract on this machine, or no driver for it."""


class LanguageNotInstalledError(RecognizerError):
    """A language that the engine has no data for."""


class RecognizerTimeoutError(RecognizerError):
    """The engine did not finish a page in the time it was given."""


class EngineCrashError(RecognizerError):
    """The engine died while reading a page."""


class OutputError(OcrPrepError):
    """Something could not be written.

    Attributes:
        path: the target.
    """

    exit_code = 8

    def __init__(self, message: str, *, path: str = "", hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.path = path

    def __str__(self) -> str:
        text = super().__str__()
        return f"{self.path}: {text}" if self.path else text
