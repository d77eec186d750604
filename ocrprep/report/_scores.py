"""How well each variant read each page, and all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING, TypeAlias

from ocrprep.evaluation.text import TextScores, normalize_text, text_scores
from ocrprep.evaluation.text_bench import HARM
from ocrprep.result import RecognitionResult

if TYPE_CHECKING:
    from ocrprep.result import PageFailure

Items: TypeAlias = "Sequence[RecognitionResult | PageFailure]"
Marks: TypeAlias = "list[TextScores | None]"
"""The scores of one variant page by page; None without a truth, and where the page failed."""


def marks_of(items: Items, truths: Sequence[str | None]) -> Marks:
    """The scores of one variant.

    Raises:
        ConfigError: rapidfuzz is not installed.
    """
    return [
        text_scores(truth, item.recognition_text)
        if truth is not None and normalize_text(truth) and isinstance(item, RecognitionResult)
        else None
        for item, truth in zip(items, truths, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class Summary:
    """One variant on all pages.

    Args:
        name: of the variant.
        pages: that were read.
        failed: that were not.
        words: that were read, in all.
        confidence: mean over pages with words, 0–100; None without such.
        seconds: filters and engine, mean over the pages that were read; None without such.
        scored: pages that count below: those with a truth that all variants could read.
        word_f1: mean over these, 0–100; None without such. The next ones likewise.
        cer: mean, percent.
        change: mean change of word F1 against the baseline, points; None for the baseline itself, too.
        helped: pages that gained more than ``HARM`` points.
        harmed: pages that lost more.
    """

    name: str
    pages: int
    failed: int
    words: int
    confidence: float | None
    seconds: float | None
    scored: int
    word_f1: float | None = None
    cer: float | None = None
    change: float | None = None
    helped: int | None = None
    harmed: int | None = None


def common(marks: Mapping[str, Marks]) -> list[int]:
    """The 0-based pages that every variant has scores for."""
    return [place for place, scores in enumerate(zip(*marks.values(), strict=True)) if all(scores)]


def changes_of(marks: Mapping[str, Marks], name: str, baseline: str) -> list[tuple[int, float]]:
    """Page and change of word F1 against the baseline, for each common page, in order."""
    pairs = [(place, marks[name][place], marks[baseline][place]) for place in common(marks)]
    return [(place, one.word_f1 - other.word_f1) for place, one, other in pairs if one and other]


def summary_of(name: str, items: Items, marks: Mapping[str, Marks], baseline: str | None) -> Summary:
    """One variant on all pages, with changes where there is a baseline to measure them against."""
    read = [item for item in items if isinstance(item, RecognitionResult)]
    sure = [item.confidence for item in read if item.words]
    spent = [item.timings["filters"] + item.seconds for item in read]
    scores = [score for place in common(marks) if (score := marks[name][place]) is not None]
    changes = [] if baseline in {None, name} else [value for _, value in changes_of(marks, name, str(baseline))]
    return Summary(
        name=name,
        pages=len(read),
        failed=len(items) - len(read),
        words=sum(len(item.words) for item in read),
        confidence=fmean(sure) if sure else None,
        seconds=fmean(spent) if spent else None,
        scored=len(scores),
        word_f1=fmean(score.word_f1 for score in scores) if scores else None,
        cer=fmean(score.cer for score in scores) if scores else None,
        change=fmean(changes) if changes else None,
        helped=sum(value > HARM for value in changes) if changes else None,
        harmed=sum(value < -HARM for value in changes) if changes else None,
    )


@dataclass(frozen=True, slots=True)
class Worth:
    """What one step is worth.

    Args:
        name: of the step.
        points: mean of word F1 with it minus without it, over the pages read both ways.
        pages: how many these are.
    """

    name: str
    points: float
    pages: int


def worth_of(name: str, whole: Marks, without: Marks) -> Worth | None:
    """What a step is worth that is missing in the second; None where no page was read both ways."""
    lost = [one.word_f1 - other.word_f1 for one, other in zip(whole, without, strict=True) if one and other]
    return Worth(name, fmean(lost), len(lost)) if lost else None
