"""The commands as a user types them: what lands on stdout, what on stderr, and the exit code."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner

import ocrprep
from ocrprep.batch.job import Job
from ocrprep.chain import FilterChain
from ocrprep.cli._inputs import parse_pages
from ocrprep.cli.app import app
from ocrprep.filters import registry

PAGES = Path(__file__).resolve().parent.parent / "samples" / "pages"
CLEAN = str(PAGES / "clean.png")


def run(*arguments, stdin=None):
    return CliRunner().invoke(app, [str(item) for item in arguments], input=stdin)


def process(*arguments, **options):
    return subprocess.run(
        [sys.executable, "-m", "ocrprep", *map(str, arguments)],
        capture_output=True,
        timeout=120,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": ""},
        **options,
    )


def names(folder):
    return sorted(item.name for item in folder.iterdir())


# --- clean ------------------------------------------------------------------------------------------------------------


def test_clean_saves_one_bit_and_the_resolution_and_prints_only_the_file(tmp_path):
    result = run("clean", CLEAN, "-o", tmp_path, "--filter", "threshold=150")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [str(tmp_path / "clean.png")]
    assert not result.stderr
    with Image.open(tmp_path / "clean.png") as saved:
        assert saved.mode == "1"
        assert saved.info["dpi"] == pytest.approx((200, 200), abs=0.1)


@pytest.mark.parametrize(("first", "second"), [("median", "threshold=150"), ("threshold=150", "median")])
def test_filters_are_applied_in_the_order_of_the_flags(tmp_path, first, second):
    run("clean", CLEAN, "-o", tmp_path, "--filter", first, "-f", second, "--steps")
    kinds = [flag.partition("=")[0] for flag in (first, second)]
    assert names(tmp_path) == ["clean.png", f"clean_01_{kinds[0]}.png", f"clean_02_{kinds[1]}.png"]


def test_the_chain_comes_before_the_filters(tmp_path):
    file = tmp_path / "chain.yaml"
    file.write_text("ocrprep: 1\nfilters: [invert]\n")
    run("clean", CLEAN, "-o", tmp_path / "out", "--filter", "median", "--chain", file, "--steps")
    assert names(tmp_path / "out") == ["clean.png", "clean_01_invert.png", "clean_02_median.png"]


def test_a_mixture_of_inputs_gives_all_their_pages(tmp_path):
    inputs = [PAGES / name for name in ("clean.png", "report.tif", "report.pdf", "letters.zip", "shadow.jpg")]
    result = run("clean", *inputs, "-o", tmp_path, "--filter", "scale=0.25")
    assert result.exit_code == 0, result.stderr
    written = result.stdout.splitlines()
    assert len(written) == 1 + 3 + 3 + 3 + 1
    assert sorted(written) == sorted(str(tmp_path / name) for name in names(tmp_path))


def test_a_failed_page_is_reported_and_the_others_come_through(tmp_path):
    broken = tmp_path / "broken.png"
    broken.write_bytes((PAGES / "clean.png").read_bytes()[:3000])
    result = run("clean", CLEAN, broken, tmp_path / "missing.png", "-o", tmp_path / "out", "-f", "scale=0.25")
    assert result.exit_code == 3
    assert names(tmp_path / "out") == ["clean.png"]
    lines = result.stderr.splitlines()
    assert [line.startswith("error: ") for line in lines] == [True, True, False]
    assert "broken.png" in lines[0]
    assert "missing.png" in lines[1]
    assert lines[2] == "2 pages failed"


def test_raise_stops_at_the_first_failure(tmp_path):
    result = run("clean", tmp_path / "missing.png", CLEAN, "-o", tmp_path / "out", "--on-error", "raise")
    assert result.exit_code == 3
    assert not result.stdout
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--filter", "tresholt=3"], 4, "did you mean threshold"),
        (["--filter", "threshold=300"], 4, "threshold.value"),
        (["--filter", "threshold:150"], 4, "NAME=VALUE"),
        (["--chain", "nowhere.yaml"], 4, "nowhere.yaml"),
        (["--filter", "invert:area=[0,0,9999,9]"], 5, "outside the page"),
        (["--quality", "80"], 2, "no effect on png"),
        (["--pages", "0"], 2, "no range of pages"),
        (["--pages", "2"], 3, "there is 1 page"),
        (["--pdf-dpi", "1"], 2, "pdf_dpi"),
        (["--format", "gif"], 2, "gif"),
    ],
)
def test_each_kind_of_mistake_has_its_exit_code_and_one_clear_message(tmp_path, arguments, code, words):
    result = run("clean", CLEAN, "-o", tmp_path / "out", *arguments)
    assert result.exit_code == code, result.stderr
    assert words in result.stderr
    assert "Traceback" not in result.stderr


def test_a_place_that_cannot_be_written_is_exit_code_8(tmp_path):
    (tmp_path / "file").write_text("")
    result = run("clean", CLEAN, "-o", tmp_path / "file")
    assert result.exit_code == 8
    assert "file" in result.stderr


def test_debug_shows_the_traceback_and_keeps_the_exit_code(tmp_path):
    result = run("clean", CLEAN, "-o", tmp_path, "--filter", "nonsense", "--debug")
    assert result.exit_code == 4
    assert "Traceback (most recent call last)" in result.stderr
    assert "error: --filter: filters[0].kind: no filter is called 'nonsense'" in result.stderr


def test_existing_files_are_treated_as_told(tmp_path):
    run("clean", CLEAN, "-o", tmp_path, "-f", "invert")
    before = (tmp_path / "clean.png").read_bytes()
    assert run("clean", CLEAN, "-o", tmp_path, "-f", "otsu", "--overwrite", "error").exit_code == 8
    kept = run("clean", CLEAN, "-o", tmp_path, "-f", "otsu", "--overwrite", "skip")
    assert kept.stdout == f"{tmp_path / 'clean.png'} (kept)\n"
    assert (tmp_path / "clean.png").read_bytes() == before
    run("clean", CLEAN, "-o", tmp_path, "-f", "otsu")
    assert (tmp_path / "clean.png").read_bytes() != before


def test_no_filter_says_so(tmp_path):
    result = run("clean", CLEAN, "-o", tmp_path)
    assert result.exit_code == 0
    assert result.stderr.startswith("note: no filter was given")


def test_stdin_is_a_page_called_stdin(tmp_path):
    result = run("clean", "-", "-o", tmp_path, "-f", "otsu", stdin=(PAGES / "clean.png").read_bytes())
    assert result.exit_code == 0, result.stderr
    assert names(tmp_path) == ["stdin.png"]


def test_a_file_name_that_could_be_base64_is_a_file(tmp_path, monkeypatch):
    shutil.copy(CLEAN, tmp_path / "aGVsbG8gd29ybGQh")
    monkeypatch.chdir(tmp_path)
    assert run("clean", "aGVsbG8gd29ybGQh", "-o", "out", "-f", "otsu").exit_code == 0
    missing = run("clean", "aGVsbG8gd29ybGQ=", "-o", "out", "-f", "otsu")
    assert "no such file" in missing.stderr


@pytest.mark.parametrize(("recursive", "count"), [(False, 1), (True, 2)])
def test_folders_in_folders_only_when_asked_for(tmp_path, recursive, count):
    inbox = tmp_path / "inbox"
    (inbox / "deeper").mkdir(parents=True)
    shutil.copy(CLEAN, inbox / "a.png")
    shutil.copy(CLEAN, inbox / "deeper" / "b.png")
    flags = ["--recursive"] if recursive else []
    run("clean", inbox, "-o", tmp_path / "out", "-f", "scale=0.2", *flags)
    assert len(names(tmp_path / "out")) == count


@pytest.mark.parametrize(
    ("text", "ranges"),
    [
        ("3", [(2, 1)]),
        ("2-5", [(1, 4)]),
        ("7-", [(6, None)]),
        ("1, 4-6", [(0, 1), (3, 3)]),
        ("2-2", [(1, 1)]),
    ],
)
def test_ranges_of_pages(text, ranges):
    assert parse_pages(text) == ranges


@pytest.mark.parametrize("text", ["", "0", "-3", "5-2", "a", "1,,2", "1.5", "0-2", "1-2-3"])
def test_what_is_no_range_of_pages(tmp_path, text):
    result = run("clean", CLEAN, "-o", tmp_path, f"--pages={text}")
    assert result.exit_code == (0 if not text else 2)


def test_pages_are_taken_from_each_document(tmp_path):
    run("clean", PAGES / "report.pdf", PAGES / "report.tif", "-o", tmp_path, "--pages", "1,3", "--pdf-dpi", "50")
    assert len(names(tmp_path)) == 4


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_the_bar_is_on_stderr_and_only_on_a_terminal(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(sys, "stderr", Terminal())
    app(["clean", CLEAN, str(PAGES / "report.tif"), "-o", str(tmp_path), "-f", "otsu"], standalone_mode=False)
    drawn = sys.stderr.getvalue()
    assert "cleaning" in drawn
    assert "4/4" in drawn
    assert len(capsys.readouterr().out.splitlines()) == 4


# --- read -------------------------------------------------------------------------------------------------------------


@pytest.mark.engine
def test_read_prints_the_text_and_nothing_else():
    result = process("read", CLEAN, "-f", "otsu")
    assert result.returncode == 0
    assert result.stderr == b""
    words, truth = result.stdout.decode().split(), (PAGES / "clean.txt").read_text(encoding="utf-8").split()
    assert words == truth


@pytest.mark.engine
def test_a_form_feed_stands_between_pages_and_a_failed_page_keeps_its_place(tmp_path):
    result = run("read", PAGES / "report.tif", tmp_path / "missing.png", PAGES / "clean.png", "--pages", "1")
    first, failed, last = result.stdout.split("\f")
    assert "first page" in first
    assert not failed
    assert "lighthouse" in last
    assert result.exit_code == 3


@pytest.mark.engine
def test_json_is_one_object_a_line(tmp_path):
    result = run("read", CLEAN, tmp_path / "missing.png", PAGES / "letters.zip", "--json", "-f", "otsu")
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [row["page"] for row in rows] == [1] * 5
    assert rows[0]["steps"][-1]["kind"] == "otsu"
    assert rows[0]["lines"][0]["words"][0]["text"] == "The"
    assert rows[1]["error"]["exit_code"] == 3
    assert rows[1]["file"].endswith("missing.png")
    assert result.exit_code == 3


@pytest.mark.engine
def test_read_writes_a_whole_file_or_none(tmp_path):
    target = tmp_path / "deep" / "text.txt"
    result = run("read", CLEAN, "-o", target)
    assert result.exit_code == 0
    assert not result.stdout
    assert "lighthouse" in target.read_text(encoding="utf-8")
    assert names(target.parent) == ["text.txt"]
    refused = run("read", CLEAN, tmp_path / "missing.png", "-o", tmp_path / "none.txt", "--on-error", "raise")
    assert refused.exit_code == 3
    assert not (tmp_path / "none.txt").exists()
    (tmp_path / "folder").mkdir()
    assert run("read", CLEAN, "-o", tmp_path / "folder").exit_code == 8


@pytest.mark.engine
def test_the_same_filters_that_clean_a_page_make_it_readable():
    untouched = run("read", PAGES / "inverted.png")
    cleaned = run("read", PAGES / "inverted.png", "-f", "normalize_polarity", "-f", "binarize")
    assert "night menu" not in untouched.stdout
    assert "night menu" in cleaned.stdout


@pytest.mark.engine
def test_both_drivers_can_be_asked_for():
    for driver in ("tesserocr", "pytesseract"):
        result = run("read", CLEAN, "--driver", driver, "--json")
        assert driver in json.loads(result.stdout)["engine"]


@pytest.mark.engine
def test_a_language_that_is_not_installed_is_exit_code_7():
    result = run("read", CLEAN, "--lang", "xxx")
    assert result.exit_code == 7
    assert "xxx" in result.stderr


def test_a_mode_that_reads_nothing_is_a_wrong_argument():
    result = run("read", CLEAN, "--psm", "0")
    assert result.exit_code == 2
    assert "page_segmentation_mode" in result.stderr


# --- filters ----------------------------------------------------------------------------------------------------------


def test_filters_lists_every_filter_on_a_line_of_its_own():
    lines = run("filters").stdout.splitlines()
    assert [line.split()[0] for line in lines] == list(registry())
    assert all(len(line.split()) > 3 for line in lines)


@pytest.mark.parametrize("kind", list(registry()))
def test_a_filter_is_explained_with_all_its_parameters(kind):
    result = run("filters", kind)
    assert result.exit_code == 0
    for name, field in registry()[kind].model_fields.items():
        if name != "kind":
            assert re.search(rf"^  {name}: \S.*\((default .+|required)\)$", result.stdout, re.MULTILINE), name
            assert field.description
    flags = re.search(r"--filter .*", result.stdout)
    assert flags
    assert FilterChain.from_flags([flags[0].removeprefix("--filter ").strip("'")])[0].kind == kind


def test_an_alias_and_dashes_lead_to_the_filter():
    assert run("filters", "auto-skew").stdout == run("filters", "deskew").stdout


def test_the_schema_of_a_chain_file_names_every_filter():
    schema = json.loads(run("filters", "--json").stdout)
    items = schema["properties"]["filters"]["items"]["anyOf"]
    assert items[0]["enum"] == list(registry())
    kinds = {schema["$defs"][item["$ref"].rsplit("/", 1)[-1]]["properties"]["kind"]["const"] for item in items[1:]}
    assert kinds == set(registry())
    value = json.loads(run("filters", "threshold", "--json").stdout)["properties"]["value"]
    assert (value["minimum"], value["maximum"], value["default"]) == (0, 255, 0)


def test_an_unknown_filter_names_those_that_look_alike():
    result = run("filters", "savola")
    assert result.exit_code == 4
    assert "did you mean sauvola" in result.stderr


# --- chain ------------------------------------------------------------------------------------------------------------

FLAGS = ["median", "threshold:value=150,area=[0,0,640,200]", "to_grayscale=max_contrast"]


def test_a_chain_goes_round_through_every_notation(tmp_path):
    file = tmp_path / "chain.yaml"
    flags = [part for flag in FLAGS for part in ("--filter", flag)]
    file.write_text(run("chain", "convert", *flags, "--to", "yaml").stdout)
    for notation, suffix in (("json", ".json"), ("python", ".py"), ("flags", ".flags"), ("yaml", ".yml")):
        target = tmp_path / f"next{suffix}"
        result = run("chain", "convert", file, "--to", notation, "-o", target)
        assert result.exit_code == 0, result.stderr
        assert not result.stdout
        file = target
    assert FilterChain.from_yaml(file.read_text()) == FilterChain.from_flags(FLAGS)


def test_convert_reads_stdin_in_the_notation_that_it_is_told():
    text = FilterChain.from_flags(FLAGS).to_python()
    result = run("chain", "convert", "-", "--from", "python", "--to", "json", stdin=text)
    assert FilterChain.from_json(result.stdout) == FilterChain.from_flags(FLAGS)


def test_full_writes_the_defaults_too():
    assert "value" not in run("chain", "convert", "-f", "threshold").stdout
    assert "value: 0" in run("chain", "convert", "-f", "threshold", "--full").stdout


def test_validate_names_every_fault_with_its_place(tmp_path):
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text("ocrprep: 1\nfilters: [median]\n")
    bad.write_text("ocrprep: 1\nfilters:\n- median\n- {kind: threshold, value: 300}\n- {kind: scale, ratoi: 2}\n")
    result = run("chain", "validate", good, bad, tmp_path / "none.yaml")
    assert result.exit_code == 4
    assert result.stdout == f"{good}: ok, 1 filter\n"
    assert "filters[1].threshold.value" in result.stderr
    assert "filters[2].scale.ratoi" in result.stderr
    assert "none.yaml" in result.stderr
    assert run("chain", "validate", good).exit_code == 0


def test_show_lists_filters_and_parameters_in_order():
    result = run("chain", "show", "-f", "threshold=150", "-f", "invert")
    assert re.search(r"1\. threshold: .*\n     value = 150\n2\. invert: ", result.stdout)


def test_chain_commands_without_a_chain_say_what_is_missing():
    result = run("chain", "show")
    assert result.exit_code == 2
    assert "--filter" in result.stderr


# --- around them ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [[], ["clean"], ["read"], ["filters"], ["chain"]])
def test_help_teaches_by_example(command):
    result = run(*command, "--help")
    assert result.exit_code == 0
    assert "ocrprep " + " ".join(command) in result.stdout.replace("\n", " ").split("Usage:", 1)[1].split(" ", 1)[1]
    assert result.stdout.count("ocrprep") >= 3


def test_help_is_quick_and_loads_nothing_heavy():
    # Without the public names of the package, which are its own business and have a budget of their own.
    code = f"""
