"""One page under many values: which variants there are, what they are worth, and what is refused."""

from __future__ import annotations

import math
from pathlib import Path

import annotated_types
import numpy as np
import pytest

from ocrprep import (
    ConfigError,
    EngineNotFoundError,
    FilterChain,
    FilterError,
    InputError,
    PreprocessingFilter,
    RecognizerTimeoutError,
    Source,
)
from ocrprep.evaluation.text import text_scores
from ocrprep.explore import Exploration, Sweep, Toolbar, Variant, explore
from ocrprep.explore.sweeps import sweeps_of
from ocrprep.filters import registry
from ocrprep.page import Page, PixelMode
from ocrprep.testing import FakeRecognizer
from tests import pages

TRUTH = "one two three four"


def page():
    return pages.page(pages.text_gray(120, 80))


def names(toolbar):
    return [item.name for item in toolbar.variants]


def by_ink(shown):
    """A reader that sees more, the more paper there is."""
    return " ".join(TRUTH.split()[: 1 + int(3 * (shown.pixels > 127).mean())])


# --- variants ---------------------------------------------------------------------------------------------------------


def test_without_a_sweep_it_is_the_documented_demo():
    found = explore(page())
    [toolbar] = found.toolbars
    assert toolbar.title == "threshold.value"
    assert names(toolbar) == ["Source", "Auto", "50", "100", "150", "200"]
    assert [item.flag for item in toolbar.variants] == [
        "",
        "binarize",
        *(f"threshold={level}" for level in (50, 100, 150, 200)),
    ]
    for item, level in zip(toolbar.variants[2:], (50, 100, 150, 200), strict=True):
        assert (item.page.pixels == PreprocessingFilter.threshold(level)(page()).pixels).all()
        assert item.levels == (level,)
        assert item.before is found.source
    assert toolbar.variants[0].levels == toolbar.variants[1].levels == ()
    assert found.note
    assert all(item.result is None for item in found.variants)


def test_the_chain_comes_before_every_value():
    chain = PreprocessingFilter([PreprocessingFilter.invert()])
    [toolbar] = explore(page(), ["threshold.value=100"], chain=chain).toolbars
    assert names(toolbar) == ["Source", "Chain", "Auto", "100"]
    inverted = 255 - page().pixels
    assert (toolbar.variants[0].page.pixels == page().pixels).all()
    assert (toolbar.variants[1].page.pixels == inverted).all()
    assert (toolbar.variants[3].page.pixels == np.where(inverted > 100, 255, 0)).all()
    assert [step.kind for step in toolbar.variants[3].page.steps] == ["invert", "threshold"]
    assert [step.kind for step in toolbar.variants[3].steps] == ["threshold"]


def test_several_sweeps_are_several_toolbars_and_share_what_is_common():
    reader = FakeRecognizer("text")
    found = explore(page(), ["threshold.value=50,100", "sauvola.k=0.2", "gamma.value=0.5,2"], recognizer=reader)
    assert [names(item) for item in found.toolbars] == [
        ["Source", "Auto", "50", "100"],
        ["Source", "Auto", "0.2"],
        ["Source", "0.5", "2"],
    ]
    assert len(found.variants) == len(reader.pages) == 7


def test_found_levels_are_told_only_of_the_whole_page():
    [toolbar] = explore(page(), ["threshold.value=0", "multi_otsu.classes=3"][:1]).toolbars
    [level] = toolbar.variants[-1].levels
    assert 40 < level < 225
    [toolbar] = explore(page(), ["multi_otsu.classes=3"]).toolbars
    assert len(toolbar.variants[-1].levels) == 2
    [toolbar] = explore(page(), ["threshold.area=[0,0,30,30]"]).toolbars
    assert toolbar.variants[-1].levels == ()


@pytest.mark.parametrize(
    "sweeps",
    [
        "threshold.value=50,100",
        ["threshold.value=50,100"],
        {"threshold.value": [50, 100]},
        [Sweep.of("threshold", "value", (50, 100))],
        (Sweep.parse(text) for text in ["threshold.value=50,100"]),
    ],
)
def test_sweeps_are_written_in_many_ways(sweeps):
    assert sweeps_of(sweeps) == (Sweep.parse("threshold.value=50,100"),)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("sauvola.window=51,0.31in, 75", [51, "0.31in", 75]),
        ("drop-color.min-saturation=1e-1", [0.1]),
        ("drop_color.color=red,#00ff00,[1,2,3]", ["red", "#00ff00", (1, 2, 3)]),
        ("threshold.area=[0,0,5,5],null", [(0, 0, 5, 5), None]),
        ("auto_skew.max_angle=2", [2.0]),
        ("dilate.binarize=true,false", [True, False]),
    ],
)
def test_values_are_written_as_those_of_filter(text, values):
    sweep = Sweep.parse(text)
    made = [getattr(item, sweep.parameter) for item in sweep.filters]
    assert [tuple(value) if hasattr(value, "width") else value for value in made] == values
    flags = FilterChain(sweep.filters).to_flags()[1::2]
    assert list(FilterChain.from_flags(flags)) == list(sweep.filters)


