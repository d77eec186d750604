"""The results of a batch, with failed pages in their places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, overload

from ocrprep.errors import OcrPrepError
from ocrprep.page import Source
from ocrprep.result.recognition import RecognitionResult
from ocrprep.result.saving import report_items, save_items

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class PageFailure:
    """A page that could not be opened, prepared or read, standing in its place.

    Args:
        source: which page.
        error: why; one of this package's errors.
    """

    source: Source
    error: OcrPrepError

    @property
    def message(self) -> str:
        """The error's text."""
        return str(self.error)

    @property
    def recognition_text(self) -> str:
        """Raises the error: a failed page has no text, not an empty one."""
        raise self.error


class OcrOutput(Sequence["RecognitionResult | PageFailure"]):
    """The results of a batch in the order of its pages; a page that failed is a :class:`PageFailure` in its place."""

    def __init__(self, items: Sequence[RecognitionResult | PageFailure] = ()) -> None:
        self._items = tuple(items)

    @overload
    def __getitem__(self, index: int) -> RecognitionResult | PageFailure: ...
    @overload
    def __getitem__(self, index: slice) -> OcrOutput: ...
    def __getitem__(self, index: int | slice) -> RecognitionResult | PageFailure | OcrOutput:
        return OcrOutput(self._items[index]) if isinstance(index, slice) else self._items[index]

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[RecognitionResult | PageFailure]:
        return iter(self._items)

    def __repr__(self) -> str:
        return f"<OcrOutput of {len(self.results)} pages read, {len(self.failures)} failed>"

    @property
    def results(self) -> tuple[RecognitionResult, ...]:
        """The pages that were read."""
        return tuple(item for item in self._items if isinstance(item, RecognitionResult))

    @property
    def failures(self) -> tuple[PageFailure, ...]:
        """The pages that were not."""
        return tuple(item for item in self._items if isinstance(item, PageFailure))

    @property
    def text(self) -> str:
        """The texts of all pages that were read, separated by form feeds."""
        return "\f".join(result.recognition_text for result in self.results)

    def save(
        self,
        target: str | os.PathLike[str] | BinaryIO,
        format: object = None,  # noqa: A002 - theirs
        **options: Any,
    ) -> list[Path]:
        """Write all pages as one document; see ``ocrprep.outputs.documents.save_document``.

        Args:
            target: a path, whose suffix tells the format, or a binary stream.
            format: a ``SaveFormat`` or its name; None goes by the suffix.
            options: see ``DocumentOptions``.

        Returns:
            The files that were written; none for a stream.

        Raises:
            OutputError: the format is not known, or the target cannot be written.
            OcrPrepError: with ``failures="refuse"``, the first page that failed.
            pydantic.ValidationError: an option is wrong.
        """
        return save_items(self._items, target, format, **options)

    save_multipage_document = save
    """Aspose's name for :meth:`save`."""

    def save_report(self, path: str | os.PathLike[str], **options: Any) -> list[Path]:
        """Write what happened to each page, as HTML to look at; see ``ocrprep.report.save_report``.

        Args:
            path: of the file.
            options: truths, a title and more.

        Returns:
            The files that were written.

        Raises:
            OutputError: the file cannot be written, or a library is not installed.
        """
        return report_items(self, path, **options)

    def _repr_html_(self) -> str:
        """For a notebook: a table of the pages, with failures in their places."""
        from ocrprep.result.as_html import output_html  # noqa: PLC0415 - only a notebook asks

        return output_html(self)
