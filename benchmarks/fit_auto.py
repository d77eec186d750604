"""Fit what ``auto`` goes by: each number in turn is moved, on one half of the images, and checked on the other.

python -m benchmarks.fit_auto DATA/SET... [--only NAME...]

The images are halved by a hash of their names, so a picture is always in the same half. A value is kept where it gains
word F1 on the fit half and harms no more pages; nothing is asked of the check half but the two last lines. Values are
printed, not written: whoever likes them changes ``ocrprep/filters/_remedies.py`` and ``ocrprep/filters/auto.py``.
"""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import sys
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ocrprep.evaluation.pairs import Pair, read_pairs
from ocrprep.evaluation.text import text_scores
from ocrprep.filters import _remedies, auto
from ocrprep.inputs import OcrInput
from ocrprep.recognizers import TesseractRecognizer

TRIED: dict[str, tuple[Any, ...]] = {
    "_remedies.SMALL": (9.0, 10.5, 12.0, 14.0),
    "_remedies.ENLARGED": (16.0, 18.0, 20.0, 24.0),
    "_remedies.LARGE": (32.0, 48.0),
    "_remedies._DARKER": (0.25, 0.35, 0.5, 0.7),
    "_remedies._SMALL_DARKER": (0.5, 0.7, 1.0),
    "_remedies._SMOOTH": (0.4, 0.6, 0.8),
    "_remedies._SMALL_SMOOTH": (0.6, 0.8, 1.0),
    "_remedies._RULED": (0.003, 0.01, 0.02),
    "auto._SURE": (91.0, 93.0, 95.0),
    "auto._VETO": (0.0, 0.2, 0.4),
    "auto._LEAST": (300.0, 600.0, 1000.0),
}
"""The numbers that are fitted, by where they stand, and the values that are tried."""

_HARM = 2.0
"""Points of word F1 below the page as it is, from which on a page counts as harmed."""

_GAIN = 0.1
"""Points on average that a value must gain: less is noise on so few pages."""

Values = dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """What ``auto`` does to some pages, in points of word F1 beside the pages as they are."""

    gain: float
    harmed: int
    pages: int
    choosing: float

    def __str__(self) -> str:
        return (
            f"{self.gain:+6.2f} points, {self.harmed} of {self.pages} pages harmed, "
            f"choosing and preparing {self.choosing:.2f} of reading"
        )


def say(line: str) -> None:
    """One line for whoever waits."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def half_of(name: str) -> str:
    """``fit`` or ``check``."""
    return "fit" if hashlib.sha256(name.encode()).digest()[0] % 2 else "check"


def shipped() -> Values:
    """The numbers as they stand in the filters."""
    return {name: getattr(_module(name), name.rpartition(".")[2]) for name in TRIED}


def measure(pool: Any, pairs: list[Pair], values: Values) -> Outcome:
    """Read every page as it is and after ``auto`` with these numbers."""
    rows = pool.map(_scores, [(pair, values) for pair in pairs], chunksize=1)
    gains = [after - before for before, after, *_ in rows]
    reading, choosing = (sum(row[place] for row in rows) for place in (2, 3))
    return Outcome(
        sum(gains) / len(gains), sum(gain < -_HARM for gain in gains), len(gains), choosing / max(reading, 1e-9)
    )


def fit(pool: Any, pairs: list[Pair], names: list[str]) -> Values:
    """One number after the other, each at its best value given those before."""
    values = shipped()
    best = measure(pool, pairs, values)
    say(f"as shipped: {best}")
    for name in names:
        for value in TRIED[name]:
            if value == values[name]:
                continue
            found = measure(pool, pairs, {**values, name: value})
            better = found.gain > best.gain + _GAIN and found.harmed <= best.harmed
            say(f"{name:26s} {value!s:6s} {found}{' <- taken' if better else ''}")
            if better:
                best, values = found, {**values, name: value}
    return values


def _module(name: str) -> Any:
    return {"_remedies": _remedies, "auto": auto}[name.partition(".")[0]]


def engine_for(pair: Pair) -> TesseractRecognizer:
    """A warm engine for the pair's language and mode."""
    return _engine(pair.language, pair.page_segmentation_mode)


@lru_cache(maxsize=4)
def _engine(language: str, mode: int) -> TesseractRecognizer:
    return TesseractRecognizer(language, page_segmentation_mode=mode, isolation="none")


@lru_cache(maxsize=1000)
def _as_it_is(pair: Pair) -> tuple[float, float]:
    started = time.process_time()
    text = engine_for(pair).read(_page(pair)).recognition_text
    return _word_f1(pair, text), time.process_time() - started


def _scores(job: tuple[Pair, Values]) -> tuple[float, float, float, float]:
    pair, values = job
    for name, value in values.items():
        setattr(_module(name), name.rpartition(".")[2], value)
    engine = engine_for(pair)
    before, reading = _as_it_is(pair)
    page = _page(pair)
    started = time.process_time()
    made = auto.Auto()(page, evidence=engine)
    choosing = time.process_time() - started
    return before, _word_f1(pair, engine.read(made).recognition_text), reading, choosing


def _page(pair: Pair) -> Any:
    return next(iter(OcrInput().add(pair.image)))


def _word_f1(pair: Pair, text: str) -> float:
    return float(text_scores(pair.truth.read_text(encoding="utf-8"), text).word_f1)


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("sets", nargs="+", type=Path, help="folders with a pairs.tsv")
    parser.add_argument("--only", nargs="*", choices=list(TRIED), help="numbers to fit; without it, all")
    parser.add_argument("--workers", type=int, default=multiprocessing.cpu_count())
    given = parser.parse_args()
    pairs = [pair for folder in given.sets for pair in read_pairs(folder)]
    halves = {half: [pair for pair in pairs if half_of(pair.name) == half] for half in ("fit", "check")}
    with multiprocessing.get_context("spawn").Pool(given.workers) as pool:
        values = fit(pool, halves["fit"], list(TRIED) if given.only is None else given.only)
        before = shipped()
        for name in TRIED:
            if values[name] != before[name]:
                say(f"{name}: {before[name]} -> {values[name]}")
        say(f"check half, as shipped: {measure(pool, halves['check'], before)}")
        say(f"check half, as fitted:  {measure(pool, halves['check'], values)}")


if __name__ == "__main__":
    main()
