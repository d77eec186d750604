"""What stands in a report, whatever its pages and texts are called."""

from __future__ import annotations

import pickle
import re
from dataclasses import replace

import html5lib
import pytest

from ocrprep.errors import OutputError
from ocrprep.evaluation.text import text_scores
from ocrprep.filters.base import Filter
from ocrprep.preprocessing import PreprocessingFilter as P
from ocrprep.report import save_report
from ocrprep.result import Alternative, OcrOutput, Reading
from tests.report.made import HOSTILE, details, images, read, tree

CHAIN: tuple[Filter, ...] = (P.scale(0.5), P.binarize())


@pytest.fixture
def pages(tmp_path):
    return images(tmp_path / "pages")


def test_one_file_that_asks_for_nothing(pages, tmp_path):
    target = tmp_path / "out" / "report.html"
    assert save_report(read(pages, CHAIN), target) == [target]
    assert [item.name for item in target.parent.iterdir()] == ["report.html"]
    text = target.read_text(encoding="utf-8")
    assert not re.search(r"https?://|//cdn|@import|url\(", text)
    found = tree(target)
    addresses = found.xpath("//@src | //link/@href | //@srcset | //@data")
    assert addresses
    assert all(address.startswith("data:") for address in addresses)
    assert all(address.startswith("#") for address in found.xpath("//a/@href"))
    html5lib.HTMLParser(strict=True).parse(text)


def test_hostile_names_and_texts_stay_texts(tmp_path):
    files = images(tmp_path / "pages", (f"{HOSTILE.replace('/', '⁄')}.png", "a & b \"c\" 'd'.png"))
    target = tmp_path / "report.html"
    variants = {HOSTILE: read(files, CHAIN, HOSTILE), "b": read(files, (), "<!--<script>")}
    save_report(variants, target, truths=[f"{HOSTILE} {HOSTILE}", "]]>"], title=HOSTILE)
    found = tree(target)
    assert {item.tag for item in found.xpath("//*[@onerror or @onload or @onclick]")} == set()
    assert all(image.get("src").startswith("data:") for image in found.xpath("//img"))
    assert found.xpath("//head/title/text()") == [HOSTILE]
    assert files[0].name in found.xpath("string(//table[@id='pages'])")
    told = details(target)
    assert len(told) == 2
    assert told[0]["variants"][HOSTILE]["words"][0][0] == HOSTILE.split()[0]
    assert told[0]["truth"] == f"{HOSTILE} {HOSTILE}"
    # Settings and details are the only data; the rest is the one script of the report.
    assert len(found.xpath("//script")) == 2 + 2


def test_names_that_are_no_text_are_written(tmp_path):
    files = images(tmp_path / "pages", ("broken\udcff.png",))
    save_report(read(files), tmp_path / "report.html")
    assert "broken?.png" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_steps_have_pictures_parameters_findings_and_times(pages, tmp_path):
    output = read(pages, (P.to_grayscale(), P.auto(), P.scale(0.5), P.threshold()))
    save_report(output, tmp_path / "report.html")
    for told, result in zip(details(tmp_path / "report.html"), output, strict=True):
        variant = told["variants"]["result"]
        assert [step["kind"] for step in variant["steps"]] == [step.kind for step in result.steps]
        for shown, step in zip(variant["steps"], result.steps, strict=True):
            assert shown["implicit"] == step.implicit
            assert (shown["picture"] is None) == step.implicit
            assert shown["ms"] == pytest.approx(1000 * step.seconds, abs=0.01)
        assert ["ratio", "0.5"] in variant["steps"][-2]["parameters"]
        assert variant["steps"][-1]["found"][0][0] == "level"
        assert [choice["reason"] for choice in variant["choices"]] == [choice.reason for choice in result.choices]
        assert variant["choices"][0]["yaml"] == result.choices[0].to_yaml()
        assert told["pictures"][variant["picture"]].startswith("data:image/png;")
        assert told["pictures"][told["original"]].startswith("data:image/webp;")
        assert dict(map(tuple, told["facts"]["rows"]))["width"] == "240"


