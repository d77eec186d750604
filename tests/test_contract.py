"""What every filter owes, asked of each one that is registered: a new filter is under test without a line here."""

from __future__ import annotations

import inspect
import io
import json
import pickle
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from pydantic import ValidationError

from ocrprep import filters, geometry
from ocrprep.chain import FilterChain
from ocrprep.errors import ConfigError, FilterError
from ocrprep.filters._choosing import ChoosingFilter
from ocrprep.filters.base import Filter, GeometryFilter, PixelFilter
from ocrprep.geometry import Rectangle
from ocrprep.page import Page, PixelMode, convert_pixels
from ocrprep.preprocessing import PreprocessingFilter
from tests import pages

REGISTRY = filters.registry()
KINDS = sorted(REGISTRY)
PIXEL_KINDS = [kind for kind in KINDS if issubclass(REGISTRY[kind], PixelFilter)]
GEOMETRY_KINDS = [kind for kind in KINDS if issubclass(REGISTRY[kind], GeometryFilter)]

SIZE = (200, 150)
AREA = Rectangle(37, 22, 121, 83)
MODES = tuple(PixelMode)


def make(mode: PixelMode, pixels: np.ndarray, dpi=(300.0, 300.0)) -> Page:
    """A page of that mode from a picture of any; BINARY by a level of 128."""
    if mode is PixelMode.BINARY:
        pixels = np.where(convert_pixels(pixels, PixelMode.GRAY) > 128, 255, 0).astype(np.uint8)
    return replace(pages.page(convert_pixels(pixels, mode)), mode=mode, dpi=dpi)


SCAN = pages.scan_rgb(*SIZE)
PAGES = {mode.value: make(mode, SCAN) for mode in MODES}
EDGES = {
    f"{name} {mode.value}": make(mode, np.ascontiguousarray(pixels), dpi)
    for mode in MODES
    for name, pixels, dpi in (
        ("1x1 white", np.full((1, 1), 255, np.uint8), (300.0, 300.0)),
        ("1x1 black", np.zeros((1, 1), np.uint8), None),
        ("one row", SCAN[20:21], None),
        ("one column", SCAN[:, 30:31], (100.0, 100.0)),
        ("2x3", SCAN[20:22, 30:33], (72.0, 72.0)),
        ("white", np.full((60, 90), 255, np.uint8), (300.0, 200.0)),
        ("black", np.zeros((60, 90), np.uint8), (72.0, 72.0)),
        ("text, dpi unknown", pages.text_gray(120, 80), None),
        ("text, two dpi", pages.text_gray(120, 80), (204.0, 98.0)),
    )
}
EVERY = {**PAGES, **EDGES}


def example(kind: str, **changes) -> Filter:
    item = REGISTRY[kind].example()
    return type(item)(**{**item.model_dump(exclude={"kind"}), **changes})


def cut(page: Page, area: Rectangle) -> Page:
    move = page.to_source @ geometry.translation(area.x, area.y)
    return replace(page, pixels=np.ascontiguousarray(page.pixels[area.slices]), to_source=move)


CHOOSING = {kind for kind, cls in REGISTRY.items() if issubclass(cls, ChoosingFilter)}


def undecided(page: Page) -> Page:
    """Without the steps that only tell of a choice, which a replay does not make again."""
    return replace(page, steps=tuple(step for step in page.steps if step.kind not in CHOOSING))


def same(one: Page, other: Page) -> bool:
    """Equal in all but the seconds that the steps took."""
    steps = [[(s.kind, dict(s.parameters), dict(s.found), s.implicit) for s in page.steps] for page in (one, other)]
    return (
        one.mode is other.mode
        and np.array_equal(one.pixels, other.pixels)
        and np.array_equal(one.to_source, other.to_source)
        and one.dpi == other.dpi
        and steps[0] == steps[1]
    )


