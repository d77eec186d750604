"""What one process of a cluster does with pages, looked at without a cluster."""

import pickle
from contextlib import closing

import pytest

from ocrprep import FilterChain, PreprocessingFilter
from ocrprep.distributed.actor import PageActor
from ocrprep.distributed.names import ImageNames
from ocrprep.distributed.parts import Splitter, part, part_schema
from ocrprep.distributed.rows import clean_schema, read_schema, table_of
from ocrprep.distributed.storage import Storage
from ocrprep.distributed.work import Cleaning, Reading
from ocrprep.errors import EngineNotFoundError
from ocrprep.geometry import Box
from ocrprep.inputs.options import InputOptions
from ocrprep.outputs.options import SaveOptions
from ocrprep.testing import FakeRecognizer
from tests.engines import HostileEngine
from tests.samples_for_inputs import encoded, pdf, picture, tiff, zipped

PNG = encoded(picture(), "PNG")
OPTIONS = InputOptions(on_error="collect")


def split(uri, data=None):
    with closing(Splitter(Storage(), OPTIONS)) as splitter:
        return list(splitter(uri, data))


def worked(parts, engine, *, schema=None, timeout=60.0, max_retries=1, work=None):
    work = work or Reading(FilterChain(), Storage(), OPTIONS, engine)
    actor = PageActor(pickle.dumps(work), schema or read_schema(), timeout, max_retries)
    try:
        tables = list(actor(table_of(parts, part_schema())))
    finally:
        actor.close()
    assert all(table.schema == (schema or read_schema()) for table in tables)
    return [row for table in tables for row in table.to_pylist()]


def named(*stems):
    return [part(f"{stem}.png", PNG, 0, [(f"{stem}.png", 0, 1)]) for stem in stems]


def test_an_image_brings_its_bytes_and_a_document_is_opened_again(tmp_path):
    files = {"a.png": PNG, "b.pdf": pdf(3), "c.tif": tiff(2), "d.zip": zipped({"x/y.png": PNG, "z.pdf": pdf(2)})}
    told = {}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
        told[name] = split(str(tmp_path / name))
    assert [(item["data"], item["start"]) for item in told["a.png"]] == [(PNG, 0)]
    assert [(item["data"], item["start"]) for item in told["b.pdf"]] == [(None, 0), (None, 1), (None, 2)]
    assert len(told["c.tif"]) == 2
    sources = [
        (source["uri"], source["index"], source["count"]) for item in told["d.zip"] for source in item["sources"]
    ]
    archive = tmp_path / "d.zip"
    assert sources == [(f"{archive}!x/y.png", 0, 1), (f"{archive}!z.pdf", 0, 2), (f"{archive}!z.pdf", 1, 2)]


def test_a_document_whose_bytes_are_given_stays_whole():
    data = pdf(3)
    (only,) = split("letters.pdf", data)
    assert only["data"] == data
    assert [source["index"] for source in only["sources"]] == [0, 1, 2]


def test_what_cannot_be_opened_is_one_page_that_fails(tmp_path):
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 and no more")
    rows = worked([*split(str(tmp_path / "missing.png")), *split(str(tmp_path / "broken.pdf"))], HostileEngine())
    assert [row["failure"]["type"] for row in rows] == ["InputError", "DecodeError"]
    assert all(str(tmp_path) in row["failure"]["message"] for row in rows)
    assert [row["text"] for row in rows] == [None, None]


def test_each_page_of_each_kind_of_document_has_its_row(tmp_path):
    files = {"a.png": PNG, "b.pdf": pdf(11), "d.zip": zipped({"x/y.png": PNG, "z.pdf": pdf(2)})}
    parts = []
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
        parts += split(str(tmp_path / name))
    rows = worked(parts, FakeRecognizer("two words"))
    assert [row["failure"] for row in rows] == [None] * 15
    assert [(row["page"], row["pages"]) for row in rows[1:12]] == [(number, 11) for number in range(1, 12)]
    assert {row["text"] for row in rows} == {"two words"}
    assert len({(row["source"], row["page"]) for row in rows}) == 15