def test_equal_pictures_are_one(pages, tmp_path):
    save_report({"a": read(pages, CHAIN), "b": read(pages, CHAIN)}, tmp_path / "report.html")
    for told in details(tmp_path / "report.html"):
        assert told["variants"]["a"]["picture"] == told["variants"]["b"]["picture"]
        assert len(told["pictures"]) == len(set(told["pictures"])) == 3


def test_words_carry_boxes_on_the_original_and_what_is_known_of_them(pages, tmp_path):
    output = read(pages, CHAIN, "one two\nthree", confidence=71.25)
    result = output[0]
    first, *others = result.words
    sure = replace(first, probability=0.875, readings=(0,), alternatives=(Alternative("onc", 0.25, (1,)),))
    line = replace(result.lines[0], words=(sure, *others[:1]))
    readings = (Reading("prepared", result.steps, "fake", 0.1, 3), Reading("identity", (), "fake", 0.2, 2, 0.5))
    changed = replace(
        result, lines=(line, *result.lines[1:]), readings=readings, warnings=("mind <b>this</b>",), dropped=(others[1],)
    )
    save_report(OcrOutput([changed]), tmp_path / "report.html")
    variant = details(tmp_path / "report.html")[0]["variants"]["result"]
    text, confidence, probability, quad, seen, alternatives = variant["words"][0]
    assert (text, probability, seen) == ("one", 87.5, [0])
    assert confidence == pytest.approx(71.25, abs=0.06)
    assert quad == pytest.approx([value for corner in first.source_quad for value in corner], abs=0.06)
    assert alternatives == [["onc", 25, [1]]]
    assert [line["words"] for line in variant["lines"]] == [[0, 1], [2]]
    assert [(item["name"], item["words"], item["share"]) for item in variant["readings"]] == [
        ("prepared", 3, 1.0),
        ("identity", 2, 0.5),
    ]
    assert variant["warnings"] == ["mind <b>this</b>"]
    assert variant["dropped"] == [["three", 71.2]]
    assert variant["engine"] == result.engine


def test_scores_are_those_of_the_evaluation(pages, tmp_path):
    truths = ["Some words were read", "Other words were there"]
    variants = {"identity": read(pages, (), "Some words weer read"), "better": read(pages, (), truths[0])}
    save_report(variants, tmp_path / "report.html", truths=truths)
    for told, truth in zip(details(tmp_path / "report.html"), truths, strict=True):
        for name, output in variants.items():
            scores = text_scores(truth, output[told["number"] - 1].recognition_text)
            shown = told["variants"][name]["scores"]
            assert shown["cer"] == round(scores.cer, 2)
            assert shown["word_f1"] == round(scores.word_f1, 2)
    rows = [
        [cell.text_content() for cell in row] for row in tree(tmp_path / "report.html").xpath("//*[@id='summary']//tr")
    ]
    head, before, after = (dict(zip(rows[0], row, strict=True)) for row in rows)
    assert head["variant"] == "variant"
    mean = sum(text_scores(truth, truths[0]).word_f1 for truth in truths) / 2
    assert (after["variant"], after["word F1"], after["scored"]) == ("better", f"{mean:.2f}", "2")
    assert (before["change"], after["change"]) == ("—", f"{mean - float(before['word F1']):+.1f}")
    assert (after["helped"], after["harmed"]) == ("2", "0")


def test_charts_are_there_where_there_is_something_to_show(pages, tmp_path):
    def titles(**options):
        save_report(variants, tmp_path / "report.html", **options)
        return tree(tmp_path / "report.html").xpath("//figcaption/text()")

    variants = {"identity": read(pages, (), "wrong"), "chain": read(pages, CHAIN, "right words")}
    assert titles() == ["Confidence: identity", "Confidence: chain"]
    ablations = {"chain": {"scale (1)": read(pages, CHAIN[1:], "right"), "binarize (2)": variants["chain"]}}
    known = titles(truths=["right words", None], ablations=ablations)
    assert known == [
        "Helped and harmed: chain",
        "Word F1: identity",
        "Word F1: chain",
        "What each step is worth: chain",
    ]
    told = tree(tmp_path / "report.html").xpath("//figure[last()]//title/text()")
    assert told == [
        "scale (1): +33.33 points of word F1, pages: 1",
        "binarize (2): +0.00 points of word F1, pages: 1",
    ]
    assert tree(tmp_path / "report.html").xpath("//figure[1]//a/@href") == ["#page-1"]