def check(item: Filter, page: Page, result: Page) -> None:
    """The contract of a page that came out of a filter."""
    pixels = result.pixels
    assert pixels.dtype == np.uint8
    assert pixels.shape == (result.height, result.width, 3)[: 3 if result.mode is PixelMode.RGB else 2]
    assert pixels.flags.c_contiguous
    assert not pixels.flags.writeable
    if result.mode is PixelMode.BINARY:
        assert set(np.unique(pixels)) <= {0, 255}
    assert np.isfinite(result.to_source).all()
    assert geometry.is_invertible(result.to_source)
    assert result.source == page.source
    assert result.steps[: len(page.steps)] == page.steps
    declared = [step for step in result.steps[len(page.steps) :] if not step.implicit]
    told = any("dpi" in step.parameters for step in declared)
    assert (result.dpi is None) == (page.dpi is None and not told)
    if isinstance(item, ChoosingFilter):
        (decision,) = (step for step in result.steps if step.kind == item.kind)
        assert decision.implicit
        assert decision.parameters == item.parameters()
        assert [step.kind for step in declared if step.kind != "crop"] == [
            row["kind"] for row in decision.found["chain"]
        ]
    else:
        assert [step.kind for step in declared] == [item.kind]
        assert declared[0].parameters == item.parameters()
    for step in result.steps:
        json.dumps({"parameters": dict(step.parameters), "found": dict(step.found)}, allow_nan=False)
        assert step.seconds >= 0
    if isinstance(item, PixelFilter):
        assert pixels.shape[:2] == page.pixels.shape[:2]
        assert result.dpi == page.dpi
        assert np.array_equal(result.to_source, page.to_source)
        if item.produces is not None and item.area is None and item.binarizes is None:
            assert result.mode is item.produces
    elif page.mode is PixelMode.BINARY and isinstance(item, GeometryFilter):
        assert result.mode is PixelMode.BINARY


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", list(EVERY))
def test_any_page_comes_out_as_a_page(kind, name):
    page, item = EVERY[name], example(kind)
    before = page.pixels.copy()
    result = item(page)
    assert np.array_equal(page.pixels, before)
    check(item, page, result)
    assert same(item(page), result), "twice the same filter gave two results"
    chain = FilterChain.from_steps(result.steps)
    if kind not in CHOOSING:
        assert chain == FilterChain([item])
    assert same(chain(page), undecided(result)), "the declared steps, replayed, gave another page"


@pytest.mark.parametrize("kind", PIXEL_KINDS)
@pytest.mark.parametrize("mode", MODES)
def test_a_pixel_filter_keeps_what_is_outside_its_area(kind, mode):
    page, item = PAGES[mode.value], example(kind, area=AREA)
    result = item(page)
    check(item, page, result)
    assert result.mode.rank >= mode.rank
    promoted = convert_pixels(page.pixels, result.mode)
    outside = np.ones(page.pixels.shape[:2], bool)
    outside[AREA.slices] = False
    assert np.array_equal(result.pixels[outside], promoted[outside])
    alone = example(kind)(cut(page, AREA))
    assert np.array_equal(result.pixels[AREA.slices], convert_pixels(alone.pixels, result.mode))


@pytest.mark.parametrize("kind", GEOMETRY_KINDS)
@pytest.mark.parametrize("mode", MODES)
def test_a_geometry_filter_gives_the_part_in_its_area(kind, mode):
    page, item = PAGES[mode.value], example(kind, area=AREA)
    result = item(page)
    check(item, page, result)
    alone = cut(page, AREA)
    if not REGISTRY[kind].model_fields["area"].is_required():
        alone = example(kind)(alone)
    assert np.array_equal(result.pixels, alone.pixels)
    assert np.allclose(result.to_source, alone.to_source, rtol=0, atol=1e-9)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("area", [(-1, 0, 5, 5), (190, 0, 11, 5), (0, 149, 5, 2), (500, 500, 1, 1)])
def test_an_area_outside_the_page_is_refused(kind, area):
    with pytest.raises(FilterError, match="outside") as caught:
        example(kind, area=area)(PAGES["gray"])
    assert caught.value.kind == kind
    assert caught.value.hint


@pytest.mark.parametrize("kind", KINDS)
def test_it_lives_in_the_file_of_its_name(kind):
    cls = REGISTRY[kind]
    if "." in kind:
        pytest.skip("a plug-in lives where it likes")
    assert cls.__module__ == f"ocrprep.filters.{kind}"
    assert cls.__name__.lower() == kind.replace("_", "")


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_documented(kind):
    cls = REGISTRY[kind]
    own = inspect.cleandoc(vars(cls).get("__doc__") or "")
    first = own.split("\n\n", maxsplit=1)[0]
    assert len(first) > 20, "a class docstring's first line says what the filter does to the page"
    assert first.endswith((".", ";", ":"))
    for name, field in cls.model_fields.items():
        if name != "kind":
            assert field.description, f"{name} has no description"


@pytest.mark.parametrize("kind", KINDS)
def test_numbers_have_bounds(kind):
    properties = REGISTRY[kind].model_json_schema()["properties"]
    for name, schema in properties.items():
        for option in schema.get("anyOf", [schema]):
            if option.get("type") in {"integer", "number"} and name != "area":
                assert {"minimum", "exclusiveMinimum"} & option.keys(), f"{name} has no lower bound: {option}"
                assert {"maximum", "exclusiveMaximum"} & option.keys(), f"{name} has no upper bound: {option}"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("area", [None, AREA], ids=["whole", "area"])
