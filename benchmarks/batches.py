"""A batch of pages: our recognizer beside a plain loop of pytesseract."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from PIL import Image

from benchmarks.measuring import Contest, milliseconds
from ocrprep.errors import EngineNotFoundError, LanguageNotInstalledError
from ocrprep.evaluation.benchmark_page import benchmark_page
from ocrprep.recognizers.tesseract import TesseractRecognizer

_LIMIT = "OMP_THREAD_LIMIT"


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
    """Read some pages in three ways, in turn.

    Returns:
        Raw figures and ratios of pages per second; or the reason why an engine could not be had.
    """
    import pytesseract  # noqa: PLC0415 - not needed where only filters are measured

    batch = [benchmark_page(width, height, seed=seed) for seed in range(pages)]
    pictures = [Image.fromarray(page.pixels) for page in batch]
    try:
        recognizer = TesseractRecognizer(driver="tesserocr")
        recognizer.check()
        versions = {
            "ours": f"Tesseract {recognizer.version}",
            "theirs": f"Tesseract {pytesseract.get_tesseract_version()} (pytesseract)",
        }
    except (EngineNotFoundError, LanguageNotInstalledError, pytesseract.TesseractNotFoundError) as error:
        return {"missing": str(error)}

    def plain() -> None:
        for picture in pictures:
            pytesseract.image_to_string(picture)

    def ours() -> None:
        recognizer.recognize(batch)

    recognizer.recognize(batch[:1])
    times: dict[str, list[float]] = {"ours": [], "1": [], "unlimited": []}
    for _ in range(rounds):
        times["ours"].append(milliseconds(ours))
        for name, limit in (("1", "1"), ("unlimited", None)):
            with _threads(limit):
                times[name].append(milliseconds(plain))
    return {
        "pages": pages,
        "width": width,
        "height": height,
        **versions,
        "one_thread": Contest(tuple(times["ours"]), tuple(times["1"])).summary(),
        "unlimited": Contest(tuple(times["ours"]), tuple(times["unlimited"])).summary(),
    }
