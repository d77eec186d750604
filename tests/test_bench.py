"""Contests of chains: pairs, cache, figures, the command line, and what happens to bad input."""

import csv
import json

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from ocrprep.chain import FilterChain
from ocrprep.cli.app import app
from ocrprep.errors import ConfigError, InputError, OutputError
from ocrprep.evaluation.cache import Cache, code_fingerprint, key_of
from ocrprep.evaluation.contest import Contestant, compete, with_ablations, with_identity
from ocrprep.evaluation.mask_bench import as_mask, bench_masks, two_levels
from ocrprep.evaluation.pairs import Pair, read_pairs
from ocrprep.evaluation.text_bench import Readers, bench_text
from ocrprep.preprocessing import PreprocessingFilter
from ocrprep.testing import FakeRecognizer
from tests import pages
from tests.models import small

NOTHING = Cache(None)
TRUTH = "one two three four five six seven eight nine ten"


def flags(text, name=None):
    return Contestant(name or text, FilterChain.from_flags(text.split()))


def write_pairs(folder, rows, columns=("image", "ground_truth")):
    folder.mkdir(exist_ok=True)
    lines = ["\t".join(columns), *("\t".join(row) for row in rows)]
    (folder / "pairs.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


@pytest.fixture
def masks(tmp_path):
    """Three scans; the truth is what the clean page has at mid-gray."""
    clean = pages.text_gray()
    rows = []
    for seed in range(3):
        Image.fromarray(pages.scan_rgb(seed=seed)).save(tmp_path / f"{seed}.png")
        Image.fromarray(np.where(clean < 132, 0, 255).astype(np.uint8)).save(tmp_path / f"{seed}_gt.png")
        rows.append((f"{seed}.png", f"{seed}_gt.png"))
    return write_pairs(tmp_path, rows)


@pytest.fixture
def texts(tmp_path):
    """Four pages whose gray level names them, each with ten words."""
    rows = []
    for number in range(4):
        Image.fromarray(np.full((20, 30), 100 + number, np.uint8)).save(tmp_path / f"{number}.png")
        (tmp_path / f"{number}.txt").write_text(TRUTH, encoding="utf-8")
        rows.append((f"{number}.png", f"{number}.txt"))
    return write_pairs(tmp_path, rows)


def right_words(*counts):
    """An engine that reads so many of the ten words on each page, and one more on inverted pages but the last."""

    def read(page):
        level = int(page.pixels[0, 0])
        inverted = level > 127
        number = (255 - level if inverted else level) - 100
        known = counts[number] + ((-3 if number == 3 else 1) if inverted else 0)
        return " ".join(TRUTH.split()[:known] + ["x"] * (10 - known))

    return FakeRecognizer(read)


def run(*arguments):
    return CliRunner().invoke(app, ["bench", *map(str, arguments)])


# Pairs


def test_pairs_have_defaults_and_take_what_the_file_says(tmp_path):
    folder = write_pairs(
        tmp_path / "set",
        [("img/a.png", "gt/a.txt", "fra", "7"), ("img/b.png", "gt/b.txt", "", "")],
        ("image", "ground_truth", "language", "page_segmentation_mode"),
    )
    first, second = read_pairs(folder)
    assert first == Pair(folder / "img/a.png", folder / "gt/a.txt", "set/a.png", "fra", 7)
    assert (second.language, second.page_segmentation_mode) == ("eng", 3)


def test_a_limit_spreads_over_the_list(tmp_path):
    folder = write_pairs(tmp_path, [(f"{n}.png", f"{n}.txt") for n in range(10)])
    assert [pair.image.stem for pair in read_pairs(folder, 4)] == ["0", "2", "5", "7"]
    assert len(read_pairs(folder, 99)) == 10


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("image\tground_truth\n", "lists no pairs"),
        ("image\ttruth\na.png\tb.txt\n", "line 2: nothing in the column 'ground_truth'"),
        ("image\tground_truth\tpage_segmentation_mode\na.png\tb.txt\tseven\n", "line 2: page_segmentation_mode"),
    ],
)
def test_a_faulty_list_names_its_line(tmp_path, content, said):
    (tmp_path / "pairs.tsv").write_text(content)
    with pytest.raises(InputError, match=said):
        read_pairs(tmp_path)


