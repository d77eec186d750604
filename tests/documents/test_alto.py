"""ALTO, held against schemas and read by lxml."""

import json

import pytest
from lxml import etree

from ocrprep.errors import DecodeError
from ocrprep.geometry import Box, quarter_turn
from ocrprep.page import Source
from ocrprep.result import Character, Line, PageFailure, RecognitionResult, Word, as_quad
from tests.documents.positional import ALTO, full, quad_in, saved
from tests.readings import Row, reading
from tests.schemas import official_alto, own_alto

FAILURE = PageFailure(Source("b.png", 4, 9, width=100, height=50), DecodeError("truncated <here>"))
SPACES = ("source", "page", "points")
DOCUMENTS = {
    "full": [full()],
    "failed": [FAILURE],
    "blank": [reading()],
    "several": [full(), FAILURE, reading(), reading("Quick brown", "fox")],
}


def tree(items, **options):
    return etree.fromstring(saved(items, "alto", **options))


def under(root, tag):
    return list(root.iter(f"{ALTO}{tag}"))


@pytest.mark.parametrize("space", SPACES)
@pytest.mark.parametrize("name", DOCUMENTS)
def test_it_keeps_to_our_part_of_the_schema(name, space):
    own_alto().assertValid(tree(DOCUMENTS[name], space=space))


@pytest.mark.parametrize("space", SPACES)
@pytest.mark.parametrize("name", DOCUMENTS)
def test_it_keeps_to_the_official_schema(name, space):
    official_alto().assertValid(tree(DOCUMENTS[name], space=space))


@pytest.mark.parametrize("schema", [own_alto, official_alto])
def test_the_schemas_find_what_is_wrong(schema):
    schema = schema()
    for spoil in (
        lambda root: under(root, "String")[0].attrib.pop("CONTENT"),
        lambda root: under(root, "String")[0].set("WC", "95"),
        lambda root: under(root, "Glyph")[0].set("CONTENT", "ab"),
        lambda root: setattr(under(root, "MeasurementUnit")[0], "text", "point"),
        lambda root: under(root, "TextLine")[0].append(etree.Element(f"{ALTO}Shape")),
        lambda root: root.remove(under(root, "Layout")[0]),
    ):
        root = tree([full()])
        spoil(root)
        assert not schema.validate(root)


def test_the_description_tells_how_the_text_came_about():
    root = tree([full(), FAILURE])
    assert under(root, "fileName")[0].text == 'a & "b".png'
    assert [item.text for item in under(root, "fileIdentifier")] == ["ab" * 32]
    told = [
        (step.findtext(f"{ALTO}processingCategory"), step.findtext(f"{ALTO}processingStepDescription"))
        for step in under(root, "Processing")
    ]
    assert told == [
        ("other", "coordinates"),
        ("preOperation", "scale"),
        ("preOperation", "convert"),
        ("preOperation", "auto"),
        ("contentGeneration", "text recognition"),
        ("other", "coordinates"),
    ]
    steps = {step.get("ID"): step for step in under(root, "Processing")}
    first, second = under(root, "Page")
    assert list(steps) == [*first.get("PROCESSINGREFS").split(), second.get("PROCESSINGREFS")]
    scale, *_, engine, _ = list(steps.values())[1:]
    settings = json.loads(scale.findtext(f"{ALTO}processingStepSettings"))
    assert settings == {"parameters": {"ratio": 2.0}, "found": {"width": 4}, "implicit": False}
    assert engine.findtext(f".//{ALTO}softwareName") == "tesseract"
    assert engine.findtext(f".//{ALTO}softwareVersion") == "5.5.4 (tesserocr)"


@pytest.mark.parametrize(
    ("space", "unit", "size"),
    [("source", "pixel", (640, 480)), ("page", "pixel", (1280, 960)), ("points", "inch1200", (2560, 1920))],
)
def test_it_tells_its_coordinates(space, unit, size):
    root = tree([full()], space=space)
    (page,) = under(root, "Page")
    assert under(root, "MeasurementUnit")[0].text == unit
    assert (float(page.get("WIDTH")), float(page.get("HEIGHT"))) == size
    told = json.loads(under(root, "processingStepSettings")[0].text)
    assert (told["space"], told["file"], told["file_page"]) == (space, 'a & "b".png', 3)
    assert told["width"] * told["measurement_units_per_unit"] == pytest.approx(size[0])
    assert told["to_source"] == list(full().to_source)
    assert (told["dpi"], told["dpi_known"]) == ([300.0, 300.0], True)


