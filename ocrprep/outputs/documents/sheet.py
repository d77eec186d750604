"""One page of a document: what was read or why not, its coordinates, and its picture when a writer asks for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from ocrprep import geometry
from ocrprep.chain import FilterChain
from ocrprep.errors import OcrPrepError, OutputError
from ocrprep.result import Frame, PageFailure, RecognitionResult, frame_of
from ocrprep.result.again import has_changed, steps_after

if TYPE_CHECKING:
    from ocrprep.geometry import Matrix
    from ocrprep.outputs.documents.options import DocumentOptions
    from ocrprep.page import Page, Source
    from ocrprep.result import Line

_A4 = (2480, 3508)
"""Pixels at 300 dpi: the size of a page that could not even be opened."""


@dataclass(frozen=True)
class Sheet:
    """One page of a document.

    Args:
        number: 1-based place in the document.
        item: what was read, or the failure in its place.
        options: of the document.
    """

    number: int
    item: RecognitionResult | PageFailure
    options: DocumentOptions

    @property
    def source(self) -> Source:
        """Where the page came from."""
        return self.item.source

    @cached_property
    def result(self) -> RecognitionResult:
        """What was read; of a failed page an empty result of its size, or of A4 where that is unknown."""
        if isinstance(self.item, RecognitionResult):
            return self.item
        source = self.item.source
        width, height = (source.width, source.height) if source.width and source.height else _A4
        return RecognitionResult("", source=replace(source, width=width, height=height), width=width, height=height)

    @property
    def lines(self) -> tuple[Line, ...]:
        """In reading order; none on a failed page."""
        return self.result.lines

    @property
    def note(self) -> str:
        """Why there is no text, for a reader of the document; empty for a page that was read."""
        if isinstance(self.item, RecognitionResult):
            return ""
        return f"[page {self.number} could not be read: {self.item.message}]"

    @cached_property
    def frame(self) -> Frame:
        """The coordinates that the document tells."""
        return frame_of(self.result, self.options.space, dpi=self.options.dpi)

    @cached_property
    def paper(self) -> Frame:
        """Points of the source, whatever the document tells: how large the page is, and where words stand on it."""
        return frame_of(self.result, "points", dpi=self.options.dpi)

    def picture(self) -> tuple[Page, Matrix] | None:
        """The page that ``options.image`` asks for, and the map from its points to the source's.

        None for a page that failed.

        Raises:
            OutputError: the source cannot be opened again, or is not what it was when it was read.
        """
        if not isinstance(self.item, RecognitionResult):
            return None
        first = self._opened()
        if self.options.image == "original":
            return first, first.to_source
        page = self._prepared(first)
        if self.options.image == "binary":
            page = FilterChain.from_dict({"ocrprep": FilterChain.SCHEMA_VERSION, "filters": ["binarize"]})(page)
        return page, page.to_source

    def _opened(self) -> Page:
        result = self.result
        if result.origin is None:
            raise OutputError(
                f"{result.source}: the picture of this page is not at hand",
                hint="a result that was pickled or made by hand has only text: save it as PDF_NO_IMG, or read it again",
            )
        try:
            page = result.origin.load()
        except OcrPrepError as error:
            raise OutputError(
                f"{result.source}: the page cannot be opened again for its picture: {error}",
                hint="keep the sources until their documents are saved",
            ) from error
        if has_changed(result.source, page):
            raise OutputError(
                f"{result.source}: the file has changed since it was read", hint="read it again, then save"
            )
        return page

    def _prepared(self, first: Page) -> Page:
        return FilterChain.from_steps(steps_after(self.result, first))(first)

    @property
    def title(self) -> str:
        """Of the document, as its first page knows it."""
        return self.options.title if self.options.title is not None else self.source.stem

    def maps(self) -> dict[str, Any]:
        """How this page lies on its source, JSON-ready; for the sidecar of a document."""
        told: dict[str, Any] = {"page": self.number, "file": self.source.uri, "file_page": self.source.page_index + 1}
        if isinstance(self.item, PageFailure):
            return {**told, "error": self.item.message}
        result, paper = self.result, self.paper
        to_source = np.array(result.to_source).reshape(3, 3)
        return {
            **told,
            "source_sha256": result.source.sha256,
            "space": self.frame.space,
            "raster": [round(self.frame.width, 3), round(self.frame.height, 3)],
            "source_size": [result.source.width, result.source.height],
            "page_size": [result.width, result.height],
            "dpi": list(paper.dpi),
            "dpi_known": paper.dpi_known,
            "points_per_pixel": list(paper.scale),
            "page_to_source": to_source.ravel().tolist(),
            "source_to_page": geometry.invert(to_source).ravel().tolist(),
            "steps": [
                {"kind": step.kind, "parameters": dict(step.parameters), "found": dict(step.found)}
                for step in result.steps
            ],
        }
