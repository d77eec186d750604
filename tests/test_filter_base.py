"""The sealed template: what it does for every filter, and what it makes of a faulty one."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

import numpy as np
import pytest
from pydantic import Field, ValidationError

from ocrprep import geometry
from ocrprep.errors import DecodeError, FilterContractError, FilterError, UnsupportedFormatError
from ocrprep.filters.base import (
    BINARY,
    GRAY,
    RGB,
    Context,
    Filter,
    Found,
    GeometryFilter,
    Moved,
    Orientation,
    PixelFilter,
)
from ocrprep.filters.threshold import Threshold
from ocrprep.geometry import Rectangle
from ocrprep.page import PixelMode
from tests import pages


class Probe(PixelFilter):
    """Return what it is told, and remember what it was given."""

    kind: Literal["test.probe"] = Field(default="test.probe", init=False)
    answer: Annotated[Any, Field(exclude=True, description="an error, or a function of pixels")] = None
    seen: Annotated[Any, Field(exclude=True, description="a list that takes what was given")] = None

    def apply(self, pixels):
        if self.seen is not None:
            self.seen.append(pixels)
        if isinstance(self.answer, BaseException):
            raise self.answer
        return Found(self.answer(pixels) if callable(self.answer) else pixels.copy(), measured=1)


class GrayProbe(Probe):
    kind: Literal["test.gray_probe"] = Field(default="test.gray_probe", init=False)
    accepts: ClassVar[frozenset[PixelMode]] = frozenset({GRAY})


class ColourProbe(Probe):
    kind: Literal["test.colour_probe"] = Field(default="test.colour_probe", init=False)
    accepts: ClassVar[frozenset[PixelMode]] = frozenset({RGB})


class BinaryProbe(Probe):
    kind: Literal["test.binary_probe"] = Field(default="test.binary_probe", init=False)
    produces: ClassVar[PixelMode | None] = BINARY


class First(Probe):
    kind: Literal["test.first"] = Field(default="test.first", init=False)
    binarizes: ClassVar[Literal["before", "after"] | None] = "before"
    binarize: bool = Field(default=True, description="make the page black and white first")


class Last(First):
    kind: Literal["test.last"] = Field(default="test.last", init=False)
    binarizes: ClassVar[Literal["before", "after"] | None] = "after"


class Mover(GeometryFilter):
    """Cut the page's first column, or do what it is told."""

    kind: Literal["test.mover"] = Field(default="test.mover", init=False)
    answer: Annotated[Any, Field(exclude=True, description="a function of the page")] = None

    def run(self, page):
        if self.answer is not None:
            return self.answer(page)
        return Moved(page.pixels[:, 1:].copy(), geometry.translation(1, 0), cut=1)


class Asker(GeometryFilter):
    """Hand on what surrounds the page."""

    kind: Literal["test.asker"] = Field(default="test.asker", init=False)
    seen: Annotated[Any, Field(exclude=True, description="a list")] = None

    def run_in(self, page, context):
        self.seen.append(context)
        return Moved(page.pixels.copy(), geometry.identity())


class Ordered(PixelFilter):
    """A filter with parameters of its own."""

    kind: Literal["test.ordered"] = Field(default="test.ordered", init=False)
    first: int = Field(description="required", examples=[4])
    second: float = Field(default=0.5, ge=0, description="optional")

    def apply(self, pixels):
        return Found(pixels.copy())


SCAN = pages.page(pages.scan_rgb())
TEXT = pages.page(pages.text_gray())
INK = pages.page(pages.text_gray() > 128)


def test_the_hole_is_given_read_only_contiguous_pixels_in_an_accepted_mode():
    seen: list[np.ndarray] = []
    for item in (GrayProbe(seen=seen), GrayProbe(seen=seen, area=(3, 4, 50, 60)), ColourProbe(seen=seen)):
        for page in (SCAN, TEXT, INK):
            item(page)
    assert [pixels.ndim for pixels in seen] == [2] * 6 + [3] * 3
    assert [pixels.shape[:2] for pixels in seen[3:6]] == [(60, 50)] * 3
    for pixels in seen:
        assert pixels.dtype == np.uint8
        assert pixels.flags.c_contiguous
        assert not pixels.flags.writeable


