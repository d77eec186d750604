"""The same pages through the batch engine of one machine and through a Ray cluster on it: same text, and both rates.

    python -m benchmarks.cluster PAGES [--count 60] [--rounds 2] [--filter KIND]...

PAGES is a folder of images or documents; they are read in turn by both, as often as ``--rounds`` says, and the medians
are told. The cluster is started before, and its processes within the time that is taken, as in a job of one's own.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from ocrprep import FilterChain, OcrInput, TesseractRecognizer
from ocrprep.distributed import connected, recognize_dataset
from ocrprep.distributed.written import write_rows
from ocrprep.threads import cores

Texts = dict[tuple[str, int], str]


def on_this_machine(paths: list[Path], chain: FilterChain) -> Texts:
    """By the batch engine."""
    batch = OcrInput(filters=chain, on_error="collect")
    for path in paths:
        batch.add(path)
    with TesseractRecognizer() as engine:
        return {
            (item.source.uri, item.source.page_index + 1): item.recognition_text
            for item in engine.recognize(batch).results
        }


def on_a_cluster(paths: list[Path], chain: FilterChain) -> Texts:
    """By Ray; also tells how long its processes took to start, and the rate from the first page on."""
    started, first, made = time.perf_counter(), 0.0, {}
    for number, row in enumerate(recognize_dataset(paths, chain).iter_rows()):
        if number == 0:
            first, engines = time.perf_counter() - started, sum(item["seconds"] for item in row["timings"])
            first -= engines
        if not row["failure"]:
            made[row["source"], row["page"]] = row["text"]
    rest = time.perf_counter() - started - first
    print(f"cluster: first page begun within {first:.0f} s; from then on {len(made) / rest:.2f} pages/s", flush=True)
    return made


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pages", type=Path)
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--filter", action="append", default=[])
    options = parser.parse_args()
    kinds = {".png", ".jpg", ".jpeg", ".tif", ".tiff", ".pdf"}
    paths = sorted(path for path in options.pages.rglob("*") if path.suffix.lower() in kinds)[: options.count]
    chain = FilterChain.from_flags(options.filter)
    taken: dict[str, list[float]] = {"this machine": [], "cluster": []}
    with connected(quiet=True):
        for _ in range(options.rounds):
            made = {}
            for name, read in (("this machine", on_this_machine), ("cluster", on_a_cluster)):
                started = time.perf_counter()
                made[name] = read(paths, chain)
                taken[name].append(time.perf_counter() - started)
            same = made["this machine"] == made["cluster"]
            print(f"{len(made['cluster'])} pages, the same text: {'yes' if same else 'NO'}", flush=True)
        pages = len(made["cluster"])
        for name, seconds in taken.items():
            middle = statistics.median(seconds)
            rate = 3600 * pages / middle / cores()
            print(f"{name:<14} {middle:6.1f} s  {pages / middle:5.2f} pages/s  {rate:6.0f} pages per core and hour")
        ratio = statistics.median(a / b for a, b in zip(*taken.values(), strict=True))
        print(f"cluster / this machine: {ratio:.2f} of the rate")
        with tempfile.TemporaryDirectory() as folder:
            for name, as_json in (("Parquet", False), ("JSON lines", True)):
                write_rows(recognize_dataset(paths, chain), f"{folder}/{name}", as_json=as_json)
                size = sum(file.stat().st_size for file in Path(folder, name).iterdir())
                print(f"{name}: {size / pages / 1000:.1f} kB a page")


if __name__ == "__main__":
    main()