def test_a_row_has_words_with_boxes_on_the_source():
    chain = FilterChain([PreprocessingFilter.crop((20, 10, 40, 20)), PreprocessingFilter.scale(2.0)])
    work = Reading(chain, Storage(), OPTIONS, FakeRecognizer("two words", confidence=87.0))
    (row,) = worked(named("a"), None, work=work)
    assert [word["text"] for word in row["words"]] == ["two", "words"]
    assert row["confidence"] == pytest.approx(87.0)
    inside = Box(20, 10, 60, 30)
    for word in row["words"]:
        assert inside.left <= word["left"] < word["right"] <= inside.right
        assert inside.top <= word["top"] < word["bottom"] <= inside.bottom
        assert len(word["quad"]) == 8
    assert {timing["step"] for timing in row["timings"]} == {"load", "filters", "engine"}


def test_a_page_that_kills_hangs_or_raises_costs_only_itself():
    stems = ["one", "crash-a", "two", "hang-b", "three", "raise-c", "refuse-d", "invalid-e", "four"]
    rows = worked(named(*stems), HostileEngine(), timeout=3.0)
    assert [row["source"] for row in rows] == [f"{stem}.png" for stem in stems]
    failed = {row["source"].partition("-")[0]: row["failure"]["type"] for row in rows if row["failure"]}
    assert set(failed) == {"crash", "hang", "raise", "refuse", "invalid"}
    assert failed["crash"] == "EngineCrashError"
    assert failed["hang"] == "RecognizerTimeoutError"
    assert [row["text"] for row in rows if not row["failure"]] == [
        f"text of {stem}" for stem in ("one", "two", "three", "four")
    ]
    crash = next(row["failure"]["message"] for row in rows if row["source"].startswith("crash"))
    assert "died 2 times" in crash


def test_a_page_that_kills_inside_a_document_costs_none_of_the_others(tmp_path):
    path = tmp_path / "all.zip"
    path.write_bytes(zipped({f"{stem}.png": PNG for stem in ("a", "crash-b", "c", "exit-d", "e")}))
    rows = worked(split(str(path)), HostileEngine(), max_retries=0)
    names = [row["source"].partition("!")[2] for row in rows]
    assert sorted(names) == ["a.png", "c.png", "crash-b.png", "e.png", "exit-d.png"]
    assert [bool(row["failure"]) for row in rows] == ["-" in name for name in names]


def test_names_that_are_no_text_do_not_end_the_job():
    rows = worked(named("half \udcff"), FakeRecognizer("text"))
    assert rows[0]["source"] == "half ?.png"
    assert rows[0]["text"] == "text"


def test_nothing_is_read_without_an_engine(monkeypatch):
    from ocrprep import TesseractRecognizer

    monkeypatch.setenv("PATH", "")
    work = Reading(FilterChain(), Storage(), OPTIONS, TesseractRecognizer(driver="pytesseract", isolation="none"))
    with pytest.raises(EngineNotFoundError):
        worked(named("a"), None, work=work)


def test_images_are_saved_in_their_places(tmp_path):
    (tmp_path / "in/deep").mkdir(parents=True)
    (tmp_path / "in/deep/a.png").write_bytes(PNG)
    (tmp_path / "in/b.pdf").write_bytes(pdf(2))
    names = ImageNames.below(str(tmp_path / "out"), [str(tmp_path / "in")])
    chain = FilterChain([PreprocessingFilter.binarize()])
    work = Cleaning(chain, Storage(), OPTIONS, names, SaveOptions(format="png"))
    parts = [
        *split(str(tmp_path / "in/deep/a.png")),
        *split(str(tmp_path / "in/b.pdf")),
        *split(str(tmp_path / "no.png")),
    ]
    rows = worked(parts, None, schema=clean_schema(), work=work)
    files = [row["file"] for row in rows[:3]]
    assert [file[len(str(tmp_path)) :] for file in files] == [
        "/out/in/deep/a.png.png",
        "/out/in/b.pdf_p0001.png",
        "/out/in/b.pdf_p0002.png",
    ]
    from PIL import Image

    for row in rows[:3]:
        with Image.open(row["file"]) as image:
            assert (image.mode, image.size) == ("1", (row["width"], row["height"]))
        assert row["mode"] == "binary"
    assert rows[3]["failure"]["type"] == "InputError"
