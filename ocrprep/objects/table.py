"""Objects as rows, for a file or for a table of pandas."""

from __future__ import annotations

import csv
import importlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ocrprep import geometry
from ocrprep.errors import OutputError

if TYPE_CHECKING:
    from ocrprep.objects.items import Objects

_COLUMNS = (
    "source", "page", "object", "area", "left", "top", "width", "height", "x", "y", "orientation", "major_axis",
    "minor_axis", "eccentricity", "extent", "solidity", "perimeter", "circularity",
    *(f"log_hu{number}" for number in range(1, 8)),
    "source_x", "source_y", "source_left", "source_top", "source_right", "source_bottom",
)  # fmt: skip


def rows_of(objects: Objects) -> list[dict[str, Any]]:
    """One dictionary an object; ``page`` and ``object`` count from 1, as on the command line and in names of files."""
    if not len(objects):
        return []
    boxes = objects.boxes.astype(np.float64)
    ends = boxes[:, :2] + boxes[:, 2:]
    corners = np.stack(
        [boxes[:, :2], np.stack([ends[:, 0], boxes[:, 1]], 1), ends, np.stack([boxes[:, 0], ends[:, 1]], 1)]
    )
    on_source = objects.page.source_points(corners.reshape(-1, 2)).reshape(4, -1, 2)
    centres = geometry.apply(objects.page.to_source, objects.centroid)
    shapes = (objects.orientation, *objects.axes.T, objects.eccentricity, objects.extent, objects.solidity)
    shapes = (*shapes, objects.perimeter, objects.circularity)
    numbers = (
        objects.area, *objects.boxes.T, *objects.centroid.T, *shapes, *objects.log_hu.T,
        *centres.T, *on_source.min(axis=0).T, *on_source.max(axis=0).T,
    )  # fmt: skip
    columns = [_told(column) for column in numbers]
    source = objects.page.source
    return [
        dict(zip(_COLUMNS, (source.uri, source.page_index + 1, place, *row), strict=True))
        for place, row in enumerate(zip(*columns, strict=True), 1)
    ]


def _told(column: npt.NDArray[Any]) -> list[Any]:
    """Numbers as Python's own, to six decimals; None for one that there is not."""
    told: list[Any] = np.round(column, 6).tolist()
    for place in np.flatnonzero(np.isnan(column)):
        told[place] = None
    return told


def save_csv(rows: Sequence[Mapping[str, Any]], path: str | os.PathLike[str]) -> None:
    """Write rows with a line of names, also where there are none.

    Raises:
        OutputError: the file cannot be written.
    """
    target = Path(path)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, _COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    except OSError as error:
        raise OutputError(f"the table cannot be written: {error.strerror or error}", path=str(target)) from error


def to_dataframe(rows: Sequence[Mapping[str, Any]]) -> Any:
    """Rows as a ``pandas.DataFrame``.

    Raises:
        OutputError: pandas is not installed.
    """
    try:
        pandas = importlib.import_module("pandas")
    except ImportError as error:
        raise OutputError(
            "a DataFrame needs pandas, which is not installed", hint='pip install "ocrprep[samples]"'
        ) from error
    return pandas.DataFrame(rows, columns=list(_COLUMNS))
