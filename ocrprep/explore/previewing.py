"""A page after each step of a chain."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ocrprep.chain import FilterChain
from ocrprep.decode import open_image
from ocrprep.explore.exploring import write_page
from ocrprep.filters._as_html import told
from ocrprep.pictures import data_uri, printable

if TYPE_CHECKING:
    from ocrprep.filters.base import Filter
    from ocrprep.page import Page, Step

_DOCUMENT = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="ocrprep">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark }}
body {{ font: 15px/1.45 system-ui, sans-serif; margin: 1.2rem }}
</style>
</head>
<body>
<h1 style="font-size:1.3rem;overflow-wrap:anywhere">{title}</h1>
{body}
</body>
</html>
"""
_QUIET = 'style="opacity:.75"'
_FACTS_SHOWN = 300


@dataclass(frozen=True, slots=True, eq=False)
class Preview:
    """What :func:`preview` made; a notebook shows it.

    Args:
        chain: the filters.
        pages: the page as it came, then as each filter left it.
        width: of each picture at most, in pixels.
    """

    chain: FilterChain
    pages: tuple[Page, ...]
    width: int = 480

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write it as one HTML file that loads nothing, whose folder is made; returns its path.

        Raises:
            OutputError: it cannot be written.
        """
        title = f"{_safe(str(self.pages[0].source))}: {len(self.chain)} steps"
        return write_page(path, _DOCUMENT.format(title=title, body=self._repr_html_()))

    def _repr_html_(self) -> str:
        first, *others = self.pages
        size = f"{first.width} × {first.height} px, {first.mode.value}"
        figures = [self._figure(first, "Source", _safe(size))]
        for place, (item, before, page) in enumerate(zip(self.chain, self.pages, others, strict=False), 1):
            figures.append(self._figure(page, f"{place}. {item.kind}", _caption(item, before, page)))
        return f'<div style="display:flex;flex-wrap:wrap;gap:1em;align-items:flex-start">{"".join(figures)}</div>'

    def _figure(self, page: Page, name: str, caption: str) -> str:
        longest = max(round(self.width * max(page.height / page.width, 1.0)), 1)
        address = data_uri(page.pixels, longest, binary=page.mode.value == "binary")
        return (
            f'<figure style="margin:0;width:{self.width}px;max-width:100%;text-align:left">'
            f'<img src="{address}" alt="{_safe(name)}" style="max-width:100%;height:auto;display:block;'
            f'border:1px solid rgba(127,127,127,.5)"><figcaption style="overflow-wrap:anywhere">'
            f"<b>{_safe(name)}</b> {caption}</figcaption></figure>"
        )


def preview(chain: Iterable[Filter], image: Any, *, width: int = 480) -> Preview:
    """Apply a chain and keep the page after each filter; see :meth:`FilterChain.preview`.

    Raises:
        InputError: the image cannot be opened.
        FilterError: with the place of the filter that failed in ``.step``.
        ValueError: a width below 1.
    """
    if width < 1:
        raise ValueError(f"a picture needs a width of at least one pixel, not {width}")
    frozen = FilterChain(chain)
    page, _ = open_image(image)
    pages = [page]
    frozen(page, watch=lambda _place, _item, after: pages.append(after))
    return Preview(frozen, tuple(pages), width)


def _caption(item: Filter, before: Page, page: Page) -> str:
    given = {name: value for name, value in item.compact().items() if name != "kind"}
    steps = page.steps[len(before.steps) :]
    parts = [f"<code>{_safe(told(given))}</code>"] if given else []
    parts += [f"<span {_QUIET}>{_safe(_found(step, item))}</span>" for step in steps if step.found]
    parts.append(f"<span {_QUIET}>{1000.0 * sum(step.seconds for step in steps):.1f} ms</span>")
    if (page.width, page.height) != (before.width, before.height):
        parts.append(f"<span {_QUIET}>{page.width} × {page.height} px</span>")
    return " · ".join(parts)


def _found(step: Step, item: Filter) -> str:
    # What a filter that chooses did is told by the steps that follow.
    text = told({name: value for name, value in step.found.items() if name != "chain"})
    text = text if len(text) <= _FACTS_SHOWN else f"{text[:_FACTS_SHOWN]}…"
    return text if step.kind == item.kind else f"{step.kind}: {text}"


def _safe(text: str) -> str:
    return escape(printable(text))