def test_a_folder_without_a_list_says_what_a_bench_needs(tmp_path):
    with pytest.raises(InputError, match=r"pairs\.tsv: cannot be read.*image<TAB>ground_truth"):
        read_pairs(tmp_path)


# Contests


def test_the_identity_comes_first_and_only_once():
    assert [item.name for item in with_identity([flags("otsu"), flags("", "as it is")])] == ["as it is", "otsu"]
    assert [item.name for item in with_identity([flags("otsu")])] == ["identity", "otsu"]
    with pytest.raises(ConfigError, match="two chains are called 'otsu'"):
        with_identity([flags("otsu"), flags("otsu")])


def test_an_ablation_leaves_out_one_step_at_a_time():
    made = with_ablations([flags("invert median otsu", "mine"), flags("otsu")])
    assert [item.name for item in made] == [
        "mine", "mine − invert (1)", "mine − median (2)", "mine − otsu (3)", "otsu",
    ]  # fmt: skip
    assert made[2].chain == FilterChain.from_flags(["invert", "otsu"])
    assert (made[2].without, made[2].of) == (1, "mine")


def test_a_page_on_which_one_contestant_fails_counts_for_none():
    pairs = [Pair("a", "b", name) for name in ("one", "two", "three")]
    contestants = [flags("", "first"), flags("otsu", "second")]

    def measure(pair, contestant):
        if pair.name == "two" and contestant.name == "second":
            raise InputError("broken", source="two.png")
        return f"{pair.name} {contestant.name}"

    measured, bad = compete(pairs, contestants, measure, skip_bad=True, workers=2)
    assert [item.value for item in measured] == ["one first", "one second", "three first", "three second"]
    assert [(item.name, item.message) for item in bad] == [("two", "two.png: broken")]
    with pytest.raises(InputError, match="broken"):
        compete(pairs, contestants, measure)
    with pytest.raises(InputError, match="not one pair"):
        compete(pairs[1:2], contestants, measure, skip_bad=True)


# Cache


def test_a_cache_remembers_across_openings_and_keys_depend_on_every_part(tmp_path):
    cache = Cache(tmp_path / "new" / "c.sqlite")
    cache.put("a", {"x": [1, 2.5, None]})
    cache.close()
    again = Cache(tmp_path / "new" / "c.sqlite")
    assert again.get("a") == {"x": [1, 2.5, None]}
    assert again.get("b") is None
    again.close()
    assert len({key_of("a", 1), key_of("a", 2), key_of("b", 1), key_of("a", [1])}) == 4
    assert code_fingerprint() == code_fingerprint()
    assert NOTHING.get("a") is None


def test_a_chain_with_another_model_under_the_same_name_is_another_chain(tmp_path):
    file = small.write(tmp_path)
    chain = FilterChain([PreprocessingFilter.learned_binarize(str(file))])
    before = Contestant("one", chain).content()
    assert Contestant("one", chain).content() == before
    small.write(tmp_path, content=small.graph(seed=6))
    assert Contestant("one", chain).content() != before
    classical = Contestant("two", FilterChain([PreprocessingFilter.auto_denoising(method="classical")]))
    assert len(classical.content()) == 1


def test_a_cache_that_cannot_be_used_names_the_way_out(tmp_path):
    (tmp_path / "c.sqlite").write_text("this is no database, and long enough to be seen as none")
    with pytest.raises(OutputError, match="--no-cache"):
        Cache(tmp_path / "c.sqlite")


# Masks


def test_a_better_binarizer_wins_and_the_second_run_measures_nothing(masks, tmp_path, monkeypatch):
    cache = Cache(tmp_path / "c.sqlite")
    contestants = [flags("threshold=60"), flags("binarize")]
    first = bench_masks(read_pairs(masks), contestants, cache=cache)
    assert first.mean("binarize", "f_measure") > first.mean("threshold=60", "f_measure") + 5
    monkeypatch.setattr("ocrprep.evaluation.mask_bench.mask_scores", lambda *_: pytest.fail("measured again"))
    again = bench_masks(read_pairs(masks), contestants, cache=cache)
    assert again.as_dict() == first.as_dict()
    cache.close()


def test_a_page_that_is_its_own_truth_scores_a_hundred(masks):
    rows = [(f"{n}_gt.png", f"{n}_gt.png") for n in range(3)]
    found = bench_masks(read_pairs(write_pairs(masks, rows)), [flags("", "identity")], cache=NOTHING)
    assert found.mean("identity", "f_measure") == 100
    assert found.mean("identity", "drd") == 0


