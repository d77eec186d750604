"""The figures as Markdown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

BEGIN = "<!-- figures: begin; written by `python -m benchmarks` -->"
END = "<!-- figures: end -->"


def put_between_markers(text: str, figures: str) -> str:
    """The text with everything between the two markers replaced.

    Raises:
        ValueError: there is not exactly one of each, in that order.
    """
    if text.count(BEGIN) != 1 or text.count(END) != 1 or text.index(BEGIN) > text.index(END):
        raise ValueError(f"the text needs one line {BEGIN!r}, and below it one line {END!r}")
    return f"{text.partition(BEGIN)[0]}{BEGIN}\n\n{figures.strip()}\n\n{END}{text.partition(END)[2]}"


def tables(results: Mapping[str, Any]) -> str:
    """All that stands between the markers."""
    where = ", ".join(f"{name} {value}" for name, value in results["machine"].items())
    parts = [
        f"Measured on {results['date']} on a page of {results['width']}×{results['height']} pixels ({where}).",
        _filter_table(results),
        _chain_table(results),
    ]
    if results["batch"]:
        parts.append(_batch_table(results["batch"]))
    return "\n\n".join(parts)


def _filter_table(results: Mapping[str, Any]) -> str:
    lines = [
        "### Filters",
        "",
        "| filter | ms | rival | its ms | ratio | min–max | rounds | wanted |",
        "|---|--:|---|--:|--:|--:|--:|---|",
    ]
    for row in results["filters"]:
        cells = [f"`{_short(row['call'])}`", _ms(row["ours_ms"])]
        if "rival" in row:
            spread = f"{_ratio(row['ratio_min'])}–{_ratio(row['ratio_max'])}"
            cells += [row["rival"], _ms(row["theirs_ms"]), f"**{_ratio(row['ratio'])}**", spread]
        else:
            cells += ["—", "—", "—", "—"]
        lines.append("| " + " | ".join([*cells, str(len(row["raw"]["ours"])), _wanted(row)]) + " |")
    return "\n".join(lines)


def _chain_table(results: Mapping[str, Any]) -> str:
    lines = ["### Chains", "", "| chain | ms | wanted |", "|---|--:|---|"]
    for row in results["chains"]:
        chain = " → ".join(f"`{kind}`" for kind in row["kinds"])
        lines += [f"| {chain} | {_ms(row['ours_ms'])} | {_wanted(row)} |"]
    return "\n".join(lines)


def _batch_table(batch: Mapping[str, Any]) -> str:
    title = "### Batches"
    if "missing" in batch:
        return f"{title}\n\nNot measured: {batch['missing']}"
    said = (
        f"{batch['pages']} PNG files of {batch['width']}×{batch['height']} pixels on {batch['cores']} cores. Ours: "
        f"`TesseractRecognizer().recognize(…)`, {batch['ours']}, text with boxes."
    )
    parts = [title, said, _limit_table(batch), _rival_table(batch)]
    return "\n\n".join(parts)


def _limit_table(batch: Mapping[str, Any]) -> str:
    row = batch["limit"]
    cpu = row["cpu_seconds"]
    total = sum(cpu.values())
    parts = ", ".join(f"{name} {seconds:.3f}" for name, seconds in cpu.items())
    said = (
        f"**Against the limit of the cores**, with the chain {row['chain']}. CPU seconds a page, each part measured "
        f"alone: {parts}; together {total:.3f}. The limit is {batch['cores']} ÷ {total:.3f} = {row['limit']:.3f} "
        "pages/s."
    )
    overhead = f"**{row['overhead']:.1%}** | < 8 %{_verdict(met=row['overhead'] < 0.08)}"
    lines = [
        said,
        "",
        "| | | wanted |",
        "|---|--:|---|",
        f"| pages/s | {row['pages_per_second']:.3f} | |",
        f"| share of the limit | **{row['share']:.1%}** | ≥ 95 %{_verdict(met=row['share'] >= 0.95)} |",
        f"| decoding and filtering over the engine | {overhead} |",
    ]
    return "\n".join(lines)


def _rival_table(batch: Mapping[str, Any]) -> str:
    said = (
        "**Against others**, on the same pages in the same run. pytesseract: `image_to_string` in a loop, "
        f"{batch['theirs']}, text alone; no filters on either side."
    )
    lines = [
        said,
        "",
        "| rival | our pages/s | its pages/s | ratio | min–max | wanted |",
        "|---|--:|--:|--:|--:|---|",
        _rival("ours with one worker, 40 pieces of 1000×120 pixels", batch["small"], 1, 1.0),
        _rival("pytesseract, `OMP_THREAD_LIMIT=1`", batch["one_thread"], 1, 2.3),
        _rival("pytesseract, threads at their default", batch["unlimited"], 1, None),
    ]
    theirs = batch["ocrmypdf"]
    if "missing" in theirs:
        return "\n".join([*lines, "", f"OCRmyPDF was not measured: {theirs['missing']}."])
    name = f"OCRmyPDF {theirs['version']}"
    how = (
        f"OCRmyPDF: whole processes on one PDF of {theirs['pages']} pages, `-j {batch['cores']}`; ours is "
        f"`ocrprep read` with {theirs['chain']}, and writes text where OCRmyPDF writes a PDF."
    )
    lines += [
        _rival(f"{name}, `--deskew --clean`", theirs["cleaning"], theirs["pages"], 4.0),
        _rival(f"{name} as it is, ours with its chain", theirs["plain"], theirs["pages"], None),
        "",
        how,
    ]
    return "\n".join(lines)


def _rival(name: str, row: Mapping[str, Any], pages: int, wanted: float | None) -> str:
    ours, theirs = (1000 * pages / row[side] for side in ("ours_ms", "theirs_ms"))
    # Pages per second: the other way round than times, so more is better.
    ratio, low, high = (1 / row[part] for part in ("ratio", "ratio_max", "ratio_min"))
    bound = "" if wanted is None else f"≥ {wanted:g}{_verdict(met=ratio >= wanted)}"
    return f"| {name} | {ours:.2f} | {theirs:.2f} | **{ratio:.2f}** | {low:.2f}–{high:.2f} | {bound} |"


def _wanted(row: Mapping[str, Any]) -> str:
    if row.get("wanted_ms"):
        met = row["ours_ms"] <= row["wanted_ms"]
        return f"≤ {row['wanted_ms']:g} ms{_verdict(met=met)}"
    if row.get("wanted") is None:
        return ""
    plus = f" + {row['plus_ms']:g} ms" if row["plus_ms"] else ""
    met = row["ours_ms"] <= row["wanted"] * row["theirs_ms"] + row["plus_ms"]
    return f"≤ {row['wanted']:.2f}{plus}{_verdict(met=met)}"


def _verdict(*, met: bool) -> str:
    return ", met" if met else ", **missed**"


def _short(call: str) -> str:
    return (call if len(call) <= 40 else f"{call[:38]}…").replace("|", "\\|")


def _ms(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:.0f}"


def _ratio(value: float) -> str:
    return f"{value:.3f}" if value < 0.1 else f"{value:.2f}"
