"""What every filter is: a frozen set of parameters with one hole for the arithmetic.

The template is sealed. ``Filter.__call__`` opens what it is given, converts the page's mode where the filter needs it,
cuts out the area, times the work, wraps errors, checks what came back, and writes the step. An author fills one hole:
:meth:`PixelFilter.apply` for a filter that keeps the geometry, :meth:`GeometryFilter.run` for one that moves it.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeVar, final, overload

import numpy as np
from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import Self

from ocrprep import geometry
from ocrprep.decode import open_image
from ocrprep.errors import FilterContractError, FilterError, OcrPrepError
from ocrprep.filters._automatic import automatic_mask
from ocrprep.filters._positional import Positional
from ocrprep.filters._terms import Area, Context, Evidence, Found, Moved, Orientation
from ocrprep.geometry import Rectangle
from ocrprep.page import Page, PixelMode, Pixels, Step, convert_pixels, is_black_and_white

if TYPE_CHECKING:
    import os

    import numpy.typing as npt
    from PIL import Image

__all__ = [
    "BINARY",
    "GRAY",
    "RGB",
    "Area",
    "Context",
    "Evidence",
    "Filter",
    "Found",
    "GeometryFilter",
    "Moved",
    "Orientation",
    "PixelFilter",
]

BINARY, GRAY, RGB = PixelMode.BINARY, PixelMode.GRAY, PixelMode.RGB

_Array = TypeVar("_Array", bound="npt.NDArray[Any]")
_Picture = TypeVar("_Picture", bound="Image.Image")


class Filter(BaseModel, ABC, metaclass=Positional):
    """One step of a chain: parameters declared once, frozen, comparable, serialisable, and callable on a page.

    Subclass :class:`PixelFilter` or :class:`GeometryFilter` instead.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True, use_attribute_docstrings=False)

    accepts: ClassVar[frozenset[PixelMode]] = frozenset(PixelMode)
    """Modes that the hole can handle. A page in another is converted first: to GRAY where accepted, else to RGB."""

    aliases: ClassVar[tuple[str, ...]] = ()
    """Other names under which the filter is known, in files and flags too."""

    kind: str = Field(init=False)
    area: Area | None = Field(
        default=None,
        kw_only=True,
        description="rectangle (x, y, width, height) in pixels of the page as the filter gets it; None: the whole",
    )

    def networks(self) -> tuple[str, ...]:
        """The learned models that this filter runs, as :func:`ocrprep.models.find_model` takes them."""
        return ()

    @overload
    def __call__(self, image: Page, *, evidence: Evidence | None = None) -> Page: ...
    @overload
    def __call__(self, image: _Array, *, evidence: Evidence | None = None) -> npt.NDArray[np.uint8]: ...
    @overload
    def __call__(self, image: _Picture, *, evidence: Evidence | None = None) -> Image.Image: ...
    @overload
    def __call__(self, image: str | os.PathLike[str] | bytes, *, evidence: Evidence | None = None) -> Page: ...
    @final
    def __call__(self, image: Any, *, evidence: Evidence | None = None) -> Any:
        """Apply the filter.

        Args:
            image: a page; or an array, a Pillow image, bytes of or a path to an image file (see ``decode.open_image``).
            evidence: an engine's opinions, for the filters that ask for them.

        Returns:
            A new page for a page, bytes or a path; an array for an array; a Pillow image for a Pillow image.

        Raises:
            InputError: the image cannot be opened.
            FilterError: the filter cannot do its work on this page, for instance because ``area`` reaches outside it.
            FilterContractError: the filter is faulty.
        """
        page, give_back = open_image(image)
        try:
            result = self._on_page(page, evidence)
        except FilterError as error:
            error.kind = error.kind or self.kind
            error.source = error.source or str(page.source)
            raise
        except (OcrPrepError, MemoryError):
            raise
        except Exception as error:
            raise FilterError(
                f"{type(error).__name__}: {error}",
                kind=self.kind,
                source=str(page.source),
                hint="leave this filter out for this page, or report the page as a bug",
            ) from error
        return give_back(result)

    @abstractmethod
    def _on_page(self, page: Page, evidence: Evidence | None) -> Page: ...

    @classmethod
    def example(cls) -> Self:
        """A filter with its defaults; a required parameter takes the first of its field's ``examples``."""
        needed = {name: field for name, field in cls.model_fields.items() if field.is_required()}
        return cls(**{name: (field.examples or [None])[0] for name, field in needed.items()})

    def parameters(self) -> dict[str, Any]:
        """All parameters but the kind, JSON-ready."""
        return self.model_dump(mode="json", exclude={"kind"})

    def compact(self) -> dict[str, Any]:
        """The kind and those parameters that differ from their defaults, JSON-ready."""
        return {"kind": self.kind, **self.model_dump(mode="json", exclude={"kind"}, exclude_defaults=True)}

    def __repr__(self) -> str:
        given = {name: getattr(self, name) for name in self.compact() if name != "kind"}
        return f"{type(self).__name__}({', '.join(f'{name}={_show(value)}' for name, value in given.items())})"

    __str__ = __repr__

    def _accepted(self, page: Page) -> Page:
        if page.mode in self.accepts:
            return page
        return page.converted(GRAY if GRAY in self.accepts else RGB)

    def _checked_area(self, page: Page) -> Rectangle | None:
        if self.area is not None and not self.area.inside(page.width, page.height):
            raise FilterError(
                f"the area {tuple(self.area)} reaches outside the page of {page.width}x{page.height} pixels",
                hint="an area is x, y, width, height in pixels of the page as this filter gets it",
            )
        return self.area

    def _step(self, found: Found, started: float) -> Step:
        return Step(self.kind, self.parameters(), found.facts, time.perf_counter() - started)


