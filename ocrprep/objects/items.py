"""The objects of a page: columns of numbers for all of them, and each by itself."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, overload

import numpy as np
import numpy.typing as npt

from ocrprep.analysis.components import Integers
from ocrprep.analysis.moments import Moments, Numbers, Runs, log_hu
from ocrprep.geometry import Box, Points, Rectangle, apply
from ocrprep.objects.cutting import cut
from ocrprep.objects.outlines import hull_areas, perimeters
from ocrprep.objects.table import rows_of, save_csv, to_dataframe
from ocrprep.page import Page, Pixels


@dataclass(frozen=True, eq=False, repr=False)
class Objects(Sequence["PageObject"]):
    """The objects of one page; ``objects.area`` is a column, ``objects[0].area`` a number.

    Coordinates are the page's, in its edge convention: ``(0, 0)`` is the corner of the first pixel. Pixels are unit
    squares. Area, centroid, orientation, axes, eccentricity and Hu's moments weigh each pixel by how much of it is
    covered; box, extent, solidity, perimeter and circularity are of the mask, which is whole pixels. On a binary page,
    and with ``ink="strokes"``, the two are the same.

    Args:
        page: as it was given.
        ink: (H, W) uint8, 255 on all ink, also that of pieces which are no objects.
        labels: (H, W) int32, 1 on the first object, 0 on none.
        boxes: (N, 4): left, top, width, height of the mask of each.
        mask_area: (N,), whole pixels of the mask of each.
        runs: of ``labels``.
        moments: of each, its rim weighed.
    """

    page: Page
    ink: Pixels
    labels: Integers
    boxes: Integers
    mask_area: Integers
    runs: Runs
    moments: Moments

    def __len__(self) -> int:
        return len(self.boxes)

    @overload
    def __getitem__(self, index: int) -> PageObject: ...
    @overload
    def __getitem__(self, index: slice) -> list[PageObject]: ...
    def __getitem__(self, index: int | slice) -> PageObject | list[PageObject]:
        if isinstance(index, slice):
            return [PageObject(self, place) for place in range(*index.indices(len(self)))]
        if not -len(self) <= index < len(self):
            raise IndexError(f"there are {len(self)} objects, and none with the index {index}")
        return PageObject(self, index % len(self))

    def __iter__(self) -> Iterator[PageObject]:
        return (PageObject(self, place) for place in range(len(self)))

    def __repr__(self) -> str:
        return f"<{len(self)} objects of {self.page!r}>"

    @property
    def area(self) -> Numbers:
        """(N,), pixels; a fraction where pixels at the rim are covered in part."""
        return self.moments.area

    @property
    def centroid(self) -> Points:
        """(N, 2), x and y of the centre of mass."""
        return self.moments.centre

    @cached_property
    def orientation(self) -> Numbers:
        """(N,), degrees counter-clockwise on the screen from the x axis to the main axis: above -90, up to 90.

        NaN for an object without a main axis; see :data:`ocrprep.analysis.moments.ROUND`.
        """
        return self.moments.orientation

    @cached_property
    def axes(self) -> Numbers:
        """(N, 2), pixels: major and minor axis of the ellipse with the same second moments."""
        return self.moments.axes

    @cached_property
    def eccentricity(self) -> Numbers:
        """(N,), of that ellipse: 0 for a circle, nearly 1 for a line."""
        return self.moments.eccentricity

    @property
    def extent(self) -> Numbers:
        """(N,), share of the upright bounding box that the mask covers, above 0 up to 1."""
        return np.asarray(self.mask_area / (self.boxes[:, 2].astype(np.float64) * self.boxes[:, 3]))

    @cached_property
    def solidity(self) -> Numbers:
        """(N,), share of its convex hull that the mask covers, above 0 up to 1."""
        return np.asarray(self.mask_area / hull_areas(self.runs, len(self)))

    @cached_property
    def perimeter(self) -> Numbers:
        """(N,), pixels, of the mask's outline and of its holes; by Crofton's formula in four directions."""
        return perimeters(self.labels, len(self))

    @property
    def circularity(self) -> Numbers:
        """(N,), 4π · mask area / perimeter²: 1 for a disc, less the more ragged the outline is."""
        return np.asarray(4.0 * math.pi * self.mask_area / self.perimeter**2)

    @cached_property
    def hu(self) -> Numbers:
        """(N, 7), Hu's moments (1962): the same for a shape at any place, size and angle."""
        return self.moments.hu

    @property
    def log_hu(self) -> Numbers:
        """(N, 7), the same as ``-sign(h) · log10(|h|)``, for classifiers."""
        return log_hu(self.hu)

    def table(self) -> list[dict[str, Any]]:
        """One row an object, JSON-ready; see :meth:`to_dataframe` for its columns."""
        return rows_of(self)

    def to_csv(self, path: str | os.PathLike[str]) -> None:
        """Write the table as UTF-8 CSV with a line of names; an orientation that there is not stays empty.

        Raises:
            OutputError: the file cannot be written.
        """
        save_csv(rows_of(self), path)

    def to_dataframe(self) -> Any:
        """The table as a ``pandas.DataFrame``: place, shape, and the corners of the box on the source image.

        Raises:
            OutputError: pandas is not installed.
        """
        return to_dataframe(rows_of(self))


