"""A chain as a notebook shows it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from ocrprep.filters.base import Filter
from ocrprep.pictures import printable

_CODE = 'style="background:none;color:inherit;padding:0"'
_QUIET = 'style="opacity:.7"'


def chain_html(filters: Iterable[Filter]) -> str:
    """A numbered list: each filter with those parameters that differ from their defaults, and what it does."""
    rows = "".join(_row(item) for item in filters)
    if not rows:
        return f"<div {_QUIET}>An empty chain: it leaves a page as it is.</div>"
    return f'<ol style="margin:.3em 0;padding-left:2em;text-align:left">{rows}</ol>'


def told(values: Mapping[str, Any]) -> str:
    """Parameters or facts in one line, not yet escaped: ``window=51, k=0.3``; fractions are rounded."""
    return ", ".join(f"{name}={_short(value)}" for name, value in values.items())


def _row(item: Filter) -> str:
    given = {name: value for name, value in item.compact().items() if name != "kind"}
    call = f"<b>{_safe(item.kind)}</b>({_safe(told(given))})"
    purpose = (type(item).__doc__ or "").strip().partition("\n")[0]
    return f"<li><code {_CODE}>{call}</code> <span {_QUIET}>{_safe(purpose)}</span></li>"


def _short(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    return json.dumps(value, ensure_ascii=False, default=str)


def _safe(text: str) -> str:
    return escape(printable(text))
