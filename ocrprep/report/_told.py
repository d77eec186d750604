"""What was recorded about a page, as plain rows for a browser."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from ocrprep import geometry
from ocrprep.result import PageFailure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ocrprep.analysis.facts import PageFacts
    from ocrprep.choices import Choice
    from ocrprep.evaluation.text import TextScores
    from ocrprep.geometry import Matrix
    from ocrprep.page import Step
    from ocrprep.result import RecognitionResult, Word

Told = dict[str, Any]
Rows = list[tuple[str, str]]


def shown(value: object) -> str:
    """A value in a few characters: floats with four digits, lists and mappings as JSON."""
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: "—"}[value]
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, (list, tuple, dict)):
        return json.dumps(_rounded(value), ensure_ascii=False, default=str)
    return str(value)


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.4g}")
    if isinstance(value, dict):
        return {str(name): _rounded(item) for name, item in value.items()}
    return [_rounded(item) for item in value] if isinstance(value, (list, tuple)) else value


def rows_of(values: Mapping[str, Any]) -> Rows:
    """Names and values, without those that are not set or hold nothing."""
    told = ((name, value) for name, value in values.items() if value not in (None, {}, [], ()))
    return [(name, shown(value)) for name, value in told]


def facts_rows(facts: PageFacts) -> Told:
    """All facts of a page, and its defects."""
    plain = facts.as_dict()
    defects = plain.pop("defects")
    return {"rows": [(name.replace("_", " "), shown(value)) for name, value in plain.items()], "defects": defects}


def steps_of(steps: Sequence[Step], pictures: Sequence[int]) -> list[Told]:
    """The steps with their pictures; an implicit one has none of its own, nor one that could not be taken again.

    Args:
        steps: all of a page.
        pictures: keys for the declared ones, in order; there may be fewer.
    """
    left = iter(pictures)
    return [
        {
            "kind": step.kind,
            "implicit": step.implicit,
            "parameters": rows_of(step.parameters),
            "found": _found(step),
            "ms": round(1000 * step.seconds, 2),
            "picture": None if step.implicit else next(left, None),
        }
        for step in steps
    ]


def _found(step: Step) -> Rows:
    # What a filter that chooses found besides is told among the choices.
    return rows_of({"reason": step.found.get("reason")} if "chain" in step.found else step.found)


def choices_rows(choices: Sequence[Choice]) -> list[Told]:
    """What was chosen, why, and the chain file that does the same."""
    return [
        {"kind": item.kind, "reason": item.reason, "facts": rows_of(item.facts), "yaml": item.to_yaml()}
        for item in choices
    ]


def failure_told(item: PageFailure) -> Told:
    """A page that failed."""
    return {"error": item.message, "kind": type(item.error).__name__}


def result_told(result: RecognitionResult, to_first: Matrix) -> Told:
    """All that was read, but for steps and pictures.

    Args:
        result: what was read.
        to_first: the map from the source image to the page that is shown as the original.
    """
    to_source = np.array(result.to_source).reshape(3, 3)
    quads = _on_first(result.words, to_first)
    order = iter(range(len(quads)))
    lines: list[Told] = []
    before = None
    for line in result.lines:
        here = (line.block, line.paragraph)
        lines.append({"new": before is not None and here != before, "words": [next(order) for _ in line.words]})
        before = here
    times = result.timings
    return {
        "width": result.width,
        "height": result.height,
        "map": [round(float(value), 9) for value in (to_first @ to_source).ravel()],
        "words": [_word(word, quad) for word, quad in zip(result.words, quads, strict=True)],
        "lines": lines,
        "text": result.recognition_text if not lines else None,
        "engine": result.engine,
        "language": result.language,
        "seconds": {name: round(value, 4) for name, value in times.items()},
        "warnings": list(result.warnings),
        "confidence": round(result.confidence, 2),
        "dropped": [(word.text, round(word.confidence, 1)) for word in result.dropped],
        "choices": choices_rows(result.choices),
        "readings": [
            {
                "name": reading.name,
                "steps": [step.kind for step in reading.steps if not step.implicit],
                "words": reading.words,
                "share": round(reading.share, 4),
                "seconds": round(reading.seconds, 4),
                "engine": reading.engine,
            }
            for reading in result.readings
        ],
    }


def scores_told(scores: TextScores | None) -> Told | None:
    """What a page's own table shows."""
    if scores is None:
        return None
    names = ("cer", "wer", "word_f1", "word_precision", "word_recall")
    return {name: round(getattr(scores, name), 2) for name in names}


def _on_first(words: Sequence[Word], to_first: Matrix) -> list[list[float]]:
    if not words:
        return []
    corners = np.array([word.source_quad for word in words], np.float64).reshape(-1, 2)
    mapped = geometry.apply(to_first, corners).reshape(-1, 8)
    return [[round(float(value), 1) for value in row] for row in mapped]


def _word(word: Word, quad: list[float]) -> list[Any]:
    probability = None if word.probability is None else round(100 * word.probability, 1)
    others = [(item.text, round(100 * item.share), list(item.readings)) for item in word.alternatives]
    return [word.text, round(word.confidence, 1), probability, quad, list(word.readings), others]