def test_two_levels_and_their_mask():
    assert two_levels(np.array([[7, 9]], np.uint8))
    assert not two_levels(np.array([[7, 8, 9]], np.uint8))
    assert as_mask(np.array([[7, 9]], np.uint8)).tolist() == [[0, 255]]
    assert as_mask(np.array([[200]], np.uint8)).tolist() == [[255]]
    assert as_mask(np.array([[20]], np.uint8)).tolist() == [[0]]


@pytest.mark.parametrize(
    ("chain", "said"),
    [("gamma=2", "does not end in black and white"), ("scale=2 otsu", "made a mask of 480x300 pixels")],
)
def test_a_chain_that_makes_no_comparable_mask_is_an_error(masks, chain, said):
    with pytest.raises(InputError, match=said):
        bench_masks(read_pairs(masks), [flags(chain)], cache=NOTHING)


def test_a_bad_truth_is_named_or_passed_over_and_counted(masks):
    Image.fromarray(pages.text_gray()).save(masks / "1_gt.png")
    Image.new("L", (240, 150), 255).save(masks / "2_gt.png")
    done = run("masks", masks, "--chain", "otsu", "--no-cache")
    assert done.exit_code == InputError.exit_code
    assert "1_gt.png: a true mask has two levels" in done.stderr
    (masks / "1_gt.png").unlink()
    done = run("masks", masks, "--chain", "otsu", "--no-cache", "--skip-bad")
    assert done.exit_code == 0
    assert "Masks of 1 pages" in done.stdout
    assert "2 pairs were passed over" in done.stderr
    assert "1_gt.png: half of the pair" in done.stderr
    assert "2_gt.png: the true mask holds no ink" in done.stderr


# Text


def test_changes_and_harm_are_counted_on_the_same_pages(texts):
    readers = Readers(lambda *_: right_words(5, 6, 7, 8))
    contestants = with_identity([flags("invert")])
    found = bench_text(read_pairs(texts), contestants, readers=readers, cache=NOTHING)
    before, after = (found.summary(item.name) for item in contestants)
    # 5, 6, 7, 8 of ten words; inverted 6, 7, 8, 5. Precision and recall are alike, so F1 is that share.
    assert before.word_f1 == pytest.approx(65)
    assert after.word_f1 == pytest.approx(65)
    assert (before.change, before.helped, before.harmed) == (0, 0, 0)
    assert (after.change, after.helped, after.harmed) == (pytest.approx(0), 75, 25)
    assert after.worst == ((f"{texts.name}/3.png", pytest.approx(-30)),)
    assert after.change_low < 0 < after.change_high
    assert found.engine == "fake 1"


def test_what_was_read_is_not_read_again_but_a_new_chain_is(texts, tmp_path):
    cache = Cache(tmp_path / "c.sqlite")
    engine = right_words(5, 6, 7, 8)
    readers = Readers(lambda *_: engine)
    first = bench_text(read_pairs(texts), with_identity([]), readers=readers, cache=cache)
    assert len(engine.pages) == 4
    again = bench_text(read_pairs(texts), with_identity([flags("invert")]), readers=readers, cache=cache)
    assert len(engine.pages) == 8
    assert again.summary("identity") == first.summary("identity")
    bench_text(read_pairs(texts), with_identity([]), readers=readers, cache=cache, settings=("gray",))
    assert len(engine.pages) == 12
    cache.close()