def test_every_notation_brings_it_back(kind, area):
    chain = FilterChain([example(kind) if area is None else example(kind, area=area)])
    for full in (False, True):
        assert FilterChain.from_dict(chain.to_dict(full=full)) == chain
        assert FilterChain.from_json(chain.to_json(full=full)) == chain
        assert FilterChain.from_yaml(chain.to_yaml(full=full)) == chain
    assert FilterChain.from_python(chain.to_python()) == chain
    assert FilterChain.from_flags(chain.to_flags()) == chain
    names = {"PreprocessingFilter": PreprocessingFilter}
    # The text is meant to be pasted into a program: there it must run, and mean the same.
    assert eval(chain.to_python(), names).freeze() == chain


@pytest.mark.parametrize("kind", KINDS)
def test_repr_can_be_read_back(kind):
    item = example(kind, area=AREA)
    names = {"Rectangle": Rectangle, type(item).__name__: type(item)}
    assert eval(repr(item), names) == item


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_a_value(kind):
    item, again = example(kind), example(kind)
    assert item == again
    assert hash(item) == hash(again)
    assert pickle.loads(pickle.dumps(item)) == item
    for name in type(item).model_fields:
        with pytest.raises(ValidationError, match="frozen"):
            setattr(item, name, getattr(item, name))


@pytest.mark.parametrize("kind", KINDS)
def test_unknown_parameters_are_refused(kind):
    with pytest.raises(ValidationError, match="no_such_parameter"):
        example(kind, no_such_parameter=1)
    row = {**example(kind).compact(), "no_such_parameter": 1}
    with pytest.raises(ConfigError) as caught:
        FilterChain.from_dict({"ocrprep": 1, "filters": ["invert", row]})
    assert caught.value.locations == (f"filters[1].{kind}.no_such_parameter",)


@pytest.mark.parametrize("kind", KINDS)
def test_parameters_may_be_given_by_position(kind):
    item = example(kind, area=AREA)
    names = filters.positional_names(kind)
    assert names[-1] == "area"
    assert type(item)(*(getattr(item, name) for name in names)) == item
    with pytest.raises(TypeError, match="at most"):
        type(item)(*(getattr(item, name) for name in names), 1)


@pytest.mark.parametrize("kind", KINDS)
def test_what_comes_in_goes_out_in_the_same_form(kind, tmp_path):
    item = example(kind)
    pixels = PAGES["rgb"].pixels
    picture = Image.fromarray(pixels)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    path = tmp_path / "page.png"
    path.write_bytes(buffer.getvalue())
    from_page = item(make(PixelMode.RGB, SCAN, None))
    assert isinstance(from_page, Page)

    array = item(pixels)
    assert isinstance(array, np.ndarray)
    assert np.array_equal(array, from_page.pixels)
    assert array.flags.writeable

    image = item(picture)
    assert isinstance(image, Image.Image)
    assert np.array_equal(np.asarray(image.convert("RGB")), convert_pixels(from_page.pixels, PixelMode.RGB))

    for opened in (item(path), item(str(path)), item(buffer.getvalue())):
        assert isinstance(opened, Page)
        assert np.array_equal(opened.pixels, from_page.pixels)


@pytest.mark.parametrize("kind", [*KINDS, *filters.aliases()])
def test_the_builder_has_a_factory_for_it(kind):
    if "." in kind:
        pytest.skip("plug-ins are reached by PreprocessingFilter.of")
    assert getattr(PreprocessingFilter, kind) is filters.lookup(kind)
    assert PreprocessingFilter.of(kind, **example(filters.lookup(kind).example().kind).parameters()).kind in REGISTRY


def examples_that_leave_a_page() -> list[Filter]:
    # The example of a cutting filter keeps a single pixel, after which nothing is left to test.
    items = [example(kind) for kind in KINDS]
    results = [item(PAGES["gray"]) for item in items]
    return [item for item, page in zip(items, results, strict=True) if min(page.width, page.height) > 20]


def test_one_chain_of_all_filters_can_be_repeated_and_undone():
    page = PAGES["rgb"]
    chain = FilterChain(examples_that_leave_a_page())
    assert len(chain) >= len(KINDS) - 3
    result = chain(page)
    assert same(chain(page), result)
    assert same(FilterChain.from_steps(result.steps)(page), undecided(result))
    assert same(pickle.loads(pickle.dumps(chain))(page), result)
    declared = [step.kind for step in result.steps if not step.implicit]
    assert declared == [item.kind for item in chain if item.kind not in CHOOSING]
    there = np.array([(10.0, 20.0), (90.5, 41.25)])
    back = geometry.apply(geometry.invert(result.to_source), result.source_points(there))
    assert np.allclose(back, there, atol=1e-6)


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.sampled_from(KINDS), max_size=4),
    st.sampled_from(list(EDGES)),
)
def test_any_chain_on_any_page_can_be_repeated(kinds, name):
    page = EDGES[name]
    chain = FilterChain([example(kind) for kind in kinds])
    result = chain(page)
    assert same(FilterChain.from_steps(result.steps)(page), undecided(result))
    assert same(FilterChain.from_yaml(chain.to_yaml())(page), result)
