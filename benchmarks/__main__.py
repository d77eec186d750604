"""Measure every filter and a batch of pages beside their rivals, and write the table into README.md.

python -m benchmarks
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
from pathlib import Path
from typing import Any

from benchmarks.batches import batches
from benchmarks.measuring import alone, in_turn, spread
from benchmarks.report import put_between_markers, tables
from benchmarks.rivals import RIVALS, VERSIONS, WANTED_CHAINS_MS, WANTED_MS
from ocrprep import __version__, filters
from ocrprep.chain import FilterChain
from ocrprep.evaluation.benchmark_page import HEIGHT, NEED_COLOUR, WIDTH, benchmark_filter, benchmark_page
from ocrprep.evaluation.cost import call_of, machine

HERE = Path(__file__).resolve().parent


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """All figures, JSON-ready."""
    width, height = options.width, options.height
    pages = {colour: benchmark_page(width, height, colour=colour) for colour in (False, True)}
    rows: list[dict[str, Any]] = []
    for kind in options.only or [kind for kind in filters.registry() if "." not in kind]:
        _say(kind)
        item, page = benchmark_filter(kind, width, height), pages[kind in NEED_COLOUR]
        row = {"kind": kind, "call": call_of(item)}
        if kind in WANTED_MS:
            row["wanted_ms"] = WANTED_MS[kind]
        if kind not in RIVALS:
            rows.append(row | spread(alone(lambda: item(page), options.rounds, options.budget)))  # noqa: B023
        for rival in RIVALS.get(kind, ()):
            ours = rival.measured(item, page.pixels)
            theirs = rival.prepare(page.pixels, ours)
            contest = in_turn(lambda: ours(page), theirs, options.rounds, options.budget)  # noqa: B023
            bounds = {"call": call_of(ours), "wanted": rival.wanted, "plus_ms": rival.plus_ms}
            rows.append(row | {"rival": rival.name, **bounds, **contest.summary()})
    chains = []
    for kinds, wanted in WANTED_CHAINS_MS.items():
        _say(" → ".join(kinds))
        chain = FilterChain([filters.lookup(kind).example() for kind in kinds])
        found = spread(alone(lambda: chain(pages[False]), options.rounds, options.budget))  # noqa: B023
        chains.append({"kinds": list(kinds), "wanted_ms": wanted, **found})
    if options.batch:
        _say("batches")
    return {
        "date": dt.datetime.now(dt.timezone.utc).date().isoformat(),
        "machine": {**machine(), **VERSIONS, "ocrprep": __version__},
        "width": width,
        "height": height,
        "filters": rows,
        "chains": chains,
        "batch": batches(width, height, pages=options.batch, rounds=2) if options.batch else None,
    }


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=HERE, help="folder of README.md and results.json; default: here")
    parser.add_argument("--width", type=int, default=WIDTH)
    parser.add_argument("--height", type=int, default=HEIGHT)
    parser.add_argument("--rounds", type=int, default=11, help="at most, for each pair")
    parser.add_argument("--budget", type=float, default=1500, help="milliseconds for the rounds of one pair")
    parser.add_argument("--batch", type=int, default=24, help="pages of the batch; 0 leaves it out")
    parser.add_argument("--only", nargs="*", metavar="KIND", help="some filters; the table then holds only these")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    results = measure(options)
    (options.out / "results.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    readme = (HERE / "README.md").read_text(encoding="utf-8")
    (options.out / "README.md").write_text(put_between_markers(readme, tables(results)), encoding="utf-8")
    _say(f"written: {options.out / 'README.md'}, {options.out / 'results.json'}")


if __name__ == "__main__":
    main()
