"""Prepared pages as image files: in as few bits as they need, atomically, and never over their own source."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, model_validator
from typing_extensions import Self

from ocrprep.batch import Task, as_source, each
from ocrprep.errors import OutputError
from ocrprep.outputs.encode import SUFFIXES, ImageFormat, encode
from ocrprep.outputs.names import Names
from ocrprep.outputs.rendered import RenderedPages
from ocrprep.result import PageFailure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ocrprep.batch import Batch, OnError
    from ocrprep.chain import FilterChain
    from ocrprep.filters.base import Evidence, Filter
    from ocrprep.page import Page, PageRef, Source

SaveImageFormat: TypeAlias = Literal["auto", "png", "tiff", "jpeg", "webp"]
"""``auto`` is TIFF for a page that comes from a TIFF file and PNG for all others: without loss in any case."""
Overwrite: TypeAlias = Literal["replace", "error", "rename", "skip"]
"""What happens to a file that was there before the batch. ``replace``: it is replaced, but never if it is the page's
own source. ``error``: the page fails. ``rename``: the page gets the next free name. ``skip``: the page is not even
opened."""


@dataclass(frozen=True, slots=True)
class SavedImage:
    """One image file of a batch.

    Args:
        path: of the file.
        source: where its page comes from.
        step: None for the finished page; such as ``02_threshold`` for the page after the second filter.
        bytes: size of the file.
        written: False for a file that was there and was left alone.
    """

    path: Path
    source: Source
    step: str | None = None
    bytes: int = 0
    written: bool = True

    @property
    def page(self) -> int:
        """1-based number of the page in its document."""
        return self.source.page_index + 1


class SaveOptions(BaseModel):
    """How images are written; the keyword arguments of :meth:`ImageProcessing.save`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: SaveImageFormat = "png"
    overwrite: Overwrite = "replace"
    steps: bool = False
    quality: int | None = Field(default=None, ge=1, le=100)

    @model_validator(mode="after")
    def _quality_has_an_effect(self) -> Self:
        if self.quality is not None and self.format not in {"jpeg", "webp"}:
            raise ValueError(f"quality has no effect on {self.format}, which loses nothing; leave it out")
        return self

    def format_of(self, source: Source) -> ImageFormat:
        """The format for a page of that source."""
        if self.format == "auto":
            return "tiff" if source.uri.lower().endswith((".tif", ".tiff")) else "png"
        return self.format


class ImageProcessing:
    """Prepared pages as files or in memory."""

    @staticmethod
    def save(
        batch: Batch,
        folder: str | os.PathLike[str],
        *,
        format: SaveImageFormat = "png",  # noqa: A002 - what everyone calls it
        overwrite: Overwrite = "replace",
        steps: bool = False,
        quality: int | None = None,
        on_error: OnError | None = None,
        evidence: Evidence | None = None,
    ) -> list[SavedImage | PageFailure]:
        """Prepare each page and write it to ``folder``, which is made if need be.

        Files are named after their sources: ``stem.png``, or ``stem_p0001.png`` for a document of several pages.
        Sources of the same stem get ``stem_2`` and so on, in the order of the batch. A file appears whole or not at
        all.

        Args:
            batch: an ``OcrInput``, a page, an array, a Pillow image, a path, or several of them in a list.
            folder: where to write.
            format: ``png``, ``tiff``, ``jpeg``, ``webp`` or ``auto``; see ``encode`` for bits and resolution.
            overwrite: see :data:`Overwrite`.
            steps: also write the page after each filter, as ``stem_p0001_02_threshold.png``.
            quality: 1–100, for JPEG (None: 92) and WebP (None: without loss).
            on_error: ``raise`` or ``collect``; None is the batch's own.
            evidence: an engine's opinions for the filters that ask for them; a recognizer is one.

        Returns:
            What was written, in the order of the pages, the steps of a page before the page; a failed page is a
            ``PageFailure``.

        Raises:
            OutputError: the folder cannot be made or, with ``raise``, a file cannot be written.
            OcrPrepError: with ``raise``, the first failure of a page.
            pydantic.ValidationError: an option is wrong.
        """
        options = SaveOptions(format=format, overwrite=overwrite, steps=steps, quality=quality)
        source = as_source(batch)
        writer = _Writer(_made(Path(folder)), source.chain, options, evidence)
        saved: list[SavedImage | PageFailure] = []
        for result in each(writer.tasks(source.refs()), on_error or source.on_error):
            if isinstance(result, PageFailure):
                saved.append(result)
            else:
                saved.extend(result)
        return saved

    @staticmethod
    def render(batch: Batch, *, on_error: OnError | None = None, evidence: Evidence | None = None) -> RenderedPages:
        """The prepared pages in memory, each made when it is asked for.

        Args:
            batch: as in :meth:`save`.
            on_error: ``raise`` or ``collect``; None is the batch's own.
            evidence: as in :meth:`save`.

        Returns:
            Pages to iterate over (``list()`` keeps them all) or to pick by index; also a batch, to recognize or save.
        """
        source = as_source(batch)
        return RenderedPages(source, on_error or source.on_error, evidence)