def test_each_language_and_mode_has_its_own_engine(texts):
    made = []

    def make(language, mode):
        made.append((language, mode))
        return FakeRecognizer(TRUTH)

    columns = ("image", "ground_truth", "language", "page_segmentation_mode")
    rows = [("0.png", "0.txt", "fra", "7"), ("1.png", "1.txt", "fra", "7"), ("2.png", "2.txt", "", "")]
    bench_text(read_pairs(write_pairs(texts, rows, columns)), with_identity([]), readers=Readers(make), cache=NOTHING)
    assert sorted(made) == [("eng", 3), ("fra", 7)]


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda folder: (folder / "1.txt").unlink(), "1.txt: half of the pair"),
        (lambda folder: (folder / "1.png").unlink(), "1.png: half of the pair"),
        (lambda folder: (folder / "1.txt").write_text(" \n"), "1.txt: the true text is empty"),
        (lambda folder: (folder / "1.txt").write_bytes(b"\xff\xfe\xff"), "1.txt: the true text is not UTF-8"),
        (lambda folder: (folder / "1.png").write_bytes(b"no picture"), "1.png"),
    ],
)
def test_a_bad_pair_is_named(texts, spoil, said):
    spoil(texts)
    readers = Readers(lambda *_: FakeRecognizer(TRUTH))
    with pytest.raises(InputError, match=said):
        bench_text(read_pairs(texts), with_identity([]), readers=readers, cache=NOTHING)
    found = bench_text(read_pairs(texts), with_identity([]), readers=readers, cache=NOTHING, skip_bad=True)
    assert [item.name for item in found.bad] == [f"{texts.name}/1.png"]
    assert found.summary("identity").pages == 3


# The command


@pytest.fixture
def engine(monkeypatch):
    fake = right_words(5, 6, 7, 8)
    monkeypatch.setattr("ocrprep.evaluation.text_bench.tesseract_readers", lambda *_: Readers(lambda *_: fake))
    return fake


@pytest.mark.usefixtures("engine")
def test_the_command_prints_tables_and_writes_files(texts, tmp_path):
    chain = tmp_path / "mine.yaml"
    chain.write_text(FilterChain.from_flags(["median", "invert"]).to_yaml())
    done = run(
        "text", texts, "--chain", chain, "--chain", "invert", "--ablate", "--no-cache",
        "--json", tmp_path / "o.json", "--csv", tmp_path / "o.csv",
    )  # fmt: skip
    assert done.exit_code == 0, done.stderr
    assert "4 pages read by fake 1" in done.stdout
    assert "mine.yaml harms most:" in done.stdout
    assert "mine.yaml: step 2 (invert) is worth +0.0 points" in done.stdout
    report = json.loads((tmp_path / "o.json").read_text())
    assert [item["name"] for item in report["chains"]] == [
        "identity", "mine.yaml", "mine.yaml − median (1)", "mine.yaml − invert (2)", "invert",
    ]  # fmt: skip
    rows = list(csv.DictReader((tmp_path / "o.csv").read_text().splitlines()))
    assert len(rows) == 20
    assert {row["chain"] for row in rows} == {item["name"] for item in report["chains"]}


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(
    ("limits", "code", "said"),
    [
        ("word_f1=60, harmed=30", 0, ""),
        ("word_f1=70", 1, "invert: word_f1 is 65.00, the limit is 70"),
        ("harmed=20", 1, "invert: harmed is 25.00, the limit is 20"),
        ("beauty=1", 2, "no figure is called 'beauty'"),
        ("word_f1", 2, "is written as"),
    ],
)
def test_a_gate_for_continuous_integration(texts, limits, code, said):
    done = run("text", texts, "--chain", "invert", "--no-cache", "--fail-under", limits)
    assert done.exit_code == code, done.output
    assert said in " ".join(done.output.split())


def test_a_perfect_mask_has_no_psnr_in_json(masks, tmp_path):
    write_pairs(masks, [("0_gt.png", "0_gt.png")])
    done = run("masks", masks, "--chain", "identity", "--no-cache", "--json", tmp_path / "o.json")
    assert done.exit_code == 0, done.stderr
    assert json.loads((tmp_path / "o.json").read_text())["rows"][0]["psnr"] is None


def test_a_bench_without_contestants_is_a_wrong_call(masks):
    done = run("masks", masks)
    assert done.exit_code == 2


def test_the_cost_of_filters_as_a_table_as_json_and_as_a_page(tmp_path):
    size = ("--width", "240", "--height", "150", "--repeats", "1")
    done = run("filters", "otsu", "threshold", *size, "--json", tmp_path / "o.json")
    assert done.exit_code == 0, done.stderr
    assert "A page of 240x150 pixels" in done.stdout
    report = json.loads((tmp_path / "o.json").read_text())
    assert [item["kind"] for item in report["filters"]] == ["otsu", "threshold"]
    page = run("filters", "otsu", *size, "--markdown")
    assert "| `otsu` | `otsu` |" in page.stdout
    assert run("filters", "ottsu", *size).exit_code == ConfigError.exit_code
