"""One HTML 5 file: an article for each page, with paragraphs, headings and tables, and nothing that is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from ocrprep.outputs.documents._blocks import blocks_of
from ocrprep.outputs.documents._book import BLOCKS, STYLE, language_of, template, title_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ocrprep.outputs.documents.options import DocumentOptions
    from ocrprep.outputs.documents.sheet import Sheet

_HEAD = (
    """\
<!DOCTYPE html>
<html lang="{{ language }}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="ocrprep">
<title>{{ title }}</title>
<style>
"""
    + STYLE
    + """\
article + article { border-top: 1px solid #bbb; margin-top: 2rem; padding-top: 1rem; }
@media print { article + article { border: 0; break-before: page; } }
</style>
</head>
<body>
"""
)
_PAGE = (
    """\
<article id="page-{{ number }}" lang="{{ language }}" aria-label="Page {{ number }}">
"""
    + BLOCKS
    + """\
</article>
"""
)
_FOOT = """\
</body>
</html>
"""


def write(sheets: Iterator[Sheet], to: BinaryIO, options: DocumentOptions) -> None:
    """Write the document.

    Raises:
        OutputError: jinja2 is not installed.
    """
    head, page = template(_HEAD), template(_PAGE)
    for sheet in sheets:
        language = language_of(sheet)
        if sheet.number == 1:
            to.write(head.render(language=language, title=title_of(sheet)).encode())
        to.write(page.render(number=sheet.number, language=language, blocks=blocks_of(sheet)).encode())
    del options
    to.write(_FOOT.encode())
