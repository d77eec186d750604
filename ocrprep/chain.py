"""A frozen sequence of filters, and the same sequence as JSON, YAML, Python and command-line flags."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol, TypeVar, overload

from ocrprep import filters, notation
from ocrprep.decode import open_image
from ocrprep.errors import ConfigError, FilterError
from ocrprep.filters.base import Evidence, Filter
from ocrprep.page import Page

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Generator, Iterator
    from pathlib import Path

    import numpy as np
    import numpy.typing as npt
    from PIL import Image

    from ocrprep.page import Step
    from ocrprep.result import PageFailure

    Frame = TypeVar("Frame", bound=Page | npt.NDArray[Any] | Image.Image)


class FilterChain(Sequence[Filter]):
    """Filters in the order in which they are applied. Immutable, hashable, comparable, picklable.

    Args:
        filters: the filters; other chains are taken in whole.
    """

    SCHEMA_VERSION: ClassVar[int] = 1
    __slots__ = ("_filters",)

    def __init__(self, filters: Iterable[Filter] = ()) -> None:
        items = tuple(filters)
        for item in items:
            if not isinstance(item, Filter):
                raise TypeError(
                    f"a chain is made of filters, not of {type(item).__name__}; did you forget to call a factory, "
                    "as in PreprocessingFilter.binarize()?"
                )
        self._filters = items

    @overload
    def __getitem__(self, index: int) -> Filter: ...
    @overload
    def __getitem__(self, index: slice) -> FilterChain: ...
    def __getitem__(self, index: int | slice) -> Filter | FilterChain:
        return FilterChain(self._filters[index]) if isinstance(index, slice) else self._filters[index]

    def __len__(self) -> int:
        return len(self._filters)

    def __iter__(self) -> Iterator[Filter]:
        return iter(self._filters)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FilterChain) and self._filters == other._filters

    def __hash__(self) -> int:
        return hash(self._filters)

    def __repr__(self) -> str:
        return f"FilterChain([{', '.join(map(repr, self._filters))}])"

    def __add__(self, other: Iterable[Filter]) -> FilterChain:
        return FilterChain((*self._filters, *other))

    @overload
    def __call__(self, image: Page, *, evidence: Evidence | None = None, watch: Watch | None = None) -> Page: ...
    @overload
    def __call__(
        self, image: npt.NDArray[Any], *, evidence: Evidence | None = None, watch: Watch | None = None
    ) -> npt.NDArray[np.uint8]: ...
    @overload
    def __call__(
        self, image: Image.Image, *, evidence: Evidence | None = None, watch: Watch | None = None
    ) -> Image.Image: ...
    @overload
    def __call__(
        self, image: str | os.PathLike[str] | bytes, *, evidence: Evidence | None = None, watch: Watch | None = None
    ) -> Page: ...
    def __call__(self, image: Any, *, evidence: Evidence | None = None, watch: Watch | None = None) -> Any:
        """Apply the filters one after the other.

        Args:
            image: a page; or an array, a Pillow image, bytes of or a path to an image file.
            evidence: an engine's opinions, for the filters that ask for them.
            watch: called with the 0-based place, the filter and the page after each filter.

        Returns:
            A page for a page, bytes or a path; an array for an array; a Pillow image for a Pillow image.

        Raises:
            InputError: the image cannot be opened.
            FilterError: with the place of the filter that failed in ``.step``.
        """
        page, give_back = open_image(image)
        for index, item in enumerate(self._filters):
            try:
                page = item(page, evidence=evidence)
            except FilterError as error:
                error.step = index
                raise
            if watch is not None:
                watch(index, item, page)
        return give_back(page)

    @overload
    def stream(
        self,
        frames: Iterable[Frame],
        *,
        workers: int = 0,
        ahead: int | None = None,
        on_error: Literal["raise"] = "raise",
        evidence: Evidence | None = None,
    ) -> Generator[Frame, None, None]: ...
    @overload
    def stream(
        self,
        frames: Iterable[Frame | PageFailure],
        *,
        workers: int = 0,
        ahead: int | None = None,
        on_error: Literal["collect"],
        evidence: Evidence | None = None,
    ) -> Generator[Frame | PageFailure, None, None]: ...
    def stream(
        self,
        frames: Iterable[Any],
        *,
        workers: int = 0,
        ahead: int | None = None,
        on_error: Literal["raise", "collect"] = "raise",
        evidence: Evidence | None = None,
    ) -> Generator[Any, None, None]:
        """Apply the chain to each frame of a video, a camera or any other stream; results in the order of the frames.

        Frames are taken from ``frames`` in the caller's thread, one by one and only a few ahead of the results, so the
        stream may be endless. When it ends, fails or is closed before (``contextlib.closing``, or ``break`` out of a
        loop over it, once nothing else holds it), its threads stop and a generator that was given is closed.

        Loads ``ocrprep.batch``, which stands on a higher floor, by name.

        Args:
            frames: pages, arrays or Pillow images, also mixed, from anything that can be iterated. With several
                workers a frame is looked at after it was yielded: a generator must not fill the same array again.
            workers: threads; 1 works in the caller's own, each frame when its result is asked for; 0 one on each core.
            ahead: frames at most that are taken and whose results were not given yet; None: two for each worker.
            on_error: ``raise`` ends the stream at a frame that fails; ``collect`` gives a ``PageFailure`` in its place.
            evidence: an engine's opinions, for the filters that ask for them.

        Yields:
            For each frame what the chain gives for it: an array for an array, a page for a page.

        Raises:
            InputError: a frame is no picture; ``.source`` has its number, from 0 on, as ``frame 7``.
            FilterError: likewise, with the place of the filter that failed in ``.step``.
            TypeError: one picture instead of several.
            ValueError: a negative number of workers, or less than one frame ahead.
        """
        streamed: Generator[Any, None, None] = importlib.import_module("ocrprep.batch").stream(
            self, frames, workers=workers, ahead=ahead, on_error=on_error, evidence=evidence
        )
        return streamed

    def preview(self, image: Any, *, width: int = 480) -> Preview:
        """The page after each filter, for a notebook to show or a browser to open.

        Loads ``ocrprep.explore``, which stands on a higher floor, by name.

        Args:
            image: as in a call of the chain.
            width: of each picture at most, in pixels.

        Returns:
            ``.pages`` (as it came, then one for each filter), ``.save(path)`` (HTML), and what a notebook shows.

        Raises:
            InputError: the image cannot be opened.
            FilterError: with the place of the filter that failed in ``.step``.
            ValueError: a width below 1.
        """
        shown: Preview = importlib.import_module("ocrprep.explore").preview(self, image, width=width)
        return shown

    def _repr_html_(self) -> str:
        """For a notebook: the filters in order, with what each does."""
        from ocrprep.filters._as_html import chain_html  # noqa: PLC0415 - only a notebook asks

        return chain_html(self)

    @classmethod
    def from_steps(cls, steps: Iterable[Step]) -> FilterChain:
        """The chain that made a page, from its steps: applied to the same source it makes the same page again.

        Raises:
            ConfigError: a step of a filter that is not installed here.
        """
        declared = [{"kind": step.kind, **step.parameters} for step in steps if not step.implicit]
        return cls.from_dict({"ocrprep": cls.SCHEMA_VERSION, "filters": declared})

    def to_dict(self, *, full: bool = False) -> dict[str, Any]:
        """The chain as plain values.

        Args:
            full: also write the parameters that have their default value.
        """
        rows = [{"kind": item.kind, **item.parameters()} if full else item.compact() for item in self._filters]
        return {"ocrprep": self.SCHEMA_VERSION, "filters": rows}

    @classmethod
    def from_dict(cls, data: object, *, name: str = "") -> FilterChain:
        """The chain from plain values, as :meth:`to_dict` writes them.

        Args:
            data: ``{"ocrprep": 1, "filters": [...]}``; a filter is ``{"kind": …, parameter: value}`` or just its kind.
            name: of the file, for the error.

        Raises:
            ConfigError: every fault with its place, as in ``filters[1].threshold.value: Input should be …``.
        """
        return cls(filters.load(data, version=cls.SCHEMA_VERSION, name=name))

    def to_json(self, *, full: bool = False) -> str:
        """JSON text; see :meth:`to_dict`."""
        return json.dumps(self.to_dict(full=full), indent=2, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str, *, name: str = "") -> FilterChain:
        """The chain from JSON text.

        Raises:
            ConfigError: with the line and column where it is not JSON, or the places that are wrong.
        """
        try:
            data = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise ConfigError(f"{name or 'the chain'} is not JSON: {error}") from error
        return cls.from_dict(data, name=name)

    def to_yaml(self, *, full: bool = False) -> str:
        """YAML text; see :meth:`to_dict`."""
        return notation.to_yaml(self.to_dict(full=full))

    @classmethod
    def from_yaml(cls, text: str, *, name: str = "") -> FilterChain:
        """The chain from YAML text, of which JSON is a part.

        Raises:
            ConfigError: with the line and column where it is not YAML, or the places that are wrong.
        """
        return cls.from_dict(notation.from_yaml(text, name), name=name)

    def to_python(self) -> str:
        """A Python expression that makes the chain."""
        return notation.to_python(item.compact() for item in self._filters)

    @classmethod
    def from_python(cls, text: str, *, name: str = "") -> FilterChain:
        """The chain from a Python expression as :meth:`to_python` writes it; the text is parsed, never executed.

        Raises:
            ConfigError: it is anything but a list of factories with literal arguments.
        """
        return cls.from_dict(notation.from_python(text, filters.positional_names, name), name=name)

    def to_flags(self) -> list[str]:
        """Command-line arguments: ``["--filter", "threshold=150", …]``."""
        rows = (notation.to_flag(item.compact(), filters.positional_names(item.kind)) for item in self._filters)
        return [part for row in rows for part in ("--filter", row)]

    @classmethod
    def from_flags(cls, flags: Iterable[str]) -> FilterChain:
        """The chain from the values of ``--filter``: ``binarize``, ``threshold=150``, ``sauvola:window=51,k=0.3``.

        Raises:
            ConfigError: naming the flag that cannot be understood.
        """
        words = [flag for flag in flags if flag != "--filter"]
        rows = [notation.from_flag(flag, filters.positional_names) for flag in words]
        return cls.from_dict({"ocrprep": cls.SCHEMA_VERSION, "filters": rows}, name="--filter")


class Preview(Protocol):
    """What :meth:`FilterChain.preview` gives; see ``ocrprep.explore.Preview``."""

    @property
    def pages(self) -> tuple[Page, ...]:
        """The page as it came, then as each filter left it."""
        ...

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write it as one HTML file; returns its path."""
        ...

    def _repr_html_(self) -> str: ...


if TYPE_CHECKING:
    Watch = Callable[[int, Filter, Page], None]