class PixelFilter(Filter):
    """A filter that keeps size and geometry: each pixel stays where it is.

    With an ``area`` only the pixels inside it change. The page then keeps its mode, or takes a richer one if the result
    needs it.
    """

    produces: ClassVar[PixelMode | None] = None
    """The mode of what :meth:`apply` returns; None: the mode that it was given."""

    binarizes: ClassVar[Literal["before", "after"] | None] = None
    """For a filter with a ``binarize: bool`` parameter: when that is True the page is also made black and white by the
    automatic method, before or after the work; recorded as an implicit step."""

    def makes(self, given: PixelMode) -> PixelMode:
        """The mode of what :meth:`apply` returns for a page of that mode; for a filter whose parameters decide it."""
        return self.produces or given

    def apply(self, pixels: Pixels) -> Found:
        """The hole: new pixels of the same height and width. The argument is read-only."""
        raise NotImplementedError(f"{type(self).__name__} fills neither apply() nor apply_in()")

    def apply_in(self, pixels: Pixels, context: Context) -> Found:
        """A wider hole, for a filter that needs the page's dpi as well; fill this one or :meth:`apply`."""
        del context
        return self.apply(pixels)

    @final
    def _on_page(self, page: Page, evidence: Evidence | None) -> Page:
        area = self._checked_area(page)
        binarizes = self.binarizes if getattr(self, "binarize", False) else None
        if binarizes == "before":
            page = _binarized(page, area)
        result = self._worked(page, area, Context(page.dpi, evidence))
        return _binarized(result, area) if binarizes == "after" else result

    def _worked(self, page: Page, area: Rectangle | None, context: Context) -> Page:
        started = time.perf_counter()
        if area is None:
            ready = self._accepted(page)
            found = self.apply_in(ready.pixels, context)
            mode = self.makes(ready.mode)
            pixels = self._checked(found, ready.pixels, mode)
        else:
            ready = page
            found, mode, pixels = self._inside(page, area, context)
        binarised = page.mode is not BINARY and self.makes(ready.mode) is BINARY
        before = replace(page, unbinarized=None) if binarised else page.unbinarized
        return replace(
            ready, pixels=pixels, mode=mode, steps=(*ready.steps, self._step(found, started)), unbinarized=before
        )

    def _inside(self, page: Page, area: Rectangle, context: Context) -> tuple[Found, PixelMode, Pixels]:
        part = np.ascontiguousarray(page.pixels[area.slices])
        part_mode = page.mode
        if part_mode not in self.accepts:
            part_mode = GRAY if GRAY in self.accepts else RGB
            part = convert_pixels(part, part_mode)
        part.flags.writeable = False
        found = self.apply_in(part, context)
        part_mode = self.makes(part_mode)
        changed = self._checked(found, part, part_mode)
        mode = max(page.mode, part_mode, key=lambda item: item.rank)
        pixels = convert_pixels(page.pixels, mode)
        pixels = pixels.copy() if pixels is page.pixels else pixels
        pixels[area.slices] = convert_pixels(changed, mode)
        return found, mode, pixels

    def _checked(self, found: Found, given: Pixels, mode: PixelMode) -> Pixels:
        pixels = _checked_pixels(self.kind, found.pixels, mode)
        if pixels.shape[:2] != given.shape[:2]:
            raise FilterContractError(
                f"a filter that keeps the geometry turned {given.shape[:2]} into {pixels.shape[:2]} pixels",
                kind=self.kind,
                hint="derive from GeometryFilter and return the map back",
            )
        return pixels