class _Writer:
    """Names are given out in order; the rest of the work on a page is a function of that page alone."""

    def __init__(self, folder: Path, chain: FilterChain, options: SaveOptions, evidence: Evidence | None) -> None:
        self._folder = folder
        self._chain = chain
        self._options = options
        self._evidence = evidence
        self._steps = [f"{place:02d}_{item.kind}" for place, item in enumerate(chain, 1)] if options.steps else []

    def tasks(self, refs: Iterator[PageRef]) -> Iterator[Task[list[SavedImage]]]:
        names = Names(self._exists if self._options.overwrite == "rename" else lambda _: False)
        for ref in refs:
            suffix = SUFFIXES[self._options.format_of(ref.source)]
            name = names.claim(ref.source, [suffix, *(f"_{step}{suffix}" for step in self._steps)])
            yield Task(ref.source, partial(self._save, ref, name))

    def _exists(self, name: str) -> bool:
        return os.path.lexists(self._folder / name)

    def _save(self, ref: PageRef, name: str) -> list[SavedImage]:
        image_format = self._options.format_of(ref.source)
        path = self._folder / f"{name}{SUFFIXES[image_format]}"
        if self._options.overwrite == "skip" and path.exists():
            return [SavedImage(path, ref.source, bytes=path.stat().st_size, written=False)]
        self._refuse(path, ref.source)
        saved: list[SavedImage] = []

        def write(page: Page, step: str | None = None) -> None:
            ending = "" if step is None else f"_{step}"
            saved.append(
                self._write(page, self._folder / f"{name}{ending}{SUFFIXES[image_format]}", image_format, step)
            )

        def watch(place: int, item: Filter, page: Page) -> None:
            del item
            write(page, self._steps[place])

        page = self._chain(ref.load(), evidence=self._evidence, watch=watch if self._steps else None)
        write(page)
        return saved

    def _write(self, page: Page, path: Path, image_format: ImageFormat, step: str | None) -> SavedImage:
        self._refuse(path, page.source)
        try:
            data = encode(page, image_format, quality=self._options.quality)
        except OutputError as error:
            error.path = str(path)
            raise
        write_whole(path, data)
        return SavedImage(path, page.source, step, len(data))

    def _refuse(self, path: Path, source: Source) -> None:
        if not os.path.lexists(path):
            return
        if self._options.overwrite == "error":
            raise OutputError(
                "there is a file of this name", path=str(path), hint="overwrite='replace', 'rename' or 'skip'"
            )
        if _is_file(path, source.uri):
            raise OutputError(
                "this is the file that the page comes from",
                path=str(path),
                hint="save to another folder, or with overwrite='rename'",
            )


def _is_file(path: Path, uri: str) -> bool:
    try:
        return path.samefile(uri)
    except (OSError, ValueError):
        return False


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"the folder cannot be made: {error.strerror or error}", path=str(folder), hint="choose another folder"
        ) from error
    return folder


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or, after any error, as it was before.

    Raises:
        OutputError: it cannot be written.
    """
    part = path.with_name(f".{path.name[:64]}.{secrets.token_hex(6)}.part")
    try:
        try:
            part.write_bytes(data)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(
            f"the file cannot be written: {error.strerror or error}",
            path=str(path),
            hint="is the folder writable, and is there space left?",
        ) from error
