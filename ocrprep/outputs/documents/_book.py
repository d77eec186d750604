"""What documents that flow say of themselves, and templates of HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ocrprep.outputs.documents._language import language_tags
from ocrprep.outputs.documents._library import library
from ocrprep.outputs.documents._xml import xml_text

if TYPE_CHECKING:
    from ocrprep.outputs.documents._blocks import Block
    from ocrprep.outputs.documents.sheet import Sheet

UNDETERMINED = "und"
"""The tag of a language that is not known."""


def language_of(sheet: Sheet) -> str:
    """The first language of a page as a tag of BCP 47; ``und`` of a page that failed."""
    return next(iter(language_tags(sheet.result.language)), UNDETERMINED)


def title_of(sheet: Sheet) -> str:
    """The document's title as its first page knows it; never empty."""
    return xml_text(" ".join(sheet.title.split())) or "OCR"


def template(source: str) -> Any:
    """A template that escapes what it is given; ``text`` is its filter for what XML cannot hold, ``kind`` tells blocks.

    Raises:
        OutputError: jinja2 is not installed.
    """
    jinja2 = library("jinja2")
    made = jinja2.Environment(
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters.update(text=xml_text, kind=_kind)
    return made.from_string(source)


def _kind(block: Block) -> str:
    return type(block).__name__


BLOCKS = """\
{% for block in blocks %}
{% set dir = ' dir="rtl"'|safe if block.leftwards else '' %}
{% if block|kind == "Table" %}
<table{{ dir }}>
{% for row in block.rows %}
<tr>
{% for cell in row %}
<td>{{ cell|text }}</td>
{% endfor %}
</tr>
{% endfor %}
</table>
{% elif block|kind == "Heading" %}
<h2{{ dir }}>{{ block.text|text }}</h2>
{% elif block.note %}
<p class="note"><em>{{ block.text|text }}</em></p>
{% else %}
<p{{ dir }}>{{ block.text|text }}</p>
{% endif %}
{% endfor %}
"""
"""The blocks of a page in HTML that is XML too."""

STYLE = """\
body { font-family: Georgia, "Times New Roman", serif; line-height: 1.5;
  margin: 0 auto; max-width: 48rem; padding: 1rem; }
table { border-collapse: collapse; margin: 1rem 0; }
td { border: 1px solid #bbb; padding: 0.2rem 0.6rem; vertical-align: top; }
.note { color: #a00; }
"""
