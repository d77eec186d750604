"""One word for each place, and how likely it is right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ocrprep.consensus._rover import combined
from ocrprep.consensus.calibration import Support, merged_probabilities
from ocrprep.geometry import Box
from ocrprep.result import Alternative

if TYPE_CHECKING:
    from ocrprep.consensus._seen import Coverage, Seen
    from ocrprep.consensus._spots import Spot, Vote

_SEVERAL = 3
"""Different texts from which on one is put together letter by letter, if none of them has half of the votes."""


@dataclass(frozen=True, slots=True)
class Elected:
    """A word of the consensus, on the common page.

    Args:
        text: that was elected.
        probability: that it is right, 0–1.
        confidence: the engine's highest for it, 0–100.
        box: around it.
        voters: the readings that saw it, ascending.
        alternatives: what else was seen.
        seen: the words of one reading that give its place.
        all_seen: the words of all readings there.
        presence: share of the readings that looked there and saw any word, 0–1.
    """

    text: str
    probability: float
    confidence: float
    box: Box
    voters: tuple[int, ...]
    alternatives: tuple[Alternative, ...]
    seen: tuple[Seen, ...]
    all_seen: tuple[Seen, ...]
    presence: float


def supports_of(counts: Sequence[Count], coverage: Coverage) -> list[Support]:
    """What speaks for the text of each place, and what against it."""
    page = _mean([vote.probability for count in counts for vote in count.votes])
    return [count.support(coverage, page) for count in counts]


def elected(counts: Sequence[Count], coverage: Coverage) -> list[Elected]:
    """The word of each place."""
    supports = supports_of(counts, coverage)
    sure = merged_probabilities(supports).tolist()
    return [
        count.result(probability, support.looked)
        for count, support, probability in zip(counts, supports, sure, strict=True)
    ]


class Count:
    """The votes of one place.

    Args:
        spot: the place.
        base: the reading whose boxes are preferred.
    """

    def __init__(self, spot: Spot, base: int) -> None:
        # A reading may have several words across a place that others see as one; it has one vote.
        votes: dict[int, Vote] = {}
        for vote in spot.votes:
            votes.setdefault(vote.reading, vote)
        self.votes = sorted(votes.values(), key=lambda vote: vote.reading)
        self.shares: dict[str, float] = {}
        for vote in self.votes:
            if vote.text is not None:
                self.shares[vote.text] = self.shares.get(vote.text, 0.0) + vote.probability
        self.text = self._decided()
        place = self._witness(base)
        self.box = Box.union(word.box for word in place.seen)
        self.seen = place.seen

    def _decided(self) -> str:
        first = max(self.shares, key=lambda text: (self.shares[text], text))
        total = sum(vote.probability for vote in self.votes)
        if len(self.shares) < _SEVERAL or self.shares[first] > total / 2.0:
            return first
        return combined(list(self.shares.items())) or first

    def _witness(self, base: int) -> Vote:
        """The vote whose words give the place: of the base, else of whoever is surest of the text."""

        def rank(vote: Vote) -> tuple[bool, bool, float, str]:
            return vote.text == self.text, vote.reading == base, vote.probability, vote.text or ""

        return max((vote for vote in self.votes if vote.alone), key=rank)

    def support(self, coverage: Coverage, page: float) -> Support:
        """What the votes say about the text."""
        ours = [vote for vote in self.votes if vote.text == self.text] or self._nearest()
        theirs = [vote for vote in self.votes if vote not in ours]
        return Support(
            text=self.text,
            supporting=[vote.probability for vote in ours],
            confidence=max(vote.confidence for vote in ours) / 100.0,
            opposing=[vote.probability for vote in theirs],
            looked=coverage.count(self.box.left, self.box.top, self.box.right, self.box.bottom),
            texts=len(self.shares),
            page=page,
        )

    def _nearest(self) -> list[Vote]:
        # Nobody saw what was put together letter by letter; the surest of those it was made from speaks for it.
        return [max(self.votes, key=lambda vote: (vote.text is not None, vote.probability, vote.text or ""))]

    def result(self, probability: float, looked: int) -> Elected:
        """The place's word."""
        ours = [vote for vote in self.votes if vote.text == self.text]
        total = sum(self.shares.values())
        others = sorted(((share, text) for text, share in self.shares.items() if text != self.text), reverse=True)
        return Elected(
            text=self.text,
            probability=float(probability),
            confidence=max(vote.confidence for vote in ours or self._nearest()),
            box=self.box,
            voters=tuple(vote.reading for vote in ours),
            alternatives=tuple(
                Alternative(text, share / total, tuple(vote.reading for vote in self.votes if vote.text == text))
                for share, text in others
            ),
            seen=self.seen,
            all_seen=tuple(seen for vote in self.votes for seen in vote.seen),
            presence=min(1.0, len(self.votes) / max(1, looked)),
        )


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
