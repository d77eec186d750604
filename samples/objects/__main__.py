"""Leaves found, cut out, stood upright at one size, measured, and named by a random forest.

python -m samples.objects [FOLDER] [--scenes N] [--train N] [--seed N]
"""

from __future__ import annotations

import argparse
import csv
import time
from pathlib import Path

import numpy as np

from samples.objects.leaves import KINDS
from samples.objects.reading import COLUMNS, Found, read_scenes, trained
from samples.objects.scenes import scene
from samples.objects.showing import contact_sheet, grid, save_small

_TRAINING = 1000
"""The first seed of the pictures that the forest learns from."""


def main() -> None:
    """Train on some scenes, read others, tell how it went."""
    parser = argparse.ArgumentParser(prog="python -m samples.objects", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path("out/objects"), metavar="FOLDER")
    parser.add_argument("--scenes", type=int, default=20, help="held-out pictures with twelve leaves each: 20")
    parser.add_argument("--train", type=int, default=40, help="pictures that the forest learns from: 40")
    parser.add_argument("--seed", type=int, default=1, help="of the first held-out picture; the next ones follow: 1")
    options = parser.parse_args()
    held_out = range(options.seed, options.seed + options.scenes)
    learned = range(_TRAINING, _TRAINING + options.train)
    if set(held_out) & set(learned):
        parser.error(f"the forest learns from the pictures {learned.start} to {learned.stop - 1}: take another seed")
    started = time.perf_counter()
    options.folder.mkdir(parents=True, exist_ok=True)
    seen, _ = read_scenes(learned)
    forest = trained([item for item in seen if item.kind])
    found, missed = read_scenes(held_out)
    predicted = [str(kind) for kind in forest.predict(np.array([item.features for item in found]))]
    tell(found, predicted, missed)
    write_table(found, predicted, options.folder / "objects.csv")
    objects = found[0].item.among
    first = [item for item in found if item.item.among is objects]
    sheet = contact_sheet(scene(options.seed)[0], objects, first, predicted[: len(first)])
    save_small(sheet, options.folder / "scene.png")
    wrong = [place for place, item in enumerate(found) if item.kind != predicted[place]]
    if wrong:
        sheet = grid([found[place] for place in wrong], [predicted[place] for place in wrong])
        save_small(sheet, options.folder / "wrong.png")
    print(f"Done in {time.perf_counter() - started:.0f} seconds; the table and the pictures are in {options.folder}")


def tell(found: list[Found], predicted: list[str], missed: int) -> None:
    """How many of each kind are right, and what the others were taken for."""
    table = {kind: dict.fromkeys(KINDS, 0) for kind in KINDS}
    for item, kind in zip(found, predicted, strict=True):
        if item.kind:
            table[item.kind][kind] += 1
    print(f"{'is / read as':<14}" + "".join(f"{kind:>12}" for kind in KINDS) + f"{'right':>10}")
    for kind, row in table.items():
        share = 100 * row[kind] / max(1, sum(row.values()))
        print(f"{kind:<14}" + "".join(f"{count:>12}" for count in row.values()) + f"{share:>8.1f} %")
    stray = sum(not item.kind for item in found)
    leaves = len(found) - stray + missed
    right = sum(table[kind][kind] for kind in KINDS)
    print(f"{right} of {leaves} leaves right: {100 * right / max(1, leaves):.1f} %; {missed} missed, {stray} stray")


def write_table(found: list[Found], predicted: list[str], path: Path) -> None:
    """One row an object: where it lay, its truth, what it was read as, and the features."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(("source", "left", "top", "width", "height", "kind", "read_as", *COLUMNS))
        for item, kind in zip(found, predicted, strict=True):
            numbers = [round(float(value), 6) for value in item.features]
            writer.writerow((item.item.among.page.source.uri, *item.item.box, item.kind, kind, *numbers))


if __name__ == "__main__":
    main()