def test_conversions_are_implicit_steps():
    page = GrayProbe()(SCAN)
    assert [(s.kind, s.implicit) for s in page.steps] == [("convert", True), ("test.gray_probe", False)]
    assert page.mode is GRAY
    assert ColourProbe()(INK).mode is RGB
    assert [s.kind for s in Probe()(SCAN).steps] == ["test.probe"]
    assert dict(page.steps[-1].found) == {"measured": 1}


def test_inside_an_area_the_page_keeps_its_mode_or_takes_a_richer_one():
    area = (10, 10, 30, 20)
    assert Threshold(100, area)(SCAN).mode is RGB
    assert Threshold(100, area)(TEXT).mode is GRAY
    assert Threshold(100, area)(INK).mode is BINARY
    assert GrayProbe(area=area)(INK).mode is GRAY
    assert ColourProbe(area=area)(TEXT).mode is RGB


def test_binarizes_before_and_after():
    seen: list[np.ndarray] = []
    before = First(seen=seen)(SCAN)
    assert [(s.kind, s.implicit) for s in before.steps] == [("convert", True), ("test.first", False)]
    assert set(np.unique(seen[0])) == {0, 255}
    after = Last(seen=seen)(SCAN)
    assert [(s.kind, s.implicit) for s in after.steps] == [("test.last", False), ("convert", True)]
    assert (seen[1] == SCAN.pixels).all()
    for page in (before, after):
        assert page.mode is BINARY
        assert (page.gray().pixels == SCAN.pixels).all()
    for cls in (First, Last):
        assert [s.kind for s in cls(binarize=False)(SCAN).steps] == [cls.example().kind]
        assert [s.kind for s in cls()(INK).steps] == [cls.example().kind]
        part = cls(area=(20, 10, 100, 60))(SCAN)
        assert part.mode is RGB
        assert set(np.unique(part.pixels[10:70, 20:120])) == {0, 255}
        assert (part.pixels[70:] == SCAN.pixels[70:]).all()


def test_gray_is_the_page_before_the_step_that_made_it_binary():
    dark = Probe(answer=lambda pixels: pixels // 2)(TEXT)
    once = Threshold(60)(dark)
    assert (once.gray().pixels == dark.pixels).all()
    assert (Probe()(once).gray().pixels == dark.pixels).all()
    assert Probe()(TEXT).gray().unbinarized is None


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (lambda pixels: pixels[:-1], r"turned \(150, 240\) into \(149, 240\)"),
        (lambda pixels: pixels.astype(float), "got float64"),
        (lambda pixels: pixels > 5, "got bool"),
        (lambda pixels: pixels[..., None], r"got uint8 \(150, 240, 1\)"),
        (lambda pixels: pixels[:0], r"non-empty"),
    ],
)
def test_a_faulty_pixel_filter_is_named(answer, message):
    for area in (None, (0, 0, 240, 150)):
        with pytest.raises(FilterContractError, match=message) as caught:
            Probe(answer=answer, area=area)(TEXT)
        assert (caught.value.kind, caught.value.source) == ("test.probe", "made.png")


