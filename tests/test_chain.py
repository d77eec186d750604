"""A chain: a frozen sequence, a callable, and what it says when something is wrong. Its texts are in test_notation."""

from __future__ import annotations

import importlib.metadata
import pickle
from typing import ClassVar, Literal

import numpy as np
import pytest
from pydantic import Field

from ocrprep import filters
from ocrprep.chain import FilterChain
from ocrprep.errors import ConfigError, FilterError
from ocrprep.filters.base import Found, PixelFilter
from ocrprep.filters.invert import Invert
from ocrprep.filters.median import Median
from ocrprep.filters.threshold import Threshold
from ocrprep.page import Page, PixelMode, Step
from ocrprep.preprocessing import PreprocessingFilter
from tests import pages

THREE = (Invert(), Threshold(150), Median(5))


class Swap(PixelFilter):
    """Swap the left and the right half of a page, as a plug-in might."""

    kind: Literal["acme.swap"] = Field(default="acme.swap", init=False)
    aliases: ClassVar[tuple[str, ...]] = ("acme.exchange",)
    amount: int = Field(default=1, ge=1, le=9, description="times")

    def apply(self, pixels):
        return Found(np.roll(pixels, self.amount * pixels.shape[1] // 2, axis=1))


class NoVendor(Swap):
    kind: Literal["swap"] = Field(default="swap", init=False)


class EntryPoint:
    def __init__(self, found):
        self.value = f"acme:{getattr(found, '__name__', found)}"
        self._found = found

    def load(self):
        if isinstance(self._found, Exception):
            raise self._found
        return self._found


@pytest.fixture
def plug_in(monkeypatch):
    """Installs what it is called with as plug-ins, for one test."""

    def install(*found):
        monkeypatch.setattr(
            importlib.metadata,
            "entry_points",
            lambda group: [EntryPoint(f) for f in found] if group == "ocrprep.filters" else [],
        )
        forget()

    def forget():
        for cached in (filters.registry, filters.aliases, filters._adapter):
            cached.cache_clear()

    yield install
    monkeypatch.undo()
    forget()


def test_it_is_a_sequence():
    chain = FilterChain(THREE)
    assert len(chain) == 3
    assert tuple(chain) == THREE
    assert chain[1] == Threshold(150)
    assert chain[-1] == Median(5)
    assert chain[1:] == FilterChain(THREE[1:])
    assert isinstance(chain[:2], FilterChain)
    assert Threshold(150) in chain
    assert chain.index(Median(5)) == 2
    assert list(reversed(chain)) == list(reversed(THREE))
    assert FilterChain(THREE[:1]) + THREE[1:] == chain
    assert chain + FilterChain() == chain
    assert not FilterChain()
    with pytest.raises(IndexError):
        chain[3]


def test_equality_and_hash_follow_the_filters():
    chain = FilterChain(THREE)
    assert chain == FilterChain(list(THREE))
    assert hash(chain) == hash(FilterChain(list(THREE)))
    assert chain != FilterChain(THREE[::-1])
    assert chain != FilterChain([Invert(), Threshold(151), Median(5)])
    assert chain != list(THREE)
    assert len({chain, FilterChain(THREE), FilterChain()}) == 2


def test_it_cannot_be_changed():
    chain = FilterChain(THREE)
    with pytest.raises(TypeError):
        chain[0] = Invert()
    with pytest.raises(AttributeError):
        chain.filters = ()


def test_repr_reads_as_python():
    assert repr(FilterChain([Threshold(150), Invert(area=(1, 2, 3, 4))])) == (
        "FilterChain([Threshold(value=150), Invert(area=Rectangle(x=1, y=2, width=3, height=4))])"
    )
    assert repr(FilterChain()) == "FilterChain([])"


def test_pickling():
    assert pickle.loads(pickle.dumps(FilterChain(THREE))) == FilterChain(THREE)


@pytest.mark.parametrize("wrong", [Threshold, "threshold", None, 5, FilterChain()])
def test_only_filters_make_a_chain(wrong):
    with pytest.raises(TypeError, match="made of filters"):
        FilterChain([wrong])


def test_it_applies_its_filters_in_order():
    gray = pages.text_gray()
    expected = np.where(255 - gray > 150, 255, 0)
    chain = FilterChain([Invert(), Threshold(150)])
    assert (chain(gray) == expected).all()
    page = chain(pages.page(gray))
    assert isinstance(page, Page)
    assert [step.kind for step in page.steps] == ["invert", "threshold"]
    assert (page.pixels == expected).all()


def test_an_empty_chain_gives_back_the_page():
    page = pages.page(pages.scan_rgb())
    assert FilterChain()(page) is page
    assert (FilterChain()(pages.scan_rgb()) == pages.scan_rgb()).all()


def test_watch_sees_every_step():
    seen = []
    chain = FilterChain(THREE)
    result = chain(pages.page(pages.text_gray()), watch=lambda *seen_now: seen.append(seen_now))
    assert [(place, item) for place, item, _ in seen] == list(enumerate(THREE))
    assert [page.mode for _, _, page in seen] == [PixelMode.GRAY, PixelMode.BINARY, PixelMode.BINARY]
    assert seen[-1][2] is result


def test_an_error_names_its_place():
    chain = FilterChain([Invert(), Threshold(area=(0, 0, 1000, 10))])
    with pytest.raises(FilterError) as caught:
        chain(pages.page(pages.text_gray()))
    error = caught.value
    assert (error.step, error.kind, error.source) == (1, "threshold", "made.png")
    assert str(error).startswith("made.png: step 2 (threshold): the area (0, 0, 1000, 10) reaches outside")


def test_from_steps_is_the_chain_that_was_run():
    page = FilterChain(THREE)(pages.page(pages.scan_rgb()))
    assert any(step.implicit for step in page.steps)
    assert FilterChain.from_steps(page.steps) == FilterChain(THREE)
    assert FilterChain.from_steps(()) == FilterChain()
    with pytest.raises(ConfigError, match=r"no filter is called 'acme\.gone'"):
        FilterChain.from_steps([Step("acme.gone")])


def test_plug_ins_are_filters_like_any_other(plug_in):
    plug_in(Swap)
    assert list(filters.registry())[-1] == "acme.swap"
    chain = FilterChain([PreprocessingFilter.of("acme.swap", amount=2), Invert()])
    for again in (
        FilterChain.from_json(chain.to_json()),
        FilterChain.from_yaml(chain.to_yaml()),
        FilterChain.from_python(chain.to_python()),
        FilterChain.from_flags(chain.to_flags()),
        FilterChain.from_flags(["acme.exchange=2", "invert"]),
    ):
        assert again == chain
    assert "PreprocessingFilter.of('acme.swap', amount=2)" in chain.to_python()
    page = chain(pages.page(pages.text_gray()))
    assert FilterChain.from_steps(page.steps) == chain


@pytest.mark.parametrize(
    ("found", "message"),
    [
        (ImportError("no acme here"), "does not load: no acme here"),
        (NoVendor, "vendor.name, not 'swap'"),
        ("not a class", "is not a Filter"),
        (Page, "is not a Filter"),
    ],
)
def test_a_bad_plug_in_is_named(plug_in, found, message):
    plug_in(found)
    with pytest.raises(ConfigError, match=message) as caught:
        filters.registry()
    assert "acme:" in str(caught.value)


def test_a_kind_can_be_taken_once(plug_in):
    plug_in(Swap, Swap)
    with pytest.raises(ConfigError, match=r"vendor\.name"):
        filters.registry()


def test_builder():
    builder = PreprocessingFilter()
    assert builder.add(PreprocessingFilter.threshold(150)) is builder
    builder.add(FilterChain([Invert()])).add(PreprocessingFilter([Median(5)]))
    assert len(builder) == 3
    assert list(builder) == [Threshold(150), Invert(), Median(5)]
    assert builder[0] == Threshold(150)
    assert builder == PreprocessingFilter([Threshold(150), FilterChain([Invert(), Median(5)])])
    assert repr(builder) == "PreprocessingFilter([Threshold(value=150), Invert(), Median(size=5)])"
    frozen = builder.freeze()
    builder.add(Invert())
    assert len(frozen) == 3
    with pytest.raises(TypeError):
        hash(builder)
    with pytest.raises(TypeError, match="forget to call"):
        builder.add(PreprocessingFilter.threshold)


def test_builder_can_be_called_like_its_chain():
    gray = pages.text_gray()
    assert (PreprocessingFilter([Threshold(150)])(gray) == Threshold(150)(gray)).all()


def test_documented_defaults():
    assert [item.kind for item in PreprocessingFilter.default] == ["deskew"]
    assert len(PreprocessingFilter.empty) == 0
    PreprocessingFilter.default.add(Invert())
    assert len(PreprocessingFilter.default) == 1


def test_of_names_what_looks_alike():
    with pytest.raises(ConfigError, match="did you mean threshold"):
        PreprocessingFilter.of("treshold")
    assert PreprocessingFilter.of("auto_skew").kind == "deskew"


def test_a_filter_without_a_kind_is_told_how_to_write_it():
    with pytest.raises(ConfigError, match=r"filters\[0\]: a filter is its name, or a mapping with the key 'kind'"):
        FilterChain.from_yaml("ocrprep: 1\nfilters:\n- threshold: 150")