import sys, types
sys.modules["ocrprep"] = types.ModuleType("ocrprep")
sys.modules["ocrprep"].__path__ = [{str(Path(ocrprep.__file__).parent)!r}]
from ocrprep.cli import main
sys.argv = ["ocrprep", "--help"]
try:
    main()
except SystemExit:
    pass
heavy = {{"numpy", "cv2", "PIL", "pytesseract", "tesserocr", "pypdfium2", "httpx"}}
print(sorted(heavy & set(sys.modules)), file=sys.stderr)
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert result.stderr.strip() == "[]"
    assert "Prepare scans" in result.stdout


def test_version():
    assert re.fullmatch(r"ocrprep \d+\.\d+\.\d+\S*\n", run("--version").stdout)


def test_output_is_utf8_whatever_the_locale_says():
    result = process("filters", "invert")
    assert "−" in result.stdout.decode("utf-8")


def test_a_reader_that_goes_away_is_no_error():
    command = f"'{sys.executable}' -m ocrprep filters | head -n 1"
    result = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60, check=True)
    assert not result.stderr
    assert len(result.stdout.splitlines()) == 1


@pytest.mark.engine
@pytest.mark.skipif(sys.platform != "linux", reason="other systems allow no such name")
def test_a_file_name_that_is_no_text_comes_through_json(tmp_path):
    shutil.copy(CLEAN, os.fsencode(tmp_path) + b"/q\xff.png")
    name = os.fsdecode(os.fsencode(tmp_path) + b"/q\xff.png")
    result = process("read", name, name + "x", "--json", "-o", tmp_path / "out.json")
    assert result.returncode == 3
    read, failed = map(json.loads, (tmp_path / "out.json").read_text(encoding="utf-8").splitlines())
    assert (read["file"], failed["file"]) == (name, name + "x")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no such device")
