"""Pages for the formats that flow, and what every one of them must keep."""

from __future__ import annotations

import io
from dataclasses import replace

from ocrprep.errors import DecodeError
from ocrprep.outputs.documents import save_document
from ocrprep.page import Source
from ocrprep.result import PageFailure
from tests.readings import Row, reading

HOSTILE = [
    "=1+1",
    "+A1",
    "-3.50",
    "@SUM(A1)",
    "<b>&amp;",
    '"quoted"',
    "a|b",
    "*x*",
    "{\\par}",
    "_x_",
    "007",
    "1.234",
    "#N/A",
]
STRANGE = "שלום عربي 漢字かな 𝒳😀 naïve"


def text_page(**changes):
    """Two paragraphs, a table with an empty cell, and signs that mean something to some format."""
    return reading(
        Row("A page of plain text", block=0),
        Row("on two lines", block=0),
        Row("bread      2    4.80", block=1),
        Row("butter     1    3.15", block=1),
        Row("apples          2.00", block=1),
        Row(" ".join(HOSTILE), block=2),
        Row(STRANGE, block=3),
        **changes,
    )


TABLE = [["bread", "2", "4.80"], ["butter", "1", "3.15"], ["apples", "", "2.00"]]
PARAGRAPHS = ["A page of plain text on two lines", " ".join(HOSTILE), STRANGE]
WORDS = [*PARAGRAPHS[0].split(), *[cell for row in TABLE for cell in row if cell], *HOSTILE, *STRANGE.split()]
"""In reading order."""

FAILED = PageFailure(Source("lost.png", width=800, height=600), DecodeError("damaged & <lost>"))
NOTE = "[page 3 could not be read: damaged & <lost>]"


def pages():
    """A page with everything, an empty one, one that failed, and another one of text."""
    last = reading("The last page", source=Source("made.png", width=3000, height=2000), language="heb")
    return [text_page(), reading(), FAILED, last]


def saved(items, kind, **options) -> bytes:
    """A document's bytes."""
    stream = io.BytesIO()
    save_document(items, stream, kind, **options)
    return stream.getvalue()


def controls():
    """A page with what XML cannot hold."""
    page = reading("plain words")
    (line,) = page.lines
    bad = replace(line.words[0], text="nul\x00bell\x07lone\ud800")
    return replace(page, lines=(replace(line, words=(bad, line.words[1])),))


CLEANED = "nul\ufffdbell\ufffdlone\ufffd words"