def test_binary_means_black_and_white():
    with pytest.raises(FilterContractError, match="only 0 and 255"):
        BinaryProbe()(TEXT)
    with pytest.raises(FilterContractError, match="only 0 and 255"):
        Probe(answer=lambda pixels: pixels // 2)(INK)
    with pytest.raises(FilterContractError, match="only 0 and 255"):
        Mover(answer=lambda page: Moved(page.pixels // 2, geometry.identity()))(INK)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (lambda page: Moved(page.pixels, np.zeros((3, 3))), "not invertible"),
        (lambda page: Moved(page.pixels, np.full((3, 3), np.nan)), "not invertible"),
        (lambda page: Moved(page.pixels.astype(np.int16), np.eye(3)), "got int16"),
        (lambda page: Moved(page.pixels[:0], np.eye(3)), "non-empty"),
    ],
)
def test_a_faulty_geometry_filter_is_named(answer, message):
    with pytest.raises(FilterContractError, match=message):
        Mover(answer=answer)(TEXT)


def test_filters_without_a_hole():
    class Hollow(PixelFilter):
        kind: Literal["test.hollow"] = Field(default="test.hollow", init=False)

    class HollowMover(GeometryFilter):
        kind: Literal["test.hollow_mover"] = Field(default="test.hollow_mover", init=False)

    for cls, holes in ((Hollow, "apply"), (HollowMover, "run")):
        with pytest.raises(FilterError, match=f"fills neither {holes}"):
            cls()(TEXT)
    with pytest.raises(TypeError, match="abstract"):
        Filter()


@pytest.mark.parametrize("error", [RuntimeError("boom"), ZeroDivisionError("by zero"), IndexError(3)])
def test_foreign_errors_are_wrapped(error):
    with pytest.raises(FilterError, match=type(error).__name__) as caught:
        Probe(answer=error)(TEXT)
    assert caught.value.__cause__ is error
    assert (caught.value.kind, caught.value.source) == ("test.probe", "made.png")
    assert caught.value.hint


def test_our_errors_and_memory_pass_through():
    for error in (DecodeError("x"), MemoryError(), KeyboardInterrupt()):
        with pytest.raises(type(error)) as caught:
            Probe(answer=error)(TEXT)
        assert caught.value is error
    own = FilterError("cannot", kind="inner")
    with pytest.raises(FilterError) as caught:
        Probe(answer=own)(TEXT)
    assert (caught.value.kind, caught.value.source) == ("inner", "made.png")


def test_moves_are_composed():
    page = Mover()(Mover()(pages.page(pages.text_gray())))
    assert page.width == 238
    assert np.allclose(page.to_source, geometry.translation(2, 0))
    part = Mover(area=(10, 20, 30, 40))(page)
    assert (part.width, part.height) == (29, 40)
    assert np.allclose(part.to_source, geometry.translation(13, 20))
    assert part.dpi == page.dpi


def test_context_reaches_the_hole():
    seen: list[Context] = []

    class Sure:
        def orientation(self, page):
            return Orientation(90, float(page.width))

    sure = Sure()
    Asker(seen=seen)(TEXT, evidence=sure)
    Asker(seen=seen)(pages.page(pages.text_gray(), None))
    assert seen[0] == Context((100.0, 100.0), sure)
    assert seen[1] == Context(None, None)


@pytest.mark.parametrize("image", [object(), 5, None, [[1, 2]]])
def test_what_is_no_image(image):
    with pytest.raises(UnsupportedFormatError):
        Probe()(image)


def test_parameters_by_position_and_by_name():
    assert Ordered(4, 0.25, (1, 2, 3, 4)) == Ordered(first=4, second=0.25, area=Rectangle(1, 2, 3, 4))
    with pytest.raises(TypeError, match="at most 3 arguments: first, second, area"):
        Ordered(1, 2, None, 4)
    with pytest.raises(TypeError, match="first by position and by name"):
        Ordered(1, first=2)
    with pytest.raises(ValidationError, match="required"):
        Ordered()
    assert Ordered.example() == Ordered(4)


def test_the_kind_cannot_be_changed():
    with pytest.raises(ValidationError):
        Ordered(1, kind="test.other")


@pytest.mark.parametrize(
    "area",
    [(0, 0, 0, 5), (0, 0, 5, -1), (1, 2, 3), "abcd", (0.5, 0, 1, 1), Rectangle(0.5, 0, 1, 1), ("a", 0, 1, 1), 7],
)
def test_what_is_no_area(area):
    with pytest.raises(ValidationError):
        Ordered(1, area=area)


@pytest.mark.parametrize("area", [[1, 2, 3, 4], (1, 2, 3, 4), np.array([1, 2, 3, 4]).tolist(), tuple(np.arange(1, 5))])
def test_what_is_an_area(area):
    item = Ordered(1, area=area)
    assert item.area == Rectangle(1, 2, 3, 4)
    assert item.model_dump_json() == '{"kind":"test.ordered","area":[1,2,3,4],"first":1,"second":0.5}'


def test_what_a_filter_says_of_itself():
    item = Ordered(4, area=(1, 2, 3, 4))
    assert item.parameters() == {"area": [1, 2, 3, 4], "first": 4, "second": 0.5}
    assert item.compact() == {"kind": "test.ordered", "area": [1, 2, 3, 4], "first": 4}
    assert repr(item) == "Ordered(area=Rectangle(x=1, y=2, width=3, height=4), first=4)"
    assert item.model_dump_json() == '{"kind":"test.ordered","area":[1,2,3,4],"first":4,"second":0.5}'
    assert str(Threshold(150)) == "Threshold(value=150)"
