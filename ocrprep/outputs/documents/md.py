"""Markdown: CommonMark with the tables of GitHub; pages are separated by thematic breaks.

Whatever was read is text and never markup: all signs that could be are escaped. The first row of a table is its
header, as there is no table without one. A paragraph is one line, however many it had on the page.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, BinaryIO

from ocrprep.outputs.documents._blocks import Block, Heading, Table, blocks_of
from ocrprep.outputs.documents._xml import xml_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ocrprep.outputs.documents.options import DocumentOptions
    from ocrprep.outputs.documents.sheet import Sheet

_MARKUP = re.compile(r"[\\`*_{}\[\]()<>#|~!&^$]")
_START = re.compile(r"[-+=:]|\d{1,9}(?=[.)])")
"""With what a list, a line under a heading or a row of a table may begin."""


def write(sheets: Iterator[Sheet], to: BinaryIO, options: DocumentOptions) -> None:
    """Write the document."""
    del options
    for sheet in sheets:
        parts = [_block(block) for block in blocks_of(sheet)]
        if sheet.number > 1:
            parts = ["---", *parts]
        to.write("".join(f"{part}\n\n" for part in parts).encode())


def _block(block: Block) -> str:
    if isinstance(block, Table):
        return "\n".join(_table(block.rows))
    text = _escaped(block.text)
    if isinstance(block, Heading):
        return f"## {text}"
    if block.note:
        return f"*{text}*"
    first = _START.match(text)
    if first is None:
        return text
    # Before a sign, but behind a number.
    place = first.end() if first[0].isdigit() else 0
    return f"{text[:place]}\\{text[place:]}"


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    for number, row in enumerate(rows):
        yield f"| {' | '.join(map(_escaped, row))} |"
        if not number:
            yield f"|{' --- |' * len(row)}"


def _escaped(text: str) -> str:
    return _MARKUP.sub(r"\\\g<0>", xml_text(" ".join(text.split())))