# --- every filter -----------------------------------------------------------------------------------------------------


def numeric(kind):
    """The first numeric parameter of a filter and two values of it: its example's or default, and its lower end."""
    item = registry()[kind]
    for name, field in item.model_fields.items():
        value = getattr(item.example(), name)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            low = [rule.ge for rule in field.metadata if isinstance(rule, annotated_types.Ge)]
            return name, list(dict.fromkeys([value, *(low if low and math.isfinite(low[0]) else [])]))
    return None


@pytest.mark.parametrize("kind", [kind for kind in registry() if "." not in kind and numeric(kind)])
def test_any_filter_can_be_explored(kind):
    name, values = numeric(kind)
    found = explore(Page(pages.scan_rgb(48, 32), PixelMode.RGB), {f"{kind}.{name}": values})
    assert [item.name for item in found.variants][-len(values) :] == [f"{value}" for value in values]
    assert found.html().count('class="panel"') == len(found.variants)


# --- worth ------------------------------------------------------------------------------------------------------------


def test_scores_are_those_of_the_evaluation():
    found = explore(page(), "threshold.value=0,255", truth=TRUTH, recognizer=FakeRecognizer(by_ink))
    for item in found.variants:
        assert item.scores == text_scores(TRUTH, item.result.recognition_text)
    assert len({item.scores.cer for item in found.variants}) > 1
    [toolbar] = found.toolbars
    least = min(round(item.scores.cer, 1) for item in found.variants)
    assert {round(item.scores.cer, 1) for item in toolbar.best_by_truth} == {least}
    assert set(toolbar.best_by_truth) < set(found.variants)


def test_a_page_of_few_words_is_not_the_best_however_sure_they_are():
    def variant(name, text, confidence):
        return Variant(name, "", page(), page(), FakeRecognizer(text, confidence=confidence).read(page()))

    few, many, most = variant("few", "a", 99), variant("many", "a b c", 90), variant("most", "a b c d", 80)
    assert Toolbar("", (few, many, most)).best_by_confidence == (many,)
    assert Toolbar("", (variant("none", "", 99),)).best_by_confidence == ()
    alike = variant("alike", "a b c", 90.04)
    assert Toolbar("", (many, alike)).best_by_confidence == (many, alike)


def test_the_truth_is_a_text_or_a_file(tmp_path):
    (tmp_path / "page.txt").write_text(TRUTH, encoding="utf-8-sig")
    for truth in (TRUTH, tmp_path / "page.txt"):
        found = explore(page(), truth=truth, recognizer=FakeRecognizer(TRUTH))
        assert found.truth == TRUTH
        assert found.variants[0].scores.cer == 0


def test_a_path_is_a_way_to_give_the_page(tmp_path):
    samples = Path(__file__).parents[2] / "samples" / "pages"
    found = explore(samples / "clean.png", "threshold.value=100")
    assert found.source.source.uri == str(samples / "clean.png")


# --- what fails -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sweep", "told"),
    [
        ("threshold.value=300", r"--sweep threshold\.value=300: Input should be less than or equal to 255"),
        ("threshold.value=100,many", r"--sweep threshold\.value=many: Input should be a valid integer"),
        ("threshold.level=3", r"--sweep threshold\.level: threshold has no such parameter; it has area, value"),
        ("threshold.kind=sauvola", "threshold has no such parameter"),
        ("treshold.value=3", "did you mean threshold"),
        ("threshold.value=", "there are no values"),
        ("threshold.value", "names a filter, a parameter and values"),
        ("threshold=5", "names a filter, a parameter and values"),
        (".value=5", "names a filter, a parameter and values"),
        ("threshold.value=5,5", "given twice"),
        ("threshold.value=[5", "--sweep"),
        ("threshold.value=5,", "--sweep threshold.value=null: Input should be a valid integer"),
    ],
)
def test_a_wrong_sweep_names_its_place(sweep, told):
    with pytest.raises(ConfigError, match=told):
        explore(page(), sweep)


