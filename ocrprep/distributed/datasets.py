"""Data sets of pages: listed, split, worked on, as a stream that never holds more than a part of them."""

from __future__ import annotations

import os
import pickle
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from ocrprep.distributed.actor import PageActor
from ocrprep.distributed.cluster import FILE_CPUS, PAGE_CPUS, joined, ray_data
from ocrprep.distributed.names import ImageNames
from ocrprep.distributed.parts import Splitter, part, part_schema
from ocrprep.distributed.rows import clean_schema, read_schema, table_of
from ocrprep.distributed.storage import Storage
from ocrprep.distributed.work import Cleaning, PageWork, Reading
from ocrprep.errors import ConfigError, InputError
from ocrprep.inputs import OcrInput
from ocrprep.inputs.options import InputOptions
from ocrprep.outputs.options import SaveImageFormat, SaveOptions
from ocrprep.recognizers import TesseractRecognizer

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from ocrprep.consensus import Wanted
    from ocrprep.recognizers import Recognizer

Inputs: TypeAlias = "str | os.PathLike[str] | Iterable[str | os.PathLike[str]] | Any"
"""A path or an address of a file or folder, several of them, or a ``ray.data.Dataset`` with a column ``path`` and, if
the files are at hand, their ``bytes``, as ``ray.data.read_binary_files(…, include_paths=True)`` makes them."""

PAGES = 4
"""Pages that a process takes at a time, which are worked on again if it is lost."""


def recognize_dataset(
    inputs: Inputs,
    chain: Any = None,
    recognizer: Recognizer | Mapping[str, Any] | None = None,
    *,
    filesystem: Any = None,
    recursive: bool = False,
    options: Mapping[str, Any] | None = None,
    consensus: Wanted | None = None,
    budget: float | None = None,
    timeout: float | None = 600.0,
    max_retries: int = 2,
    actors: int | tuple[int, int] | None = None,
) -> Any:
    """Prepare and read all pages on a Ray cluster; a page that fails is a row that says why.

    Nothing is done before the data set is consumed, and never more than a part of it is in memory. Rows come in no
    order; ``source`` and ``page`` name them, and each page is there exactly once, also where a process or a machine
    was lost meanwhile.

    Args:
        inputs: see :data:`Inputs`. Machines of a cluster must all reach them under the same names.
        chain: the filters that each page walks through; as of ``OcrInput``.
        recognizer: the engine, or the arguments of a ``TesseractRecognizer``; None is Tesseract in English.
        filesystem: of pyarrow or fsspec; None goes by the addresses.
        recursive: also take the files in the folders of a folder.
        options: how documents are opened: ``pdf_dpi``, ``password``, ``limits``.
        consensus: read each page several times; see ``TesseractRecognizer.recognize``.
        budget: of ``consensus="auto"``.
        timeout: seconds for one page, from its file to its text; its process is then killed. None waits for ever.
        max_retries: how often a page on which its process died is tried again. Pages that were lost with their machine
            are always worked on again.
        actors: processes that work on pages: a number, or the least and the most between which Ray chooses. None is
            from 1 to one for each CPU that the cluster has now. A fixed number never gives way: steps in the same
            stream that ask for a whole CPU, reading files with Ray among them, may then wait for one for ever.

    Returns:
        A ``ray.data.Dataset``; see ``distributed.rows.read_schema`` for its columns. Operations of your own that follow
        in the same stream should ask for a fraction of a CPU, ``num_cpus=0.2``: the pages' processes take the others.

    Raises:
        ConfigError: Ray is not installed, a setting is wrong, or something cannot be sent to other processes.
        InputError: there are no inputs.
        pydantic.ValidationError: a setting is wrong.
    """
    engine = _engine(recognizer)
    work = Reading(
        OcrInput(filters=chain).chain, Storage(filesystem), _input_options(options), engine, consensus, budget
    )
    how = _Spread(recursive, timeout, max_retries, actors)
    return _dataset(inputs, work, read_schema(), how)


