"""The builder of a chain, with every filter's factory under its documented name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from ocrprep import filters
from ocrprep.chain import FilterChain, Preview
from ocrprep.filters.adaptive_threshold import AdaptiveThreshold
from ocrprep.filters.align_to_marks import AlignToMarks
from ocrprep.filters.auto import Auto
from ocrprep.filters.auto_denoising import AutoDenoising
from ocrprep.filters.auto_orientation import AutoOrientation
from ocrprep.filters.auto_pad import AutoPad
from ocrprep.filters.base import Filter
from ocrprep.filters.bilateral import Bilateral
from ocrprep.filters.binarize import Binarize
from ocrprep.filters.binarize_and_dilate import BinarizeAndDilate
from ocrprep.filters.bradley import Bradley
from ocrprep.filters.clahe import Clahe
from ocrprep.filters.close import Close
from ocrprep.filters.contrast import Contrast
from ocrprep.filters.contrast_correction_filter import ContrastCorrectionFilter
from ocrprep.filters.crop import Crop
from ocrprep.filters.crop_to_content import CropToContent
from ocrprep.filters.denoise import Denoise
from ocrprep.filters.deskew import Deskew
from ocrprep.filters.despeckle import Despeckle
from ocrprep.filters.dilate import Dilate
from ocrprep.filters.drop_color import DropColor
from ocrprep.filters.erode import Erode
from ocrprep.filters.find_page import FindPage
from ocrprep.filters.fit_to import FitTo
from ocrprep.filters.gamma import Gamma
from ocrprep.filters.gatos import Gatos
from ocrprep.filters.gaussian_blur import GaussianBlur
from ocrprep.filters.invert import Invert
from ocrprep.filters.isauvola import ISauvola
from ocrprep.filters.keep_components import KeepComponents
from ocrprep.filters.learned_binarize import LearnedBinarize
from ocrprep.filters.median import Median
from ocrprep.filters.multi_otsu import MultiOtsu
from ocrprep.filters.niblack import Niblack
from ocrprep.filters.nick import Nick
from ocrprep.filters.non_local_means import NonLocalMeans
from ocrprep.filters.normalize_background import NormalizeBackground
from ocrprep.filters.normalize_polarity import NormalizePolarity
from ocrprep.filters.open import Open
from ocrprep.filters.orient_by_major_axis import OrientByMajorAxis
from ocrprep.filters.otsu import Otsu
from ocrprep.filters.pad import Pad
from ocrprep.filters.perspective import Perspective
from ocrprep.filters.remove_border import RemoveBorder
from ocrprep.filters.remove_lines import RemoveLines
from ocrprep.filters.resize import Resize
from ocrprep.filters.rotate import Rotate
from ocrprep.filters.sauvola import Sauvola
from ocrprep.filters.scale import Scale
from ocrprep.filters.scale_to_text_height import ScaleToTextHeight
from ocrprep.filters.set_resolution import SetResolution
from ocrprep.filters.sharpen import Sharpen
from ocrprep.filters.stretch_histogram import StretchHistogram
from ocrprep.filters.su import Su
from ocrprep.filters.threshold import Threshold
from ocrprep.filters.to_grayscale import ToGrayscale
from ocrprep.filters.wolf import Wolf


class _Fresh:
    """A class attribute that is made anew each time it is read: a builder can be changed by whoever holds it."""

    def __init__(self, *kinds: str) -> None:
        self._kinds = kinds

    def __get__(self, instance: object, owner: type[PreprocessingFilter]) -> PreprocessingFilter:
        return owner([owner.of(kind) for kind in self._kinds])


class PreprocessingFilter:
    """A chain that is still being built: filters apply strictly in the order in which they were added.

    The factories are class attributes: ``PreprocessingFilter.threshold(150)`` is a filter, callable on its own and
    added by :meth:`add`. Each is the filter's class, so its parameters are documented there and by
    ``ocrprep filters NAME``.

    Args:
        items: filters, chains or other builders to start with.
    """

    default: ClassVar[_Fresh] = _Fresh("deskew")
    """A new builder that straightens small angles and does nothing else."""
    empty: ClassVar[_Fresh] = _Fresh()
    """A new builder without filters."""

    # Ink and paper
    binarize: ClassVar = Binarize
    learned_binarize: ClassVar = LearnedBinarize
    threshold: ClassVar = Threshold
    otsu: ClassVar = Otsu
    multi_otsu: ClassVar = MultiOtsu
    niblack: ClassVar = Niblack
    sauvola: ClassVar = Sauvola
    wolf: ClassVar = Wolf
    nick: ClassVar = Nick
    isauvola: ClassVar = ISauvola
    bradley: ClassVar = Bradley
    gatos: ClassVar = Gatos
    su: ClassVar = Su
    adaptive_threshold: ClassVar = AdaptiveThreshold

    # Cleaning
    denoise: ClassVar = Denoise
    auto_denoising: ClassVar = AutoDenoising
    median: ClassVar = Median
    bilateral: ClassVar = Bilateral
    non_local_means: ClassVar = NonLocalMeans
    despeckle: ClassVar = Despeckle
    keep_components: ClassVar = KeepComponents
    remove_lines: ClassVar = RemoveLines
    remove_border: ClassVar = RemoveBorder

    # Light and contrast
    normalize_background: ClassVar = NormalizeBackground
    contrast: ClassVar = Contrast
    contrast_correction_filter: ClassVar = ContrastCorrectionFilter
    stretch_histogram: ClassVar = StretchHistogram
    clahe: ClassVar = Clahe
    gamma: ClassVar = Gamma
    sharpen: ClassVar = Sharpen
    gaussian_blur: ClassVar = GaussianBlur

    # Shape of ink
    dilate: ClassVar = Dilate
    erode: ClassVar = Erode
    open: ClassVar = Open
    close: ClassVar = Close
    binarize_and_dilate: ClassVar = BinarizeAndDilate

    # Geometry
    deskew: ClassVar = Deskew
    auto_skew: ClassVar = Deskew
    rotate: ClassVar = Rotate
    auto: ClassVar = Auto
    auto_orientation: ClassVar = AutoOrientation
    scale: ClassVar = Scale
    resize: ClassVar = Resize
    scale_to_text_height: ClassVar = ScaleToTextHeight
    set_resolution: ClassVar = SetResolution
    pad: ClassVar = Pad
    auto_pad: ClassVar = AutoPad
    crop: ClassVar = Crop
    crop_to_content: ClassVar = CropToContent
    perspective: ClassVar = Perspective
    find_page: ClassVar = FindPage
    orient_by_major_axis: ClassVar = OrientByMajorAxis
    fit_to: ClassVar = FitTo
    align_to_marks: ClassVar = AlignToMarks

    # Colour
    to_grayscale: ClassVar = ToGrayscale
    invert: ClassVar = Invert
    normalize_polarity: ClassVar = NormalizePolarity
    drop_color: ClassVar = DropColor

    def __init__(self, items: Iterable[Filter | FilterChain | PreprocessingFilter] = ()) -> None:
        self._filters: list[Filter] = []
        for item in items:
            self.add(item)

    def add(self, item: Filter | FilterChain | PreprocessingFilter) -> PreprocessingFilter:
        """Append a filter, or all filters of a chain or of another builder; returns itself."""
        if isinstance(item, (FilterChain, PreprocessingFilter)):
            self._filters.extend(item)
        else:
            self._filters.extend(FilterChain([item]))
        return self

    @staticmethod
    def of(kind: str, **parameters: Any) -> Filter:
        """Any filter by its kind, also those of plug-ins, whose kinds have a dot.

        Raises:
            ConfigError: no such filter.
            pydantic.ValidationError: a parameter is wrong.
        """
        return filters.lookup(kind)(**parameters)

    def freeze(self) -> FilterChain:
        """The chain as it is now; later changes of the builder do not reach it."""
        return FilterChain(self._filters)

    def __len__(self) -> int:
        return len(self._filters)

    def __iter__(self) -> Iterator[Filter]:
        return iter(tuple(self._filters))

    def __getitem__(self, index: int) -> Filter:
        return self._filters[index]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PreprocessingFilter) and self._filters == other._filters

    __hash__ = None  # type: ignore[assignment]  # it changes

    def __repr__(self) -> str:
        return f"PreprocessingFilter([{', '.join(map(repr, self._filters))}])"

    def __call__(self, image: Any) -> Any:
        """Apply the chain; see :meth:`FilterChain.__call__`."""
        return self.freeze()(image)

    def preview(self, image: Any, *, width: int = 480) -> Preview:
        """The page after each filter; see :meth:`FilterChain.preview`."""
        return self.freeze().preview(image, width=width)

    def _repr_html_(self) -> str:
        """For a notebook: the filters in order, with what each does."""
        return self.freeze()._repr_html_()