def test_wrong_sweeps_in_python_are_refused_too():
    with pytest.raises(ConfigError, match="expected a list"):
        explore(page(), {"threshold.value": "100"})
    with pytest.raises(ConfigError, match="expected a list"):
        explore(page(), {"threshold.value": 100})
    with pytest.raises(ConfigError, match="no values"):
        explore(page(), {"threshold.value": []})
    with pytest.raises(ConfigError, match="nothing to explore"):
        explore(page(), [])


def test_a_truth_needs_a_reader_and_words(tmp_path):
    with pytest.raises(ConfigError, match="recognizer"):
        explore(page(), truth=TRUTH)
    with pytest.raises(InputError, match="empty"):
        explore(page(), truth=" \n", recognizer=FakeRecognizer())
    with pytest.raises(InputError, match="cannot be read"):
        explore(page(), truth=tmp_path / "none.txt", recognizer=FakeRecognizer())
    (tmp_path / "latin.txt").write_bytes(b"\xe9t\xe9")
    with pytest.raises(InputError, match="UTF-8"):
        explore(page(), truth=tmp_path / "latin.txt", recognizer=FakeRecognizer())


def test_a_value_that_fails_on_this_page_is_a_variant_with_its_error():
    found = explore(page(), "crop.area=[0,0,40,40],[100,0,40,40]")
    good, bad = found.variants[-2:]
    assert (good.error, good.page.width) == (None, 40)
    assert isinstance(bad.error, FilterError)
    assert "reaches outside" in found.html()
    with pytest.raises(FilterError):
        explore(page(), chain=[PreprocessingFilter.crop((100, 0, 40, 40))])


def test_an_engine_that_fails_on_a_page_is_told_and_one_that_is_not_there_is_raised():
    late = FakeRecognizer(lambda shown: RecognizerTimeoutError("too late") if shown.steps else "text")
    found = explore(page(), "threshold.value=100", recognizer=late)
    assert [item.error is None for item in found.variants] == [True, False, False]
    assert "too late" in found.html()
    with pytest.raises(EngineNotFoundError):
        explore(page(), recognizer=FakeRecognizer(EngineNotFoundError("none")))


# --- the page that is made --------------------------------------------------------------------------------------------


def test_hostile_names_and_texts_are_harmless(tmp_path):
    hostile = "</script><script>alert(1)</script>\"'><img src=x onerror=alert(1)>\udcff"
    given = Page(page().pixels, PixelMode.GRAY, source=Source(hostile))
    found = explore(
        given, {"drop_color.color": ["red"]}, truth=hostile, recognizer=FakeRecognizer(hostile, confidence=10)
    )
    saved = found.save(tmp_path / "new" / "explore.html").read_text(encoding="utf-8")
    assert saved.count("<script>") == saved.count("</script>") == 1
    assert "<img src=x" not in saved
    assert "alert(1)" in saved
    found._repr_html_().encode()


def test_the_level_is_drawn_in():
    html = explore(page(), "threshold.value=137").html()
    assert html.count('class="level"') == 1
    assert "Histogram of gray levels, level 137" in html


def test_what_divides_the_page_is_told_only_of_one_that_is_divided():
    assert "Divided at level 137." in explore(page(), "threshold.value=137").html()
    assert "No one level" in explore(page(), "sauvola.k=0.2").html()
    assert "No one level" not in explore(page(), "gamma.value=2").html()


def test_without_texts_it_says_so():
    html = explore(page()).html()
    assert "No text: no recognizer was given" in html
    assert "Confidence" not in html


def test_a_notebook_gets_a_frame_that_asks_for_nothing():
    html = explore(page(), recognizer=FakeRecognizer("text"))._repr_html_()
    assert html.startswith('<iframe sandbox="allow-scripts"')
    assert html.count("<") == 2


def test_without_jinja2_a_notebook_still_gets_something(monkeypatch):
    import sys

    from ocrprep import OutputError
    from ocrprep.explore import html

    html._template.cache_clear()
    monkeypatch.setitem(sys.modules, "jinja2", None)
    found = explore(page())
    assert "threshold=50" in found._repr_html_()
    with pytest.raises(OutputError, match="jinja2"):
        found.html()


def test_pictures_are_as_small_as_asked():
    small, large = (len(explore(pages.page(pages.scan_rgb(600, 400))).html(longest=side)) for side in (50, 600))
    assert small < large
    with pytest.raises(ValueError, match="at least one pixel"):
        explore(page()).html(longest=0)


def test_a_page_of_one_pixel_can_be_explored():
    found = explore(Page(np.zeros((1, 1), np.uint8), PixelMode.GRAY))
    assert isinstance(found, Exploration)
    assert found.html()
