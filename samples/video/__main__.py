"""Frames of a video through one chain: from a folder and from a stream.

python -m samples.video [FOLDER] [--frames N] [--video FILE] [--chain FILE]
"""

from __future__ import annotations

import argparse
import os
import time
from itertools import islice, product
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from ocrprep import FilterChain
from ocrprep.threads import cores
from samples.video.camera import frames_of
from samples.video.measure import folder, step_costs, streamed
from samples.video.picture import before_and_after
from samples.video.scene import clip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy.typing as npt

    Source = Callable[[], Iterator[npt.NDArray[np.uint8]]]

SAVED = 40
"""Frames that are also written as files."""


def main() -> None:
    """Measure, compare, and save a picture."""
    wish = _wish()
    chain = FilterChain.from_yaml(wish.chain.read_text(encoding="utf-8"), name=str(wish.chain))
    wish.folder.mkdir(parents=True, exist_ok=True)
    frames = _source(wish)

    began = time.perf_counter()
    light = [float(frame[::4, ::4].mean()) for frame in frames()]
    if not light:
        raise SystemExit("no frames")
    print(
        f"{len(light)} frames; making or reading them alone: {len(light) / (time.perf_counter() - began):.0f} frames/s"
    )

    given = wish.folder / "frames"
    _save(list(islice(frames(), SAVED)), given)
    results = _compared(frames, chain, given, wish.folder / "clean")

    print("\nmilliseconds a frame, one after the other")
    costs = step_costs(chain, islice(frames(), 60))
    for kind, cost in {**costs, "together": sum(costs.values())}.items():
        print(f"  {kind:<18} {cost:6.2f}")

    shown = sorted({0, light.index(min(light)), light.index(max(light)), len(light) - 1})
    before = [frame for number, frame in enumerate(frames()) if number in shown]
    picture = wish.folder / "video-frames.png"
    before_and_after(before, [results[number] for number in shown], picture)
    print(f"\n{picture}")
    chain_file = os.path.relpath(wish.chain)
    print(f"the same of the folder: ocrprep clean {given} --chain {chain_file} -o {wish.folder / 'clean'}")


def _wish() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m samples.video")
    parser.add_argument("folder", nargs="?", type=Path, default=Path("out/video"))
    parser.add_argument("--frames", type=int, default=120, help="at most: 120")
    parser.add_argument("--video", metavar="FILE", help="a video file, or the number of a camera")
    parser.add_argument("--chain", metavar="FILE", type=Path, default=Path(__file__).with_name("frames.yaml"))
    return parser.parse_args()


def _source(wish: argparse.Namespace) -> Source:
    """The frames, from the first again at each call."""
    if wish.video is None:
        return lambda: clip(wish.frames)
    if not wish.video.isdecimal():
        return lambda: frames_of(wish.video, wish.frames)
    # A camera shows nothing twice.
    kept = list(frames_of(wish.video, wish.frames))
    return lambda: iter(kept)


def _save(frames: list[npt.NDArray[np.uint8]], target: Path) -> None:
    target.mkdir(exist_ok=True)
    for old in target.glob("frame-*.png"):
        old.unlink()
    for number, frame in enumerate(frames):
        Image.fromarray(frame).save(target / f"frame-{number:04d}.png", compress_level=1)


def _compared(frames: Source, chain: FilterChain, given: Path, target: Path) -> list[npt.NDArray[np.uint8]]:
    """Both ways with one worker and with all, which must give the same pixels; the stream's results."""
    crews = sorted({1, cores()})
    ways: dict[str, Callable[[int], tuple[list[npt.NDArray[np.uint8]], float]]] = {
        "stream": lambda workers: streamed(chain, frames(), workers),
        "folder, PNG to PNG": lambda workers: folder(chain, given, target, workers),
    }
    rates: dict[tuple[str, int], float] = {}
    results: list[npt.NDArray[np.uint8]] = []
    # In turns, and the better of two: whatever else runs on the machine makes a run slower, never faster.
    for (name, way), workers in list(product(ways.items(), crews)) * 2:
        found, rate = way(workers)
        rates[name, workers] = max(rate, rates.get((name, workers), 0.0))
        results = results or found
        same = all(np.array_equal(one, other) for one, other in zip(results, found, strict=False))
        if not same or len(found) < min(len(results), SAVED):
            raise SystemExit("the two ways give different pixels")
    print(f"\n{'frames/s':<20} " + " ".join(f"{workers:>3} worker{'s' * (workers > 1)}" for workers in crews))
    for name in ways:
        print(f"  {name:<18} " + " ".join(f"{rates[name, workers]:9.0f} " for workers in crews))
    print("the stream and the folder give identical pixels")
    return results


if __name__ == "__main__":
    main()
