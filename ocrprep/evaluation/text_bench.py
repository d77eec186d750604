"""Chains judged by what an engine reads after them."""

from __future__ import annotations

import threading
import time
from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ocrprep.consensus import read_with_consensus
from ocrprep.decode import page_from_file
from ocrprep.errors import InputError
from ocrprep.evaluation.cache import Cache, code_fingerprint, key_of
from ocrprep.evaluation.calibration import calibration_error, right_words
from ocrprep.evaluation.contest import Contestant, Outcome, compete, half_of, sha256_of
from ocrprep.evaluation.text import TextScores, bootstrap_interval, pooled, text_scores
from ocrprep.recognizers import TesseractRecognizer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from ocrprep.evaluation.pairs import Pair
    from ocrprep.recognizers import Recognizer

HARM = 2.0
"""Points of word F1 from which a page counts as helped or harmed."""


@dataclass(frozen=True, slots=True)
class TextPage:
    """One chain on one page.

    Args:
        scores: of what was read against the truth.
        text: what was read.
        filter_seconds: wall time of the chain; of all preparations and the merging for a consensus.
        engine_seconds: wall time of the engine, of all readings together.
        sure: for each word, the dropped ones too, how likely it was said to be right; empty where nobody said so.
        right: for each of these, 0.0–1.0, how right it is; see ``calibration.right_words``.
    """

    scores: TextScores
    text: str
    filter_seconds: float
    engine_seconds: float
    sure: tuple[float, ...] = ()
    right: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class TextSummary:
    """One chain on all pages.

    Args:
        name: of the chain.
        pages: how many.
        word_f1: mean over pages, 0–100.
        word_f1_low: lower end of its 95 % interval (bootstrap over pages).
        word_f1_high: upper end.
        cer: mean over pages, percent.
        wer: mean over pages, percent.
        pooled_cer: errors over characters of all pages together, percent.
        change: mean change of word F1 against the identity on the same pages, points.
        change_low: lower end of its 95 % interval (bootstrap over pages, paired).
        change_high: upper end.
        helped: percent of pages that gained more than ``HARM`` points.
        harmed: percent of pages that lost more than ``HARM`` points.
        worst: the pages with the largest loss: name and change, at most five, losses only.
        filter_seconds: mean a page.
        engine_seconds: mean a page.
        calibration_error: expected, in points, of the words' probabilities; None without such.
    """

    name: str
    pages: int
    word_f1: float
    word_f1_low: float
    word_f1_high: float
    cer: float
    wer: float
    pooled_cer: float
    change: float
    change_low: float
    change_high: float
    helped: float
    harmed: float
    worst: tuple[tuple[str, float], ...]
    filter_seconds: float
    engine_seconds: float
    calibration_error: float | None


@dataclass(frozen=True, slots=True)
class TextBench(Outcome[TextPage]):
    """All chains on all pages; the first contestant is the identity.

    Args:
        engine: name and version of what read.
    """

    engine: str

    def summary(self, contestant: str, folder: str | None = None) -> TextSummary:
        """One chain on all pages, or on those of one folder."""
        pages = self.of(contestant, folder)
        before = self.of(self.contestants[0].name, folder)
        f1 = np.array([page.scores.word_f1 for page in pages.values()])
        change = f1 - np.array([before[name].scores.word_f1 for name in pages])
        low, high = bootstrap_interval(f1)
        change_low, change_high = bootstrap_interval(change)
        losses = sorted(zip(change.tolist(), pages, strict=True))[:5]
        return TextSummary(
            name=contestant,
            pages=len(pages),
            word_f1=float(f1.mean()),
            word_f1_low=low,
            word_f1_high=high,
            cer=float(np.mean([page.scores.cer for page in pages.values()])),
            wer=float(np.mean([page.scores.wer for page in pages.values()])),
            pooled_cer=pooled([page.scores for page in pages.values()]).cer,
            change=float(change.mean()),
            change_low=change_low,
            change_high=change_high,
            helped=float(100 * np.mean(change > HARM)),
            harmed=float(100 * np.mean(change < -HARM)),
            worst=tuple((name, loss) for loss, name in losses if loss < 0),
            filter_seconds=float(np.mean([page.filter_seconds for page in pages.values()])),
            engine_seconds=float(np.mean([page.engine_seconds for page in pages.values()])),
            calibration_error=calibration_error(*said) if (said := self.said(contestant, folder))[0] else None,
        )

    def said(self, contestant: str, folder: str | None = None) -> tuple[list[float], list[float]]:
        """How likely each word was said to be right, and how right it is, over all pages or those of one folder."""
        pages = self.of(contestant, folder).values()
        return [value for page in pages for value in page.sure], [value for page in pages for value in page.right]

    def as_dict(self) -> dict[str, Any]:
        """Everything as plain values."""
        return {
            "kind": "text",
            "engine": self.engine,
            "pages": self.pages,
            "bad": [asdict(item) for item in self.bad],
            "chains": [
                {
                    "chain": item.chain.to_dict(),
                    "consensus": None if item.consensus is None else item.consensus.setting,
                    **asdict(self.summary(item.name)),
                    "without": item.without,
                    "of": item.of,
                    "folders": {folder: asdict(self.summary(item.name, folder)) for folder in self.folders},
                }
                for item in self.contestants
            ],
            "rows": self.rows(),
        }

    def rows(self) -> list[dict[str, Any]]:
        """One flat row for each chain and page."""
        return [
            {
                "page": item.pair,
                "chain": item.contestant,
                **asdict(item.value.scores),
                "filter_seconds": item.value.filter_seconds,
                "engine_seconds": item.value.engine_seconds,
            }
            for item in self.measured
        ]


