"""Parts of pages that are not running text: headings, drop caps, tables, form fields, ornaments, staves, engravings."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ocrprep.learning.writing import text
from ocrprep.learning.writing.sheet import Box, Sheet
from ocrprep.learning.writing.type_setting import Typeface, paragraph

Fill = Callable[[float, float, float, float], None]  # writes at x, base line, so many pixels, letters no higher than


def _rule(rng: np.random.Generator, x_height: float) -> float:
    return max(float(rng.choice([0.05, 0.08, 0.14, 0.25])) * x_height, 1.0)


def heading(rng: np.random.Generator, sheet: Sheet, main: Typeface, box: Box) -> float:
    """A line or two of larger type at the top of the box; the y where the rest may begin."""
    left, top, right, _ = box
    scale = float(rng.uniform(1.2, 3.0))
    font = main.font(scale)
    base = top + main.x_height * scale * 1.8
    for _ in range(int(rng.integers(1, 3))):
        line = " ".join(text.words(rng, main.voice, int(rng.integers(1, 5))))
        line = line.upper() if rng.random() < 0.25 else line
        room = right - left - font.getlength(line)
        sheet.text(left + max(room, 0) * float(rng.choice([0.0, 0.5])), base, line, font)
        base += main.x_height * scale * 2.2
    base -= main.x_height * scale * 1.4
    if rng.random() < 0.3:
        sheet.rule((left, base), (right, base), _rule(rng, main.x_height * scale))
    return base + main.x_height * 0.5


def drop_cap(rng: np.random.Generator, sheet: Sheet, main: Typeface, box: Box) -> Box:
    """A large initial and the text beside it; the box that is left below."""
    left, top, right, bottom = box
    rows = int(rng.integers(2, 5))
    font = main.font(rows * main.leading / 1.7)
    letter = text.words(rng, main.voice, 1)[0][:1]
    width = font.getlength(letter)
    first = top + main.x_height * 1.5
    sheet.text(left, first + (rows - 1) * main.pitch, letter, font)
    beside = (left + width + main.x_height * 0.5, top, right, first + (rows - 1) * main.pitch + 1)
    if beside[2] - beside[0] > main.x_height * 6:
        paragraph(rng, sheet, main, beside)
    return left, top + rows * main.pitch, right, bottom


def page_number(rng: np.random.Generator, sheet: Sheet, main: Typeface) -> None:
    """A number at the head or the foot of the page."""
    number = str(int(rng.integers(1, 900)))
    number = main.voice.drawable(f"— {number} —" if rng.random() < 0.3 else number)
    x = sheet.width * float(rng.choice([0.08, 0.5, 0.9]))
    y = sheet.height * float(rng.choice([0.05, 0.97]))
    sheet.text(x, y, number, main.font())


def ornament(rng: np.random.Generator, sheet: Sheet, box: Box, x_height: float) -> float:
    """A printed band: rules, a row of small diamonds or a swelled rule; the y below it."""
    left, top, right, _ = box
    middle = top + x_height * float(rng.uniform(1, 3))
    choice = rng.random()
    if choice < 0.35:
        widths = [_rule(rng, x_height) for _ in range(2)]
        sheet.rule((left, middle), (right, middle), widths[0] * 2)
        sheet.rule((left, middle + x_height * 0.5), (right, middle + x_height * 0.5), widths[1])
    elif choice < 0.7:
        step = x_height * float(rng.uniform(1.0, 2.0))
        size = step * 0.4
        width = _rule(rng, x_height)
        for x in np.arange(left, right, step):
            points = np.array(
                [(x - size, middle), (x, middle - size), (x + size, middle), (x, middle + size), (x - size, middle)]
            )
            sheet.strokes.add(points.astype(np.float32), width)
    else:
        t = np.linspace(0, 1, 40)
        span = (right - left) * float(rng.uniform(0.2, 0.7))
        start = (left + right - span) / 2
        points = np.stack([start + span * t, np.full(40, middle)], axis=1).astype(np.float32)
        sheet.strokes.add(points, (x_height * 0.35 * np.sin(np.pi * t) + 0.6).astype(np.float32))
    return middle + x_height * 1.5


def table(
    rng: np.random.Generator, sheet: Sheet, main: Typeface, box: Box, *, ruled: bool, fill: Fill | None = None
) -> float:
    """Columns of words and numbers, ruled or open; ``fill`` writes some cells by hand. The y below it."""
    left, top, right, bottom = box
    pitch = main.x_height * float(rng.uniform(2.4, 4.2) if fill is None else rng.uniform(2.8, 5))
    rows = min(max(int((bottom - top) / pitch), 1), int(rng.integers(3, 24)))
    columns = int(rng.integers(2, 8))
    shares = np.cumsum(rng.uniform(0.5, 2, columns)).tolist()
    edges = [left, *(left + (right - left) * share / shares[-1] for share in shares)]
    font = main.font()
    numeric = rng.random(columns) < 0.5
    words = text.words(rng, main.voice, rows * columns + 1)
    skip = rng.random((rows, columns)) < rng.choice([0.0, 0.1, 0.5])
    inset = main.x_height * 0.5
    for row in range(rows):
        base = top + row * pitch + pitch * 0.5 + main.x_height * 0.5
        for column in range(columns):
            if skip[row, column]:
                continue
            room = edges[column + 1] - edges[column] - 2 * inset
            if fill is not None and row > 0 and (column > 0) and room > main.x_height * 2:
                fill(edges[column] + inset, base, room, pitch * 0.36)
                continue
            cell = text.amount(rng, main.voice) if numeric[column] and row else words[row * columns + column]
            width = font.getlength(cell)
            if width <= room:
                sheet.text(edges[column] + inset + (room - width) * bool(numeric[column]), base, cell, font)
    if ruled:
        _grid(rng, sheet, edges, [top + row * pitch for row in range(rows + 1)], main.x_height)
    return top + rows * pitch + main.x_height


def _grid(rng: np.random.Generator, sheet: Sheet, xs: list[float], ys: list[float], x_height: float) -> None:
    thin, thick = _rule(rng, x_height), _rule(rng, x_height)
    style = rng.random()
    for index, y in enumerate(ys):
        outer = index in {0, 1, len(ys) - 1}
        if outer or style < 0.7:
            sheet.rule((xs[0], y), (xs[-1], y), thick if outer else thin)
    for index, x in enumerate(xs):
        if style > 0.3 or index in {0, len(xs) - 1}:
            sheet.rule((x, ys[0]), (x, ys[-1]), thin)


def fields(rng: np.random.Generator, sheet: Sheet, main: Typeface, box: Box, fill: Fill | None) -> float:
    """A row of labels, each with a line or dots to write on; the y below it."""
    left, top, right, _ = box
    count = int(rng.integers(1, 4))
    font = main.font()
    base = top + main.x_height * float(rng.uniform(2.5, 4.5))
    dotted = rng.random() < 0.4
    width = _rule(rng, main.x_height)
    step = (right - left) / count
    for index, word in enumerate(text.words(rng, main.voice, count)):
        label = main.voice.drawable(word + ":")
        x = left + index * step
        if font.getlength(label) > step:
            continue
        sheet.text(x, base, label, font)
        start, end = x + font.getlength(label + " "), x + step - main.x_height
        if end - start < main.x_height * 2:
            continue
        if dotted:
            dots = "." * int((end - start) / max(font.getlength("."), 1))
            sheet.text(start, base, dots, font)
        else:
            sheet.rule((start, base + 1), (end, base + 1), width)
        if fill is not None and rng.random() < 0.8:
            raised = float(rng.uniform(-0.2, 0.6)) * main.x_height
            fill(start + main.x_height, base - raised, (end - start) * 0.9, (base - top) * 0.5)
    return base + main.x_height * 1.5


def boxes(rng: np.random.Generator, sheet: Sheet, main: Typeface, box: Box, fill: Fill | None) -> float:
    """A label over a frame, a comb of small boxes, or boxes to tick; the y below it."""
    left, top, right, _ = box
    font = main.font()
    base = top + main.x_height * 2
    sheet.text(left, base, " ".join(text.words(rng, main.voice, 2)), font)
    width = _rule(rng, main.x_height)
    size = main.x_height * float(rng.uniform(2.2, 3.5))
    y = base + main.x_height
    choice = rng.random()
    if choice < 0.4:
        right_end = left + (right - left) * float(rng.uniform(0.4, 1.0))
        sheet.frame((left, y, right_end, y + size * 1.3), width)
        if fill is not None:
            fill(left + main.x_height, y + size, (right_end - left) * 0.9, size * 0.6)
    elif choice < 0.7:
        cells = int(rng.integers(4, 16))
        for index in range(cells):
            sheet.frame((left + index * size, y, left + (index + 1) * size, y + size), width)
        digits = text.code(rng, main.voice)
        for index, digit in enumerate(digits[:cells] if rng.random() < 0.6 else ""):
            sheet.text(left + index * size + size * 0.3, y + size * 0.75, digit, font)
    else:
        x = left
        for label in text.words(rng, main.voice, int(rng.integers(2, 5))):
            side = main.x_height * 1.5
            sheet.frame((x, y, x + side, y + side), width)
            if rng.random() < 0.4:
                sheet.rule((x + 1, y + 1), (x + side * 1.1, y + side * 1.1), width * 1.5)
                sheet.rule((x + side * 1.2, y - side * 0.2), (x, y + side), width * 1.5)
            sheet.text(x + side * 1.4, y + side * 0.9, label, font)
            x += side * 2 + font.getlength(label)
    return y + size * 1.5


def staves(rng: np.random.Generator, sheet: Sheet, box: Box, x_height: float) -> None:
    """Staves of five lines with heads and stems of notes."""
    left, top, right, bottom = box
    space = max(x_height * float(rng.uniform(0.5, 0.9)), 4.0)
    thin = max(space * 0.1, 0.8)
    y = top
    while y + 5 * space < bottom:
        for line in range(5):
            sheet.rule((left, y + line * space), (right, y + line * space), thin)
        x = left + space * 3
        while x < right:
            level = y + float(rng.integers(-1, 10)) * space / 2
            if rng.random() < 0.9:
                sheet.rule((x - space * 0.2, level + space * 0.1), (x + space * 0.2, level - space * 0.1), space * 0.8)
                up = -1 if level > y + 2 * space else 1
                stem = x - up * space * 0.5
                sheet.rule((stem, level), (stem, level + up * space * 3), thin * 1.3)
            else:
                sheet.rule((x, y), (x, y + 4 * space), thin * 1.3)
            x += space * float(rng.uniform(1.5, 4))
        y += space * float(rng.uniform(8, 12))


def engraving(rng: np.random.Generator, sheet: Sheet, box: Box) -> None:
    """Shapes shaded by hatching: lines that follow a form and swell where it is dark."""
    left, top, right, bottom = box
    span = min(right - left, bottom - top)
    if span < 40:
        return
    if rng.random() < 0.5:
        sheet.frame(box, float(rng.uniform(1, 3)))
    for _ in range(int(rng.integers(2, 7))):
        radius = float(rng.uniform(0.15, 0.42)) * span
        x = float(rng.uniform(left + radius, right - radius))
        y = float(rng.uniform(top + radius, bottom - radius))
        _shaded(rng, sheet, (x, y), radius)


def _shaded(rng: np.random.Generator, sheet: Sheet, centre: tuple[float, float], radius: float) -> None:
    """A lobed outline with one or two layers of hatching inside."""
    round_ = np.linspace(0, 2 * np.pi, 90)
    sizes, phases = rng.uniform(0, 0.12, 3), rng.uniform(0, 6, 3)

    def reach(angle: NDArray[np.float64]) -> NDArray[np.float64]:
        waves = (s * np.sin(k * angle + p) for k, s, p in zip((2, 3, 5), sizes, phases, strict=True))
        return np.asarray(radius * np.clip(0.75 + np.sum(list(waves), axis=0), 0.2, 1.0))

    edge = np.stack([np.cos(round_), np.sin(round_)], axis=1) * reach(round_)[:, None] + centre
    sheet.strokes.add(edge.astype(np.float32), float(rng.uniform(1, 3)))
    gap = float(rng.uniform(4.5, 10))
    thick = gap * float(rng.uniform(0.25, 0.55))
    light = float(rng.uniform(0, 2 * np.pi))
    t = np.linspace(-1, 1, 40)
    for angle in rng.uniform(0, np.pi, int(rng.choice([1, 1, 2]))).tolist():
        along = np.array([np.cos(angle), np.sin(angle)])
        across = np.array([-along[1], along[0]])
        arch = float(rng.uniform(-0.25, 0.25)) * radius
        for offset in np.arange(-radius, radius, gap):
            line = np.outer(t * radius, along) + np.outer(offset + arch * (1 - t**2), across)
            far = np.hypot(line[:, 0], line[:, 1])
            inside = far < reach(np.arctan2(line[:, 1], line[:, 0]))
            if inside.sum() < 3:
                continue
            shade = 0.5 + 0.5 * (line @ (np.cos(light), np.sin(light))) / radius
            kept = np.flatnonzero(inside & (shade > 0.25))
            if len(kept) > 2:
                run = slice(kept[0], kept[-1] + 1)
                sheet.strokes.add((line[run] + centre).astype(np.float32), (thick * shade[run]).astype(np.float32))
