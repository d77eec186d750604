from __future__ import annotations

import numpy as np
import pytest

from ocrprep import PreprocessingFilter
from ocrprep.decode import open_image
from ocrprep.filters import registry
from ocrprep.studio import controls

P = PreprocessingFilter


def control(kind, name):
    return next(item for item in controls.controls_of(registry()[kind]) if item.name == name)


@pytest.mark.parametrize("kind", sorted(registry()))
def test_every_parameter_of_every_filter_has_a_control_with_its_description(kind):
    cls = registry()[kind]
    made = controls.controls_of(cls)
    assert {item.name for item in made} == set(cls.model_fields) - {"kind", "area"}
    assert all(item.description for item in made)


@pytest.mark.parametrize("kind", sorted(registry()))
def test_every_stop_at_the_ends_of_a_slider_is_a_value_of_the_filter(kind):
    item = registry()[kind].example()
    for one in controls.controls_of(type(item)):
        if one.kind == "slider" and kind not in {"multi_otsu", "stretch_histogram"}:  # two that bound each other
            for end in (one.low, one.low + one.step, one.high):
                controls.changed(item, one.name, controls.read_value(one, end))


@pytest.mark.parametrize("kind", sorted(registry()))
def test_a_value_that_is_shown_and_read_again_is_the_same(kind):
    item = registry()[kind].example()
    for one in controls.controls_of(type(item)):
        value = item.parameters()[one.name]
        shown = controls.shown_value(value) if one.kind == "text" else value
        assert controls.changed(item, one.name, controls.read_value(one, shown)) == item


def test_each_kind_of_control():
    assert control("threshold", "value").kind == "slider"
    assert (control("threshold", "value").low, control("threshold", "value").high) == (0, 255)
    assert control("pad", "size").kind == "number"
    assert control("denoise", "binarize").kind == "switch"
    assert control("binarize", "quality").choices == ("fast", "best")
    assert control("scale", "interpolation").kind == "choice"
    assert control("sauvola", "window").kind == "text"
    assert control("bradley", "window").optional
    median = control("median", "size")
    assert (median.low, median.step) == (3, 2)
    assert control("gamma", "value").required
    assert control("gamma", "value").low > 0


@pytest.mark.parametrize(("text", "value"), [("51", 51), ("2.5x", "2.5x"), ("", None), ("0.2 in", "0.2 in")])
def test_text_is_read_as_what_it_looks_like(text, value):
    assert controls.read_value(control("bradley", "window"), text) == value


def test_a_wrong_value_is_told_in_the_filters_own_words():
    with pytest.raises(ValueError, match="less than or equal to 255"):
        controls.changed(P.threshold(), "value", 900)
    with pytest.raises(ValueError, match="even window"):
        controls.changed(P.median(), "size", 4)


def test_a_parameter_goes_back_to_its_default():
    assert controls.reset(P.threshold(99), control("threshold", "value")) == P.threshold()
    assert controls.reset(P.gamma(3), control("gamma", "value")) == type(P.gamma(1)).example()


def test_every_filter_of_the_package_has_a_group_and_a_line():
    kinds = [kind for _, group in controls.GROUPS for kind in group]
    assert sorted(kinds) == sorted(registry())
    assert all(controls.one_line(cls) for cls in registry().values())
    assert controls.group_of("vendor.name") == "Plug-ins"


def test_a_filter_that_needs_values_begins_with_those_of_the_page():
    page = open_image(np.full((40, 60), 255, np.uint8))[0]
    for kind in ("crop", "resize", "perspective"):
        made = controls.suggested(registry()[kind], page)(page)
        assert (made.width, made.height) == (60, 40)
    assert controls.suggested(registry()["gamma"], page) == registry()["gamma"].example()
    assert controls.suggested(registry()["crop"], None) == registry()["crop"].example()
