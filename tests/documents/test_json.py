"""The package's own JSON, checked by another library against the documented schema."""

import io
import json
from pathlib import Path

import jsonschema
import pytest

import ocrprep
from ocrprep.errors import DecodeError
from ocrprep.geometry import Box, rotation
from ocrprep.page import Source, Step
from ocrprep.result import Alternative, Character, OcrOutput, PageFailure, Reading, Word
from ocrprep.result.as_json import json_schema
from tests.readings import reading

SCHEMA = Path(ocrprep.__file__).parents[1] / "docs" / "result.schema.json"
FAILURE = PageFailure(Source("b.png"), DecodeError("truncated", source="b.png"))


def saved(*items, **options) -> dict:
    stream = io.BytesIO()
    OcrOutput(items).save(stream, "json", **options)
    return json.loads(stream.getvalue())


def full():
    """A result with everything that can be in one."""
    made = reading("Quick brown", page=rotation(30.0, (100.0, 100.0)))
    (line,) = made.lines
    box = Box(0.0, 0.0, 10.0, 20.0)
    character = Character("Q", 90.0, box, line.words[0].source_quad, (("O", 7.5),))
    word = Word(
        "Quick",
        91.0,
        line.words[0].box,
        line.words[0].source_quad,
        probability=0.98,
        readings=(0, 1),
        alternatives=(Alternative("Quiok", 0.25, (1,)),),
        characters=(character,),
    )
    lines = (type(line)((word, *line.words[1:]), line.box, line.source_quad, 2, 1),)
    steps = (Step("scale", {"ratio": 2.0}, {"width": 4}, 0.01),)
    return type(made)(
        made.recognition_text,
        lines,
        Source("a.png", 2, 9, "ab" * 32, 640, 480, (300.0, 300.0)),
        1280,
        960,
        steps,
        "fake 1",
        "eng",
        warnings=("careful",),
        to_source=made.to_source,
        dropped=(line.words[1],),
        readings=(Reading("prepared", steps, "fake 1", 0.5, 2, 0.4),),
    )


def test_the_documented_schema_is_that_of_the_code():
    assert json.loads(SCHEMA.read_text()) == json_schema()
    jsonschema.Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize("space", ["source", "page", "points"])
def test_documents_keep_to_the_schema(space):
    told = saved(full(), FAILURE, reading(), space=space)
    jsonschema.validate(told, json.loads(SCHEMA.read_text()), jsonschema.Draft202012Validator)
    assert [page["page"] for page in told["pages"]] == [3, 1, 1]
    assert told["pages"][1]["error"]["type"] == "DecodeError"
    assert "truncated" in told["pages"][1]["error"]["message"]


def test_the_schema_finds_what_is_missing_and_what_is_wrong():
    schema = json.loads(SCHEMA.read_text())
    for spoil in (
        lambda page: page.pop("frame"),
        lambda page: page["frame"].update(space="inches"),
        lambda page: page["lines"][0]["words"][0].update(confidence="high"),
        lambda page: page["lines"][0]["words"][0]["characters"][0].pop("quad"),
    ):
        told = saved(full())
        spoil(told["pages"][0])
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(told, schema, jsonschema.Draft202012Validator)


def test_quads_are_in_the_space_that_the_file_names():
    result = full()
    word = result.lines[0].words[0]
    pages = {space: saved(result, space=space)["pages"][0] for space in ("source", "page", "points")}
    quads = {space: page["lines"][0]["words"][0]["quad"] for space, page in pages.items()}
    assert quads["source"] == [[round(x, 2), round(y, 2)] for x, y in word.source_quad]
    assert quads["page"] == [[round(x, 2), round(y, 2)] for x, y in word.box.corners().tolist()]
    assert quads["points"] == [[round(x * 0.24, 2), round(y * 0.24, 2)] for x, y in word.source_quad]
    sizes = {space: (page["frame"]["width"], page["frame"]["height"]) for space, page in pages.items()}
    assert sizes == {"source": (640, 480), "page": (1280, 960), "points": (153.6, 115.2)}
    assert {page["frame"]["unit"] for page in pages.values()} == {"pixel", "point"}


def test_a_resolution_that_nobody_knows_is_said_to_be_assumed():
    result = reading("Quick")
    frame = saved(result, space="points", dpi=150)["pages"][0]["frame"]
    assert (frame["dpi"], frame["dpi_known"]) == ([150.0, 150.0], False)
    assert saved(full())["pages"][0]["frame"]["dpi_known"] is True


def test_a_single_page_says_the_same_in_python():
    result = full()
    assert saved(result)["pages"][0] == json.loads(result.get_json()) == json.loads(json.dumps(result.as_dict()))
    assert saved(result, space="page")["pages"][0] == json.loads(result.get_json(space="page"))


def test_letters_that_are_none_stay_escaped():
    told = saved(reading("Quick"), title="lone \ud800 half")
    assert told["title"] == "lone \ud800 half"
