"""The picture of the README: sample pages as they came, and the same pages after their chains.

python samples/before_after.py [FILE]
"""

import sys
from pathlib import Path

from demo import CHAINS, PAGES
from PIL import Image, ImageDraw, ImageFont

from ocrprep import FilterChain

SHOWN = ("shadow.jpg", "coloured.jpg", "noise.png", "inverted.png")
WIDTH, GAP, CAPTION = 420, 12, 22


def main() -> None:
    """Draw one row for each page, its chain written beneath."""
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("out/before-after.png")
    rows = [row(PAGES / name, CHAINS[name]) for name in SHOWN]
    picture = Image.new("RGB", (2 * WIDTH + 3 * GAP, sum(item.height + GAP for item in rows) + GAP), "white")
    top = GAP
    for item in rows:
        picture.paste(item, (GAP, top))
        top += item.height + GAP
    file.parent.mkdir(parents=True, exist_ok=True)
    picture.quantize(128).save(file, optimize=True)
    print(file)


def row(path: Path, flags: list[str]) -> Image.Image:
    """A page before and after, side by side."""
    with Image.open(path) as opened:
        before = opened.convert("RGB")
    after = FilterChain.from_flags(flags)(before).convert("RGB")
    pictures = [
        item.resize((WIDTH, round(item.height * WIDTH / item.width)), Image.Resampling.BOX) for item in (before, after)
    ]
    height = max(item.height for item in pictures)
    both = Image.new("RGB", (2 * WIDTH + GAP, height + CAPTION), "white")
    for place, item in enumerate(pictures):
        both.paste(item, (place * (WIDTH + GAP), 0))
        frame = (place * (WIDTH + GAP), 0, place * (WIDTH + GAP) + WIDTH - 1, height - 1)
        ImageDraw.Draw(both).rectangle(frame, outline="silver")
    words = " ".join(f"--filter {flag}" for flag in flags)
    ImageDraw.Draw(both).text((WIDTH + GAP, height + 3), words, "black", font=ImageFont.load_default(14))
    return both


if __name__ == "__main__":
    main()