def clean_dataset(
    inputs: Inputs,
    chain: Any,
    output: str | os.PathLike[str],
    *,
    format: SaveImageFormat = "png",  # noqa: A002 - what everyone calls it
    quality: int | None = None,
    evidence: Recognizer | None = None,
    filesystem: Any = None,
    recursive: bool = False,
    options: Mapping[str, Any] | None = None,
    timeout: float | None = 600.0,
    max_retries: int = 2,
    actors: int | tuple[int, int] | None = None,
) -> Any:
    """Prepare all pages on a Ray cluster and save their images.

    An image has the place of its source below ``output``, under the source's full name: ``a/scan.jpg.png``,
    ``a/book.pdf_p0001.png``; see ``distributed.names``. One that is there is replaced. All else is as of
    :func:`recognize_dataset`.

    Args:
        inputs: as there.
        chain: as there.
        output: a folder, or an address of one that all machines reach.
        format: as of ``ImageProcessing.save``.
        quality: likewise.
        evidence: an engine, for the filters that ask one.
        filesystem: of inputs and outputs.
        recursive: as there.
        options: as there.
        timeout: as there.
        max_retries: as there.
        actors: as there.

    Returns:
        A ``ray.data.Dataset``; see ``distributed.rows.clean_schema`` for its columns. Images are written while it is
        consumed.

    Raises:
        ConfigError: Ray is not installed, a setting is wrong, or something cannot be sent to other processes.
        InputError: there are no inputs.
        pydantic.ValidationError: a setting is wrong.
    """
    save = SaveOptions(format=format, quality=quality)
    folder = os.fspath(output)
    places = folder if "://" in folder else os.path.abspath(folder)  # noqa: PTH100 - a path as text
    names = ImageNames.below(places, [] if _is_dataset(inputs) else _uris(inputs))
    engine = None if evidence is None else _engine(evidence)
    work = Cleaning(OcrInput(filters=chain).chain, Storage(filesystem), _input_options(options), names, save, engine)
    how = _Spread(recursive, timeout, max_retries, actors)
    return _dataset(inputs, work, clean_schema(), how)


@dataclass(frozen=True, slots=True)
class _Spread:
    """How files are found and their pages shared out; see :func:`recognize_dataset`."""

    recursive: bool
    timeout: float | None
    max_retries: int
    actors: int | tuple[int, int] | None

    def __post_init__(self) -> None:
        if self.max_retries < 0:
            raise ConfigError(f"max_retries is {self.max_retries}", hint="0 gives a page up at once")
        if self.timeout is not None and self.timeout <= 0:
            raise ConfigError(f"timeout is {self.timeout} seconds", hint="None waits for ever")

    def actors_of(self, cpus: int) -> tuple[int, int]:
        """The least and the most processes."""
        wanted = self.actors or (1, cpus)
        least, most = (wanted, wanted) if isinstance(wanted, int) else wanted
        if not 1 <= least <= most:
            raise ConfigError(f"from {least} to {most} actors", hint="at least one, and no more than the second number")
        return least, most


def _dataset(inputs: Inputs, work: PageWork, schema: pa.Schema, how: _Spread) -> Any:
    data = ray_data()
    packed = _packed(work)
    cpus = joined()
    if _is_dataset(inputs):
        files = inputs
        _check_columns(files)
    else:
        listing = _Listing(work.storage, how.recursive)
        named = data.from_items([{"path": uri} for uri in _uris(inputs)], override_num_blocks=1)
        files = _streamed(named, listing, PAGES)
    pages = _streamed(files, _Splitting(work.storage, work.options), PAGES)
    least, most = how.actors_of(cpus)
    return pages.map_batches(
        PageActor,
        fn_constructor_args=(packed, schema, how.timeout, how.max_retries),
        batch_size=None,
        batch_format="pyarrow",
        num_cpus=PAGE_CPUS,
        compute=data.ActorPoolStrategy(min_size=least, max_size=most, max_tasks_in_flight_per_actor=2),
    )


