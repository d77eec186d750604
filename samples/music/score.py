"""How many notes of generated pages were read right."""

from __future__ import annotations

from dataclasses import dataclass

from samples.music.engrave import Note


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of notes; scores of several pages can be added."""

    notes: int = 0
    pitch: int = 0
    beat: int = 0
    missed: int = 0
    false: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(
            self.notes + other.notes,
            self.pitch + other.pitch,
            self.beat + other.beat,
            self.missed + other.missed,
            self.false + other.false,
        )

    def percent(self, count: int) -> float:
        """A count as a percentage of the notes."""
        return 100.0 * count / max(self.notes, 1)


def score(truth: tuple[Note, ...], read: tuple[Note, ...], space: float) -> tuple[Score, tuple[Note, ...]]:
    """Compare a page's notes with what was read; a missed head counts as a wrong pitch and a wrong beat.

    Args:
        truth: the notes that were written.
        read: the notes that were read, in pixels of the same page.
        space: staff space in pixels; a head is found when it is met within half its size.

    Returns:
        The score, and the notes that were missed.
    """
    left = list(read)
    pitch = beat = 0
    missed = []
    for note in truth:
        off = [max(abs(other.x - note.x) / 0.6, abs(other.y - note.y) / 0.45) / space for other in left]
        if not off or min(off) > 1:
            missed.append(note)
            continue
        found = left.pop(off.index(min(off)))
        pitch += found.pitch == note.pitch
        beat += found.beat == note.beat
    return Score(len(truth), pitch, beat, len(missed), len(left)), tuple(missed)
