"""Reads notes: blobs for heads, their height for the pitch, two small forests for the beat."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import ExtraTreesClassifier

from ocrprep.analysis.staves import Staff
from samples.music.engrave import BEATS, Note, Sheet, engrave, name_of, noisy
from samples.music.features import CLEF, Places, candidates, features
from samples.music.strips import ABOVE, SCALE, Floats, Pixels, Strip, strips

SIZES = (8.0, 12.0, 20.0)
"""Staff spaces in pixels."""

_SURE = 0.5
"""Share of the trees that must see a head; a third finds hardly more heads, and false ones."""

NONE, FILLED = "none", "filled"


@dataclass(frozen=True, slots=True)
class ReadPage:
    """What was read.

    Args:
        notes: staff by staff, from left to right.
        staves: how many staves the page has.
        without_staves: the page without its staff lines.
    """

    notes: tuple[Note, ...]
    staves: int
    without_staves: Pixels


class Reader:
    """Two forests of trees (Geurts, Ernst and Wehenkel 2006), taught on generated pages.

    The first tells whole, half and filled heads from all else, the second counts a filled head's flags or beams.

    Args:
        seed: of the pages it learns from, which no page that it is tried on should share.
        pages: how many.
    """

    def __init__(self, seed: int = 1_000_000, pages: int = 80) -> None:
        heads, kinds, flags, counts = [], [], [], []
        with ThreadPoolExecutor(2) as pool:
            lessons = list(pool.map(lambda number: _with_notes(lesson(seed + number)), range(pages)))
        for taught in lessons:
            for strip, notes in taught:
                places = candidates(strip)
                beats, use = _truth(strip, places, notes)
                for_heads, for_flags = features(strip, places)
                heads.append(for_heads[use])
                kinds.append(np.array([_kind(beat) for beat in beats[use]], object))
                filled = use & np.isin(beats, BEATS[2:])
                flags.append(for_flags[filled])
                counts.append(beats[filled])
        self.heads = _forest(np.concatenate(heads), np.concatenate(kinds).astype(str), seed)
        self.flags = _forest(np.concatenate(flags), np.concatenate(counts).astype(str), seed)

    def read(self, pixels: Pixels) -> ReadPage:
        """The notes of a page.

        Args:
            pixels: (H, W) or (H, W, 3) uint8, dark on light.
        """
        found, bare = strips(pixels)
        every = [note for number, strip in enumerate(found) for note in self._notes(strip, number)]
        notes = [note for note in every if _belongs(note, [strip.staff for strip in found])]
        return ReadPage(tuple(notes), len(found), bare)

    def _notes(self, strip: Strip, number: int) -> list[Note]:
        places = candidates(strip)
        if len(places) == 0:
            return []
        for_heads, for_flags = features(strip, places)
        odds = self.heads.predict_proba(for_heads)
        names = list(self.heads.classes_)
        sure = 1.0 - odds[:, names.index(NONE)]
        chosen = _apart(places, sure)
        odds[:, names.index(NONE)] = 0.0
        if len(chosen) == 0:
            return []
        kinds = self.heads.classes_[odds[chosen].argmax(axis=1)]
        beats = np.where(kinds == FILLED, self.flags.predict(for_flags[chosen]), kinds)
        clef = clef_of(strip)
        made = []
        for index, beat in zip(chosen, beats, strict=True):
            x, y = strip.on_page(float(places[index, 0]), float(places[index, 1]))
            position = round(strip.position(float(places[index, 1])))
            made.append(Note(x, y, number, position, clef, str(beat)))
        return sorted(made, key=lambda note: note.x)


def lesson(seed: int) -> Sheet:
    """A page to learn from: any size, level or turned by up to 1.5 degrees, clean or noisy."""
    random = np.random.default_rng(seed)
    space = float(np.exp(random.uniform(np.log(7.5), np.log(18.0))))
    sheet = engrave(seed, space, float(random.uniform(-1.5, 1.5)), chords=0.35)
    if random.random() < 0.6:
        return Sheet(noisy(sheet.pixels, seed), sheet.notes, sheet.without_staves)
    return sheet


def clef_of(strip: Strip) -> str:
    """A treble clef reaches far below the staff, a bass clef does not."""
    below = strip.whole[round((ABOVE + 4.6) * SCALE) : round((ABOVE + 6.0) * SCALE), : round(CLEF * SCALE)]
    return "treble" if np.count_nonzero(below > 0.5) > 0.25 * SCALE**2 else "bass"


def _belongs(note: Note, among: list[Staff]) -> bool:
    """Whether no other staff is nearer, and no more than four ledger lines lead to the note."""
    off = [abs(staff.position(note.x, note.y) - 4.0) for staff in among]
    beside = [not staff.x[0] <= note.x <= staff.x[-1] for staff in among]
    nearer = any(away < off[note.staff] for away, aside in zip(off, beside, strict=True) if not aside)
    return not nearer and -8 <= note.position <= 16


def _forest(values: Floats, classes: npt.NDArray[np.str_], seed: int) -> ExtraTreesClassifier:
    forest = ExtraTreesClassifier(
        120,
        min_samples_leaf=2,
        max_features=0.15,
        class_weight="balanced_subsample",
        bootstrap=True,
        n_jobs=2,
        random_state=seed % 2**31,
    )
    forest.fit(values, classes)
    # Threads cost more than they save on the few places of one staff.
    forest.n_jobs = 1
    return forest


def _kind(beat: str) -> str:
    return FILLED if beat in BEATS[2:] else beat


def _with_notes(sheet: Sheet) -> list[tuple[Strip, list[Note]]]:
    """The strips of a page that was engraved, each with its notes; none if not all staves are found."""
    found, _ = strips(sheet.pixels)
    if len(found) != len({note.staff for note in sheet.notes}):
        return []
    return [(strip, [note for note in sheet.notes if note.staff == number]) for number, strip in enumerate(found)]


def _truth(strip: Strip, places: Places, notes: list[Note]) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.bool_]]:
    """(N,) each: the beat of the head at each place or "none", and False for places that only nearly hit one."""
    beats = np.full(len(places), NONE, object)
    use = np.ones(len(places), bool)
    on_page = np.array([strip.on_page(float(x), float(y)) for x, y in places[:, :2]]).reshape(-1, 2)
    for note in notes:
        off = np.abs(on_page - (note.x, note.y)) / strip.staff.space
        hit = (off[:, 0] < 0.35) & (off[:, 1] < 0.22)
        use[(off[:, 0] < 0.5) & (off[:, 1] < 0.35) & ~hit] = False
        beats[hit] = note.beat
    return beats, use | (beats != NONE)


def _apart(places: Places, sure: npt.NDArray[np.float64]) -> npt.NDArray[np.intp]:
    """The places that are sure enough, the surest where several are on one head."""
    kept: list[int] = []
    for index in np.argsort(-sure, kind="stable"):
        if sure[index] < _SURE:
            break
        off = np.abs(places[kept, :2] - places[index, :2]) / SCALE
        if not ((off[:, 0] < 0.9) & (off[:, 1] < 0.6)).any():
            kept.append(int(index))
    return np.array(kept, np.intp)


__all__ = ["SIZES", "ReadPage", "Reader", "clef_of", "lesson", "name_of"]