def _streamed(dataset: Any, step: Any, rows: int) -> Any:
    """A step on files, whose results go on in blocks of so many rows."""
    made = dataset.map_batches(step, batch_size=rows, batch_format="pyarrow", num_cpus=FILE_CPUS)
    cut = made.repartition(target_num_rows_per_block=rows)
    # Ray gives this step a whole CPU, which processes that work on pages may never leave free, and has no argument for
    # it. With as little as the step before it, Ray makes one task of the two.
    asked = getattr(getattr(getattr(cut, "_logical_plan", None), "dag", None), "ray_remote_args", None)
    if isinstance(asked, dict):
        asked.setdefault("num_cpus", FILE_CPUS)
    return cut


class _Listing:
    """Paths of files and folders → paths of files; what cannot be listed stays, with its problem."""

    def __init__(self, storage: Storage, recursive: bool) -> None:
        self._storage = storage
        self._recursive = recursive

    def __call__(self, table: pa.Table) -> Iterator[pa.Table]:
        import pyarrow as pa  # noqa: PLC0415 - heavy, and an extra

        schema = pa.schema([("path", pa.string()), ("problem", pa.string())])
        for uri in table["path"].to_pylist():
            try:
                names = list(self._storage.listed(uri, recursive=self._recursive))
                rows = [{"path": name, "problem": None} for name in names]
            except InputError as error:
                rows = [{"path": uri, "problem": error.message}]
            for start in range(0, len(rows), 10_000):
                yield table_of(rows[start : start + 10_000], schema)


class _Splitting:
    """Files → parts."""

    def __init__(self, storage: Storage, options: InputOptions) -> None:
        self._storage = storage
        self._options = options

    def __call__(self, table: pa.Table) -> Iterator[pa.Table]:
        split = Splitter(self._storage, self._options)
        try:
            for row in table.to_pylist():
                uri, problem = row["path"], row.get("problem")
                parts = [part(uri, None, 0, [(uri, 0, 1)], problem)] if problem else split(uri, row.get("bytes"))
                for item in parts:
                    yield table_of([item], part_schema())
        finally:
            split.close()


def _engine(recognizer: Recognizer | Mapping[str, Any] | None) -> Any:
    if recognizer is None or isinstance(recognizer, Mapping):
        recognizer = TesseractRecognizer(**(recognizer or {}))
    if isinstance(recognizer, TesseractRecognizer):
        # It works in a child process as it is; one more would only cost time.
        settings = recognizer.settings.model_copy(update={"isolation": "none"})
        return type(recognizer)._with(settings)  # noqa: SLF001 - the same class with other settings
    return recognizer


def _input_options(options: Mapping[str, Any] | None) -> InputOptions:
    return InputOptions(on_error="collect", **(options or {}))


def _packed(work: PageWork) -> bytes:
    try:
        packed = pickle.dumps(work)
    except Exception as error:
        raise ConfigError(
            f"this work cannot be sent to other processes: {error}",
            hint="chains and engines must be picklable, and their classes stand in a module",
        ) from error
    if b"__main__" in packed:
        raise ConfigError(
            "a filter or an engine stands in the main script, which other processes do not load",
            hint="move it into a module of its own",
        )
    return packed


def _is_dataset(inputs: Inputs) -> bool:
    return hasattr(inputs, "map_batches")


def _check_columns(files: Any) -> None:
    names = set(files.schema().names)
    if "path" not in names:
        raise ConfigError(
            f"the data set has the columns {', '.join(sorted(names))}, but no path",
            hint="read it with ray.data.read_binary_files(…, include_paths=True)",
        )


def _uris(inputs: Inputs) -> list[str]:
    several = [inputs] if isinstance(inputs, (str, os.PathLike)) else list(inputs)
    if not several:
        raise InputError("no inputs", hint="name at least one file, folder or address")
    return [os.fspath(item) for item in several]
