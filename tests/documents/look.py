"""Shows where the text of a PDF lies: ``python -m tests.documents.look IN.pdf OUT.png [PAGE]``.

The page as pdfium draws it, grayed, with each letter as pdfplumber places it in red, also those that are not painted.
"""

from __future__ import annotations

import sys

import pdfplumber
import pypdfium2
from PIL import Image, ImageDraw, ImageFont

SCALE = 2.0
"""Pixels per point."""


def look(path, number=1):
    """The picture."""
    with pypdfium2.PdfDocument(path) as pdf:
        seen = pdf[number - 1].render(scale=SCALE).to_pil().convert("RGB")
    seen = Image.blend(seen, Image.new("RGB", seen.size, "white"), 0.6)
    pen = ImageDraw.Draw(seen)
    with pdfplumber.open(path) as pdf:
        page = pdf.pages[number - 1]
        for letter in page.chars:
            a, b, c, d, e, f = letter["matrix"]
            size, wide = letter.get("size", 1.0), letter["adv"]
            base = (e * SCALE, (float(page.height) - f) * SCALE)
            end = (base[0] + a * wide * SCALE, base[1] - b * wide * SCALE)
            tall = (c**2 + d**2) ** 0.5
            pen.line((*base, *end), "blue")
            drawn = ImageFont.load_default(max(4.0, 0.7 * SCALE * min(size, 40.0 * tall)))
            pen.text(base, letter["text"], "red", font=drawn, anchor="ls")
    return seen


if __name__ == "__main__":
    look(sys.argv[1], int(sys.argv[3]) if len(sys.argv) > 3 else 1).save(sys.argv[2])