def test_blocks_paragraphs_and_lines_stand_in_each_other():
    root = tree([reading("a b", Row("c"), Row("d", paragraph=1), Row("e", block=1))])
    (space,) = under(root, "PrintSpace")
    assert [
        [
            [[word.get("CONTENT") for word in line.iterfind(f"{ALTO}String")] for line in paragraph]
            for paragraph in block
        ]
        for block in space
    ] == [[[["a", "b"], ["c"]], [["d"]]], [[["e"]]]]
    (gap,) = under(root, "SP")
    assert dict(gap.attrib) == {"HPOS": "10", "VPOS": "0", "WIDTH": "10"}


def test_turned_things_have_shapes_that_begin_where_their_text_does():
    turned = reading("Quick brown", upright=quarter_turn(1, 1000, 1000))
    root = tree([turned])
    for tag in ("ComposedBlock", "TextBlock", "TextLine"):
        (item,) = under(root, tag)
        points = quad_in(item.find(f"{ALTO}Shape/{ALTO}Polygon").get("POINTS"))
        assert points.tolist() == [[0, 1000], [0, 890], [20, 890], [20, 1000]]
    assert under(root, "TextBlock")[0].get("ROTATION") == "90"
    assert not under(tree([turned], space="page"), "Shape")
    assert under(tree([turned], space="page"), "TextBlock")[0].get("ROTATION") is None


def test_words_tell_what_else_they_may_be():
    word = under(tree([full()]), "String")[0]
    assert (word.get("CONTENT"), word.get("WC"), word.get("CC")) == ("Quick", "0.9125", "1 1 1 1 1")
    assert [item.text for item in under(word, "ALTERNATIVE")] == ["Qu<ok"]
    glyphs = under(word, "Glyph")
    assert [item.get("CONTENT") for item in glyphs] == list("Quick")
    assert [(item.get("CONTENT"), item.get("VC")) for item in under(glyphs[0], "Variant")] == [
        ("O", "0.075"), ("0", "0.01")
    ]  # fmt: skip


def test_a_sign_of_several_code_points_becomes_as_many_glyphs():
    box = Box(0, 0, 9, 9)
    quad = as_quad(box.corners())
    signs = (Character("e\u0301", 0.0, box, quad, (("eh", 4.0),)), Character("n", 100.0, box, quad, (("long", 2.0),)))
    word = Word("e\u0301n", 90.0, box, quad, characters=signs)
    result = RecognitionResult("", (Line((word,), box, quad),), Source("a.png", width=9, height=9), 9, 9)
    root = tree([result])
    own_alto().assertValid(root)
    assert [item.get("CONTENT") for item in under(root, "Glyph")] == ["e", "\u0301", "n"]
    assert under(root, "String")[0].get("CC") == "9 9 0"
    assert under(root, "Variant") == []


def test_a_page_that_failed_is_empty_and_says_why():
    first, second = under(tree([reading("x"), FAILURE]), "Page")
    assert (first.get("QUALITY_DETAIL"), second.get("PHYSICAL_IMG_NR")) == (None, "2")
    assert "truncated <here>" in second.get("QUALITY_DETAIL")
    assert [len(space) for space in under(second, "PrintSpace")] == [0]
    assert (second.get("WIDTH"), second.get("HEIGHT")) == ("100", "50")


@pytest.mark.parametrize(
    ("asked", "told"),
    [("eng", "en"), ("deu_latf", "de-Latf"), ("chi_tra_vert+eng", "zh-Hant"), ("xyz", "xyz"), ("", None)],
)
def test_languages_are_told_as_the_standard_wants_them(asked, told):
    root = tree([reading("x", language=asked)])
    own_alto().assertValid(root)
    assert under(root, "Page")[0].get("LANG") == told