class Readers:
    """One warm engine for each language and mode that the pairs ask for.

    Args:
        make: language and page segmentation mode → a recognizer.
    """

    def __init__(self, make: Callable[[str, int], Recognizer]) -> None:
        self._make = make
        self._made: dict[tuple[str, int], Recognizer] = {}
        self._lock = threading.Lock()

    def reader(self, pair: Pair) -> Recognizer:
        """The recognizer of a pair."""
        wanted = pair.language, pair.page_segmentation_mode
        with self._lock:
            if wanted not in self._made:
                self._made[wanted] = self._make(*wanted)
            return self._made[wanted]


def tesseract_readers(
    driver: Literal["auto", "tesserocr", "pytesseract"] = "auto",
    recognize_on: Literal["page", "gray", "auto"] = "page",
) -> Readers:
    """Readers with Tesseract; see ``TesseractRecognizer``."""

    def make(language: str, mode: int) -> TesseractRecognizer:
        made = TesseractRecognizer(language, page_segmentation_mode=mode, driver=driver, recognize_on=recognize_on)
        made.check()
        return made

    return Readers(make)


def bench_text(
    pairs: Sequence[Pair],
    contestants: Sequence[Contestant],
    *,
    readers: Readers,
    cache: Cache,
    settings: Sequence[str] = (),
    skip_bad: bool = False,
    workers: int = 0,
    done: Callable[[], None] | None = None,
) -> TextBench:
    """Read every page after every chain, and score what was read.

    Args:
        pairs: images and their texts.
        contestants: the first is the identity; see ``contest.with_identity``.
        readers: the engines.
        cache: what was read before.
        settings: whatever else of the engines changes what they read, for the cache.
        skip_bad: pass over and name pages that cannot be measured.
        workers: threads; 0 is one for each core.
        done: called after each page.

    Raises:
        OcrPrepError: the first fault, unless it is passed over.
    """
    measure = partial(_measure, readers=readers, cache=cache, settings=tuple(settings))
    measured, bad = compete(pairs, contestants, measure, skip_bad=skip_bad, workers=workers, done=done)
    reader = readers.reader(pairs[0])
    return TextBench(tuple(contestants), tuple(measured), tuple(bad), f"{reader.name} {reader.version}")


def _measure(
    pair: Pair, contestant: Contestant, *, readers: Readers, cache: Cache, settings: tuple[str, ...]
) -> TextPage:
    truth = _read_text(pair.truth, pair)
    reader = readers.reader(pair)
    key = key_of(
        "text",
        code_fingerprint(),
        sha256_of(pair.image, pair),
        contestant.content(),
        None if contestant.consensus is None else contestant.consensus.setting,
        reader.name,
        reader.version,
        pair.language,
        pair.page_segmentation_mode,
        settings,
    )
    known = cache.get(key)
    if known is None:
        page = page_from_file(pair.image)
        started = time.perf_counter()
        made = contestant.chain(page, evidence=reader)
        if contestant.consensus is None:
            result = reader.read(made)
        else:
            result = read_with_consensus(made, reader, contestant.consensus)
        seconds = time.perf_counter() - started - result.seconds
        told = [word for word in (*result.words, *result.dropped) if word.probability is not None]
        known = {
            "text": result.recognition_text,
            "filters": seconds,
            "engine": result.seconds,
            "words": [word.text for word in told],
            "sure": [word.probability for word in told],
        }
        cache.put(key, known)
    try:
        scores = text_scores(truth, known["text"])
    except InputError as error:
        error.source = error.source or str(pair.truth)
        raise
    right = tuple(right_words(known["words"], truth).tolist())
    return TextPage(scores, known["text"], known["filters"], known["engine"], tuple(known["sure"]), right)


def _read_text(file: Path, pair: Pair) -> str:
    try:
        text = half_of(pair, file).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError("the true text is not UTF-8", source=str(file)) from error
    if not text.strip():
        raise InputError("the true text is empty: there is nothing to read", source=str(file))
    return text
