"""Rows in a folder: Parquet for whoever computes with them, JSON lines for whoever reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ocrprep.distributed.cluster import FILE_CPUS, ray_data
from ocrprep.distributed.storage import Storage
from ocrprep.errors import OcrPrepError, OutputError
from ocrprep.result import json_text

if TYPE_CHECKING:
    from ocrprep.distributed.rows import Row

ROWS = 5_000
"""Pages in one file, at least; the last one may have fewer."""


def write_rows(rows: Any, folder: str, *, as_json: bool = False, filesystem: Any = None) -> None:
    """Write a data set of rows, as a stream, from where they were made.

    Args:
        rows: of ``recognize_dataset`` or ``clean_dataset``.
        folder: a path, or an address as ``Storage`` takes it; new or empty.
        as_json: JSON lines (``.jsonl``) instead of Parquet.
        filesystem: of pyarrow or fsspec; None goes by the address.

    Raises:
        OutputError: the folder is not empty.
        OcrPrepError: what is needed for any page is not there, such as an engine.
    """
    system, path = Storage(filesystem).place(folder)
    if _files(system, path):
        raise OutputError(
            "the folder is not empty, and rows of two runs would mix", path=folder, hint="name a new folder"
        )
    remote = {"num_cpus": FILE_CPUS}
    try:
        if as_json:
            rows.write_datasink(_json_lines(path, system), ray_remote_args=remote)
        else:
            rows.write_parquet(path, filesystem=system, min_rows_per_file=ROWS, ray_remote_args=remote)
    except Exception as error:
        # Ray's own wraps it, with the traceback of the other process as its text.
        cause = getattr(error, "cause", None)
        if isinstance(cause, OcrPrepError):
            raise cause from None
        raise


def counted(folder: str, *, filesystem: Any = None) -> tuple[int, int]:
    """How many rows there are, and how many of them failed.

    Args:
        folder: as :func:`write_rows` left it.
        filesystem: as there.
    """
    import pyarrow.dataset as files  # noqa: PLC0415 - heavy, and an extra

    system, path = Storage(filesystem).place(folder)
    pages = failures = 0
    for name in _files(system, path):
        if name.endswith(".jsonl"):
            with system.open_input_stream(name) as stream:
                lines = bytes(stream.read()).splitlines()
            pages += len(lines)
            # Keys come in the order of the columns: the last one says what went wrong.
            failures += sum(not line.endswith(b'"failure": null}') for line in lines)
        elif name.endswith(".parquet"):
            found = files.dataset(name, filesystem=system, format="parquet")
            pages += found.count_rows()
            failures += found.count_rows(filter=files.field("failure").is_valid())
    return pages, failures


def _files(system: Any, path: str) -> list[str]:
    from pyarrow import fs  # noqa: PLC0415 - as above

    found = system.get_file_info(fs.FileSelector(path, allow_not_found=True))
    return sorted(info.path for info in found if info.type is fs.FileType.File)


def _json_lines(path: str, system: Any) -> Any:
    ray_data()
    from ray.data.datasource import BlockBasedFileDatasink  # noqa: PLC0415 - as above

    class JsonLines(BlockBasedFileDatasink):
        """One object a line, every column in it."""

        def write_block_to_file(self, block: Any, file: Any) -> None:
            """All rows of a block."""
            for row in block.to_arrow().to_pylist():
                file.write(_line(row))

    return JsonLines(path, filesystem=system, min_rows_per_file=ROWS, file_format="jsonl")


def _line(row: Row) -> bytes:
    return json_text(row).encode() + b"\n"
