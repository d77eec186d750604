"""Batches of whole pages: against the limit that the cores set, a plain loop of pytesseract, and OCRmyPDF."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.measuring import Contest, milliseconds
from ocrprep.chain import FilterChain
from ocrprep.decode import page_from_file
from ocrprep.errors import EngineNotFoundError, LanguageNotInstalledError
from ocrprep.evaluation.benchmark_page import benchmark_page
from ocrprep.inputs import OcrInput
from ocrprep.preprocessing import PreprocessingFilter as Filters
from ocrprep.recognizers import TesseractRecognizer
from ocrprep.threads import cores

_LIMIT = "OMP_THREAD_LIMIT"
CHAIN = FilterChain([Filters.binarize()])
CLEANING = FilterChain([Filters.deskew(), Filters.despeckle()])


@contextmanager
def _threads(limit: str | None) -> Iterator[None]:
    """What a child process is told about threads; the engine inside this process read it when it was loaded."""
    before = os.environ.pop(_LIMIT, None)
    if limit is not None:
        os.environ[_LIMIT] = limit
    try:
        yield
    finally:
        os.environ.pop(_LIMIT, None)
        if before is not None:
            os.environ[_LIMIT] = before


def batches(width: int, height: int, *, pages: int, rounds: int) -> dict[str, Any]:
    """All figures of this file; or the reason why an engine could not be had.

    Args:
        width: of a page, in pixels.
        height: likewise.
        pages: files in the batch.
        rounds: how often the batch as a whole is read.
    """
    import pytesseract  # noqa: PLC0415 - not needed where only filters are measured

    try:
        recognizer = TesseractRecognizer(driver="tesserocr")
        recognizer.check()
        versions = {
            "ours": f"Tesseract {recognizer.version}",
            "theirs": f"Tesseract {pytesseract.get_tesseract_version()} (pytesseract)",
        }
    except (EngineNotFoundError, LanguageNotInstalledError, pytesseract.TesseractNotFoundError) as error:
        return {"missing": str(error)}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = _files(folder, width, height, pages)
        return {
            "pages": pages,
            "width": width,
            "height": height,
            "cores": cores(),
            **versions,
            "limit": _against_limit(recognizer, files, rounds),
            "small": _small(recognizer, rounds),
            **_against_pytesseract(recognizer, files),
            "ocrmypdf": _against_ocrmypdf(folder, files[: min(8, pages)]),
        }


def _files(folder: Path, width: int, height: int, pages: int) -> list[Path]:
    files = [folder / f"page{number:02d}.png" for number in range(pages)]
    for seed, path in enumerate(files):
        Image.fromarray(benchmark_page(width, height, seed=seed).pixels).save(path, dpi=(300, 300), compress_level=1)
    return files


def _against_limit(recognizer: TesseractRecognizer, files: Sequence[Path], rounds: int) -> dict[str, Any]:
    """What the cores allow: each part of the work measured alone on one core, beside the batch on all of them."""
    alone = TesseractRecognizer(driver="tesserocr", isolation="none")
    sample = files[:: max(1, len(files) // 6)]
    parts: dict[str, list[float]] = {"decoding": [], "filtering": [], "engine": []}
    alone.read(CHAIN(page_from_file(sample[0])))
    for path in sample:
        page, seconds = _cpu(lambda path=path: page_from_file(path))  # type: ignore[misc]
        parts["decoding"].append(seconds)
        ready, seconds = _cpu(lambda page=page: CHAIN(page))  # type: ignore[misc]
        parts["filtering"].append(seconds)
        parts["engine"].append(_cpu(lambda ready=ready: alone.read(ready))[1])  # type: ignore[misc]
    alone.close()
    cpu = {name: sum(values) / len(values) for name, values in parts.items()}
    batch = OcrInput(filters=CHAIN)
    for path in files:
        batch.add(path)
    recognizer.recognize(OcrInput().add(files[0]).add(files[1]))
    took = [milliseconds(lambda: recognizer.recognize(batch)) / 1000 for _ in range(rounds)]
    limit = cores() / sum(cpu.values())
    reached = len(files) / min(took)
    return {
        "chain": " → ".join(item.kind for item in CHAIN),
        "cpu_seconds": cpu,
        "limit": limit,
        "pages_per_second": reached,
        "share": reached / limit,
        "overhead": (cpu["decoding"] + cpu["filtering"]) / cpu["engine"],
        "raw_seconds": took,
    }


def _small(recognizer: TesseractRecognizer, rounds: int) -> dict[str, Any]:
    """Many small pages, pieces of the large one with some words each, on all cores and one after the other."""
    page = benchmark_page().pixels
    lines = [np.ascontiguousarray(page[top : top + 120, 400:1400]) for top in range(400, 400 + 40 * 70, 70)]
    recognizer.recognize(lines)
    times: dict[str, list[float]] = {"all": [], "one": []}
    for _ in range(rounds + 2):
        times["all"].append(milliseconds(lambda: recognizer.recognize(lines)) / len(lines))
        times["one"].append(milliseconds(lambda: recognizer.recognize(lines, workers=1)) / len(lines))
    return Contest(tuple(times["all"]), tuple(times["one"])).summary()


def _cpu(call: Callable[[], Any]) -> tuple[Any, float]:
    started = time.process_time()
    result = call()
    return result, time.process_time() - started


def _against_pytesseract(recognizer: TesseractRecognizer, files: Sequence[Path]) -> dict[str, Any]:
    """The same untouched pages; in turn, a few at a time, as the loop takes long."""
    import pytesseract  # noqa: PLC0415

    def plain(some: Sequence[Path]) -> None:
        for path in some:
            with Image.open(path) as picture:
                pytesseract.image_to_string(picture)

    found = {}
    for name, limit, count, rounds in (("one_thread", "1", 4, 2), ("unlimited", None, 2, 1)):
        some, ours, theirs = files[:count], [], []
        for _ in range(rounds):
            ours.append(milliseconds(lambda some=some: recognizer.recognize(some)) / count)  # type: ignore[misc]
            with _threads(limit):
                theirs.append(milliseconds(lambda some=some: plain(some)) / count)  # type: ignore[misc]
        found[name] = Contest(tuple(ours), tuple(theirs)).summary()
    return found


def _against_ocrmypdf(folder: Path, files: Sequence[Path]) -> dict[str, Any]:
    """Whole processes on one PDF of scans: deskewed, cleaned, read. Theirs also writes a PDF."""
    program = shutil.which("ocrmypdf") or shutil.which("ocrmypdf", path=str(Path(sys.executable).parent))
    if program is None or shutil.which("unpaper") is None:
        return {"missing": "OCRmyPDF (with unpaper and Ghostscript) is not installed"}
    document = folder / "scans.pdf"
    first, *rest = (Image.open(path) for path in files)
    first.save(document, save_all=True, append_images=rest, resolution=300)
    flags = CLEANING.to_flags()
    ours = [sys.executable, "-m", "ocrprep", "read", str(document), *flags, "-o", str(folder / "ours.txt")]
    base = [program, "-j", str(cores()), "--output-type", "pdf", "-q"]
    cleaning = [*base, "--deskew", "--clean", str(document), str(folder / "theirs.pdf")]
    plain = [*base, str(document), str(folder / "plain.pdf")]
    times: dict[str, list[float]] = {"ours": [], "cleaning": [], "plain": []}
    for _ in range(2):
        for name, command in (("ours", ours), ("cleaning", cleaning), ("plain", plain)):
            times[name].append(milliseconds(lambda command=command: _run(command)))  # type: ignore[misc]
    return {
        "pages": len(files),
        "version": re.sub(r"\s+", " ", _run([program, "--version"])),
        "chain": " → ".join(item.kind for item in CLEANING),
        "cleaning": Contest(tuple(times["ours"]), tuple(times["cleaning"])).summary(),
        "plain": Contest(tuple(times["ours"]), tuple(times["plain"])).summary(),
    }


def _run(command: Sequence[str]) -> str:
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - fixed programs
    return done.stdout.strip()
