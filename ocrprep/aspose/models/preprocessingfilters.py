"""Stands where ``aspose.ocr.models.preprocessingfilters`` stands."""

from __future__ import annotations

from typing import NoReturn

from ocrprep.preprocessing import PreprocessingFilter as Builder

__all__ = ["PreprocessingFilter"]


class PreprocessingFilter(Builder):
    """The builder of the package, and what of Aspose's it cannot do."""

    @staticmethod
    def auto_dewarping() -> NoReturn:
        """Not there.

        Raises:
            NotImplementedError: always.
        """
        raise NotImplementedError(
            "curved pages are not straightened: words could not be led back to the original by a 3x3 map; nearest: "
            "find_page() makes a photographed page rectangular, auto_skew() levels its lines"
        )
