"""The package's own XML holds what its JSON holds."""

import io
import json

import pytest
from lxml import etree

from ocrprep.errors import DecodeError
from ocrprep.page import Source
from ocrprep.result import PageFailure
from tests.documents.positional import full, numbers, quad_in, saved
from tests.readings import reading

FAILURE = PageFailure(Source("b & c.png", 1, 2), DecodeError("truncated <here>", source="b.png"))
NUMBERS = {"confidence", "seconds", "load_seconds", "width", "height", "probability", "share"}
WHOLE = {"page", "block", "paragraph", "words", "exit_code", "version"}


def as_json(data):
    """The JSON document, built again from the XML."""
    root = etree.fromstring(data)
    pages = [page_of(page) for page in root.iterfind("page")]
    return {"format": root.tag, "version": int(root.get("version")), "title": root.get("title"), "pages": pages}


def values(element, *names):
    told = {}
    for name in names or element.keys():
        text = element.get(name)
        told[name] = (
            float(text)
            if name in NUMBERS
            else int(text)
            if name in WHOLE
            else text
            if name != "implicit"
            else text == "true"
        )
    return told


def page_of(page):
    error = page.find("error")
    version = {"version": int(page.getparent().get("version"))}
    if error is not None:
        told = {"type": error.get("type"), "message": error.text, "exit_code": int(error.get("exit_code"))}
        return {**version, **values(page), "error": told}
    frame = page.find("frame")
    sizes = {
        f"{whose}_size": [int(page.get(f"{whose}_width")), int(page.get(f"{whose}_height"))]
        for whose in ("page", "source")
    }
    names = ("file", "page", "confidence", "engine", "language", "seconds", "load_seconds", "source_sha256")
    return {
        **version,
        **values(page, *names),
        **sizes,
        "frame": {
            **values(frame, "space", "unit", "width", "height"),
            "dpi": [float(frame.get("dpi_x")), float(frame.get("dpi_y"))],
            "dpi_known": frame.get("dpi_known") == "true",
        },
        "text": page.findtext("text"),
        "to_source": [float(value) for value in page.findtext("to_source").split()],
        "warnings": [item.text for item in page.iterfind("warning")],
        "steps": [step_of(item) for item in page.iterfind("step")],
        "choices": [json.loads(item.text) for item in page.iterfind("choice")],
        "readings": [
            {**values(item), "steps": [step_of(step) for step in item.iterfind("step")]}
            for item in page.iterfind("reading")
        ],
        "lines": [placed_of(item) for item in page.iterfind("line")],
        "dropped": [placed_of(item) for item in page.iterfind("dropped/word")],
    }


def step_of(step):
    facts = {
        name: {item.get("name"): json.loads(item.text) for item in step.iterfind(tag)}
        for name, tag in (("parameters", "parameter"), ("found", "found"))
    }
    return {**values(step), **facts}


def placed_of(item):
    told = values(item)
    for name in ("quad", "source_quad"):
        if name in told:
            told[name] = quad_in(told[name]).tolist()
    for name in ("page_box", "readings"):
        if name in told:
            told[name] = [float(value) for value in told[name].split()]
    children = {
        name: [placed_of(each) for each in item.iterfind(name.removesuffix("s"))]
        for name in ("words", "characters", "alternatives")
    }
    # Lists that JSON always has are those that no element stands for when they are empty.
    always = {
        "line": {"words"},
        "word": {"alternatives"} if "readings" in told else set(),
        "character": {"alternatives"},
    }
    return {**told, **{name: each for name, each in children.items() if each or name in always.get(item.tag, ())}}


@pytest.mark.parametrize("space", ["source", "page", "points"])
def test_it_holds_what_the_json_holds(space):
    items = [full(), FAILURE, reading(), reading("Quick brown", "fox")]
    assert as_json(saved(items, "xml", space=space)) == json.loads(saved(items, "json", space=space))


def test_a_single_page_as_a_text_can_be_parsed_as_it_is():
    text = full().get_xml(space="points")
    root = etree.fromstring(text)
    assert text.encode() == saved(full(), "xml", space="points")
    assert root.find("page/frame").get("space") == "points"
    assert root.find("page/line/word").get("text") == "Quick"
    assert all(item.prefix is None for item in root.iter())


def test_a_page_that_failed_says_why():
    root = etree.fromstring(saved([FAILURE], "xml"))
    (error,) = root.iterfind("page/error")
    assert root.find("page").attrib == {"file": "b & c.png", "page": "2"}
    assert error.text == FAILURE.message
    assert "truncated <here>" in error.text


def test_pages_are_written_as_they_come():
    stream = io.BytesIO()
    seen = []

    def results():
        for number in range(4):
            seen.append(stream.getvalue().count(b"</page>"))
            yield reading(f"page {number}")

    from ocrprep.outputs.documents import save_document

    save_document(results(), stream, "xml")
    assert seen == [0, 1, 2, 3]
    assert numbers(etree.fromstring(stream.getvalue()).findtext("page/to_source")) == [1, 0, 0, 0, 1, 0, 0, 0, 1]