def test_a_full_disk_behind_stdout_is_exit_code_8():
    with Path("/dev/full").open("wb") as full:
        result = subprocess.run(
            [sys.executable, "-m", "ocrprep", "filters"], stdout=full, stderr=subprocess.PIPE, timeout=60, check=False
        )
    assert result.returncode == 8
    assert b"error: the output cannot be written: No space left" in result.stderr


def test_an_empty_argument_does_not_read_the_working_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copy(CLEAN, tmp_path)
    result = run("clean", "", "-o", tmp_path / "out")
    assert result.exit_code == 2
    assert "an input is empty" in result.stderr


# --- long batches -----------------------------------------------------------------------------------------------------


def interrupted(arguments, when, how):
    """Start a command, send it a signal when it is time; its exit code and how long it took to end."""
    started = subprocess.Popen(
        [sys.executable, "-m", "ocrprep", *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    deadline = time.monotonic() + 60
    while not when() and time.monotonic() < deadline and started.poll() is None:
        time.sleep(0.02)
    began = time.monotonic()
    started.send_signal(how)
    _, said = started.communicate(timeout=60)
    return started.returncode, time.monotonic() - began, said.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_stops_cleaning_and_leaves_only_whole_files(tmp_path, how):
    source = tmp_path / "in"
    source.mkdir()
    for number in range(80):
        shutil.copy(CLEAN, source / f"p{number}.png")
    out = tmp_path / "out"
    arguments = ["clean", source, "-o", out, "-f", "non_local_means"]
    code, seconds, said = interrupted(arguments, lambda: out.is_dir() and any(out.glob("*.png")), how)
    assert code == 130
    assert seconds < 10
    assert said.splitlines()[-1] == "interrupted"
    assert not list(out.glob(".*"))
    done = sorted(out.iterdir())
    assert 0 < len(done) < 80
    for path in done:
        with Image.open(path) as image:
            image.load()


@pytest.mark.engine
@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("pages", [1, 40])
def test_ctrl_c_stops_reading_and_leaves_no_file(tmp_path, pages):
    source = tmp_path / "in"
    source.mkdir()
    with Image.open(CLEAN) as image:
        large = image.convert("L").resize((4000, 5000))
    for number in range(pages):
        large.save(source / f"p{number}.png")
    job = tmp_path / "job"
    arguments = ["read", source, "-o", tmp_path / "text.txt", "--job", job]
    began = job / "ledger.sqlite"

    def under_way():
        return began.exists() and Job.status(job).running > 0

    code, seconds, said = interrupted(arguments, under_way, signal.SIGINT)
    assert code == 130
    assert seconds < 10
    assert "interrupted" in said
    assert sorted(item.name for item in tmp_path.iterdir()) == ["in", "job"]


def test_a_job_of_the_command_line_goes_on_and_tells_how_far_it_is(tmp_path):
    job = tmp_path / "job"
    arguments = ["clean", CLEAN, "-o", tmp_path / "out", "-f", "threshold=150", "--job", job, "--workers", "1"]
    assert run("clean", "--status").exit_code == 2
    assert run("clean", "--status", "--job", job).exit_code == 8
    first = run(*arguments)
    assert first.stdout.splitlines() == [str(tmp_path / "out" / "clean.png")]
    again = run(*arguments)
    assert again.stdout.splitlines() == [f"{tmp_path / 'out' / 'clean.png'} (kept)"]
    assert again.stderr.splitlines() == ["note: 1 page is done already"]
    status = run("clean", "--status", "--job", job)
    assert status.stdout.splitlines()[0] == "1 of 1 pages done, 0 failed"
    missing = run("clean", CLEAN, tmp_path / "none.png", "-o", tmp_path / "out", "-f", "threshold=150", "--job", job)
    assert missing.exit_code == 3
    shown = run("clean", "--status", "--job", job).stdout.splitlines()
    assert shown[0] == "1 of 2 pages done, 1 failed"
    assert str(tmp_path / "none.png") in shown[-1]


def test_a_command_without_inputs_or_folder_says_what_it_needs():
    assert "name at least one file" in run("read").stderr
    assert "needs a folder" in run("clean", CLEAN).stderr
