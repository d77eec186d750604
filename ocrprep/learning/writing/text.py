"""Text that says nothing: words, numbers, amounts and dates that look like those of a language."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from ocrprep.learning.writing.scripts import SCRIPTS

_VOCABULARY = 160


def _parts(line: str) -> tuple[str, ...]:
    return tuple(line.split())


_ONSETS = _parts("b c d f g h l m n p r s t v w st pr tr ch sh br cl gr th pl sch qu k j z")
_NUCLEI = _parts("a e i o u a e i o e ie ei ou au ea ä ü ö é y")
_CODAS = ("", "", "", *_parts("n r s t l m d n r st nt rd ng ch nd ck x ll tz"))
_STOPS = (".", ",", ",", ".", ";", ":", "?", "!", "—")
_CURRENCIES = ("", "", "€ ", "$", "£ ", "fl. ", "EUR ")


@dataclass(frozen=True)
class Voice:
    """The words of one page: its vocabulary, commonest first, and how they are set.

    ``capitals`` is the share of words with a capital (German prose has many), ``stops`` the share followed by a stop.
    """

    script: str
    vocabulary: tuple[str, ...]
    capitals: float
    stops: float
    numbers: float
    lacks: str = ""

    def drawable(self, line: str) -> str:
        """The line with what the font lacks put in other letters, or left out."""
        return line.translate(_replaced(self.lacks)) if self.lacks else line


@functools.lru_cache(maxsize=256)
def _replaced(lacks: str) -> dict[int, str]:
    return {ord(character): _STAND_INS.get(character, "") for character in lacks}


_STAND_INS = dict(zip("äöüÄÖÜéÉſ—", "aouAOUeEs-", strict=True))


def make_voice(rng: np.random.Generator, script: str = "latin", *, old: bool = False, lacks: str = "") -> Voice:
    """A vocabulary in the letters of ``script``; ``old`` Latin text has the long s inside words.

    ``lacks`` names characters that the font does not have.
    """
    words = _latin(rng, old=old) if script == "latin" else _letters(rng, script)
    return Voice(
        script,
        tuple(words),
        capitals=float(rng.choice([0.05, 0.12, 0.3])),
        stops=float(rng.uniform(0.08, 0.2)),
        numbers=float(rng.choice([0.0, 0.02, 0.08])),
        lacks=lacks,
    )


def words(rng: np.random.Generator, voice: Voice, count: int) -> list[str]:
    """``count`` words of running text with capitals, stops and numbers."""
    places = (_VOCABULARY ** rng.random(count)).astype(int) - 1  # Zipf: the n-th word comes 1/n as often
    chances = rng.random((3, count))
    capital = (chances[0] < voice.capitals).tolist()
    stop = (chances[1] < voice.stops).tolist()
    number = (chances[2] < voice.numbers).tolist()
    marks = rng.integers(len(_STOPS), size=count).tolist()
    text = []
    starts = True
    for index, place in enumerate(places.tolist()):
        word = str(place * 7 + index) if number[index] else voice.vocabulary[place]
        if starts or capital[index]:
            word = word[:1].upper() + word[1:] if voice.script in CASED else word
        if stop[index]:
            word += _STOPS[marks[index]]
        starts = word.endswith((".", "?", "!"))
        text.append(voice.drawable(word) or voice.vocabulary[place])
    return text


def amount(rng: np.random.Generator, voice: Voice) -> str:
    """A sum of money such as "1,204.50"."""
    value = float(10 ** rng.uniform(0, 4))
    text = f"{value:,.2f}" if rng.random() < 0.5 else f"{value:.2f}".replace(".", ",")
    return voice.drawable(_CURRENCIES[int(rng.integers(len(_CURRENCIES)))] + text)


def date(rng: np.random.Generator, voice: Voice) -> str:
    """A date in one of the usual notations."""
    day, month, year = (int(rng.integers(low, high)) for low, high in ((1, 29), (1, 13), (1700, 2030)))
    forms = (
        f"{day}.{month}.{year}",
        f"{month:02}/{day:02}/{year}",
        f"{year}-{month:02}-{day:02}",
        f"{day} {_MONTHS[month - 1]} {year}",
    )
    return voice.drawable(forms[int(rng.integers(len(forms)))])


def code(rng: np.random.Generator, voice: Voice) -> str:
    """A number or sign such as stands on forms: "4711-03", "DE88 2040", "No 12"."""
    digits = "".join(str(d) for d in rng.integers(0, 10, size=int(rng.integers(2, 11))))
    forms = (digits, f"{digits[:3]}-{digits[3:]}", f"No {digits[:4]}", f"{digits[:4]} {digits[4:]}", f"A{digits}")
    return voice.drawable(forms[int(rng.integers(len(forms)))])


_MONTHS = ("Jan.", "February", "March", "April", "May", "June", "July", "Aug.", "September", "Oct.", "Nov.", "December")
CASED = frozenset({"latin", "greek", "cyrillic", "armenian"})


def _latin(rng: np.random.Generator, *, old: bool) -> list[str]:
    lengths = np.clip(rng.poisson(np.linspace(0.25, 1.6, _VOCABULARY)), 0, 4) + 1
    total = int(lengths.sum())
    # A language of its own for every page: some syllables are its favourites.
    parts = [
        [pieces[i] for i in rng.choice(len(pieces), size=total, p=rng.dirichlet(np.full(len(pieces), 2.0)))]
        for pieces in (_ONSETS, _NUCLEI, _CODAS)
    ]
    syllables = ["".join(three) for three in zip(*parts, strict=True)]
    found = []
    at = 0
    for length in lengths.tolist():
        word = "".join(syllables[at : at + length])
        at += length
        found.append(word[:-1].replace("s", "ſ") + word[-1] if old else word)
    return found


def _letters(rng: np.random.Generator, script: str) -> list[str]:
    letters = SCRIPTS[script]
    shares = rng.dirichlet(np.full(len(letters.bases), 0.6))
    mean = 1.2 if script == "han" else 3.5
    lengths = rng.poisson(mean, size=_VOCABULARY) + 1
    bases = [letters.bases[i] for i in rng.choice(len(letters.bases), size=int(lengths.sum()), p=shares)]
    if letters.marks:
        marked = rng.random(len(bases)) < 0.35
        which = rng.integers(len(letters.marks), size=len(bases))
        bases = [b + letters.marks[w] if m else b for b, m, w in zip(bases, marked, which, strict=True)]
    ends = np.cumsum(lengths).tolist()
    return ["".join(bases[start:end]) for start, end in zip([0, *ends[:-1]], ends, strict=True)]