@dataclass(frozen=True, slots=True)
class PageObject:
    """One object of a page; its numbers are documented at :class:`Objects`.

    Args:
        among: all objects of the page.
        index: its place among them.
    """

    among: Objects
    index: int

    def __repr__(self) -> str:
        x, y, width, height = self.box
        return f"<object {self.index} of {self.area:.10g} pixels in {width}x{height}+{x}+{y}>"

    @property
    def area(self) -> float:
        """Pixels, a fraction where its rim is covered in part."""
        return float(self.among.area[self.index])

    @property
    def mask_area(self) -> int:
        """Whole pixels of its mask."""
        return int(self.among.mask_area[self.index])

    @property
    def box(self) -> Rectangle:
        """The upright rectangle around it."""
        return Rectangle(*map(int, self.among.boxes[self.index]))

    @property
    def centroid(self) -> tuple[float, float]:
        """Centre of mass, in edge coordinates of the page."""
        x, y = self.among.centroid[self.index]
        return float(x), float(y)

    @property
    def orientation(self) -> float | None:
        """Degrees, counter-clockwise on the screen; None without a main axis."""
        angle = float(self.among.orientation[self.index])
        return None if math.isnan(angle) else angle

    @property
    def major_axis(self) -> float:
        """Pixels."""
        return float(self.among.axes[self.index, 0])

    @property
    def minor_axis(self) -> float:
        """Pixels."""
        return float(self.among.axes[self.index, 1])

    @property
    def eccentricity(self) -> float:
        """0 for a circle, nearly 1 for a line."""
        return float(self.among.eccentricity[self.index])

    @property
    def extent(self) -> float:
        """Share of the upright box."""
        return float(self.among.extent[self.index])

    @property
    def solidity(self) -> float:
        """Share of the convex hull."""
        return float(self.among.solidity[self.index])

    @property
    def perimeter(self) -> float:
        """Pixels."""
        return float(self.among.perimeter[self.index])

    @property
    def circularity(self) -> float:
        """1 for a disc."""
        return float(self.among.circularity[self.index])

    @property
    def hu(self) -> Numbers:
        """(7,), Hu's moments."""
        return np.asarray(self.among.hu[self.index])

    @property
    def log_hu(self) -> Numbers:
        """(7,), the same on a logarithmic scale."""
        return np.asarray(self.among.log_hu[self.index])

    @property
    def mask(self) -> npt.NDArray[np.bool_]:
        """(height, width) of its box, True on its own pixels."""
        return np.asarray(self.among.labels[self.box.slices] == self.index + 1)

    @property
    def source_box(self) -> Box:
        """The upright box around it on the source image."""
        return self.among.page.source_box(self._corners)

    @property
    def source_quad(self) -> Points:
        """(4, 2): the corners of its box on the source image, from the upper left one clockwise on the page."""
        return self.among.page.source_points(self._corners.corners())

    @property
    def source_centroid(self) -> tuple[float, float]:
        """Its centre of mass on the source image."""
        x, y = apply(self.among.page.to_source, np.array([self.centroid]))[0]
        return float(x), float(y)

    @property
    def _corners(self) -> Box:
        x, y, width, height = self.box
        return Box(float(x), float(y), float(x + width), float(y + height))

    def cut(self, *, margin: int = 4, of: Literal["page", "mask"] = "page") -> Page:
        """The object alone as a page of its own, with paper in place of everything else.

        Args:
            margin: pixels of paper around its box.
            of: ``page`` keeps the mode of the page, its gray levels or colours; ``mask`` gives a BINARY page of its own
                pixels, whose ``gray()`` is the former, in whatever place and size a chain has brought it to.

        Returns:
            A page whose ``to_source`` leads to the same source, with an implicit step ``find_objects``.

        Raises:
            ConfigError: a margin below 0.
        """
        return cut(self, margin, of)
