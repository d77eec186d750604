"""Fit the weights by which readings are merged, on one half of the images, and tell how true they are on the other.

python -m benchmarks.fit_consensus DATA/SET... [--readings FILE]

Every page is read after every preparation. One logistic regression learns from single readings how likely a word is
right, another from random selections of readings, some of them only parts of the page, how likely a word is right about
which they agree or not. A word counts as right if the true text holds it, as often as it holds it. Weights are printed,
not written: whoever likes them puts them into ``ocrprep/consensus/_weights.py``.
"""

from __future__ import annotations

import argparse
import multiprocessing
import pickle
import random
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from benchmarks.fit_auto import engine_for, half_of, say
from ocrprep.consensus import _weights
from ocrprep.consensus._ballot import supports_of
from ocrprep.consensus._seen import Looked
from ocrprep.consensus.calibration import merged_features, single_features, weighed
from ocrprep.consensus.merging import counted
from ocrprep.consensus.preparing import preparations
from ocrprep.consensus.reading import Subject
from ocrprep.decode import page_from_file
from ocrprep.evaluation.calibration import calibration_error, right_words, shares
from ocrprep.evaluation.pairs import Pair, read_pairs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocrprep.result import RecognitionResult

Numbers = npt.NDArray[np.float64]

_RIDGE = 1e-4
_ROUNDS = 4
_PARTLY = 0.35
"""Share of the selections in which only the first reading is of the whole page."""


@dataclass(frozen=True)
class ReadPage:
    """A page, its readings by the names of their preparations, and its true text."""

    name: str
    truth: str
    readings: dict[str, RecognitionResult]


@dataclass(frozen=True)
class Examples:
    """Words: a row of numbers for each feature, and which share of each word is right."""

    features: dict[str, Numbers]
    right: Numbers

    def probabilities(self, weights: dict[str, float]) -> Numbers:
        """What a regression thinks of them."""
        return weighed(self.features, weights)


def read_page(pair: Pair) -> ReadPage:
    """Read a page after every preparation."""
    engine = engine_for(pair)
    subject = Subject.of(page_from_file(pair.image))
    readings = {item.name: engine.read(subject.prepared(item)) for item in preparations(subject.shown)}
    return ReadPage(pair.name, pair.truth.read_text(encoding="utf-8-sig"), readings)


def single_examples(pages: Sequence[ReadPage]) -> Examples:
    """Every word of every reading."""
    made = []
    for page in pages:
        for result in page.readings.values():
            if result.words:
                lines = [number for number, line in enumerate(result.lines) for _ in line.words]
                known = right_words([word.text for word in result.words], page.truth)
                made.append(Examples(single_features(result.words, lines), known))
    return _together(made)


def merged_examples(pages: Sequence[ReadPage], seed: int = 0) -> Examples:
    """Every word about which random selections of readings had to agree."""
    draw, made = random.Random(seed), []  # noqa: S311 - no secret
    for _ in range(_ROUNDS):
        for page in pages:
            looked = [Looked(result, name) for name, result in page.readings.items() if result.words]
            chosen = draw.sample(looked, min(len(looked), draw.choice((2, 2, 3, 4, 5, 6))))
            if draw.random() < _PARTLY:
                chosen = [chosen[0], *(_part(item, draw) for item in chosen[1:])] if chosen else []
            if len(chosen) > 1:
                _, counts, coverage = counted(chosen)
                supports = supports_of(counts, coverage)
                known = right_words([support.text for support in supports], page.truth)
                made.append(Examples(merged_features(supports), known))
    return _together(made)


def _part(item: Looked, draw: random.Random) -> Looked:
    """A reading of some of its lines, the doubtful ones more likely."""
    lines = [line for line in item.result.lines if draw.random() < (0.7 if line.confidence < 85 else 0.2)]
    areas = tuple(line.source_quad for line in lines)
    return Looked(replace(item.result, lines=tuple(lines)), item.name, areas)


def _together(parts: Sequence[Examples]) -> Examples:
    names = parts[0].features
    return Examples(
        {name: np.concatenate([part.features[name] for part in parts]) for name in names},
        np.concatenate([part.right for part in parts]),
    )


def fitted(examples: Examples) -> dict[str, float]:
    """The weights of a logistic regression, by Newton's method with a slight ridge."""
    names = list(examples.features)
    rows = np.stack([examples.features[name] for name in names], axis=1)
    mean, spread = rows.mean(axis=0), np.maximum(rows.std(axis=0), 1e-9)
    known = np.concatenate([np.ones((len(rows), 1)), (rows - mean) / spread], axis=1)
    ridge = np.full(known.shape[1], _RIDGE * len(known))
    ridge[0] = 0.0
    weights = np.zeros(known.shape[1])
    for _ in range(50):
        sure = 1.0 / (1.0 + np.exp(-np.clip(known @ weights, -30, 30)))
        slope = known.T @ (examples.right - sure) - ridge * weights
        bend = (known * (sure * (1.0 - sure))[:, None]).T @ known + np.diag(ridge)
        step = np.linalg.solve(bend, slope)
        weights += step
        if np.abs(step).max() < 1e-7:
            break
    scaled = weights[1:] / spread
    found = {"always": float(weights[0] - scaled @ mean), **dict(zip(names, scaled.tolist(), strict=True))}
    return {name: round(value, 4) for name, value in found.items()}


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("sets", nargs="+", type=Path, help="folders with a pairs.tsv")
    parser.add_argument("--readings", type=Path, help="where readings are kept, or taken from if it is there")
    parser.add_argument("--workers", type=int, default=multiprocessing.cpu_count())
    given = parser.parse_args()
    pages = _pages(given)
    halves = {half: [page for page in pages if half_of(page.name) == half] for half in ("fit", "check")}
    single = fitted(single_examples(halves["fit"]))
    _show("SINGLE", single)
    _report(single_examples(halves["check"]), single)
    # The second regression starts from what the first says of each word.
    _weights.SINGLE.clear()
    _weights.SINGLE.update(single)
    merged = fitted(merged_examples(halves["fit"]))
    _show("MERGED", merged)
    _report(merged_examples(halves["check"], seed=1), merged)


def _show(name: str, weights: dict[str, float]) -> None:
    rows = "".join(f'    "{feature}": {weight},\n' for feature, weight in weights.items())
    say(f"{name}: dict[str, float] = {{\n{rows}}}")


def _pages(given: Any) -> list[ReadPage]:
    if given.readings is not None and given.readings.is_file():
        pages: list[ReadPage] = pickle.loads(given.readings.read_bytes())  # noqa: S301 - written by this script
        return pages
    pairs = [pair for folder in given.sets for pair in read_pairs(folder)]
    with multiprocessing.get_context("spawn").Pool(given.workers) as pool:
        pages = pool.map(read_page, pairs, chunksize=1)
    if given.readings is not None:
        given.readings.write_bytes(pickle.dumps(pages))
    return pages


def _report(examples: Examples, weights: dict[str, float]) -> None:
    sure = examples.probabilities(weights)
    error = calibration_error(sure, examples.right)
    say(f"check half: {len(sure)} words, expected calibration error {error:.2f} points")
    for share in shares(sure, examples.right):
        say(f"  said {share.predicted:.3f}  right {share.right:.3f}  words {share.words}")


if __name__ == "__main__":
    main()