def test_a_page_that_failed_stands_in_its_place(pages, tmp_path):
    bad = tmp_path / "pages" / "bad.png"
    bad.write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    output = read([pages[0], bad, pages[1]], CHAIN)
    save_report(output, tmp_path / "report.html", truths=["a", "b", "c"])
    told = details(tmp_path / "report.html")
    assert [page["number"] for page in told] == [1, 2, 3]
    assert told[1]["variants"]["result"]["error"] == output.failures[0].message
    assert told[1]["pictures"] == []
    assert told[2]["variants"]["result"]["scores"] is not None
    cells = tree(tmp_path / "report.html").xpath("//*[@id='pages']/tbody/tr[2]//td/text()")
    assert "failed" in cells
    assert tree(tmp_path / "report.html").xpath("string(//*[@id='page-2']/summary)").split()[-1] == "failed"


def test_results_without_their_pages_have_only_texts_and_say_so(pages, tmp_path):
    output = OcrOutput(pickle.loads(pickle.dumps(list(read(pages, CHAIN)))))
    save_report(output, tmp_path / "report.html")
    for told in details(tmp_path / "report.html"):
        assert "not at hand" in told["note"]
        assert told["pictures"] == []
        assert told["facts"] is None
        assert told["size"] == [240, 150]
        assert told["variants"]["result"]["words"]
        assert all(step["picture"] is None for step in told["variants"]["result"]["steps"])


def test_a_source_that_has_changed_or_gone_is_told(pages, tmp_path):
    output = read(pages, CHAIN)
    images(tmp_path / "pages", ["one.png"], seed=70)
    pages[1].unlink()
    save_report(output, tmp_path / "report.html")
    changed, gone = details(tmp_path / "report.html")
    assert "has changed" in changed["note"]
    assert "cannot be opened again" in gone["note"]
    assert changed["pictures"] == gone["pictures"] == []


def test_steps_that_give_another_page_are_told(pages, tmp_path):
    result = read(pages[:1], CHAIN)[0]
    other = replace(result, width=result.width + 1)
    unknown = replace(result, steps=(*result.steps, replace(result.steps[0], kind="nobody.has")))
    save_report({"a": OcrOutput([other]), "b": OcrOutput([unknown])}, tmp_path / "report.html")
    variants = details(tmp_path / "report.html")[0]["variants"]
    assert "may differ" in variants["a"]["note"]
    assert "could not all be taken again" in variants["b"]["note"]
    assert variants["b"]["picture"] is None


def test_variants_must_hold_the_same_pages(pages, tmp_path):
    target = tmp_path / "report.html"
    for other in (read(pages[:1]), read(pages[::-1])):
        with pytest.raises(OutputError, match="must be the same"):
            save_report({"a": read(pages), "b": other}, target)
    for options in ({"baseline": "c"}, {"limit": -1}, {"truths": ["one"]}, {"longest": 3}, {"longest": 20_000}):
        with pytest.raises(ValueError, match=r"baseline|limit|true texts|longest"):
            save_report({"a": read(pages)}, target, **options)
    with pytest.raises(ValueError, match="something"):
        save_report({}, target)
    assert not target.exists()


def test_a_batch_of_no_pages_is_a_report_of_none(tmp_path):
    save_report(OcrOutput(), tmp_path / "report.html")
    assert details(tmp_path / "report.html") == []


def test_an_output_saves_its_own_report(pages, tmp_path):
    target = tmp_path / "own.html"
    assert read(pages).save_report(target, title="Mine") == [target]
    assert tree(target).xpath("//h1/text()") == ["Mine"]