class GeometryFilter(Filter):
    """A filter that moves pixels and says where each one came from.

    With an ``area`` the filter works on that part alone and the result is that part: the page is cut to it first, which
    is recorded in ``to_source`` like every other move. A BINARY page stays BINARY.
    """

    def run(self, page: Page) -> Moved:
        """The hole: new pixels in the mode of the page that it is given, and the map back."""
        raise NotImplementedError(f"{type(self).__name__} fills neither run() nor run_in()")

    def run_in(self, page: Page, context: Context) -> Moved:
        """A wider hole, for a filter that weighs an engine's evidence; fill this one or :meth:`run`."""
        del context
        return self.run(page)

    @final
    def _on_page(self, page: Page, evidence: Evidence | None) -> Page:
        started = time.perf_counter()
        area = self._checked_area(page)
        ready = self._accepted(page)
        if area is not None:
            cut = np.ascontiguousarray(ready.pixels[area.slices])
            ready = replace(ready, pixels=cut, to_source=ready.to_source @ geometry.translation(area.x, area.y))
        found = self.run_in(ready, Context(page.dpi, evidence))
        pixels = _checked_pixels(self.kind, found.pixels, ready.mode)
        if not geometry.is_invertible(found.new_to_old):
            raise FilterContractError("the map back to the old page is not invertible", kind=self.kind)
        height, width = pixels.shape[:2]
        dpi = found.dpi or (page.dpi and geometry.dpi_after(page.dpi, found.new_to_old, width, height))
        return replace(
            ready,
            pixels=pixels,
            dpi=dpi,
            to_source=ready.to_source @ found.new_to_old,
            steps=(*ready.steps, self._step(found, started)),
        )


def _binarized(page: Page, area: Rectangle | None) -> Page:
    if page.mode is BINARY:
        return page
    started = time.perf_counter()
    gray = np.ascontiguousarray(convert_pixels(page.pixels if area is None else page.pixels[area.slices], GRAY))
    mask, facts = automatic_mask(gray, page.dpi)
    mode = BINARY
    if area is not None:
        whole = page.pixels.copy()
        whole[area.slices] = convert_pixels(mask, page.mode)
        mask, mode = whole, page.mode
    seconds = time.perf_counter() - started
    step = Step("convert", {"mode": "binary"}, {"from": page.mode.value, **facts}, seconds, implicit=True)
    return replace(page, pixels=mask, mode=mode, steps=(*page.steps, step), unbinarized=replace(page, unbinarized=None))


def _checked_pixels(kind: str, pixels: npt.NDArray[Any], mode: PixelMode) -> Pixels:
    dimensions = 3 if mode is RGB else 2
    if pixels.dtype != np.uint8 or pixels.ndim != dimensions or pixels.size == 0:
        raise FilterContractError(
            f"expected {mode.value} pixels as a non-empty uint8 array of {dimensions} dimensions, "
            f"got {pixels.dtype} {pixels.shape}",
            kind=kind,
        )
    if mode is BINARY and not is_black_and_white(pixels):
        raise FilterContractError("a binary page may hold only 0 and 255", kind=kind)
    return pixels


def _show(value: Any) -> str:
    # An enum's own repr cannot be read back as Python.
    return repr(getattr(value, "value", value))
