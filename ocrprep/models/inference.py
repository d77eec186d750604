"""A network walks over a page of any size: part by part, with what is around each part, and without seams.

A page is cut into parts on a grid that the network's own steps fall on, so that a pixel meets the same arithmetic
whichever part it lies in. Each part is worked on with a margin (the manifest's ``halo``), of which nothing is kept;
around the page the margin is its mirror image. All parts have one shape, and their results go straight into the
answer: memory does not grow with the page.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from ocrprep.errors import ModelError
from ocrprep.models import Model
from ocrprep.models.backends import Backend, BackendName, Maps, opened
from ocrprep.models.manifest import Manifest, Output
from ocrprep.models.normalization import Inputs, normalized
from ocrprep.page import Pixels

WHOLE_PAGE_LIMIT = 2**25
"""Most pixels of a page that a network is given as a whole, where its manifest asks for that: 33.6 megapixels."""

_RIM = 32
"""Pixels of mirror image around the page; the same as the halo where that is less."""


@dataclass(frozen=True, slots=True)
class Axis:
    """How the rows, or the columns, of a page are cut.

    Args:
        size: of the page.
        tile: how many the network is given at once; a multiple of its step, as are the next three.
        halo: how many of these are of no use, at each end that does not lie at the page's edge.
        rim: mirrored ones before the page's first.
        count: parts.
    """

    size: int
    tile: int
    halo: int
    rim: int
    count: int

    @property
    def stride(self) -> int:
        """From the start of one part to that of the next."""
        return self.tile - 2 * self.halo

    def parts(self) -> Iterator[tuple[int, slice]]:
        """Where each part begins, before the page's edge perhaps; and what of the page it answers for."""
        for place in range(self.count):
            start = place * self.stride - self.rim
            first = 0 if place == 0 else start + self.halo
            last = self.size if place == self.count - 1 else start + self.tile - self.halo
            yield start, slice(first, last)

    @classmethod
    def of(cls, size: int, count: int, halo: int, rim: int, step: int) -> Axis:
        """The smallest parts that so many need to be; fewer where fewer serve."""
        covered = size + 2 * rim
        if count == 1:
            return cls(size, _up(covered, step), halo, rim, 1)
        stride = max(step, _up(-(-(covered - 2 * halo) // count), step))
        needed = -(-(covered - 2 * halo) // stride)
        return cls(size, stride + 2 * halo, halo, rim, needed) if needed > 1 else cls.of(size, 1, halo, rim, step)


def learned(
    gray: Pixels,
    model: Model,
    output: Output = "mask",
    *,
    threshold: float | None = None,
    scale: float = 1.0,
    backend: BackendName | None = None,
    threads: int | None = None,
) -> tuple[Pixels, str]:
    """What a model makes of a page.

    Args:
        gray: (H, W) uint8, dark ink on light paper.
        model: from :func:`ocrprep.models.find_model`.
        output: ``mask``, 0 where there is ink and 255 elsewhere; or ``gray``, from 0, full ink, to 255, paper.
        threshold: 0–1, how likely a pixel must be ink to be black in the mask; None: the manifest's.
        scale: how many times larger the page is shown to the network; see
            :func:`ocrprep.models.small_type.scale_for`. The answer has the page's own size.
        backend: see :func:`ocrprep.models.backends.opened`.
        threads: likewise.

    Returns:
        (H, W) uint8, and the name of the backend that did it.

    Raises:
        ModelError: the model has no such output, does not run, or wants whole pages and this one is too large.
    """
    if output == "gray":
        return softness(gray, model, output, scale=scale, backend=backend, threads=threads)
    manifest = model.manifest
    small = manifest.small_type if scale != 1.0 else None
    level = threshold if threshold is not None else (small or manifest).threshold
    if scale != 1.0:
        soft, name = softness(gray, model, output, scale=scale, backend=backend, threads=threads)
        return np.where(soft <= 255 * (1 - level), np.uint8(0), np.uint8(255)), name
    channel, network = _channel(manifest, output), opened(model, backend, threads)
    made = np.empty_like(gray)
    for rows, columns, maps in _walked(gray, manifest, network):
        made[rows, columns] = _mask(maps[channel], level)
    return made, network.name


def softness(
    gray: Pixels,
    model: Model,
    output: Output = "mask",
    *,
    scale: float = 1.0,
    backend: BackendName | None = None,
    threads: int | None = None,
) -> tuple[Pixels, str]:
    """What a network says of each pixel, before any threshold.

    Args:
        gray: see :func:`learned`, as are the rest.
        model: likewise.
        output: likewise.
        scale: likewise; of a page that is shown enlarged, each pixel is the mean of its copies.
        backend: likewise.
        threads: likewise.

    Returns:
        (H, W) uint8, from 0 where the network says 1 to 255 where it says 0; and the backend's name.

    Raises:
        ModelError: see :func:`learned`.
    """
    channel, network = _channel(model.manifest, output), opened(model, backend, threads)
    height, width = gray.shape
    shown = gray
    if scale != 1.0:
        size = max(1, round(width * scale)), max(1, round(height * scale))
        shown = np.asarray(cv2.resize(gray, size, interpolation=cv2.INTER_CUBIC), np.uint8)
    made = np.empty_like(shown)
    for rows, columns, maps in _walked(shown, model.manifest, network):
        made[rows, columns] = _softness(maps[channel])
    if scale != 1.0:
        made = np.asarray(cv2.resize(made, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
    return made, network.name


def _channel(manifest: Manifest, output: Output) -> int:
    if output not in manifest.outputs:
        raise ModelError(
            f"the model {manifest.name!r} has no output {output!r}", hint=f"it has {', '.join(manifest.outputs)}"
        )
    return manifest.outputs.index(output)


def told(model: Model, made: Pixels, backend: str) -> dict[str, Any]:
    """Facts for a filter's step: which model, who ran it, and the share of the page that is ink, 0–1."""
    share = 1.0 - float(cv2.mean(made)[0]) / 255
    return {
        "model": model.manifest.name,
        "sha256": model.manifest.sha256[:12],
        "backend": backend,
        "ink": round(share, 5),
    }


def grid(height: int, width: int, manifest: Manifest) -> tuple[Axis, Axis]:
    """Rows and columns of the cut that gives a network the fewest pixels, within the manifest's tile.

    Raises:
        ModelError: the network wants whole pages, and this one is too large.
    """
    step = manifest.multiple
    if manifest.tile == 0:
        if height * width > WHOLE_PAGE_LIMIT:
            raise ModelError(
                f"the model {manifest.name!r} works on whole pages of up to {WHOLE_PAGE_LIMIT / 1e6:.0f} megapixels, "
                f"not {height * width / 1e6:.0f}",
                hint="scale the page down, or take another model",
            )
        return Axis.of(height, 1, 0, 0, step), Axis.of(width, 1, 0, 0, step)
    halo, rim = _up(manifest.halo, step), _up(min(manifest.halo, _RIM), step)
    most = max(manifest.tile, 2 * halo + step, 2 * rim + step) ** 2
    options = []
    for count in range(1, -(-width // step) + 1):
        columns = Axis.of(width, count, halo, rim, step)
        rows = _fitting(height, most // columns.tile // step * step, halo, rim, step)
        if rows is not None:
            options.append((rows, columns))
    return min(options, key=lambda cut: (cut[0].tile * cut[0].count * cut[1].tile * cut[1].count, cut[1].count))


def _fitting(size: int, room: int, halo: int, rim: int, step: int) -> Axis | None:
    """The fewest parts of at most so many rows; None where even the smallest are too large."""
    if size + 2 * rim <= room:
        return Axis.of(size, 1, halo, rim, step)
    if room < 2 * halo + step:
        return None
    return Axis.of(size, -(-(size + 2 * rim - 2 * halo) // (room - 2 * halo)), halo, rim, step)


def _up(size: int, step: int) -> int:
    return -(-size // step) * step


def _walked(gray: Pixels, manifest: Manifest, network: Backend) -> Iterator[tuple[slice, slice, Maps]]:
    """Each part of the page: its rows and columns, and the network's maps of them, [K, rows, columns]."""
    height, width = gray.shape
    down, across = grid(height, width, manifest)
    page = normalized(gray, manifest.normalization)
    end = (across.count - 1) * across.stride + across.tile - across.rim
    for top, rows in down.parts():
        first, last = max(0, top), min(height, top + down.tile)
        # One mirror image on all sides serves a whole row of parts.
        band = _mirrored(page.rows(first, last), (first - top, top + down.tile - last, across.rim, end - width))
        for left, columns in across.parts():
            start = left + across.rim
            part = np.ascontiguousarray(band[None, :, :, start : start + across.tile])
            maps = network.run(part)
            if maps.shape[0] != 1 or maps.shape[1] < len(manifest.outputs) or maps.shape[2:] != part.shape[2:]:
                raise ModelError(
                    f"the model {manifest.name!r} made {list(maps.shape)} of {list(part.shape)}",
                    hint="its manifest does not describe it: export it again",
                )
            yield rows, columns, maps[0][:, _within(rows, top), _within(columns, left)]


def _within(part: slice, start: int) -> slice:
    return slice(part.start - start, part.stop - start)


def _mirrored(band: Inputs, sides: tuple[int, int, int, int]) -> Inputs:
    """The band with so many rows above and below and columns left and right, as in a mirror."""
    if not any(sides):
        return band
    return np.stack([cv2.copyMakeBorder(part, *sides, cv2.BORDER_REFLECT_101) for part in band])


def _mask(ink: Maps, level: float) -> Pixels:
    return np.where(ink >= np.float32(level), np.uint8(0), np.uint8(255))


def _softness(coverage: Maps) -> Pixels:
    scaled = np.multiply(coverage, np.float32(-255))
    scaled += np.float32(255)
    return np.rint(np.clip(scaled, 0, 255, out=scaled), out=scaled).astype(np.uint8)
