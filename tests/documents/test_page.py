"""PAGE XML, held against its schema and read by lxml."""

import pytest
from lxml import etree

from ocrprep.errors import DecodeError
from ocrprep.geometry import quarter_turn
from ocrprep.page import Source
from ocrprep.result import OcrOutput, PageFailure
from tests.documents.positional import PAGE, full, quad_in, saved
from tests.readings import Row, reading
from tests.schemas import official_page

FAILURE = PageFailure(Source("b.png", width=100, height=50), DecodeError("truncated <here>"))
SPACES = ("source", "page", "points")


def tree(item, **options):
    return etree.fromstring(saved([item], "page", **options))


def under(root, tag):
    return list(root.iter(f"{PAGE}{tag}"))


def facts(root):
    return {item.get("name"): item.get("value") for item in under(root, "UserAttribute")}


@pytest.mark.parametrize("space", SPACES)
@pytest.mark.parametrize(
    "item", [full(), FAILURE, reading(), reading("Quick brown", "fox"), reading("x", language="grc+nobody")]
)
def test_it_keeps_to_the_official_schema(item, space):
    official_page().assertValid(tree(item, space=space))


def test_the_schema_finds_what_is_wrong():
    for spoil in (
        lambda root: under(root, "Coords")[0].set("points", "0,0 1,0 1,-1 0,1"),
        lambda root: under(root, "Coords")[0].set("points", "0,0 1.5,0 1,1 0,1"),
        lambda root: under(root, "TextEquiv")[0].set("conf", "95"),
        lambda root: under(root, "Metadata")[0].remove(under(root, "Created")[0]),
        lambda root: under(root, "Page")[0].attrib.pop("imageWidth"),
        lambda root: under(root, "Page")[0].set("primaryLanguage", "eng"),
    ):
        root = tree(full())
        spoil(root)
        assert not official_page().validate(root)


@pytest.mark.parametrize(
    ("space", "unit", "size", "resolution"),
    [
        ("source", "pixel", ("640", "480"), "300"),
        ("page", "pixel", ("1280", "960"), "300"),
        ("points", "1/100 point", ("15360", "11520"), "7200"),
    ],
)
def test_it_tells_its_coordinates(space, unit, size, resolution):
    root = tree(full(), space=space)
    (page,) = under(root, "Page")
    told = facts(root)
    assert (page.get("imageWidth"), page.get("imageHeight")) == size
    assert (page.get("imageXResolution"), page.get("imageResolutionUnit")) == (resolution, "PPI")
    assert (told["space"], told["unit"], told["dpi_known"]) == (space, unit, "true")
    assert [float(value) for value in told["to_source"].split()] == list(full().to_source)
    assert (told["source_page"], told["source_sha256"]) == ("3", "ab" * 32)
    assert page.get("imageFilename") == 'a & "b".png'


def test_a_resolution_that_nobody_knows_is_not_told():
    root = tree(reading("x"))
    assert under(root, "Page")[0].get("imageXResolution") is None
    assert facts(root)["dpi_known"] == "false"


def test_regions_lines_and_words_stand_in_their_order():
    root = tree(reading("a b", Row("c"), Row("d", paragraph=1), Row("e", block=1)))
    told = [
        [
            [word.findtext(f"{PAGE}TextEquiv/{PAGE}Unicode") for word in under(line, "Word")]
            for line in under(region, "TextLine")
        ]
        for region in under(root, "TextRegion")
    ]
    assert told == [[["a", "b"], ["c"]], [["d"]], [["e"]]]
    assert [item.findtext(f"{PAGE}TextEquiv/{PAGE}Unicode") for item in under(root, "TextRegion")] == [
        "a b\nc",
        "d",
        "e",
    ]
    order = [(item.get("index"), item.get("regionRef")) for item in under(root, "RegionRefIndexed")]
    assert order == list(zip("012", [item.get("id") for item in under(root, "TextRegion")], strict=True))


def test_other_texts_follow_with_an_index():
    word = under(tree(full()), "Word")[0]
    glyph = under(word, "Glyph")[0]
    for item, expected in (
        (word, [("0", "0.9125", "Quick"), ("1", "0.25", "Qu<ok")]),
        (glyph, [("0", "0.905", "Q"), ("1", "0.075", "O"), ("2", "0.01", "0")]),
    ):
        told = [
            (each.get("index"), each.get("conf"), each.findtext(f"{PAGE}Unicode"))
            for each in item.iterfind(f"{PAGE}TextEquiv")
        ]
        assert told == expected


def test_what_was_done_is_told():
    items = under(tree(full()), "MetadataItem")
    assert [(item.get("name"), item.get("value")) for item in items] == [
        ("preprocessing", "scale"),
        ("preprocessing", "convert"),
        ("preprocessing", "auto"),
        ("recognition", "tesseract 5.5.4 (tesserocr)"),
    ]
    labels = {group.get("externalId"): [(each.get("type"), each.get("value")) for each in group] for group in items[0]}
    assert labels == {"parameters": [("ratio", "2.0")], "found": [("width", "4")]}


def test_turned_text_begins_where_it_does_and_says_how_to_turn_it_back():
    turned = tree(reading("Quick brown", upright=quarter_turn(1, 1000, 1000)))
    (region,) = under(turned, "TextRegion")
    # The text runs upwards: turned clockwise by 90 degrees, it is upright.
    assert region.get("orientation") == "90"
    points = quad_in(region.find(f"{PAGE}Coords").get("points"))
    assert points.tolist() == [[0, 1000], [0, 890], [20, 890], [20, 1000]]


def test_a_page_that_failed_is_empty_and_says_why():
    root = tree(FAILURE)
    assert "truncated <here>" in under(root, "Comments")[0].text
    (page,) = under(root, "Page")
    assert (len(page), page.get("imageWidth"), page.get("imageHeight")) == (0, "100", "50")


def test_several_pages_are_several_files(tmp_path):
    paths = OcrOutput([full(), FAILURE, reading("x")]).save(tmp_path / "a.page.xml")
    assert [path.name for path in paths] == ["a_p0001.page.xml", "a_p0002.page.xml", "a_p0003.page.xml"]
    for path in paths:
        official_page().assertValid(etree.parse(path))
    assert [len(under(etree.parse(path), "Word")) for path in paths] == [10, 0, 1]
