"""The work on one page that is saved: prepared, encoded, written, remembered."""

from __future__ import annotations

import os
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ocrprep.batch import Task, checkpoint
from ocrprep.batch.codecs import Codec
from ocrprep.batch.run import Watch, watched_task
from ocrprep.errors import OutputError
from ocrprep.outputs.encode import SUFFIXES, ImageFormat, encode
from ocrprep.outputs.files import is_file, swept, write_whole
from ocrprep.outputs.names import Names
from ocrprep.outputs.options import SavedImage, SaveOptions
from ocrprep.page import Source, Step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ocrprep.batch import PageHook, PageSource, ProgressCallback
    from ocrprep.batch.job import Job
    from ocrprep.filters.base import Evidence, Filter
    from ocrprep.page import Page, PageRef


class Writer:
    """The tasks of saving a batch: names are given out in order; all else is a function of one page alone.

    Args:
        folder: where files go; it exists.
        source: the pages and their filters.
        options: how images are written.
        evidence: an engine's opinions, for the filters that ask.
        tell: told about every step.
        job: remembers what was saved.
    """

    def __init__(
        self,
        folder: Path,
        source: PageSource,
        options: SaveOptions,
        *,
        evidence: Evidence | None,
        tell: ProgressCallback | None,
        job: Job | None,
    ) -> None:
        self._folder = folder
        self._chain = source.chain
        self._options = options
        self._evidence = evidence
        self._tell = tell
        self._job = job
        self._setting = {
            "chain": self._chain.to_dict(full=True),
            "save": options.model_dump(mode="json", exclude={"overwrite"}),
            **getattr(source, "setting", {}),
        }
        if job is not None:
            swept(folder)
        self._steps = [f"{place:02d}_{item.kind}" for place, item in enumerate(self._chain, 1)] if options.steps else []

    def tasks(self, refs: Iterator[PageRef]) -> Iterator[Task[list[SavedImage]]]:
        """The work on each page, in order."""
        names = Names(self._taken() if self._options.overwrite == "rename" else lambda _: False)
        for place, ref in enumerate(refs):
            suffix = SUFFIXES[self._options.format_of(ref.source)]
            name = names.claim(ref.source, [suffix, *(f"_{step}{suffix}" for step in self._steps)])
            watch = Watch(ref, place, self._tell)
            yield watched_task(ref, watch, partial(self._save, ref, name, watch), self._remembering(name))

    def _remembering(self, name: str) -> PageHook[list[SavedImage]] | None:
        if self._job is None:
            return None
        target = str((self._folder / name).absolute())
        hook: PageHook[list[SavedImage]] = self._job.around(self._setting, _SAVINGS, lambda _: target)
        return hook

    def _taken(self) -> Callable[[str], bool]:
        # The files of an earlier run of the same job are this batch's own.
        own = {row["path"] for rows in self._job.results() for row in rows} if self._job else set()
        return lambda name: os.path.lexists(self._folder / name) and str(self._folder / name) not in own

    def _save(self, ref: PageRef, name: str, watch: Watch) -> list[SavedImage]:
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

        def filtered(place: int, item: Filter, page: Page) -> None:
            watch.filtered(place, item, page)
            if self._steps:
                write(page, self._steps[place])

        page = ref.load()
        watch.done("load")
        write(self._chain(page, evidence=self._evidence, watch=filtered))
        watch.done("save")
        return saved

    def _write(self, page: Page, path: Path, image_format: ImageFormat, step: str | None) -> SavedImage:
        self._refuse(path, page.source)
        try:
            data = encode(page, image_format, quality=self._options.quality)
        except OutputError as error:
            error.path = str(path)
            raise
        checkpoint()
        write_whole(path, data)
        return SavedImage(path, page.source, step, len(data), steps=page.steps)

    def _refuse(self, path: Path, source: Source) -> None:
        if not os.path.lexists(path):
            return
        if self._options.overwrite == "error":
            raise OutputError(
                "there is a file of this name", path=str(path), hint="overwrite='replace', 'rename' or 'skip'"
            )
        if is_file(path, source.uri):
            raise OutputError(
                "this is the file that the page comes from",
                path=str(path),
                hint="save to another folder, or with overwrite='rename'",
            )


def _remembered(saved: list[SavedImage]) -> Any:
    return [
        {
            "path": str(item.path),
            "step": item.step,
            "bytes": item.bytes,
            "steps": [asdict(step) for step in item.steps],
            **asdict(item.source),
        }
        for item in saved
    ]


def _recalled(kept: list[dict[str, Any]], ref: PageRef) -> list[SavedImage] | None:
    """The files of a page, if they all lie where they were written, as large as they were."""
    saved = []
    for row in kept:
        path, step, size = Path(row.pop("path")), row.pop("step"), row.pop("bytes")
        # A job of an earlier release knows no steps.
        steps = tuple(Step(**item) for item in row.pop("steps", ()))
        if not path.is_file() or path.stat().st_size != size:
            return None
        source = replace(Source(**row), uri=ref.source.uri)
        saved.append(SavedImage(path, source, step, size, written=False, steps=steps))
    return saved


_SAVINGS: Codec[list[SavedImage]] = Codec(_remembered, _recalled)
